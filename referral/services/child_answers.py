"""Both child-protection answers about a handover of a child: a yes is needed from each side, silence is no."""

from __future__ import annotations

from referral.enums import Action, DeadlineKind, DeadlineState, InstitutionKind
from referral.models import Assignment, Deadline, Handover, Institution
from referral.services import deadlines
from referral.services.command import Work
from referral.services.handover_deadlines import pace
from referral.transitions import TRANSITIONS


def ask(work: Work, handover: Handover) -> None:
    """Child protection in both countries owes an answer. Nobody owes what it may not give: without one, nothing is owed.

    Asked twice nobody owes it twice. On a journey nothing is owed that cannot be given: who turns back is asked for then.
    """
    if handover.state not in TRANSITIONS[Action.CHILD_ANSWER].sources:
        return
    owed = Deadline.objects.filter(handover=handover, kind=DeadlineKind.CHILD_ANSWER, state=DeadlineState.OPEN)
    asked = set(owed.values_list("owes_id", flat=True))
    for side, institution in sides(work, handover).items():
        if side not in handover.child_protection_yes and institution.pk not in asked:
            deadlines.open_deadline(
                case=work.case,
                kind=DeadlineKind.CHILD_ANSWER,
                owes=institution,
                handover=handover,
                moment=work.moment,
                **pace(handover),
            )


def sides(work: Work, handover: Handover) -> dict[str, Institution]:
    """Who answers for child protection on each side: "sender" and "receiver". A side where nobody may answer is left out.

    For a country without a seat the sender writes down who answered there.
    """
    here = working(work) or _of_country(handover, handover.sender.country_id)
    there = handover.sender if handover.outside else _of_country(handover, handover.receiver_country_id)
    found = {"sender": here, "receiver": there}
    return {side: institution for side, institution in found.items() if institution is not None}


def may_be_given(work: Work, handover: Handover) -> bool:
    """Whether both sides have somebody who can say yes for a child (docs/decisions/0054)."""
    return len(sides(work, handover)) == len(("sender", "receiver"))


def working(work: Work) -> Institution | None:
    """Child protection that works on the case now."""
    open_work = Assignment.objects.filter(
        case=work.case, until_at__isnull=True, institution__kind=InstitutionKind.CHILD_PROTECTION
    )
    found = open_work.select_related("institution").first()
    return found.institution if found else None


def _of_country(handover: Handover, country: str | None) -> Institution | None:
    return Institution.objects.filter(
        registry_id=handover.registry_id, country=country, kind=InstitutionKind.CHILD_PROTECTION
    ).first()


def answer(work: Work, handover: Handover, *, yes: bool, for_receiver: bool) -> None:
    """Write one side's answer on the handover and meet its deadline. A later no takes an earlier yes back."""
    side = "receiver" if for_receiver else "sender"
    said = set(handover.child_protection_yes)
    handover.child_protection_yes = sorted(said | {side} if yes else said - {side})
    handover.save(update_fields=["child_protection_yes"])
    for owes in _asked(work, handover, side):
        deadlines.close_deadlines(
            case=work.case, handover=handover, owes=owes, kinds=[DeadlineKind.CHILD_ANSWER], moment=work.moment
        )


def _asked(work: Work, handover: Handover, side: str) -> list[Institution]:
    """Who owes this side's answer. Another institution of the country may have been asked than the one that works now."""
    there = sides(work, handover).get("receiver")
    if side == "receiver":
        return [there] if there else []
    owed = Institution.objects.filter(
        deadlines_owed__handover=handover,
        deadlines_owed__kind=DeadlineKind.CHILD_ANSWER,
        deadlines_owed__state=DeadlineState.OPEN,
        country=handover.sender.country_id,
    )
    return [institution for institution in owed if institution != there]
