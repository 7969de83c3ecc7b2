"""Stories of people who are looked after where they are: screening, safeguards, asylum, a boat at night."""

from __future__ import annotations

from datetime import timedelta

from referral.demonstration import facts
from referral.demonstration.stage import Facts, Stage, Story
from referral.enums import AskKind, Role
from referral.errors import ClosedPlacement

DAY = timedelta(days=1)
RESPONDER = Role.FIRST_RESPONDER
MANAGER = Role.CASE_MANAGER


def tamarin() -> Story:
    """A boy of eleven. The uncle who comes with papers had placed him. The draft to The Gambia is blocked, and rightly."""
    return (
        Story("TAMARIN")
        .at(lambda s: s.find("TAMARIN", "SN", facts.TAMARIN), days=29)
        .at(lambda s: s.tell_child_protection("TAMARIN", "SN"), days=28, hours=20)
        .at(lambda s: s.child_file("TAMARIN", "SN", guardian="Guardian of the children's court, Dakar", guardian_conflict_checked=True), days=27)
        .at(lambda s: s.serve("TAMARIN", "SN", "shelter", "shelter", "Ministry of family affairs", funded_days=60), days=28)
        .at(lambda s: s.serve("TAMARIN", "SN", "family", "child_protection", "Ministry of family affairs"), days=20)
        .at(lambda s: s.need("TAMARIN", "SN", "family", "urgent", "To speak with his mother; the uncle is not told."), days=20)
        .at(lambda s: s.child_file("TAMARIN", "SN", assessed=True, child_view="He wants to speak with his mother, not with the uncle."), days=9)
        .at(
            lambda s: s.draft(
                "TAMARIN", "SN", "GM", "family_unity", options_compared=["stay", "return"], needs_on_arrival=["shelter", "family"],
                message="Please write the home study before anything is decided.",
            ),
            days=5,
        )
        .at(lambda s: s.ask_to_work("TAMARIN", "SN", "guardian", "social_service"), days=4)
        .at(lambda s: s.enquire("TAMARIN", "SN", "GM", "family"), days=3)
    )  # fmt: skip


def karite() -> Story:
    """A boy of fourteen in Côte d'Ivoire. His country has no seat here and has left ECOWAS."""
    return (
        Story("KARITE")
        .at(lambda s: s.find("KARITE", "CI", facts.KARITE, role=RESPONDER), days=17)
        .at(lambda s: s.tell_child_protection("KARITE", "CI"), days=16, hours=18)
        .at(
            lambda s: s.child_file(
                "KARITE", "CI", guardian="Guardian of the court, Bouaké", guardian_conflict_checked=True
            ),
            days=15,
        )
        .at(
            lambda s: s.serve("KARITE", "CI", "shelter", "shelter", "Ministry of women and children", funded_days=30),
            days=16,
        )
        .at(lambda s: s.need("KARITE", "CI", "income", note="To learn a trade."), days=12)
        .at(lambda s: s.risk("KARITE", "CI", "medium", "BF", "The farm is not told where he is."), days=8)
        .at(lambda s: s.enquire("KARITE", "CI", "BF", "shelter", "family", "income"), days=7)
        .at(
            lambda s: s.answered_by_phone(
                "KARITE",
                "CI",
                "Duty officer of the child protection directorate",
                "yes",
                "A place near his uncle's village.",
            ),
            days=4,
        )
        .at(
            lambda s: s.draft(
                "KARITE",
                "CI",
                "BF",
                "family_unity",
                options_compared=["stay", "return"],
                needs_on_arrival=["shelter", "family", "income"],
            ),
            days=3,
        )
    )


