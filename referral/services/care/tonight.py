"""Tonight, danger, where the person is, and facts about her."""

from __future__ import annotations

from uuid import UUID

from referral.actor import Actor
from referral.enums import (
    OPEN_STATES,
    Action,
    Alert,
    CaseStage,
    Compartment,
    DeadlineKind,
    DeadlineState,
    HandoverState,
    HoldReason,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.errors import ArrivalImpossible
from referral.models import ChildFile, Deadline, Handover, PersonIdentity, Release, Whereabouts
from referral.selectors.facts import is_child
from referral.services import child_answers, deadlines, lifecycle, private_talk
from referral.services.act import CaseOutcome, Entry, Facts, changed, on_case
from referral.services.command import Work
from referral.services.majority import majority_of
from referral.services.places import found_again, owe_tonight

TONIGHT = ("safe_tonight", "bed_until_at", "medicine_until_at", "call_tonight")
WAY_ON = (WhereaboutsKind.SAFE_PLACE, WhereaboutsKind.SUPPORTED_PLACE, WhereaboutsKind.ESCORTED)
"""Where an arrival centre may lead: a place with protection, or the road to one with an escort."""
IDENTITY = "with_identity"
"""Code of an entry that changed identity beside other facts."""
PERSON = (
    "sex", "gender", "age_low", "age_high", "age_basis", "maybe_child", "languages", "needs_interpreter", "citizenships",
    "feared_countries", "dependants", "accompanied", "wishes", "safe_contact", "adaptation", "no_family_contact",
)  # fmt: skip


def record_tonight(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Whether the person is safe tonight, until when there is a bed and medicine, and who to call."""

    def write(work: Work) -> Entry:
        names = changed(work.case.person, facts, TONIGHT)
        safe = facts.get("safe_tonight")
        if safe in (YesNoUnknown.YES, YesNoUnknown.NO):
            _place(work, WhereaboutsKind.SAFE_PLACE if safe == YesNoUnknown.YES else WhereaboutsKind.NO_SAFE_PLACE)
        if safe == YesNoUnknown.YES:
            deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.TONIGHT], moment=work.moment)
        elif safe == YesNoUnknown.NO:
            owe_tonight(work)
        return Entry(code=str(safe or ""), content={"facts": names})

    return on_case(
        actor, case_id, Action.RECORD_TONIGHT, write, submission=submission, version=version, compartment=Compartment.D2
    )


def _place(work: Work, kind: WhereaboutsKind) -> None:
    """Tonight is where the acting institution is, or where a country without a seat received the person."""
    last = Whereabouts.objects.filter(case=work.case).order_by("-happened_at", "-pk").first()
    country, safe = work.actor.country_code, kind is WhereaboutsKind.SAFE_PLACE
    if last is not None and last.country_id != country and _received_outside(work, last.country_id):
        country, kind = last.country_id, WhereaboutsKind.ARRIVED if safe else kind
    if last is not None and last.kind == kind and last.country_id == country:
        return
    Whereabouts.objects.create(
        case=work.case,
        kind=kind,
        country_id=country,
        happened_at=work.moment.at,
        recorded_at=work.moment.at,
        institution_id=work.actor.institution_id,
        support_running=safe,
    )


def _received_outside(work: Work, country: str) -> bool:
    rows = Handover.objects.filter(case=work.case, state=HandoverState.RECEIVED_OUTSIDE, receiver_country=country)
    return rows.exists()


def record_person(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Facts about the person. A corrected age changes which deadlines apply from now on, never those that run."""

    def write(work: Work) -> Entry:
        was_child = is_child(work.case)
        identity = _birth(work, facts)
        names = changed(work.case.person, facts, PERSON) + identity
        if is_child(work.case) and not was_child:
            _child_found(work)
        # Whoever writes identity has seen it: the audit list finds these entries by their code.
        return Entry(code=IDENTITY if identity else "", content={"facts": names})

    return on_case(
        actor, case_id, Action.RECORD_FACTS, write, submission=submission, version=version, compartment=Compartment.D2
    )


def _birth(work: Work, facts: Facts) -> list[str]:
    """The birth date stands with the identity; the person's row keeps only when majority comes, for the sweep."""
    if "birth_date" not in facts:
        return []
    identity, _ = PersonIdentity.objects.get_or_create(person=work.case.person)
    names = changed(identity, facts, ("birth_date",))
    if names:
        country = work.case.holder.country if work.case.holder else None
        known = facts["birth_date"]
        work.case.person.majority_at = majority_of(known, country.zone if country else "UTC") if known else None
        work.case.person.save(update_fields=["majority_at"])
    return names


def _child_found(work: Work) -> None:
    """The presumption of minority switches the child's safeguards on by itself: child protection has to be told.

    An open handover becomes a child's from here on: both yeses are needed, and no stop is confirmed without child protection.
    On the way nobody can say yes any more: a quiet search becomes a loud one, and whoever receives tells its own child
    protection (`handover_effects`).
    """
    assert work.case.holder is not None
    for handover in Handover.objects.filter(case=work.case, state__in=OPEN_STATES).select_related("sender", "receiver"):
        handover.child = True
        if handover.state == HandoverState.WHEREABOUTS_UNKNOWN:
            handover.alert = Alert.URGENT
        handover.save(update_fields=["child", "alert"])
        child_answers.ask(work, handover)
    private_talk.pass_on(work)
    file = ChildFile.objects.filter(case=work.case).first()
    if file is None or file.told_child_protection_at is None:
        deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.CHILD_NOTICE], moment=work.moment, cancelled=True)
        deadlines.open_deadline(
            case=work.case, kind=DeadlineKind.CHILD_NOTICE, owes=work.case.holder, moment=work.moment, child=True
        )


