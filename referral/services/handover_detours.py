"""What the rows beside the straight path do beyond state, facts, deadlines and notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Country
from referral import codes
from referral.enums import (
    CHILD_PROTECTION_DECIDES,
    Action,
    Alert,
    CaseStage,
    CustodyReason,
    DeadlineKind,
    DeadlineState,
    DeclineReason,
    HandoverState,
    HoldReason,
    InstitutionKind,
    MessageKind,
    Phrase,
    RevokeReason,
    Role,
    SearchEnd,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.models import (
    Assignment,
    CaseEvent,
    Deadline,
    Handover,
    Institution,
    Message,
    Whereabouts,
)
from referral.services import (
    asked,
    child_answers,
    child_review,
    continuing,
    custody,
    deadlines,
    packet,
    private_talk,
    promised_help,
    second_person,
)
from referral.services.command import Work
from referral.services.handover_rules import in_danger
from referral.services.places import arrived, found_again, owe_tonight, place

Facts = Mapping[str, Any]

DECLINES: Mapping[str, DeclineReason] = {
    RevokeReason.CAPACITY: DeclineReason.NO_CAPACITY,
    RevokeReason.BORDER: DeclineReason.LEGAL_OBSTACLE,
    RevokeReason.SAFETY: DeclineReason.NOT_SAFE_HERE,
}
"""What a revoked acceptance becomes when the country cannot receive at all."""


def _revoke(work: Work, handover: Handover, given: Facts) -> None:
    _no_longer_owed(work, handover, DeadlineKind.TRAVEL_PLAN, Action.REVOKE)
    if given.get("cannot_receive"):
        handover.decline_reason = DECLINES[given["revoke_reason"]]
        handover.closed_at = work.moment.at
        handover.save(update_fields=["decline_reason", "closed_at"])
        deadlines.close_deadlines(
            case=work.case, handover=handover, moment=work.moment, cancelled=True, reason=Action.REVOKE
        )


def _no_longer_owed(work: Work, handover: Handover, kind: DeadlineKind, reason: Action) -> None:
    deadlines.close_deadlines(
        case=work.case, handover=handover, kinds=[kind], moment=work.moment, cancelled=True, reason=reason
    )


def _hold(work: Work, handover: Handover, _given: Facts) -> None:
    if handover.hold_reason in CHILD_PROTECTION_DECIDES:
        private_talk.owe(work, handover)


def _turn_back(work: Work, handover: Handover, given: Facts) -> None:
    safe = given["safe_here"] == YesNoUnknown.YES
    where = WhereaboutsKind.SAFE_PLACE if safe else WhereaboutsKind.NO_SAFE_PLACE
    place(work, where, handover.sender.country, work.moment.at, safe=safe)
    found_again(work.case)
    _tonight(work, given["safe_here"])
    _no_longer_owed(work, handover, DeadlineKind.CONFIRM_ARRIVAL, Action.TURN_BACK)
    if handover.state == HandoverState.HELD:
        handover.objected, handover.hold_reason = False, HoldReason.PERSON
        handover.save(update_fields=["objected", "hold_reason"])
        private_talk.owe(work, handover)
    if handover.child:
        child_answers.ask(work, handover)


def _tonight(work: Work, safe: str) -> None:
    """What was said of tonight, in place of what was known before the journey; a bed that has ended says nothing now."""
    person = work.case.person
    person.safe_tonight = safe
    if person.bed_until_at is not None and person.bed_until_at <= work.moment.at:
        person.bed_until_at = None
    person.save(update_fields=["safe_tonight", "bed_until_at"])
    if safe == YesNoUnknown.YES:
        deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.TONIGHT], moment=work.moment)
    else:
        owe_tonight(work)


def _not_arrived(work: Work, handover: Handover, _given: Facts) -> None:
    """An adult who leaves by choice is not missing: the search is quiet unless there is a child or a sign of danger."""
    handover.alert = Alert.URGENT if in_danger(work, handover) else Alert.QUIET
    handover.save(update_fields=["alert"])
    _no_longer_owed(work, handover, DeadlineKind.CONFIRM_ARRIVAL, Action.REPORT_NOT_ARRIVED)
    place(work, WhereaboutsKind.MISSING, handover.sender.country, work.moment.at, by=handover.sender)


def _end_search(work: Work, handover: Handover, given: Facts) -> None:
    """What is known of the place when nobody searches any more; the search began with *missing*."""
    match given["search_end"]:
        case SearchEnd.OWN_CHOICE:
            place(work, WhereaboutsKind.LEFT_BY_CHOICE, handover.sender.country, work.moment.at)
        case SearchEnd.ELSEWHERE:
            _elsewhere(work, given.get("found_country") or handover.sender.country_id)
        case _ if work.case.place != WhereaboutsKind.MISSING:
            # Somebody had seen the person meanwhile, and no longer does.
            place(work, WhereaboutsKind.MISSING, handover.sender.country, work.moment.at)
    if given["search_end"] == SearchEnd.LOST:
        work.case.stage = CaseStage.MISSING
        work.case.save(update_fields=["stage"])
    else:
        found_again(work.case)


def _object(_work: Work, handover: Handover, _given: Facts) -> None:
    handover.objected = True
    handover.save(update_fields=["objected"])


def _disengage(work: Work, handover: Handover, _given: Facts) -> None:
    found_again(work.case)
    place(work, WhereaboutsKind.LEFT_BY_CHOICE, handover.sender.country, work.moment.at)


def _forward(work: Work, handover: Handover, _given: Facts) -> None:
    assert handover.forward_country_id is not None
    new_draft(work, handover, handover.forward_country_id)


AWAY = (WhereaboutsKind.ALONE, WhereaboutsKind.MISSING, WhereaboutsKind.LEFT_BY_CHOICE)
"""Places from which somebody may have gone on to any country."""


def _divert(work: Work, handover: Handover, _given: Facts) -> None:
    """Who has left is over there with nobody, until that country receives; who has not is where the person was.

    Who is detained on the way stays detained, wherever the person wants to go.
    """
    country = handover.diverted_country_id
    assert country is not None
    left = handover.departed_at is not None and work.case.place != WhereaboutsKind.DETAINED
    if left or work.case.place in AWAY or _says_present(handover, country):
        _elsewhere(work, country)
        found_again(work.case)
    new_draft(work, handover, country)


def _says_present(handover: Handover, country: str) -> bool:
    """Whether that country has said that the person is there."""
    said = CaseEvent.objects.filter(handover=handover, kind=Action.REPORT_PRESENCE, institution__country=country)
    return said.exists()


def _elsewhere(work: Work, country: str | None) -> None:
    place(work, WhereaboutsKind.ELSEWHERE, Country.objects.get(pk=country), work.moment.at)


def _death(work: Work, handover: Handover, _given: Facts) -> None:
    """Nobody is covered or to be found any more. The holder goes on answering until it closes the file."""
    country = work.case.place_country or handover.sender.country
    place(work, WhereaboutsKind.DIED, country, work.moment.at, by=handover.sender)
    found_again(work.case)


def new_draft(work: Work, handover: Handover, country: str) -> Handover:
    """A draft to another country after this handover, with what still holds; permission is per recipient, so not that."""
    receiver = Institution.objects.filter(
        registry=work.registry, country=country, kind=InstitutionKind.FOCAL_POINT
    ).first()
    draft = Handover.objects.create(
        registry=work.registry,
        case=work.case,
        reference=codes.reference("H"),
        sender=handover.sender,
        receiver=receiver,
        outside=receiver is None,
        receiver_country_id=country,
        forwarded_from=handover,
        purpose=handover.purpose,
        urgency=handover.urgency,
        needs_on_arrival=handover.needs_on_arrival,
        options_compared=handover.options_compared,
    )
    deadlines.open_deadline(
        case=work.case, kind=DeadlineKind.STALE_DRAFT, owes=handover.sender, handover=draft, moment=work.moment
    )
    return draft


def _correct(work: Work, handover: Handover, _given: Facts) -> None:
    """The receipt was wrong: the former holder answers again, with what it knew, and the person is on the way."""
    received_at = custody.last_link(work.case).since_at
    custody.append(work.case, handover.sender, CustodyReason.CORRECTED, work.moment, handover)
    sealed = packet.unseal(handover)
    continuing.take_back(work, handover, received_at)
    # All that was owed since the receipt, also by those whom the other side had asked to work on the case.
    ended = [kind for kind in DeadlineKind if kind is not DeadlineKind.FEEDBACK]
    deadlines.close_deadlines(
        case=work.case, kinds=ended, moment=work.moment, cancelled=True, reason=Action.AGREE_CORRECTION
    )
    promised_help.end_all(work.case, work.moment.at)
    Assignment.objects.filter(case=work.case, until_at__isnull=True).update(until_at=work.moment.at)
    Assignment.objects.filter(
        case=work.case, until_at=received_at, institution__country=handover.sender.country_id
    ).update(until_at=None)
    promised_help.go_on(handover, received_at, sealed.contents.get("services", {}))
    asked.ask_again(work, received_at)
    _where_before(work, handover, received_at)
    if child_review.is_undetermined(work, handover):
        child_review.owe(work, handover.departed_at)
    work.case.version += 1
    work.case.save(update_fields=["version"])


SHELTERED = (WhereaboutsKind.SAFE_PLACE, WhereaboutsKind.SUPPORTED_PLACE, WhereaboutsKind.ARRIVED)
"""Places that nobody who is on the way sleeps in."""


def _where_before(work: Work, handover: Handover, received_at: datetime) -> None:
    """What was known before the receipt holds again: who was missing then is not with an escort now."""
    assert handover.receiver is not None
    known = (
        Whereabouts.objects.filter(case=work.case)
        .exclude(recorded_at__gte=received_at, institution__country=handover.receiver.country_id)
        .order_by("-happened_at", "-pk")
        .first()
    )
    if known is not None and known.kind not in SHELTERED:
        place(work, WhereaboutsKind(known.kind), known.country, work.moment.at, safe=known.support_running)
    else:
        # A plan names an escort before anybody has left: only a departure says that somebody travels along.
        escorted = handover.escort and handover.departed_at is not None
        travel = WhereaboutsKind.ESCORTED if escorted else WhereaboutsKind.ALONE
        place(work, travel, handover.sender.country, work.moment.at)


def _receive_outside(work: Work, handover: Handover, given: Facts) -> None:
    """Custody stays with the sender, who asks after 30 and after 90 days (exercise default)."""
    safe = given["arrived_safely"] == YesNoUnknown.YES
    arrived(work, handover.receiver_country, given["arrived_at"], safe=safe, outside=True)
    found_again(work.case)
    work.case.person.bed_until_at = None
    _tonight(work, given["arrived_safely"])


def _follow_up(work: Work, handover: Handover, given: Facts) -> None:
    """Meets the earliest follow-up that is open, and the later one only once it is shown: half of its time has passed.

    A call that reached nobody meets none, so that somebody asks again (exercise default).
    """
    _say(work, handover, given, MessageKind.CALL)
    heard_at = given.get("happened_at") or work.moment.at
    open_now = Deadline.objects.filter(handover=handover, state=DeadlineState.OPEN)
    asked = Q(kind=DeadlineKind.FOLLOW_UP_30) | Q(kind=DeadlineKind.FOLLOW_UP_90, shown_from_at__lte=heard_at)
    owed = open_now.filter(asked).order_by("due_at").first() if given["phrase"] != Phrase.NO_ANSWER else None
    if owed is not None:
        deadlines.close_deadlines(
            case=work.case, handover=handover, kinds=[DeadlineKind(owed.kind)], moment=work.moment
        )


def _supplement(work: Work, handover: Handover, given: Facts) -> None:
    packet.supplement(handover, given["compartments_more"], given.get("supplement_note") or "", work.moment)


def _child_answer(work: Work, handover: Handover, given: Facts) -> None:
    at_home = work.actor.role == Role.CHILD_PROTECTION and work.actor.country_code == handover.sender.country_id
    child_answers.answer(work, handover, yes=given["child_answer"] == "yes", for_receiver=not at_home)


def _override(work: Work, handover: Handover, given: Facts) -> None:
    """Counted: every override stays on the handover with its reason and both people."""
    row = {"gate": given["gate"], "reason": given["reason"], "at": work.moment.at.isoformat()}
    people = {"first": given["proposed_by"], "second": work.actor.user_id}
    handover.overrides = [*handover.overrides, row | people]
    handover.save(update_fields=["overrides"])


def _waive(work: Work, handover: Handover, given: Facts) -> None:
    deadlines.waive(Deadline.objects.get(pk=given["deadline"], handover=handover), work.moment, given["reason"])


def _drop(work: Work, _handover: Handover, given: Facts) -> None:
    second_person.drop(work, given["proposal"])


def _write(work: Work, handover: Handover, given: Facts) -> None:
    _say(work, handover, given, MessageKind.MESSAGE)


def _call(work: Work, handover: Handover, given: Facts) -> None:
    _say(work, handover, given, MessageKind.CALL)


def _say(work: Work, handover: Handover, given: Facts, kind: MessageKind) -> None:
    Message.objects.create(
        handover=handover,
        institution_id=work.actor.institution_id,
        kind=kind,
        phrase=given["phrase"],
        text=given.get("text") or "",
        language=given.get("language") or "",
        spoke_with=given.get("spoke_with") or "",
        happened_at=given.get("happened_at") or work.moment.at,
        recorded_at=work.moment.at,
    )
    if given["phrase"] == Phrase.NO_ANSWER:
        return
    # Telling the other side, by message or by call, is what an arrival with an objection asks of each.
    own = handover.sender if work.actor.institution_id == handover.sender_id else handover.receiver
    deadlines.close_deadlines(
        case=work.case, handover=handover, owes=own, kinds=[DeadlineKind.OBJECTION], moment=work.moment
    )


DETOURS: Mapping[Action, Callable[[Work, Handover, Facts], None]] = {
    Action.REVOKE: _revoke,
    Action.HOLD: _hold,
    Action.TURN_BACK: _turn_back,
    Action.REPORT_NOT_ARRIVED: _not_arrived,
    Action.END_SEARCH: _end_search,
    Action.OBJECT: _object,
    Action.DISENGAGE: _disengage,
    Action.AGREE_FORWARD: _forward,
    Action.DIVERT: _divert,
    Action.DEATH: _death,
    Action.AGREE_CORRECTION: _correct,
    Action.RECEIVE_OUTSIDE: _receive_outside,
    Action.FOLLOW_UP: _follow_up,
    Action.SUPPLEMENT: _supplement,
    Action.CHILD_ANSWER: _child_answer,
    Action.OVERRIDE: _override,
    Action.WAIVE: _waive,
    Action.DROP_PROPOSAL: _drop,
    Action.WRITE_MESSAGE: _write,
    Action.RECORD_CALL: _call,
}
