from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral import errors
from referral.actor import actor_of
from referral.enums import Action, DeadlineKind, HandoverState, Role, Rung
from referral.models import Assignment, CaseEvent, Deadline, Handover, Membership, Notice
from referral.services import staff
from referral.services.readers import seats
from referral.services.sweep import sweep_registry
from tests.factories import make_member, make_user
from tests.scenes import Scene, accept_facts, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def seat(scene: Scene, name: str) -> Membership:
    return Membership.objects.get(user=scene.users[name], institution=scene.institutions[name[:2]])


def newcomer(scene: Scene, name: str = "NE-new") -> None:
    """A colleague who works in Niger's focal point institution already, as a case manager."""
    scene.users[name] = make_user(f"{name.lower()}-{scene.registry.pk}@example.org")
    make_member(scene.institutions["NE"], Role.CASE_MANAGER, user=scene.users[name])


def owing(scene: Scene) -> set[int]:
    here = seats(scene.registry.pk, scene.moment())
    return {reader.user_id for reader in here.owing(scene.institutions["NE"])}


def decide_of(handover: Handover) -> Deadline:
    return Deadline.objects.get(handover=handover, kind=DeadlineKind.DECIDE)


def take(scene: Scene, name: str, row: Deadline, **more: Any) -> Any:
    with scene.clock():
        return staff.take_on(scene.actor(name), row.pk, **{"submission": uuid4()} | more)


