"""A person is found: the case is opened, taken by the focal point, released from border or police to protection."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from common import second_wall
from referral import codes
from referral.actor import Actor
from referral.enums import (
    Action,
    AssignmentKind,
    CaseStage,
    CustodyReason,
    DeadlineKind,
    DeadlineState,
    InstitutionKind,
    Opinion,
    TraffickingStatus,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.errors import NotAllowed
from referral.models import (
    Assignment,
    Case,
    Deadline,
    Institution,
    Person,
    PersonIdentity,
    Registry,
    Release,
    Screening,
    Whereabouts,
)
from referral.policy import allowed
from referral.selectors.facts import is_child
from referral.services import custody, deadlines, events, notify
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.command import Work, check_constraints, one_at_a_time, recorded, share
from referral.services.moment import Moment, moment_of

SCREENING_VERSION = "short-2026"

PERSON_FACTS = (
    "sex", "gender", "age_low", "age_high", "age_basis", "maybe_child", "languages", "needs_interpreter", "citizenships",
    "feared_countries", "dependants", "accompanied", "wishes", "safe_contact", "adaptation", "no_family_contact",
    "safe_tonight", "bed_until_at", "medicine_until_at", "call_tonight",
)  # fmt: skip


def focal_point_of(registry: Registry, country_code: str) -> Institution:
    """The institution that answers for people found in this country, from intake on."""
    return Institution.objects.get(registry=registry, country=country_code, kind=InstitutionKind.FOCAL_POINT)


def open_case(actor: Actor, facts: Facts, *, submission: UUID | None, code_word: str = "") -> CaseOutcome:
    """Open a case of a person found now. The country's focal point institution answers from this instant.

    `facts` are cleaned form values (`PERSON_FACTS`, found_by, immediate_danger, held_by_security, in_centre, indicators, opinion,
    interpreter_safe, name). Raises NotAllowed, ExercisePaused, RegistryEnded.
    """
    with second_wall.command():
        registry = share(actor.registry_id)
        one_at_a_time(submission)
        before = recorded(actor, submission)
        if before is not None:
            return CaseOutcome(before.case, before, repeated=True)
        if not allowed(actor, Action.OPEN_CASE):
            raise NotAllowed
        moment = moment_of(registry)
        opener = Institution.objects.get(pk=actor.institution_id)
        focal = focal_point_of(registry, actor.country_code)
        with second_wall.across("intake"):
            case = _write_case(registry, opener, focal, facts, moment, code_word)
        second_wall.open_cases(case.pk)
        # Not across the wall: a name is written into an opened file alone.
        PersonIdentity.objects.create(person=case.person, name=facts.get("name") or "")
        _write_first_rows(case, opener, actor, facts, moment)
        _open_deadlines(case, opener, focal, facts, moment)
        event = events.record(
            case=case,
            kind=Action.OPEN_CASE,
            moment=moment,
            actor=actor,
            code=str(facts["found_by"]),
            content={"facts": sorted(name for name in facts if facts[name] not in (None, "", [], False))},
            submission=submission,
        )
        if opener.pk != focal.pk:
            notify.tell(
                event=event, kind=Action.OPEN_CASE, institutions=[focal], moment=moment, except_user_id=actor.user_id
            )
        check_constraints()
        return CaseOutcome(case, event)


def _write_case(
    registry: Registry, opener: Institution, focal: Institution, facts: Facts, moment: Moment, code_word: str
) -> Case:
    person = _write_person(registry, facts, code_word)
    assert focal.country is not None, "a focal point institution belongs to a country"
    indicators = facts.get("indicators") or []
    screened = bool(facts.get("opinion"))
    case = Case.objects.create(
        registry=registry,
        person=person,
        stage=CaseStage.SCREENED if screened else CaseStage.DETECTED,
        status=TraffickingStatus.PRESUMED
        if facts.get("opinion") == Opinion.POSSIBLE
        else TraffickingStatus.NOT_ASSESSED,
        opened_at=moment.at,
        opened_by=opener,
        found_by=facts["found_by"],
        found_in=focal.country,
        immediate_danger=bool(facts.get("immediate_danger")),
        non_punishment=bool(indicators) or facts.get("opinion") == Opinion.POSSIBLE,
    )
    custody.append(case, focal, CustodyReason.INTAKE, moment)
    return case


def _write_person(registry: Registry, facts: Facts, code_word: str) -> Person:
    """A person under a code word that nobody in the registry has, whatever else is being opened at this instant.

    Another intake may take the same word before it can be seen here. The database refuses the second one, and the
    next word is tried. Only the plain words are read, so that the cost does not grow with the registry.
    """
    taken = set(
        Person.objects.filter(registry=registry, code_word__in=codes.CODE_WORDS).values_list("code_word", flat=True)
    )
    while True:
        word = code_word or codes.code_word(taken)
        try:
            with transaction.atomic():
                return Person.objects.create(
                    registry=registry,
                    public_code=codes.public_code(),
                    code_word=word,
                    **{name: facts[name] for name in PERSON_FACTS if facts.get(name) is not None},
                )
        except IntegrityError:
            if word == code_word or not Person.objects.filter(registry=registry, code_word=word).exists():
                raise
            taken.add(word)


def _write_first_rows(case: Case, opener: Institution, actor: Actor, facts: Facts, moment: Moment) -> None:
    safe = facts.get("safe_tonight") == YesNoUnknown.YES
    Whereabouts.objects.create(
        case=case,
        kind=WhereaboutsKind.SAFE_PLACE if safe else WhereaboutsKind.NO_SAFE_PLACE,
        country_id=case.found_in_id,
        happened_at=moment.at,
        recorded_at=moment.at,
        institution=opener,
        support_running=safe,
    )
    if facts.get("opinion"):
        Screening.objects.create(
            case=case,
            list_version=SCREENING_VERSION,
            items=facts.get("indicators") or [],
            opinion=facts["opinion"],
            interpreter_safe=bool(facts.get("interpreter_safe", True)),
            at=moment.at,
            institution=opener,
        )
    if opener.kind != InstitutionKind.FOCAL_POINT:
        Assignment.objects.create(
            case=case,
            kind=AssignmentKind.FIRST_RESPONDER,
            institution=opener,
            membership_id=actor.membership_id,
            since_at=moment.at,
        )


def _open_deadlines(case: Case, opener: Institution, focal: Institution, facts: Facts, moment: Moment) -> None:
    child = is_child(case)

    def owe(kind: DeadlineKind, by: Institution) -> None:
        deadlines.open_deadline(case=case, kind=kind, owes=by, moment=moment, urgent=case.immediate_danger, child=child)

    if facts.get("safe_tonight") != YesNoUnknown.YES:
        owe(DeadlineKind.TONIGHT, opener)
    if not facts.get("opinion"):
        owe(DeadlineKind.SCREEN, opener)
    owe(DeadlineKind.TAKE, focal)
    if child:
        owe(DeadlineKind.CHILD_NOTICE, focal)
    if facts.get("in_centre"):
        owe(DeadlineKind.CENTRE, focal)
    if facts.get("held_by_security"):
        Release.objects.create(case=case, held_by=opener, released_to=focal, requested_at=moment.at)
        owe(DeadlineKind.RELEASE, opener)


def take_case(actor: Actor, case_id: int, *, submission: UUID | None) -> CaseOutcome:
    """The focal point takes the case: the first responder's work on it ends."""

    def write(work: Work) -> Entry:
        work.case.taken_at = work.case.taken_at or work.moment.at
        work.case.save(update_fields=["taken_at"])
        Assignment.objects.filter(case=work.case, kind=AssignmentKind.FIRST_RESPONDER, until_at__isnull=True).update(
            until_at=work.moment.at
        )
        Assignment.objects.get_or_create(
            case=work.case,
            kind=AssignmentKind.FOCAL_POINT,
            institution_id=actor.institution_id,
            until_at=None,
            defaults={"membership_id": actor.membership_id, "since_at": work.moment.at},
        )
        deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.TAKE], moment=work.moment)
        # What the first responder has not done yet is owed by whoever takes over the work.
        left = Deadline.objects.filter(case=work.case, owes=work.case.opened_by_id, state=DeadlineState.OPEN)
        left.filter(kind__in=(DeadlineKind.TONIGHT, DeadlineKind.SCREEN)).update(owes=actor.institution_id)
        return Entry()

    return on_case(actor, case_id, Action.TAKE_CASE, write, submission=submission)


def release(actor: Actor, case_id: int, *, certificate: str, submission: UUID | None) -> CaseOutcome:
    """Release from border or security to protection, with the certificate's number."""

    def write(work: Work) -> Entry:
        Release.objects.filter(case=work.case, released_at__isnull=True).update(
            released_at=work.moment.at, certificate=certificate
        )
        deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.RELEASE], moment=work.moment)
        return Entry(content={"certificate": certificate})

    return on_case(actor, case_id, Action.RELEASE, write, submission=submission)