def indigo() -> Story:
    """A man made to defraud others and to recruit two friends, listed as a suspect. Screened as unclear.

    A bed in a cell was refused, he was released to protection, and six hours are left to take his case.
    """

    def a_bed_in_a_cell(stage: Stage) -> None:
        stage.serve("INDIGO", "CI", "shelter", "border", "Border service", role=MANAGER, state="planned")

    return (
        Story("INDIGO")
        .at(lambda s: s.find("INDIGO", "CI", facts.INDIGO, role=RESPONDER, take=False), hours=18)
        .at(lambda s: s.refused(ClosedPlacement, a_bed_in_a_cell), hours=17)
        .at(
            lambda s: s.need(
                "INDIGO",
                "CI",
                "legal",
                "urgent",
                "Named as a suspect. A bed in the cells was asked for and refused: he was made to recruit his two friends.",
                role=MANAGER,
            ),
            hours=17,
        )
        .at(lambda s: s.release("INDIGO", "CI", "CI-2026-114", role=RESPONDER), hours=15)
        .at(
            lambda s: s.serve("INDIGO", "CI", "shelter", "shelter", "Solidarity fund", role=MANAGER, funded_days=14),
            hours=14.5,
        )
        .at(
            lambda s: s.tonight(
                "INDIGO", "CI", bed=4 * DAY, role=RESPONDER, safe_tonight="yes", call_tonight="The legal aid bureau"
            ),
            hours=14.5,
        )
        .at(
            lambda s: s.refer(
                "INDIGO",
                "CI",
                "legal",
                "legal_aid",
                "D2",
                role=MANAGER,
                message="He is named as a suspect and needs a lawyer before he is questioned.",
            ),
            hours=14,
        )
    )


def jasmin() -> Story:
    """A mother who asked for asylum. Somebody at home asks about her: nothing is confirmed, nothing denied."""
    return (
        Story("JASMIN")
        .at(lambda s: s.find("JASMIN", "IT", facts.JASMIN), days=75)
        .at(lambda s: s.law("JASMIN", "IT", "asylum", "open", reference="Asylum file, invented 204"), days=72)
        .at(lambda s: s.keep_out("JASMIN", "IT", "TN", "The house in which she had to work is there."), days=71)
        .at(lambda s: s.serve("JASMIN", "IT", "shelter", "shelter", "Regional fund", funded_days=150), days=74)
        .at(lambda s: s.serve("JASMIN", "IT", "legal", "legal_aid", "Regional fund"), days=72)
        .at(lambda s: s.serve("JASMIN", "IT", "counselling", "health", "Regional fund"), days=60)
        .at(
            lambda s: s.risk(
                "JASMIN", "IT", "medium", None, "No contact with the home country.", "That the family finds her."
            ),
            days=10,
        )
        .at(lambda s: s.decide("JASMIN", "IT", "share", "refused", "CI", "family_unity", "fr"), days=9)
        .at(lambda s: s.ask_to_work("JASMIN", "IT", "asylum", "asylum"), days=70)
        .at(
            lambda s: s.ask_about("JASMIN", "CI", AskKind.PULL, "Her family is worried and wants her home.", "fr"),
            hours=5,
        )
    )


def acacia() -> list[Story]:
    """A woman stopped at a border because she looked like a pattern; her nieces were kept from her for three hours.

    They are together again. The screening is still open, for one indicator is never enough, and so is the apology.
    """

    def found(stage: Stage) -> None:
        stage.find("ACACIA", "NG", facts.ACACIA, role=RESPONDER)
        stage.need(
            "ACACIA", "NG", "family", "urgent", "Her nieces were taken aside at the border. Bring the three together."
        )

    def niece(word: str, known: Facts) -> Story:
        return (
            Story(word)
            .at(lambda s: s.find(word, "NG", known, role=RESPONDER), hours=7)
            .at(lambda s: s.tell_child_protection(word, "NG"), hours=6)
            .at(lambda s: s.belong("ACACIA", word, "NG", "relative"), hours=5)
        )

    def together(stage: Stage) -> None:
        for word in ("ACACIA", "ACACIA 2", "ACACIA 3"):
            stage.note(word, "NG", accompanied="yes")
        stage.meet("ACACIA", "NG", "family")
        stage.need(
            "ACACIA", "NG", "legal", "standard",
            "An apology to the three. What the border wrote about them is used for nothing else.",
        )  # fmt: skip
        stage.note("ACACIA", "NG", wishes="To travel on with her nieces, and to be told sorry.")

    nieces = [niece("ACACIA 2", facts.ACACIA_2), niece("ACACIA 3", facts.ACACIA_3)]
    nieces[1].at(lambda s: s.belong("ACACIA 2", "ACACIA 3", "NG", "sibling"), hours=5)
    return [Story("ACACIA").at(found, hours=7), *nieces, Story("ACACIA").at(together, hours=4)]


