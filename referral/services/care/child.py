"""The child's file."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from referral.actor import Actor
from referral.enums import Action, AssignmentKind, Compartment, DeadlineKind, Role, Safeguard
from referral.errors import NotOfAge
from referral.models import ChildFile, Institution
from referral.services import child_review, deadlines
from referral.services.act import CaseOutcome, Entry, Facts, changed, on_case
from referral.services.care.support import begin_work
from referral.services.command import Work
from referral.services.telling import told_to

PARTS = ("guardian", "guardian_conflict_checked", "child_view", "assessed", "determined")
OWN_PART: Mapping[Role, tuple[str, ...]] = {Role.GUARDIAN: ("child_view",)}
"""Roles that write a part of the child's file alone; any other that may write it writes all of it (`domain.md` section 5)."""


def written_by(role: Role) -> tuple[str, ...]:
    """What this role writes of the child's file."""
    return OWN_PART.get(role, PARTS)


def _child_file(work: Work) -> ChildFile:
    file, _ = ChildFile.objects.get_or_create(case=work.case, defaults={"institution_id": work.actor.institution_id})
    return file


def record_child(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """The child's file: guardian, conflict check, assessment, view, determination, as far as the role writes it."""
    facts = {name: value for name, value in facts.items() if name in written_by(actor.role)}

    def write(work: Work) -> Entry:
        file = _child_file(work)
        stamped = {
            "guardian_since_at": bool(facts.get("guardian")) and file.guardian_since_at is None,
            "assessment_at": bool(facts.get("assessed")) and file.assessment_at is None,
            "determination_at": bool(facts.get("determined")) and file.determination_at is None,
        }
        at = {name: work.moment.at for name, first in stamped.items() if first}
        if at.get("determination_at"):
            child_review.end(work, made=True)
        names = changed(file, {**facts, **at}, ("guardian", "guardian_conflict_checked", "child_view", *at))
        return Entry(content={"facts": names})

    return on_case(
        actor, case_id, Action.RECORD_CHILD, write, submission=submission, version=version, compartment=Compartment.D7
    )


def tell_child_protection(
    actor: Actor, case_id: int, institution: Institution, *, submission: UUID | None
) -> CaseOutcome:
    """Child protection is told, by a notice and a mail too, and works on the case from now on."""

    def write(work: Work) -> Entry:
        file = _child_file(work)
        file.told_child_protection_at = work.moment.at
        file.save(update_fields=["told_child_protection_at"])
        deadlines.close_deadlines(case=work.case, kinds=[DeadlineKind.CHILD_NOTICE], moment=work.moment)
        return begin_work(work, AssignmentKind.CHILD_PROTECTION, institution)

    return told_to(
        actor, case_id, Action.ASSIGN, write, lambda _work: [institution],
        submission=submission, kind="tell_child_protection",
    )  # fmt: skip


def review_majority(actor: Actor, case_id: int, *, submission: UUID | None, version: int | None = None) -> CaseOutcome:
    """Child protection reviews the safeguards after majority and ends the presumption. Raises NotOfAge before that."""

    def write(work: Work) -> Entry:
        person, case = work.case.person, work.case
        if person.of_age_at is None:
            raise NotOfAge
        person.adult_confirmed_by_id = actor.institution_id
        person.save(update_fields=["adult_confirmed_by"])
        kept = set(case.carried_safeguards) - {Safeguard.PRESUMED_MINOR, Safeguard.UNACCOMPANIED}
        case.carried_safeguards = sorted(kept)
        case.save(update_fields=["carried_safeguards"])
        child_review.end(work, made=False)
        return Entry()

    return on_case(
        actor,
        case_id,
        Action.REVIEW_MAJORITY,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D7,
    )
