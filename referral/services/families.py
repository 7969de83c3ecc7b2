"""People who belong together, and handovers of a family: offered and departed together, received person by person.

When one of a family is stopped, declined or withdrawn, the others wait: nobody leaves until the sender has said, with a
reason, that this person does not travel with them (`leave`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from django.db.models import Q

from common import second_wall
from referral.actor import Actor
from referral.enums import Action, Compartment, HandoverState
from referral.errors import (
    AlreadyLinked,
    ChangedMeanwhile,
    FactMissing,
    NotAllowed,
    NotHeldHere,
    NotInThisState,
    NotOneFamily,
    OtherJourney,
    TravelsAlone,
)
from referral.models import CaseEvent, Handover, PersonLink
from referral.policy import allowed
from referral.selectors.families import TRAVELS, family_of
from referral.services import events, notify
from referral.services.act import CaseOutcome
from referral.services.command import Work, begin, check_constraints, recorded
from referral.services.drafts import begin_draft

INVERSE: Mapping[str, str] = {
    "sibling": "sibling",
    "parent": "child",
    "child": "parent",
    "partner": "partner",
    "relative": "relative",
}
"""What the first person is to the second, by what the second is to the first."""

LINK_PEOPLE, LEAVE = "link_people", "leave_family"
"""Events at home that are no action of their own in the policy."""

Works = Mapping[int, Work]


def record_link(
    actor: Actor, case_id: int, other_case_id: int, kind: str, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Two people for whom the actor's institution answers belong together; `kind` is what the other is to this one.

    Written in both directions. Raises NotAllowed unless both are held here, AlreadyLinked, ChangedMeanwhile.
    """
    if case_id == other_case_id:
        raise NotHeldHere
    with second_wall.command():
        works = _all_of(actor, (case_id, other_case_id))
        before = recorded(actor, submission, case_id)
        if before is not None:
            return CaseOutcome(works[case_id].case, before, repeated=True)
        _unchanged(works[case_id].case.version, version)
        one, other = works[case_id].case.person, works[other_case_id].case.person
        if PersonLink.objects.filter(Q(person=one, other=other) | Q(person=other, other=one)).exists():
            raise AlreadyLinked
        PersonLink.objects.create(person=one, other=other, kind=kind)
        PersonLink.objects.create(person=other, other=one, kind=INVERSE[kind])
        event = _note(works[case_id], LINK_PEOPLE, code=kind, submission=submission, compartment=Compartment.D7)
        _note(works[other_case_id], LINK_PEOPLE, code=INVERSE[kind], compartment=Compartment.D7)
        check_constraints()
        return CaseOutcome(works[case_id].case, event)


def link(
    actor: Actor,
    handover_id: int,
    other_case_ids: Iterable[int],
    *,
    submission: UUID | None,
    version: int | None = None,
) -> CaseOutcome:
    """These people travel with the person of this draft: each gets a draft of the same journey, or the own one joins.

    `version` is the draft's. Raises NotAllowed unless all are held here, NotOneFamily for somebody who belongs to none of
    them, OtherJourney for a draft with another purpose, urgency or family, NotInThisState once something was sent, and
    what `drafts.start` raises.
    """
    others = frozenset(other_case_ids)
    with second_wall.command():
        draft, works = _family_locked(actor, handover_id, others)
        work = works[draft.case_id]
        before = recorded(actor, submission, draft.case_id)
        if before is not None:
            return CaseOutcome(work.case, before, repeated=True, handover=draft)
        _unchanged(draft.version, version)
        members = family_of(draft)
        if any(member.state != HandoverState.DRAFT for member in (draft, *members)):
            raise NotInThisState
        _one_family({draft.case_id, *(member.case_id for member in members)}, others, works)
        family = draft.family_group or uuid4()
        for case_id in sorted(others - {draft.case_id}):
            _join(works[case_id], draft, family)
        event = _set_family(work, draft, family, submission)
        check_constraints()
        return CaseOutcome(work.case, event, handover=draft)


