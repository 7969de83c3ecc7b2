"""Stories of people on the way or about to leave: handovers in every state that the machine knows now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from referral.demonstration import facts
from referral.demonstration.stage import Stage, Story
from referral.enums import Action

DAY = timedelta(days=1)
CARE_PLAN: dict[str, Any] = {
    "options_compared": ["stay", "move"],
    "medicine_lasts": "yes",
    "safety_plan": "She stays in the shelter until she leaves. One officer is on call day and night.",
}
HIS_CARE_PLAN: dict[str, Any] = {
    **CARE_PLAN,
    "safety_plan": "He stays where he is until he leaves. One officer is on call day and night.",
}


def moringa() -> Story:
    """Niger asks Nigeria to receive a girl of about fifteen. Her sister is in another shelter. Nobody has acknowledged."""

    def prepare(stage: Stage) -> None:
        stage.risk(
            "MORINGA",
            "NE",
            "medium",
            "NG",
            "Travels with a child protection officer; the promised husband is not told.",
        )
        stage.agree(
            "MORINGA", "NE", "NG", "family_unity", "ha", ("D2", "D7"), given_by="guardian", interpreter=True,
            options=["stay", "move"], child_view="She wants to be with her sister.",
        )  # fmt: skip
        stage.draft(
            "MORINGA", "NE", "NG", "family_unity", compartments=["D0", "D2", "D7"],
            needs_on_arrival=["shelter", "counselling", "family"], capacity_confirmed_by="Duty officer in Abuja, by telephone",
            message="Her sister of 17 is in another shelter here; her own offer follows. They want to be together.", **CARE_PLAN,
        )  # fmt: skip

    return (
        Story("MORINGA")
        .at(lambda s: s.find("MORINGA", "NE", facts.MORINGA), days=24)
        .at(lambda s: s.tell_child_protection("MORINGA", "NE"), days=23, hours=23.5)
        .at(
            lambda s: s.child_file(
                "MORINGA", "NE", guardian="Guardian of the court, Niamey", guardian_conflict_checked=True
            ),
            days=23,
            hours=23,
        )
        .at(
            lambda s: s.serve("MORINGA", "NE", "shelter", "shelter", "Ministry of social action", funded_days=40),
            days=23,
        )
        .at(lambda s: s.serve("MORINGA", "NE", "counselling", "child_protection", "Ministry of social action"), days=20)
        .at(
            lambda s: s.need("MORINGA", "NE", "family", "urgent", "Her sister of 17 is in another shelter."),
            days=19,
        )
        .at(
            lambda s: s.child_file(
                "MORINGA", "NE", assessed=True, child_view="She wants to be with her sister and to go back to school."
            ),
            days=6,
        )
        .at(prepare, days=2)
        .at(lambda s: s.send("MORINGA", "NE"), hours=30)
        .at(lambda s: s.child_says("MORINGA", "NE", "yes"), hours=26)
    )


def sister_of_moringa() -> Story:
    """Found five days later and sheltered elsewhere; the two belong together."""
    return (
        Story("MORINGA 2")
        .at(lambda s: s.find("MORINGA 2", "NE", facts.MORINGA_2), days=19, hours=6)
        .at(lambda s: s.tell_child_protection("MORINGA 2", "NE"), days=19, hours=5)
        .at(lambda s: s.belong("MORINGA", "MORINGA 2", "NE", "sibling"), days=19, hours=4)
        .at(
            lambda s: s.serve(
                "MORINGA 2", "NE", "shelter", "child_protection", "Ministry of social action", funded_days=40
            ),
            days=19,
            hours=3,
        )
        .at(
            lambda s: s.child_file(
                "MORINGA 2", "NE", guardian="Guardian of the court, Niamey", guardian_conflict_checked=True
            ),
            days=18,
        )
    )


def mimosa() -> Story:
    """Italy asks France to receive a girl who says she is 16. France offers an adult bed "after an age test"."""

    def prepare(stage: Stage) -> None:
        stage.risk(
            "MIMOSA",
            "IT",
            "high",
            "FR",
            "Travels with an officer; the telephone is new; nobody of the old house is told.",
        )
        stage.agree(
            "MIMOSA", "IT", "FR", "family_unity", "en", ("D2", "D3", "D7"), given_by="guardian", options=["stay", "move"],
            child_view="She wants to live near her aunt.",
        )  # fmt: skip
        stage.draft(
            "MIMOSA", "IT", "FR", "family_unity", compartments=["D0", "D2", "D3", "D7"],
            needs_on_arrival=["shelter", "counselling", "family"], capacity_confirmed_by="Duty officer in Paris, by telephone", **CARE_PLAN,
        )  # fmt: skip

    return (
        Story("MIMOSA")
        .at(lambda s: s.find("MIMOSA", "IT", facts.MIMOSA), days=52)
        .at(lambda s: s.tell_child_protection("MIMOSA", "IT"), days=51, hours=18)
        .at(lambda s: s.child_file("MIMOSA", "IT", guardian="Voluntary guardian, Palermo", guardian_conflict_checked=True), days=50)
        .at(lambda s: s.serve("MIMOSA", "IT", "shelter", "shelter", "Regional fund", funded_days=80), days=51)
        .at(lambda s: s.serve("MIMOSA", "IT", "counselling", "health", "Regional fund"), days=45)
        .at(lambda s: s.child_file("MIMOSA", "IT", assessed=True, child_view="She says she is 16 and wants to live near her aunt."), days=14)
        .at(lambda s: s.need("MIMOSA", "IT", "documents", note="The passport that says 19 came from the man she fled."), days=40)
        .at(prepare, days=5)
        .at(lambda s: s.send("MIMOSA", "IT"), days=4)
        .at(lambda s: s.do("MIMOSA", "FR", Action.ACKNOWLEDGE), days=3, hours=18)
        .at(lambda s: s.child_says("MIMOSA", "IT", "yes"), days=3)
        .at(
            lambda s: s.do(
                "MIMOSA", "FR", Action.ASK, language="fr",
                question="The passport says 19. We have an adult bed after an age test. Does the guardian agree?",
            ),
            days=1,
        )
    )  # fmt: skip


def alize() -> Story:
    """Mauritania hands a fisherman home to Senegal. Accepted; he leaves in twenty hours, and he may stop at any time."""

    def prepare(stage: Stage) -> None:
        stage.risk(
            "ALIZE",
            "MR",
            "medium",
            "SN",
            "Nobody from the recruiter's village meets him; the meeting point is a public office.",
        )
        stage.agree("ALIZE", "MR", "SN", "return_chosen", "fr", ("D2",), options=["stay", "return", "move"])
        stage.draft(
            "ALIZE", "MR", "SN", "return_chosen", compartments=["D0", "D2"], needs_on_arrival=["shelter", "legal", "income"],
            capacity_confirmed_by="Duty officer in Dakar, by telephone", message="His wage claim here stays open after his return.",
            **HIS_CARE_PLAN,
        )  # fmt: skip

    return (
        Story("ALIZE")
        .at(lambda s: s.find("ALIZE", "MR", facts.ALIZE), days=33)
        .at(lambda s: s.serve("ALIZE", "MR", "shelter", "shelter", "Assistance fund", funded_days=36), days=32)
        .at(lambda s: s.serve("ALIZE", "MR", "legal", "legal_aid", "Assistance fund", funded_days=365), days=30)
        .at(lambda s: s.law("ALIZE", "MR", "claim", "open", reference="Wage claim, invented 17"), days=28)
        .at(prepare, days=7)
        .at(lambda s: s.send("ALIZE", "MR"), days=6)
        .at(lambda s: s.do("ALIZE", "SN", Action.ACKNOWLEDGE), days=5, hours=20)
        .at(lambda s: s.accept("ALIZE", "SN", "Duty officer of the unit, Rosso", in_days=68 / 24), days=2)
    )


def papaye() -> Story:
    """A woman with five days of medicine. Her own country declined: no suitable place now."""

    def prepare(stage: Stage) -> None:
        stage.risk("PAPAYE", "MR", "low", "GM", "Travels with a nurse; her papers are with her.")
        stage.agree("PAPAYE", "MR", "GM", "return_chosen", "ar", ("D2",), options=["stay", "return"])
        stage.draft(
            "PAPAYE", "MR", "GM", "return_chosen", compartments=["D0", "D2"], needs_on_arrival=["shelter", "medical"],
            capacity_confirmed_by="Duty officer in Banjul, by telephone", **CARE_PLAN,
        )  # fmt: skip

    return (
        Story("PAPAYE")
        .at(lambda s: s.find("PAPAYE", "MR", facts.PAPAYE), days=41)
        .at(lambda s: s.serve("PAPAYE", "MR", "shelter", "shelter", "Assistance fund", funded_days=43), days=40)
        .at(lambda s: s.serve("PAPAYE", "MR", "medical", "health", "Assistance fund", funded_days=45), days=40)
        .at(lambda s: s.need("PAPAYE", "MR", "medical", "urgent", "Medicine every day."), days=40)
        .at(prepare, days=12)
        .at(lambda s: s.send("PAPAYE", "MR"), days=11)
        .at(lambda s: s.do("PAPAYE", "GM", Action.ACKNOWLEDGE), days=10)
        .at(
            lambda s: s.do(
                "PAPAYE", "GM", Action.DECLINE, decline_reason="no_capacity", not_before_at=s.at + 12 * DAY,
                message_back="No bed with nursing before day nine. Please ask again then.",
            ),
            days=3,
        )
        .at(lambda s: s.tonight("PAPAYE", "MR", bed=9 * DAY, medicine=5 * DAY, safe_tonight="yes", call_tonight="The community health centre"), hours=0)
    )  # fmt: skip


def coral() -> Story:
    """A woman of 19 helped in three countries. She left with her telephone fourteen hours ago. Free to leave, or in danger?"""

    def to_italy(stage: Stage) -> None:
        stage.risk("CORAL", "NG", "high", "IT", "Her telephone number is new; only the shelter knows it.")
        stage.agree("CORAL", "NG", "IT", "safety", "en", ("D2", "D3", "D5"), options=["stay", "move"])
        stage.draft(
            "CORAL", "NG", "IT", "safety", compartments=["D0", "D2", "D3", "D5"], needs_on_arrival=["shelter", "counselling"],
            capacity_confirmed_by="Duty officer in Rome, by telephone", **CARE_PLAN,
        )  # fmt: skip
        stage.send("CORAL", "NG")

    def to_france(stage: Stage) -> None:
        stage.risk("CORAL", "IT", "medium", "FR", "Travels with an officer; the old address is not used any more.")
        stage.agree("CORAL", "IT", "FR", "services", "en", ("D2", "D3", "D5"), options=["stay", "move"])
        stage.draft(
            "CORAL", "IT", "FR", "services", compartments=["D0", "D2", "D3", "D5"],
            needs_on_arrival=["shelter", "counselling", "income"], capacity_confirmed_by="Duty officer in Paris, by telephone",
            **CARE_PLAN,
        )  # fmt: skip
        stage.send("CORAL", "IT")

    return (
        Story("CORAL")
        .at(lambda s: s.find("CORAL", "NG", facts.CORAL), days=146)
        .at(lambda s: s.serve("CORAL", "NG", "shelter", "shelter", "National agency", funded_days=60), days=145)
        .at(to_italy, days=131)
        .at(lambda s: s.do("CORAL", "IT", Action.ACKNOWLEDGE), days=130, hours=4)
        .at(lambda s: s.accept("CORAL", "IT", "Duty officer at the airport", in_days=8), days=127)
        .at(
            lambda s: s.risk("CORAL", "NG", "high", "IT", "Reviewed: nothing new; the escort has her new number."),
            days=124,
            hours=6,
        )
        .at(lambda s: s.risk("CORAL", "NG", "high", "IT", "Reviewed before the journey."), days=119, hours=4)
        .at(lambda s: s.depart("CORAL", "NG", "By air", hours=11, escort="Case manager of the agency"), days=119)
        .at(lambda s: s.receive("CORAL", "IT", "Duty officer at the airport"), days=118, hours=12)
        .at(
            lambda s: s.serve("CORAL", "IT", "shelter", "shelter", "Regional fund", funded_days=120), days=118, hours=10
        )
        .at(lambda s: s.serve("CORAL", "IT", "counselling", "health", "Regional fund"), days=110)
        .at(lambda s: s.need("CORAL", "IT", "income", note="A nursing course, which is full here."), days=60)
        .at(
            lambda s: s.do(
                "CORAL", "IT", Action.GIVE_FEEDBACK, feedback="She is settled and has begun language lessons."
            ),
            days=113,
        )
        .at(lambda s: s.where("CORAL", "IT", "no_safe_place"), days=64)
        .at(lambda s: s.where("CORAL", "IT", "safe_place", support_running=True), days=59)
        .at(to_france, days=45)
        .at(lambda s: s.do("CORAL", "FR", Action.ACKNOWLEDGE), days=44)
        .at(lambda s: s.accept("CORAL", "FR", "Duty officer at the station", in_days=6), days=40)
        .at(lambda s: s.depart("CORAL", "IT", "By train", hours=10, escort="Case manager"), days=34)
        .at(lambda s: s.receive("CORAL", "FR", "Duty officer at the station"), days=33, hours=13)
        .at(lambda s: s.serve("CORAL", "FR", "shelter", "shelter", "Department", funded_days=90), days=33)
        .at(lambda s: s.ask_to_work("CORAL", "FR", "adviser", "survivor_led"), days=30)
        .at(lambda s: s.serve("CORAL", "FR", "income", "legal_aid", "Department"), days=25)
        .at(
            lambda s: s.do("CORAL", "FR", Action.GIVE_FEEDBACK, feedback="She has a room and a place in a course."),
            days=28,
        )
        .at(
            lambda s: s.risk("CORAL", "FR", "high", None, "The shelter looks out for her; nobody else is asked."),
            days=6,
            hours=22,
        )
        .at(lambda s: s.where("CORAL", "FR", "left_by_choice"), hours=14)
        .at(
            lambda s: s.need(
                "CORAL",
                "FR",
                "shelter",
                "urgent",
                "She left with her telephone. A new number writes: I'm fine. Free to leave, or in danger?",
            ),
            hours=12,
        )
    )


def sesame() -> Story:
    """A woman who chose to go home: on the way from Italy, expected in Lagos an hour ago."""

    def prepare(stage: Stage) -> None:
        stage.risk(
            "SESAME", "IT", "low", "NG", "Met by the agency at the airport; her family knows the day, not the hour."
        )
        stage.agree("SESAME", "IT", "NG", "return_chosen", "en", ("D2",), options=["stay", "return"])
        stage.draft(
            "SESAME", "IT", "NG", "return_chosen", compartments=["D0", "D2"], needs_on_arrival=["shelter", "income"],
            capacity_confirmed_by="Duty officer in Lagos, by telephone", **CARE_PLAN,
        )  # fmt: skip
        stage.send("SESAME", "IT")

    return (
        Story("SESAME")
        .at(lambda s: s.find("SESAME", "IT", facts.SESAME), days=96)
        .at(lambda s: s.serve("SESAME", "IT", "shelter", "shelter", "Regional fund", funded_days=100), days=95)
        .at(lambda s: s.serve("SESAME", "IT", "income", "legal_aid", "Regional fund"), days=70)
        .at(prepare, days=16)
        .at(lambda s: s.do("SESAME", "NG", Action.ACKNOWLEDGE), days=15, hours=6)
        .at(lambda s: s.accept("SESAME", "NG", "Zonal officer, Lagos airport", in_days=8), days=9)
        .at(lambda s: s.depart("SESAME", "IT", "By air", hours=11, escort="Escort of the agency"), hours=12)
    )


def neem() -> Story:
    """A man whose treatment could go on in Senegal. Senegal has asked a question that Nigeria has not answered."""

    def prepare(stage: Stage) -> None:
        stage.risk("NEEM", "NG", "medium", "SN", "Travels with an officer; the recruiter's accounts are blocked.")
        stage.agree("NEEM", "NG", "SN", "services", "en", ("D2", "D3"), options=["stay", "move"])
        stage.draft(
            "NEEM", "NG", "SN", "services", compartments=["D0", "D2", "D3"], needs_on_arrival=["shelter", "medical"],
            capacity_confirmed_by="Duty officer in Dakar, by telephone", **HIS_CARE_PLAN,
        )  # fmt: skip
        stage.send("NEEM", "NG")

    return (
        Story("NEEM")
        .at(lambda s: s.find("NEEM", "NG", facts.NEEM), days=37)
        .at(lambda s: s.serve("NEEM", "NG", "shelter", "shelter", "National agency", funded_days=60), days=36)
        .at(lambda s: s.serve("NEEM", "NG", "medical", "health", "National agency"), days=34)
        .at(lambda s: s.need("NEEM", "NG", "medical", note="The treatment that follows is given in Dakar."), days=20)
        .at(lambda s: s.ask_to_work("NEEM", "NG", "authority", "social_service"), days=33)
        .at(lambda s: s.ask_to_work("NEEM", "NG", "adviser", "survivor_led"), days=20)
        .at(
            lambda s: s.refer("NEEM", "NG", "income", "survivor_led", "D2", message="He would like to learn a trade."),
            days=1,
        )
        .at(prepare, days=6)
        .at(lambda s: s.do("NEEM", "SN", Action.ACKNOWLEDGE), days=5, hours=12)
        .at(
            lambda s: s.do(
                "NEEM",
                "SN",
                Action.ASK,
                question="How often does he need the treatment, and until when?",
                language="en",
            ),
            hours=40,
        )
    )


def stories() -> list[Story]:
    return [moringa(), sister_of_moringa(), mimosa(), alize(), papaye(), coral(), sesame(), neem()]
