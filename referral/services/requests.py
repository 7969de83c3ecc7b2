"""Asking about a person who may be in another institution's care: searching, saying "with us", asking for the case.

The holder decides. The asker learns nothing: whatever it typed, the row, the answer and the list are the same. So
nothing here raises because of what a code turned out to be, with one exception: one's own person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from common import second_wall
from referral import codes
from referral.actor import Actor
from referral.asking_states import REQUEST_MOVES, RequestAct
from referral.enums import Action, AskKind
from referral.errors import BothSides, NotAllowed, OwnPerson, RequestOver, TooManyRequests
from referral.models import Case, CaseEvent, PullRequest, Registry
from referral.policy import allowed
from referral.services import deadlines, drafts, events, lifecycle, notify
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.asked import owe_a_decision
from referral.services.command import Work, begin, check_constraints, one_at_a_time, share
from referral.services.contact import refuse_contact
from referral.services.moment import Moment, moment_of

ASKED_PER_DAY = 20
"""How often one institution may ask within a day of exercise time (exercise default), whether or not codes exist."""

MISREAD = str.maketrans("ILO", "110")
"""Letters that Crockford's alphabet leaves out, as people type them for the digits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the asker gets: the same for every code."""

    request: PullRequest
    repeated: bool = False


def ask(actor: Actor, kind: AskKind, facts: Facts, *, submission: UUID | None) -> Asked:
    """Ask about a person. `facts`: code (as typed: public code or code word), reason, language.

    The same form sent twice is one request. Raises TooManyRequests, OwnPerson for somebody for whom the asker itself
    answers, NotAllowed, ExercisePaused, RegistryEnded; never anything that tells whether a code exists.
    """
    with second_wall.command():
        registry = share(actor.registry_id)
        if not allowed(actor, Action.SEEK):
            raise NotAllowed
        one_at_a_time(submission)
        reference = _reference(actor, submission)
        before = PullRequest.objects.filter(registry=registry, reference=reference).first()
        if before is not None:
            return Asked(before, repeated=True)
        moment = moment_of(registry)
        _not_too_many(actor, moment)
        with second_wall.across("code"):
            case = _found(registry, facts["code"])
        work = begin(actor, case.pk, beyond="request") if case is not None else None
        # The holder under the lock: she may have moved on since the code was found.
        holder = work.case.holder if work is not None else None
        if holder is not None and holder.pk == actor.institution_id:
            raise OwnPerson
        request = PullRequest.objects.create(
            registry=registry,
            kind=kind,
            reference=reference,
            code=facts["code"],
            case=case if holder is not None else None,
            holder=holder,
            asker_id=actor.institution_id,
            reason=facts["reason"],
            language=facts.get("language") or "",
            asked_at=moment.at,
        )
        if work is not None and holder is not None:
            _hand_on(work, request)
        check_constraints()
        return Asked(request)


def _reference(actor: Actor, submission: UUID | None) -> str:
    """A reference that the same form of the same user always gets, so that nothing else needs to remember the form.

    The record of a case must not: a form key that is known there would tell that the code exists.
    """
    return codes.reference_of("S", actor.user_id, submission)


def _not_too_many(actor: Actor, moment: Moment) -> None:
    """One institution asks one at a time, so that two forms at once cannot both be the last that is allowed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ASKED_PER_DAY, actor.institution_id])
    since = moment.at - timedelta(days=1)
    if PullRequest.objects.filter(asker=actor.institution_id, asked_at__gt=since).count() >= ASKED_PER_DAY:
        raise TooManyRequests


def _found(registry: Registry, typed: str) -> Case | None:
    """The case behind a code as people type it: spaces, small letters, I for 1. One query whatever is typed."""
    word = " ".join(typed.upper().split())
    code = word.replace(" ", "").replace("-", "").translate(MISREAD)
    held = Case.objects.filter(registry=registry, holder__isnull=False).select_related("holder")
    return held.filter(Q(person__code_word=word) | Q(person__public_code=code)).order_by("pk").last()


def _hand_on(work: Work, request: PullRequest) -> None:
    """The holder hears of it. On a person under way, "with us" is news for the sender, who may send her on from there."""
    event = lifecycle.presence_reported(work) if request.kind == AskKind.PRESENCE else None
    if event is None:
        event = _recorded(work, request)
        assert work.case.holder is not None
        notify.tell(event=event, kind=Action.SEEK, institutions=[work.case.holder], moment=work.moment)
    owe_a_decision(work, request)


def _recorded(work: Work, request: PullRequest) -> CaseEvent:
    return events.record(
        case=work.case,
        kind=Action.SEEK,
        moment=work.moment,
        actor=work.actor,
        code=request.kind,
        content={"request": request.reference},
    )


def decide(actor: Actor, request_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """The holder decides. `facts`: act (agree, refuse, note), decision_note for the own file, and for an agreement
    purpose and urgency of the handover that is prepared from it.

    An agreement begins a draft to the asker's country: consent and gates then as always, and the asker hears of it when
    the handover is sent. Refusing says nothing to the asker. Raises RequestOver, BothSides, NothingReachesOrigin or
    RecipientBlocked for an agreement, and what `drafts.start` refuses.
    """

    def write(work: Work) -> Entry:
        request = PullRequest.objects.select_for_update(of=("self",)).select_related("asker").get(pk=request_id)
        act = RequestAct(facts["act"])
        move = REQUEST_MOVES[act]
        if request.state not in move.sources or request.kind not in move.kinds:
            raise RequestOver
        if request.asker_id in actor.acts_for:
            raise BothSides
        if act is RequestAct.AGREE:
            _begin_draft(work, request, facts)
        request.state, request.answered_at = move.target, work.moment.at
        request.decision_note = facts.get("decision_note") or ""
        request.save()
        deadlines.close_deadlines(case=work.case, request=request, moment=work.moment)
        return Entry(code=act, content={"request": request.reference}, handover=request.handover)

    case_id = PullRequest.objects.values_list("case_id", flat=True).get(pk=request_id, case__isnull=False)
    assert case_id is not None
    return on_case(actor, case_id, Action.ANSWER_REQUEST, write, submission=submission)


def _begin_draft(work: Work, request: PullRequest, facts: Facts) -> None:
    country = request.asker.country_id or ""
    refuse_contact(work.case, country)
    begun = drafts.start(
        work.actor,
        work.case.pk,
        receiver_country=country,
        purpose=facts["purpose"],
        urgency=facts["urgency"],
        submission=None,
    )
    request.handover = begun.handover
    work.case.version = begun.case.version
