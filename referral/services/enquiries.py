"""Asking another country whether there is a place, before anything of the person leaves.

An enquiry carries from where to where, an age band, sex, urgency and services: no nationality, no health, no name, no
code word. The person is told first. The answer stands beside the case and opens gate 6 for that country.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from referral import codes
from referral.actor import Actor
from referral.age_band import band_of
from referral.asking_states import ENQUIRY_MOVES, EnquiryAct
from referral.enums import Action, CaseStage, DeadlineKind, EnquiryState, InstitutionKind, Urgency
from referral.errors import (
    BothSides,
    CaseClosed,
    EnquiryOpen,
    EnquiryOver,
    FactMissing,
    NotAllowed,
    NotTaken,
    OfficerMissing,
    PersonNotTold,
)
from referral.models import CaseEvent, Enquiry, Institution
from referral.selectors.facts import is_child
from referral.selectors.left_open import enquiries_of
from referral.services import deadlines, notify
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.command import Work
from referral.services.contact import refuse_contact
from referral.services.notify import NEWS, Line
from referral.services.readers import seats


def ask(actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """Ask a country. `facts`: country, urgency, services, told_person.

    A country without a seat becomes an outside enquiry: it is asked by phone, and `record` writes down the answer.
    Raises PersonNotTold, NotTaken, CaseClosed, BothSides for the own country, EnquiryOpen, and what
    `contact.refuse_contact` refuses.
    """

    def write(work: Work) -> Entry:
        _may_ask(work, facts)
        enquiry = _written(work, facts)
        _owe_an_answer(work, enquiry)
        _tell(work, enquiry, Action.ENQUIRE, enquiry.receiver)
        return _entry(enquiry, enquiry.receiver_country_id)

    return on_case(actor, case_id, Action.ENQUIRE, write, submission=submission)


def answer(actor: Actor, enquiry_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """The country that was asked answers. `facts`: answer (yes, no), valid_until_at for a yes, note.

    Late is better than never: a lapsed enquiry can still be answered. Raises EnquiryOver when it is answered or
    withdrawn, or when the sender no longer answers for the person, BothSides, FactMissing.
    """

    def write(work: Work) -> Entry:
        enquiry = _locked(enquiry_id)
        if enquiry.receiver_id != actor.institution_id:
            raise NotAllowed
        if enquiry.sender_id in actor.acts_for:
            raise BothSides
        return _answered(work, enquiry, facts)

    return on_case(actor, _case_of(enquiry_id), Action.ANSWER_ENQUIRY, write, submission=submission)


def record(actor: Actor, enquiry_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """The sender writes down what a country without a seat answered by phone: officer, answered_at, outside_reference
    beside what `answer` takes. Raises OfficerMissing, EnquiryOver, FactMissing."""

    def write(work: Work) -> Entry:
        enquiry = _locked(enquiry_id)
        if not enquiry.outside:
            raise NotAllowed
        if not (facts.get("officer") and facts.get("answered_at")):
            raise OfficerMissing
        if facts["answered_at"] > work.moment.at:
            raise FactMissing
        enquiry.officer, enquiry.outside_reference = facts["officer"], facts.get("outside_reference") or ""
        return _answered(work, enquiry, facts)

    return on_case(actor, _case_of(enquiry_id), Action.RECORD_ENQUIRY, write, submission=submission)


def withdraw(actor: Actor, enquiry_id: int, *, submission: UUID | None) -> CaseOutcome:
    """The sender no longer needs an answer; whoever was asked is told. Raises EnquiryOver."""

    def write(work: Work) -> Entry:
        return _withdrawn(work, _locked(enquiry_id))

    return on_case(actor, _case_of(enquiry_id), Action.ENQUIRE, write, submission=submission, kind="withdraw_enquiry")


def withdraw_unanswered(work: Work) -> None:
    """The sender no longer answers for the person, so nobody needs to look for a place any more. The case is locked."""
    for enquiry in _locking(enquiries_of(work.case.pk)):
        _withdrawn(work, enquiry)


def _may_ask(work: Work, facts: Facts) -> None:
    country = facts["country"]
    if not facts.get("told_person"):
        raise PersonNotTold
    if work.case.taken_at is None:
        raise NotTaken
    if work.case.stage in (CaseStage.CLOSED, CaseStage.MISSING):
        raise CaseClosed
    if country == work.actor.country_code:
        raise BothSides
    refuse_contact(work.case, country)
    if Enquiry.objects.filter(case=work.case, receiver_country=country, state=EnquiryState.OPEN).exists():
        raise EnquiryOpen


def _written(work: Work, facts: Facts) -> Enquiry:
    """The row. The corridor is from here to there and nothing before it: a route tells where somebody is from."""
    country, person = facts["country"], work.case.person
    receiver = Institution.objects.filter(
        registry=work.registry, country=country, kind=InstitutionKind.FOCAL_POINT
    ).first()
    return Enquiry.objects.create(
        registry=work.registry,
        case=work.case,
        reference=codes.reference("Q"),
        sender_id=work.actor.institution_id,
        receiver=receiver,
        receiver_country_id=country,
        outside=receiver is None,
        told_person=True,
        corridor=[work.actor.country_code, country],
        age_band=band_of(person.age_low, person.age_high, child=is_child(work.case)),
        sex=person.sex,
        urgency=facts["urgency"],
        services=sorted(facts.get("services") or []),
        asked_at=work.moment.at,
    )


def _owe_an_answer(work: Work, enquiry: Enquiry) -> None:
    """Of a country without a seat the sender chases the answer, and so owes it."""
    owes, other = (enquiry.receiver, enquiry.sender) if enquiry.receiver else (enquiry.sender, None)
    deadlines.open_deadline(
        case=work.case,
        kind=DeadlineKind.ANSWER_ENQUIRY,
        owes=owes,
        other_side=other,
        enquiry=enquiry,
        moment=work.moment,
        urgent=enquiry.urgency == Urgency.URGENT,
        child=is_child(work.case),
    )


def _locking(rows: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
    return rows.select_for_update(of=("self",)).select_related("sender", "receiver")


def _locked(enquiry_id: int) -> Enquiry:
    return _locking(Enquiry.objects.all()).get(pk=enquiry_id)


def _case_of(enquiry_id: int) -> int:
    return Enquiry.objects.values_list("case_id", flat=True).get(pk=enquiry_id)


def _answered(work: Work, enquiry: Enquiry, facts: Facts) -> Entry:
    act, valid_until = EnquiryAct(facts["answer"]), facts.get("valid_until_at")
    move = ENQUIRY_MOVES[act]
    if enquiry.state not in move.sources or work.case.holder_id != enquiry.sender_id:
        raise EnquiryOver
    if act is EnquiryAct.YES and (valid_until is None or valid_until <= work.moment.at):
        raise FactMissing
    enquiry.state, enquiry.note = move.target, facts.get("note") or ""
    enquiry.valid_until_at = valid_until if act is EnquiryAct.YES else None
    enquiry.answered_at = facts.get("answered_at") or work.moment.at
    enquiry.save()
    deadlines.close_deadlines(case=work.case, enquiry=enquiry, moment=work.moment)
    _tell(work, enquiry, Action.ANSWER_ENQUIRY, enquiry.sender)
    return _entry(enquiry, act)


def _withdrawn(work: Work, enquiry: Enquiry) -> Entry:
    move = ENQUIRY_MOVES[EnquiryAct.WITHDRAW]
    if enquiry.state not in move.sources:
        raise EnquiryOver
    enquiry.state = move.target
    enquiry.save(update_fields=["state"])
    deadlines.close_deadlines(
        case=work.case, enquiry=enquiry, moment=work.moment, cancelled=True, reason="withdraw_enquiry"
    )
    _tell(work, enquiry, "withdraw_enquiry", enquiry.receiver)
    return _entry(enquiry, enquiry.receiver_country_id)


def _entry(enquiry: Enquiry, code: str) -> Entry:
    return Entry(code=code, content={"enquiry": enquiry.reference})


def _tell(work: Work, enquiry: Enquiry, kind: str, institution: Institution | None) -> None:
    """Tell one side. The country that is asked never learns which case it is, so its notice names none."""
    if institution is None:
        return
    lines = [
        Line(
            reader=reader,
            kind=kind,
            cause=f"enquiry:{enquiry.pk}:{kind}",
            template=NEWS,
            at=work.moment.at,
            case_id=enquiry.case_id if institution.pk == enquiry.sender_id else None,
        )
        for reader in seats(work.registry.pk, work.moment, [institution.pk]).at(institution)
        if reader.user_id != work.actor.user_id
    ]
    notify.write(lines, registry_id=work.registry.pk, moment=work.moment)


def reference_in(event: CaseEvent) -> str:
    """The reference of the enquiry that this event speaks of."""
    return str(event.payload.content["content"]["enquiry"])