def leave(
    actor: Actor, handover_id: int, reason: str, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """This person does not travel with the others, for a typed reason; the others go on without waiting.

    `version` is the handover's. Raises TravelsAlone without a family, FactMissing without a reason, and NotInThisState
    once the person is on the way or has arrived.
    """
    with second_wall.command():
        handover, works = _family_locked(actor, handover_id, frozenset())
        work = works[handover.case_id]
        before = recorded(actor, submission, handover.case_id)
        if before is not None:
            return CaseOutcome(work.case, before, repeated=True, handover=handover)
        _unchanged(handover.version, version)
        if handover.family_group is None:
            raise TravelsAlone
        if handover.state not in TRAVELS:
            raise NotInThisState
        if not reason.strip():
            raise FactMissing
        rest = family_of(handover)
        event = _set_family(work, handover, None, submission, kind=LEAVE, reason=reason)
        if len(rest) == 1 and rest[0].state in TRAVELS:
            rest[0].case = works[rest[0].case_id].case
            _set_family(works[rest[0].case_id], rest[0], None, None, kind=LEAVE, reason=reason)
        if handover.state != HandoverState.DRAFT and handover.receiver is not None:
            sides = (handover.sender, handover.receiver)
            notify.tell(
                event=event, kind=LEAVE, institutions=sides, moment=work.moment, handover=handover,
                except_user_id=actor.user_id,
            )  # fmt: skip
        check_constraints()
        return CaseOutcome(work.case, event, handover=handover)


def _all_of(actor: Actor, case_ids: Iterable[int]) -> dict[int, Work]:
    """Lock these cases in the order of their keys, as every command of several cases does. All must be held here."""
    return {case_id: begin(actor, case_id, Action.LINK_FAMILY) for case_id in sorted(set(case_ids))}


def _family_locked(actor: Actor, handover_id: int, others: frozenset[int]) -> tuple[Handover, Works]:
    """The handover and its family with all their cases locked. Who belongs to it is read again under the locks."""
    mine = Handover.objects.filter(registry=actor.registry_id, sender=actor.institution_id)
    before = mine.get(pk=handover_id)
    expected = {before.case_id, *(member.case_id for member in family_of(before))}
    works = {case_id: begin(actor, case_id) for case_id in sorted(expected | others)}
    if not all(allowed(actor, Action.LINK_FAMILY, works[case_id].case) for case_id in others | {before.case_id}):
        raise NotAllowed
    found = mine.select_for_update(of=("self",)).select_related("sender", "receiver").get(pk=handover_id)
    if {found.case_id, *(member.case_id for member in family_of(found))} != expected:
        raise ChangedMeanwhile
    found.case = works[found.case_id].case
    return found, works


def _one_family(inside: set[int], others: frozenset[int], works: Works) -> None:
    """Everybody is linked to somebody who is in already."""
    people = {works[case_id].case.person_id: case_id for case_id in inside | others}
    pairs = PersonLink.objects.filter(person__in=people, other__in=people).values_list("person_id", "other_id")
    linked = [frozenset((people[one], people[other])) for one, other in pairs]
    reached, missing = set(inside), set(others) - inside
    while missing:
        near = {case_id for case_id in missing if any(case_id in pair and pair & reached for pair in linked)}
        if not near:
            raise NotOneFamily
        reached |= near
        missing -= near


def _join(work: Work, journey: Handover, family: UUID) -> None:
    own = (
        Handover.objects.select_for_update(of=("self",))
        .filter(
            case=work.case,
            sender=journey.sender_id,
            state=HandoverState.DRAFT,
            receiver_country=journey.receiver_country_id,
        )
        .order_by("-pk")
        .first()
    )
    if own is None:
        own = begin_draft(work, journey.receiver_country_id, journey.purpose, journey.urgency)
    elif (own.purpose, own.urgency) != (journey.purpose, journey.urgency) or own.family_group not in (None, family):
        raise OtherJourney
    own.case = work.case
    _set_family(work, own, family, None)


def _set_family(
    work: Work,
    handover: Handover,
    family: UUID | None,
    submission: UUID | None,
    *,
    kind: str = Action.LINK_FAMILY,
    reason: str = "",
) -> CaseEvent:
    handover.family_group = family
    handover.version += 1
    handover.save(update_fields=["family_group", "version"])
    return _note(work, kind, handover=handover, submission=submission, reason=reason)


def _note(
    work: Work,
    kind: str,
    *,
    handover: Handover | None = None,
    code: str = "",
    submission: UUID | None = None,
    compartment: Compartment = Compartment.D0,
    reason: str = "",
) -> CaseEvent:
    work.case.version += 1
    work.case.save(update_fields=["version"])
    return events.record(
        case=work.case,
        kind=kind,
        moment=work.moment,
        actor=work.actor,
        handover=handover,
        code=code,
        content={"reason": reason} if reason else None,
        compartment=compartment,
        submission=submission,
    )


def _unchanged(found: int, version: int | None) -> None:
    if version is not None and version != found:
        raise ChangedMeanwhile