def mangue() -> Story:
    """A man with a broken leg, recorded as trafficked to get a hospital bed. He needs another protection."""
    return (
        Story("MANGUE")
        .at(lambda s: s.find("MANGUE", "MR", facts.MANGUE), days=19)
        .at(lambda s: s.serve("MANGUE", "MR", "medical", "health", "Assistance fund", funded_days=30), days=19)
        .at(lambda s: s.serve("MANGUE", "MR", "shelter", "shelter", "Assistance fund", funded_days=30), days=12)
        .at(lambda s: s.screen("MANGUE", "MR", "unlikely"), days=8)
        .at(lambda s: s.ask_to_work("MANGUE", "MR", "authority", "social_service"), days=7)
        .at(
            lambda s: s.identify(
                "MANGUE",
                "MR",
                "negative",
                "Smuggled, hurt on the way, held by nobody. He needs his leg healed and another protection.",
            ),
            hours=22,
        )
    )


def baobab() -> list[Story]:
    """Five people from one boat at Nouadhibou, in the arrival centre: hour twenty of seventy-two to find the way on for each."""

    def helmsman_detained(stage: Stage) -> None:
        stage.where("BAOBAB 4", "MR", "detained")

    first = (
        Story("BAOBAB 1")
        .at(lambda s: s.find("BAOBAB 1", "MR", facts.BAOBAB_1, role=RESPONDER), hours=20)
        .at(
            lambda s: s.refer(
                "BAOBAB 1",
                "MR",
                "medical",
                "health",
                "D2",
                urgency="urgent",
                message="She is pregnant and asks for a midwife.",
            ),
            hours=16,
        )
        .at(lambda s: s.serve("BAOBAB 1", "MR", "medical", "health", "Assistance fund", funded_days=10), hours=15)
        .at(
            lambda s: s.tonight(
                "BAOBAB 1", "MR", bed=3 * DAY, safe_tonight="yes", call_tonight="The community health centre"
            ),
            hours=14,
        )
    )
    second = (
        Story("BAOBAB 2")
        .at(lambda s: s.find("BAOBAB 2", "MR", facts.BAOBAB_2, role=RESPONDER), hours=20)
        .at(lambda s: s.belong("BAOBAB 1", "BAOBAB 2", "MR", "child"), hours=19)
        .at(lambda s: s.tell_child_protection("BAOBAB 2", "MR"), hours=15)
    )
    third = (
        Story("BAOBAB 3")
        .at(lambda s: s.find("BAOBAB 3", "MR", facts.BAOBAB_3, role=RESPONDER), hours=20)
        .at(lambda s: s.tell_child_protection("BAOBAB 3", "MR"), hours=15)
        .at(lambda s: s.child_file("BAOBAB 3", "MR", guardian="Guardian on call, Nouadhibou"), hours=10)
    )
    fourth = (
        Story("BAOBAB 4")
        .at(lambda s: s.find("BAOBAB 4", "MR", facts.BAOBAB_4, role=RESPONDER, take=False), hours=20)
        .at(helmsman_detained, hours=18)
    )
    fifth = (
        Story("BAOBAB 5")
        .at(lambda s: s.find("BAOBAB 5", "MR", facts.BAOBAB_5, role=RESPONDER), hours=20)
        .at(lambda s: s.law("BAOBAB 5", "MR", "asylum", "intended"), hours=12)
    )
    return [first, second, third, fourth, fifth]


def stories() -> list[Story]:
    return [tamarin(), karite(), indigo(), jasmin(), *acacia(), mangue(), *baobab()]
