"""Who may do what to which row: `allowed` and `as_q` never disagree, and nothing is allowed that is not listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest

from referral.actor import Actor, actor_of
from referral.enums import Action, Compartment, HandoverState, InstitutionKind, Role
from referral.models import Assignment, Case, Handover, Institution, Membership
from referral.policy import (
    COMPARTMENTS,
    GRANTS,
    ON_HANDOVER,
    Relation,
    Right,
    allowed,
    as_q,
    readable,
    reads,
    roles_that_may,
)
from referral.selectors.cases import visible_cases, visible_handovers
from referral.services import care, intake
from tests.factories import (
    EXERCISE,
    WALL,
    make_case,
    make_handover,
    make_institution,
    make_member,
    make_registry,
    make_user,
)
from tests.scenes import ADULT, advance, open_case, ready_draft, two_countries


@dataclass(frozen=True)
class Somebody:
    """What the policy reads of an actor."""

    institution_id: int
    registry_id: int
    role: Role


class World:
    """One institution in the middle, and a case and a handover in every relation that it can stand in."""

    def __init__(self) -> None:
        registry = make_registry()
        self.me = make_institution(registry, "NG")
        self.other = make_institution(registry, "NE")
        self.third = make_institution(registry, "IT")
        self.elsewhere = make_institution(make_registry(), "NG")
        self.cases = {
            "holder": make_case(self.me, taken_at=EXERCISE),
            "opened untaken": make_case(self.other, opened_by=self.me),
            "opened taken": make_case(self.other, opened_by=self.me, taken_at=EXERCISE),
            "holder and opened": make_case(self.me, opened_by=self.me),
            "assigned": make_case(self.other),
            "assigned twice": make_case(self.other),
            "assigned before": make_case(self.other),
            "past holder": self.handed_over(),
            "past holder, assigned again": self.handed_over(),
            "holder and assigned": make_case(self.me, taken_at=EXERCISE),
            "receiver pending": make_case(self.other),
            "stranger": make_case(self.other),
            "other registry": make_case(self.elsewhere),
        }
        for name in (
            "assigned",
            "assigned twice",
            "assigned before",
            "past holder, assigned again",
            "holder and assigned",
        ):
            until = EXERCISE + timedelta(hours=1) if name == "assigned before" else None
            Assignment.objects.create(
                case=self.cases[name], kind="shelter", institution=self.me, since_at=EXERCISE, until_at=until
            )
        Assignment.objects.create(
            case=self.cases["assigned twice"], kind="health", institution=self.me, since_at=EXERCISE
        )
        self.handovers: dict[str, Handover] = {}
        for state in HandoverState:
            for name, sender, receiver in (
                ("sends", self.me, self.other),
                ("receives", self.other, self.me),
                ("apart", self.other, self.third),
            ):
                arrived = state in (HandoverState.RECEIVED, HandoverState.COMPLETED)
                handover = make_handover(make_case(sender), receiver, state="draft")
                if not arrived:
                    Handover.objects.filter(pk=handover.pk).update(state=state)
                else:
                    moved(handover)
                    Handover.objects.filter(pk=handover.pk).update(state=state)
                handover.refresh_from_db()
                self.handovers[f"{name} {state}"] = handover
        far = make_institution(self.elsewhere.registry, "NE")
        self.handovers["other registry"] = make_handover(make_case(self.elsewhere), far)

    def handed_over(self) -> Case:
        case = make_case(self.me, taken_at=EXERCISE)
        moved(make_handover(case, self.other))
        case.refresh_from_db()
        return case

    def actor(self, role: Role) -> Somebody:
        return Somebody(self.me.pk, self.me.registry_id, role)


def moved(handover: Handover) -> None:
    """Custody as a receipt moves it."""
    at = EXERCISE + timedelta(hours=2)
    Handover.objects.filter(pk=handover.pk).update(state="received", received_at=at)
    handover.case.custody.create(
        seq=2, since_at=at, institution=handover.receiver, previous_seq=1, previous_since_at=handover.case.opened_at,
        reason="received", handover=handover,
    )  # fmt: skip


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_page_and_list_agree_for_every_role_action_and_relation(world: World) -> None:
    """Every combination, generated: 17 roles, every action, every row of the world."""
    cases = list(Case.objects.prefetch_related("assignments", "custody"))
    handovers = list(Handover.objects.all())
    seen = 0
    for action in Action:
        rows, model = (handovers, Handover) if action in ON_HANDOVER else (cases, Case)
        for role in Role:
            actor = world.actor(role)
            if any(grant.relation is Relation.REGISTRY for grant in GRANTS[action]):
                continue
            page = {row.pk for row in rows if allowed(actor, action, row)}
            listed = list(
                model.objects.filter(pk__in=model.objects.filter(as_q(actor, action)).values("pk")).values_list(
                    "pk", flat=True
                )
            )
            assert len(listed) == len(set(listed))
            assert page == set(listed), (action, role)
            seen += len(page)
    assert seen > 100, "nothing was allowed, so nothing was shown"


THE_DESIGN: list[tuple[Role, Action, set[str]]] = [
    (Role.FOCAL_POINT, Action.VIEW_CASE, {"holder", "holder and opened", "holder and assigned", "opened untaken", "past holder", "past holder, assigned again"}),
    (Role.DEPUTY, Action.VIEW_CASE, {"holder", "holder and opened", "holder and assigned", "opened untaken", "past holder", "past holder, assigned again"}),
    (Role.FIRST_RESPONDER, Action.VIEW_CASE, {"opened untaken", "holder and opened"}),
    (Role.CASE_MANAGER, Action.VIEW_CASE, {"holder", "holder and opened", "holder and assigned", "assigned", "assigned twice", "past holder, assigned again"}),
    (Role.SERVICE_PROVIDER, Action.VIEW_CASE, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.HEALTH_WORKER, Action.VIEW_CASE, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.FACILITATOR, Action.VIEW_CASE, set()),
    (Role.OBSERVER, Action.VIEW_CASE, set()),
    (Role.COORDINATOR, Action.VIEW_CASE, set()),
    (Role.JUSTICE_LIAISON, Action.VIEW_CASE, set()),
    (Role.FOCAL_POINT, Action.RECORD_CONSENT, {"holder", "holder and opened", "holder and assigned"}),
    (Role.FOCAL_POINT, Action.PREPARE, {"holder", "holder and opened", "holder and assigned"}),
    (Role.CASE_MANAGER, Action.PREPARE, set()),
    (Role.SERVICE_PROVIDER, Action.VIEW_IDENTITY, set()),
    (Role.FOCAL_POINT, Action.VIEW_IDENTITY, {"holder", "holder and opened", "holder and assigned", "opened untaken"}),
    (Role.CHILD_PROTECTION, Action.RECORD_CHILD, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.FOCAL_POINT, Action.RECORD_CHILD, set()),
]  # fmt: skip


def test_what_the_design_says_of_a_case(world: World) -> None:
    for role, action, relations in THE_DESIGN:
        assert {name for name, case in world.cases.items() if allowed(world.actor(role), action, case)} == relations, (
            role,
            action,
        )


def test_the_receiver_sees_no_draft_and_no_discarded_draft(world: World) -> None:
    for role in Role:
        for action in ON_HANDOVER:
            for state in ("draft", "discarded"):
                assert not allowed(world.actor(role), action, world.handovers[f"receives {state}"])


def test_a_handover_between_others_is_nobodys_business(world: World) -> None:
    apart = [handover for name, handover in world.handovers.items() if name.startswith(("apart", "other registry"))]
    for role in Role:
        for action in ON_HANDOVER:
            assert not any(allowed(world.actor(role), action, handover) for handover in apart)


def test_the_receiver_has_no_part_in_the_live_case_before_receipt(world: World) -> None:
    pending = [world.handovers[f"receives {state}"].case for state in ("offered", "accepted", "departed")]
    for role in Role:
        for action in set(Action) - ON_HANDOVER:
            if not any(grant.relation is Relation.REGISTRY for grant in GRANTS[action]):
                assert not any(allowed(world.actor(role), action, case) for case in pending), (role, action)


def test_a_row_of_another_registry_is_never_allowed(world: World) -> None:
    """Even when the institution is the same row: the registry alone decides first."""
    for role in Role:
        stranger = Somebody(world.elsewhere.pk, world.me.registry_id, role)
        for action in Action:
            row = world.handovers["other registry"] if action in ON_HANDOVER else world.cases["other registry"]
            assert not allowed(stranger, action, row)
            assert not type(row).objects.filter(as_q(stranger, action)).exists()


def test_default_deny(world: World) -> None:
    assert set(GRANTS) == set(Action), "an action without a row would raise, not allow"
    assert roles_that_may(Action.LAPSE) == ()
    for role in Role:
        assert not allowed(world.actor(role), Action.LAPSE, world.cases["holder"])
        assert not allowed(world.actor(role), Action.VIEW_CASE), "what concerns a case needs a case"


def test_no_role_that_watches_or_judges_writes_anything() -> None:
    writing = {action for action in Action if not action.value.startswith("view_")}
    for role in (
        Role.FACILITATOR,
        Role.OBSERVER,
        Role.COORDINATOR,
        Role.DATA_PROTECTION,
        Role.JUSTICE_LIAISON,
        Role.CONSULAR_OFFICER,
    ):
        assert not {action for action in writing if role in roles_that_may(action)}, role


def test_focal_point_and_deputy_have_the_same_rights() -> None:
    for action in Action:
        for grant in GRANTS[action]:
            assert (Role.FOCAL_POINT in grant.roles) == (Role.DEPUTY in grant.roles), action
    assert COMPARTMENTS[Role.FOCAL_POINT] == COMPARTMENTS[Role.DEPUTY]


def test_compartments_of_the_design() -> None:
    """Health stays with health, justice with justice, the exact location with whoever houses the person."""
    c = Compartment
    assert set(COMPARTMENTS) == set(Role)
    assert {role for role in Role if COMPARTMENTS[role][c.D6] is not Right.NONE} == {Role.JUSTICE_LIAISON}
    assert {role for role in Role if reads(role, c.D4)} == {
        Role.HEALTH_WORKER,
        Role.SERVICE_PROVIDER,
        Role.CASE_MANAGER,
    }
    assert {role for role in Role if reads(role, c.D8)} == {Role.CASE_MANAGER, Role.CHILD_PROTECTION}
    assert c.D8 not in readable(Role.FOCAL_POINT)
    assert c.D3 not in readable(Role.GUARDIAN) | readable(Role.HEALTH_WORKER)
    for role in (Role.COORDINATOR, Role.SURVIVOR_ADVISER, Role.DATA_PROTECTION):
        assert readable(role) == frozenset()
    for role in (Role.FACILITATOR, Role.OBSERVER):
        assert readable(role) == frozenset({c.D0})


class TestAccessEndsAtOnce:
    """Through the services, as it happens."""

    pytestmark = pytest.mark.django_db

    def test_after_receipt_the_former_side_keeps_a_stub_and_its_workers_nothing(self) -> None:
        scene = two_countries()
        shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
        scene.users["bed"] = make_user()
        make_member(shelter, Role.SERVICE_PROVIDER, user=scene.users["bed"])
        case = open_case(scene)
        with scene.clock():
            care.assign(scene.actor("NG"), case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
        handover = advance(scene, ready_draft(scene, case), "departed")
        assert sees(scene.actor("bed"), case)
        assert not sees(scene.actor("NE"), case)
        advance(scene, handover, "received")
        assert not sees(scene.actor("bed"), case)
        assert sees(scene.actor("NE"), case)
        case = Case.objects.prefetch_related("assignments", "custody").get(pk=case.pk)
        former = scene.actor("NG")
        kept = {action for action in set(Action) - ON_HANDOVER if allowed(former, action, case)}
        assert {a for a in kept if not any(g.relation is Relation.REGISTRY for g in GRANTS[a])} == {Action.VIEW_CASE}

    def test_the_first_responder_sees_the_case_until_the_focal_point_takes_it(self) -> None:
        scene = two_countries()
        border = make_institution(scene.registry, "NG", kind=InstitutionKind.BORDER)
        scene.users["border"] = make_user()
        make_member(border, Role.FIRST_RESPONDER, user=scene.users["border"])
        with scene.clock():
            case = intake.open_case(scene.actor("border"), ADULT, submission=uuid4()).case
            assert sees(scene.actor("border"), case)
            intake.take_case(scene.actor("NG"), case.pk, submission=uuid4())
        assert not sees(scene.actor("border"), case)

    def test_unassigning_ends_it(self) -> None:
        scene = two_countries()
        case = open_case(scene)
        with scene.clock():
            care.tell_child_protection(scene.actor("NG"), case.pk, scene.institutions["NG-child"], submission=uuid4())
            assert sees(scene.actor("NG-child"), case)
            care.unassign(
                scene.actor("NG"), case.pk, case.assignments.get(kind="child_protection").pk, submission=uuid4()
            )
        assert not sees(scene.actor("NG-child"), case)

    def test_a_membership_counts_until_its_instant_and_not_at_it(self) -> None:
        user, institution = make_user(), make_institution(make_registry())
        seat = make_member(institution, user=user, until_wall=WALL)
        assert actor_of(user, wall=WALL - timedelta(microseconds=1)) is not None
        assert actor_of(user, wall=WALL) is None
        assert actor_of(user, wall=WALL, membership_id=seat.pk) is None

    def test_nobody_takes_the_seat_of_somebody_else(self) -> None:
        registry = make_registry()
        mine, theirs = make_institution(registry, "NG"), make_institution(registry, "NE")
        user = make_user()
        make_member(mine, user=user)
        foreign = make_member(theirs)
        actor = actor_of(user, wall=WALL, membership_id=foreign.pk)
        assert actor is not None
        assert actor.institution_id == mine.pk
        assert actor.also_acts_for == frozenset()

    def test_an_ended_seat_is_no_other_side(self) -> None:
        registry = make_registry()
        user = make_user()
        make_member(make_institution(registry, "NG"), user=user, until_wall=WALL)
        make_member(make_institution(registry, "NE"), user=user)
        actor = actor_of(user, wall=WALL)
        assert actor is not None
        assert actor.acts_for == frozenset({Institution.objects.get(registry=registry, country="NE").pk})


def sees(actor: Actor, case: Case) -> bool:
    return visible_cases(actor).filter(pk=case.pk).exists()


@pytest.mark.django_db
def test_a_deactivated_seat_leaves_no_list_behind() -> None:
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    actor = scene.actor("NE")
    assert list(visible_handovers(actor)) == [handover]
    Membership.objects.filter(user=scene.users["NE"]).update(until_wall=scene.wall)
    assert actor_of(scene.users["NE"], wall=scene.wall) is None