def record_whereabouts(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Where the person is since when. Raises ArrivalImpossible for a time in the future.

    That somebody detains the person is a fact like another: release to protection is due from now on. A place or an
    escort is the way on from an arrival centre.
    """

    def write(work: Work) -> Entry:
        happened = facts.get("happened_at") or work.moment.at
        if happened > work.moment.at:
            raise ArrivalImpossible
        Whereabouts.objects.create(
            case=work.case,
            kind=facts["kind"],
            country_id=facts.get("country") or actor.country_code,
            happened_at=happened,
            recorded_at=work.moment.at,
            institution_id=actor.institution_id,
            support_running=bool(facts.get("support_running")),
        )
        if facts["kind"] == WhereaboutsKind.SAFE_PLACE:
            deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.TONIGHT], moment=work.moment)
        if facts["kind"] == WhereaboutsKind.MISSING:
            work.case.stage = CaseStage.MISSING
            work.case.save(update_fields=["stage"])
            lifecycle.hold_by_system(work, HoldReason.MISSING)
        elif not Whereabouts.objects.filter(case=work.case, happened_at__gt=happened).exists():
            # Where the person was before going missing finds nobody.
            found_again(work.case)
            _leave_centre(work, facts["kind"])
            if facts["kind"] == WhereaboutsKind.DETAINED:
                _owe_release(work)
        return Entry(code=facts["kind"], happened_at=happened)

    return on_case(actor, case_id, Action.RECORD_WHEREABOUTS, write, submission=submission, version=version)


def _leave_centre(work: Work, kind: str) -> None:
    """The way on from an arrival centre is found with a place or an escort. Whoever left by choice needs none."""
    if kind in WAY_ON or kind == WhereaboutsKind.LEFT_BY_CHOICE:
        deadlines.close_deadlines(
            case=work.case, kinds=[DeadlineKind.CENTRE], moment=work.moment, cancelled=kind not in WAY_ON
        )


def _owe_release(work: Work) -> None:
    """Whoever answers for the person owes the release, unless it is owed already. Who detains stays open: nobody has said."""
    holder = work.case.holder
    assert holder is not None
    Release.objects.get_or_create(
        case=work.case, released_at=None, defaults={"released_to": holder, "requested_at": work.moment.at}
    )
    owed = Deadline.objects.filter(case=work.case, kind=DeadlineKind.RELEASE, state=DeadlineState.OPEN)
    if not owed.exists():
        deadlines.open_deadline(case=work.case, kind=DeadlineKind.RELEASE, owes=holder, moment=work.moment)


def raise_danger(actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """Danger now: the case is urgent from here on and somebody has to make the person safe within the urgent limit."""

    def write(work: Work) -> Entry:
        work.case.immediate_danger = True
        work.case.save(update_fields=["immediate_danger"])
        changed(work.case.person, {**facts, "safe_tonight": YesNoUnknown.NO}, TONIGHT)
        _place(work, WhereaboutsKind.NO_SAFE_PLACE)
        deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.TONIGHT], moment=work.moment, cancelled=True)
        assert work.case.holder is not None
        deadlines.open_deadline(
            case=work.case,
            kind=DeadlineKind.TONIGHT,
            owes=work.case.holder,
            moment=work.moment,
            urgent=True,
            child=is_child(work.case),
        )
        return Entry()

    return on_case(actor, case_id, Action.RECORD_TONIGHT, write, submission=submission, kind="danger")
