"""Decisions of the competent authority: reasonable grounds, then the final one. Help never depends on either.

A negative one needs a second person, typed reasons, and that reconsideration was explained. Reflection starts by itself
on the first positive decision, in one-step countries too, and the final one waits for its end unless the person asks
(`domain.md` section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from common.working_time import Limit
from referral.actor import Actor
from referral.enums import (
    Action,
    CaseStage,
    Compartment,
    DeadlineKind,
    IdentificationDecision,
    IdentificationStep,
    LegalTrackKind,
    LegalTrackState,
    TraffickingStatus,
)
from referral.errors import FactMissing, NothingProposed, NotThisStep, ReflectionRuns
from referral.models import Identification, Institution, LegalTrack, RulePack
from referral.selectors.facts import LIVE, is_child
from referral.services import deadlines, second_person
from referral.services.act import CaseOutcome, Entry, Facts
from referral.services.command import Work
from referral.services.telling import holder, told_to

STEP = IdentificationStep
YES, NO = IdentificationDecision.POSITIVE, IdentificationDecision.NEGATIVE

FINAL_WITHIN = Limit(days=45)
"""Time for the final decision after the first (exercise default, `domain.md` section 2)."""

REFLECTION_DAYS = 30
"""Where a country has no rule pack: the minimum of Article 13 of the Council of Europe Convention."""

BEFORE_IDENTIFICATION = (CaseStage.DETECTED, CaseStage.SCREENED)


def next_step(decisions: list[tuple[str, str]], *, two_step: bool) -> IdentificationStep | None:
    """The decision that comes next after these (step, decision) pairs in order of time; None when all is decided.

    After a negative the same step is open again: that is the reconsideration.
    """
    first = STEP.REASONABLE_GROUNDS if two_step else STEP.FINAL
    if not decisions:
        return first
    step, decision = decisions[-1]
    if decision == NO:
        return STEP(step)
    return STEP.FINAL if step == STEP.REASONABLE_GROUNDS else None


def step_now(case_id: int, registry_id: int, country: str) -> IdentificationStep | None:
    """The decision that comes next in this case, by the rule pack of the country that decides."""
    made = list(
        Identification.objects.filter(case=case_id, institution__country=country).values_list("step", "decision")
    )
    pack = RulePack.objects.filter(registry=registry_id, country=country).first()
    return next_step(made, two_step=pack.two_step if pack else True)


def open_file(work: Work, authority: Institution) -> None:
    """An authority works on the case from now on and owes the decision that comes next."""
    if step_now(work.case.pk, work.registry.pk, authority.country_id or "") is None:
        return
    if work.case.stage in BEFORE_IDENTIFICATION:
        work.case.stage = CaseStage.UNDER_IDENTIFICATION
        work.case.save(update_fields=["stage"])
    close_file(work, authority)
    deadlines.open_deadline(
        case=work.case, kind=DeadlineKind.IDENTIFY, owes=authority, other_side=work.case.holder, moment=work.moment
    )


def close_file(work: Work, authority: Institution) -> None:
    """The authority no longer works on the case and owes nothing."""
    deadlines.close_deadlines(
        case=work.case, kinds=[DeadlineKind.IDENTIFY], owes=authority, moment=work.moment, cancelled=True
    )


def decide(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Record a decision; a negative one is only proposed, until `confirm_negative` by somebody else, who is told.

    Facts: step, decision, reasons, reconsideration_explained, person_asks. Raises NotThisStep, ReflectionRuns, FactMissing.
    """
    told: list[tuple[Work, str]] = []

    def write(work: Work) -> Entry:
        _check(work, facts)
        if facts["decision"] == NO:
            proposed = second_person.open_proposal(work, Action.IDENTIFY)
            if proposed is not None:
                raise NotThisStep
            kept = {name: facts[name] for name in ("step", "decision", "reasons", "reconsideration_explained")}
            second_person.propose(work, Action.IDENTIFY, kept)
            told.append((work, "negative_waits"))
            return Entry(code=f"{facts['step']}:proposed")
        _write(work, facts)
        return Entry(code=f"{facts['step']}:{facts['decision']}")

    return _on_case(actor, case_id, write, submission, version, told)


def confirm_negative(actor: Actor, case_id: int, *, submission: UUID | None) -> CaseOutcome:
    """The second person of the same authority agrees. Raises NothingProposed, SecondPersonNeeded for the first one."""
    told: list[tuple[Work, str]] = []

    def write(work: Work) -> Entry:
        proposed = second_person.open_proposal(work, Action.IDENTIFY)
        if proposed is None:
            raise NothingProposed
        facts = second_person.confirm(work, proposed)
        _write(work, facts)
        told.append((work, Action.IDENTIFY))
        return Entry(code=f"{facts['step']}:{facts['decision']}")

    return _on_case(actor, case_id, write, submission, None, told)