def test_while_the_focal_point_is_absent_the_deputy_hears_first(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    assert owing(scene) == {scene.users["NE"].pk}
    with scene.clock():
        staff.away(scene.actor("NE"), scene.wall + timedelta(days=2))
    assert owing(scene) == {scene.users["NE-deputy"].pk}
    due = decide_of(handover)
    scene.wall += (due.due_at - due.opened_at) * 0.6 / 60
    with scene.clock():
        sweep_registry(scene.registry.pk)
    half = Notice.objects.filter(kind=f"reminder_{Rung.HALF}", handover=handover)
    assert {notice.user_id for notice in half} == {scene.users["NE-deputy"].pk}
    with scene.clock():
        staff.back(scene.actor("NE"))
    assert owing(scene) == {scene.users["NE"].pk}


def test_an_absence_ends_by_itself_and_nobody_absent_is_left_out_when_nobody_else_is_there(scene: Scene) -> None:
    with scene.clock():
        staff.away(scene.actor("NE"), scene.wall + timedelta(hours=1))
        staff.away(scene.actor("NE-deputy"), scene.wall + timedelta(hours=3))
    assert owing(scene) == {scene.users["NE"].pk, scene.users["NE-deputy"].pk}
    scene.wall += timedelta(hours=2)
    assert owing(scene) == {scene.users["NE"].pk}


def test_two_people_cannot_both_be_on_it_without_noticing(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    row, key = decide_of(handover), uuid4()
    assert not take(scene, "NE", row, submission=key).repeated
    assert take(scene, "NE", row, submission=key).repeated
    row.refresh_from_db()
    assert (row.handled_by, row.handled_at) == (seat(scene, "NE"), scene.moment().at)
    with pytest.raises(errors.TakenByColleague):
        take(scene, "NE-deputy", row)
    take(scene, "NE-deputy", row, seen=seat(scene, "NE").pk)
    row.refresh_from_db()
    assert row.handled_by == seat(scene, "NE-deputy")
    with scene.clock(), pytest.raises(errors.TakenByColleague):
        staff.let_go(scene.actor("NE"), row.pk, submission=uuid4())
    with scene.clock():
        staff.let_go(scene.actor("NE-deputy"), row.pk, submission=uuid4())
    row.refresh_from_db()
    assert row.handled_by is None
    assert row.handled_at is None
    kinds = CaseEvent.objects.filter(handover=handover, kind__in=("take_on", "let_go")).values_list("kind", flat=True)
    assert list(kinds.order_by("seq")) == ["take_on", "take_on", "let_go"]


def test_nobody_takes_on_what_another_country_owes_or_what_is_over(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    row = decide_of(handover)
    with pytest.raises(errors.NotAllowed):
        take(scene, "NE-child", row)
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene))
    with pytest.raises(errors.NothingProposed):
        take(scene, "NE", row)


def test_a_focal_point_replaced_in_the_middle_of_a_handover_leaves_nothing_behind(scene: Scene) -> None:
    newcomer(scene)
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    row = decide_of(handover)
    take(scene, "NE", row)
    own = open_case(scene, "NE")
    Assignment.objects.create(
        case=own, kind="case_manager", institution=scene.institutions["NE"], membership=seat(scene, "NE"),
        since_at=scene.moment().at,
    )  # fmt: skip
    leaving = seat(scene, "NE")
    with scene.clock():
        done = staff.replace(scene.actor("NE-deputy"), leaving.pk, scene.users["NE-new"].pk)
    assert (done.membership.role, done.membership.user) == (Role.FOCAL_POINT, scene.users["NE-new"])
    row.refresh_from_db()
    assert row.handled_by == done.membership
    assert Assignment.objects.get(case=own, kind="case_manager").membership == done.membership
    assert CaseEvent.objects.filter(kind="replace_officer").values_list("case", flat=True).count() == 2
    assert actor_of(scene.users["NE"], wall=scene.wall + timedelta(seconds=1)) is None
    assert owing(scene) == {scene.users["NE-new"].pk}
    assert Notice.objects.filter(user=scene.users["NE-new"], kind="replace_officer").count() == 1
    with scene.clock():
        assert staff.replace(scene.actor("NE-deputy"), leaving.pk, scene.users["NE-new"].pk).repeated
    scene.wall += (row.due_at - row.opened_at) * 0.6 / 60
    with scene.clock():
        sweep_registry(scene.registry.pk)
    half = Notice.objects.filter(kind=f"reminder_{Rung.HALF}", handover=handover)
    assert {notice.user_id for notice in half} == {scene.users["NE-new"].pk}
    successor = actor_of(scene.users["NE-new"], wall=scene.wall, membership_id=done.membership.pk)
    assert successor is not None
    scene.users["NE"] = scene.users["NE-new"]
    Membership.objects.filter(user=scene.users["NE-new"], role=Role.CASE_MANAGER).update(until_wall=scene.wall)
    scene.do("NE", handover, Action.ACCEPT, accept_facts(scene))
    handover.refresh_from_db()
    assert handover.state == HandoverState.ACCEPTED


def test_a_deputy_who_takes_over_leaves_the_seat_of_the_deputy(scene: Scene) -> None:
    with scene.clock():
        done = staff.replace(scene.actor("NE"), seat(scene, "NE").pk, scene.users["NE-deputy"].pk)
    current = Membership.objects.filter(institution=scene.institutions["NE"], until_wall__isnull=True)
    assert list(current) == [done.membership]


def test_who_cannot_follow_is_refused(scene: Scene) -> None:
    newcomer(scene)
    leaving, actor = seat(scene, "NE").pk, scene.actor("NE-deputy")
    make_member(scene.institutions["NE-child"], Role.JUSTICE_LIAISON, user=scene.users["NE-new"])
    for user in ("NE", "NG", "NE-new"):
        with scene.clock(), pytest.raises(errors.NoSuccessor):
            staff.replace(actor, leaving, scene.users[user].pk)
    with scene.clock(), pytest.raises(errors.NotAllowed):
        staff.replace(scene.actor("NG"), leaving, scene.users["NG-deputy"].pk)
    with scene.clock():
        staff.replace(actor, leaving, scene.users["NE-deputy"].pk)
        newcomer(scene, "NE-later")
        with pytest.raises(errors.SeatEmpty):
            staff.replace(scene.actor("NE-deputy"), leaving, scene.users["NE-later"].pk)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.FOCAL_POINT, Role.DEPUTY}))
def test_only_a_seat_that_answers_for_the_country_passes_on(scene: Scene, role: Role) -> None:
    other = make_member(scene.institutions["NE"], role)
    with scene.clock(), pytest.raises(errors.NotAllowed):
        staff.replace(scene.actor("NE"), other.pk, scene.users["NE-deputy"].pk)
    assert not Membership.objects.filter(user=scene.users["NE-deputy"], role=role).exists()
    other.refresh_from_db()
    assert other.until_wall is None


def test_a_former_holder_takes_on_nothing_that_the_new_one_owes(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "received")
    row = Deadline.objects.get(handover=handover, kind=DeadlineKind.FEEDBACK)
    with pytest.raises(errors.NotAllowed):
        take(scene, "NG", row)
    assert take(scene, "NE", row).deadline.handled_by_id == seat(scene, "NE").pk