def drop_negative(actor: Actor, case_id: int, *, submission: UUID | None) -> CaseOutcome:
    """Somebody of the authority does not go on with the proposed no. Raises NothingProposed."""

    def write(work: Work) -> Entry:
        proposed = second_person.open_proposal(work, Action.IDENTIFY)
        if proposed is None:
            raise NothingProposed
        second_person.drop(work, proposed.pk)
        return Entry(code=f"{proposed.facts['step']}:dropped")

    return _on_case(actor, case_id, write, submission, None)


def _on_case(
    actor: Actor,
    case_id: int,
    write: Callable[[Work], Entry],
    submission: UUID | None,
    version: int | None,
    told: Iterable[tuple[Work, str]] = (),
) -> CaseOutcome:
    return told_to(
        actor, case_id, Action.IDENTIFY, write, holder,
        submission=submission, version=version, compartment=Compartment.D3,
        after=partial(second_person.tell_colleagues, told),
    )  # fmt: skip


def _check(work: Work, facts: Facts) -> None:
    if facts["step"] != step_now(work.case.pk, work.registry.pk, work.actor.country_code):
        raise NotThisStep
    if not str(facts.get("reasons") or "").strip():
        raise FactMissing
    if facts["decision"] == NO and not facts.get("reconsideration_explained"):
        raise FactMissing
    if facts["step"] == STEP.FINAL and not facts.get("person_asks") and _reflection_runs(work):
        raise ReflectionRuns


def _reflection_runs(work: Work) -> bool:
    running = LegalTrack.objects.filter(
        case=work.case, kind=LegalTrackKind.REFLECTION, state__in=LIVE, until_at__isnull=True
    )
    return running.exclude(runs_until_at__lte=work.moment.at).exists()


def _write(work: Work, facts: Facts) -> None:
    """The decision, what it makes of the case, and what is owed next."""
    case, step, yes = work.case, STEP(facts["step"]), facts["decision"] == YES
    Identification.objects.create(
        case=case,
        step=step,
        decision=facts["decision"],
        reasons=facts["reasons"],
        reconsideration_explained=bool(facts.get("reconsideration_explained")),
        institution_id=work.actor.institution_id,
        decided_at=work.moment.at,
    )
    deadlines.close_deadlines(case=case, kinds=[DeadlineKind.IDENTIFY], owes=_authority(work), moment=work.moment)
    if not yes:
        case.status = TraffickingStatus.NOT_IDENTIFIED
        case.stage = CaseStage.STATUS_DECIDED
    elif step is STEP.FINAL:
        case.status, case.stage = TraffickingStatus.IDENTIFIED, CaseStage.STATUS_DECIDED
    else:
        case.status = TraffickingStatus.REASONABLE_GROUNDS
    if yes and not _has_reflected(work):
        _begin_reflection(work)
    case.non_punishment = case.non_punishment or yes
    case.save(update_fields=["status", "stage", "non_punishment"])
    if yes and step is STEP.REASONABLE_GROUNDS:
        deadlines.open_deadline(
            case=case, kind=DeadlineKind.IDENTIFY, owes=_authority(work), other_side=case.holder, moment=work.moment,
            limit=FINAL_WITHIN, child=is_child(case),
        )  # fmt: skip


def _authority(work: Work) -> Institution:
    return Institution.objects.get(pk=work.actor.institution_id)


def _has_reflected(work: Work) -> bool:
    return LegalTrack.objects.filter(case=work.case, kind=LegalTrackKind.REFLECTION).exists()


def _begin_reflection(work: Work) -> None:
    """Recovery and reflection start by themselves, for the days of the country's rule pack."""
    pack = RulePack.objects.filter(registry=work.registry, country=work.actor.country_code).first()
    days = pack.reflection_days if pack else REFLECTION_DAYS
    if not days:
        return
    LegalTrack.objects.create(
        case=work.case,
        kind=LegalTrackKind.REFLECTION,
        state=LegalTrackState.OPEN,
        country_id=work.actor.country_code,
        since_at=work.moment.at,
        runs_until_at=work.moment.at + timedelta(days=days),
        institution_id=work.actor.institution_id,
    )
    if work.case.stage == CaseStage.UNDER_IDENTIFICATION:
        work.case.stage = CaseStage.REFLECTION
