"""Who may do what to which row: `allowed` and `as_q` never disagree, and nothing is allowed that is not listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from referral.enums import OPEN_STATES, Action, Compartment, HandoverState, InstitutionKind, Role
from referral.models import Assignment, BreakGlass, Case, Handover, HomeReferral
from referral.policy import (
    COMPARTMENTS,
    GRANTS,
    ON_GLASS,
    ON_HANDOVER,
    ON_REFERRAL,
    Relation,
    Right,
    allowed,
    as_q,
    readable,
    reads,
    roles_that_may,
)
from tests.factories import (
    EXERCISE,
    WALL,
    make_case,
    make_handover,
    make_institution,
    make_registry,
    make_user,
)
from tests.fixtures.remembered import remembered


@dataclass(frozen=True)
class Somebody:
    """What the policy reads of an actor."""

    institution_id: int
    registry_id: int
    role: Role
    country_code: str = "NG"
    user_id: int = 0
    wall: datetime | None = WALL


OPENINGS = (
    "opened by break-glass",
    "break-glass over",
    "break-glass ended early",
    "break-glass asked",
    "opened by a colleague",
    "opened for another institution",
    "other registry",
)
"""Cases of the world for which somebody has broken the glass, or wants to."""


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
            "opened by break-glass": make_case(self.other),
            "break-glass over": make_case(self.other),
            "break-glass ended early": make_case(self.other),
            "break-glass asked": make_case(self.other),
            "opened by a colleague": make_case(self.other),
            "opened for another institution": make_case(self.third),
        }
        self.user, self.colleague = make_user(), make_user()
        self.openings = {name: self.glass(name, self.cases[name]) for name in OPENINGS}
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
        home = make_institution(registry, "NG", kind=InstitutionKind.SHELTER)
        for state in HandoverState:
            for name, sender, receiver in (("child sent", home, self.other), ("child asked", self.other, home)):
                handover = make_handover(make_case(sender), receiver, state="draft", child=True)
                if state in (HandoverState.RECEIVED, HandoverState.COMPLETED):
                    moved(handover)
                Handover.objects.filter(pk=handover.pk).update(state=state)
                handover.refresh_from_db()
                self.handovers[f"{name} {state}"] = handover
                if name == "child sent":
                    Assignment.objects.create(
                        case=handover.case, kind="child_protection", institution=self.me, since_at=EXERCISE
                    )
        outside = make_handover(make_case(self.me), self.other, state="draft")
        Handover.objects.filter(pk=outside.pk).update(state="offered", receiver=None, outside=True)
        outside.refresh_from_db()
        self.handovers["sends outside"] = outside
        far = make_institution(self.elsewhere.registry, "NE")
        self.referrals = {
            name: HomeReferral.objects.create(
                registry=sender.registry, reference=f"R-{name[:9]}", case=make_case(sender), sender=sender, provider=provider,
                kind="shelter", sent_at=EXERCISE,
            )
            for name, sender, provider in (
                ("refers", self.me, home), ("is asked", home, self.me), ("apart", home, self.other),
                ("other registry", self.elsewhere, far),
            )
        }  # fmt: skip
        self.handovers["other registry"] = make_handover(make_case(self.elsewhere), far)

    def handed_over(self) -> Case:
        case = make_case(self.me, taken_at=EXERCISE)
        moved(make_handover(case, self.other))
        case.refresh_from_db()
        return case

    def glass(self, name: str, case: Case) -> BreakGlass:
        """A request in the state that the name of its case says."""
        mine = name != "opened by a colleague"
        row = BreakGlass.objects.create(
            registry=case.registry, reference=f"B-{case.pk}", case=case, code=case.person.public_code, reason="Danger.",
            institution={"opened for another institution": self.other, "other registry": self.elsewhere}.get(name, self.me),
            asked_role=Role.FOCAL_POINT,
            asked_by=self.user if mine else self.colleague, asked_at=EXERCISE, asked_wall=WALL - timedelta(minutes=61),
            until_wall=WALL - timedelta(minutes=1),
        )  # fmt: skip
        if name == "break-glass asked":
            return row
        confirmed = WALL - timedelta(minutes=60 if name == "break-glass over" else 10)
        opened = {"state": "opened", "decided_by": self.colleague if mine else self.user, "decided_wall": confirmed}
        BreakGlass.objects.filter(pk=row.pk).update(**opened, until_wall=confirmed + timedelta(minutes=60))
        if name == "break-glass ended early":
            BreakGlass.objects.filter(pk=row.pk).update(state="ended", ended_how="opener", until_wall=WALL)
        row.refresh_from_db()
        return row

    def actor(self, role: Role) -> Somebody:
        return Somebody(self.me.pk, self.me.registry_id, role, user_id=self.user.pk)


def moved(handover: Handover) -> None:
    """Custody as a receipt moves it."""
    at = EXERCISE + timedelta(hours=2)
    Handover.objects.filter(pk=handover.pk).update(state="received", received_at=at)
    handover.case.custody.create(
        seq=2, since_at=at, institution=handover.receiver, previous_seq=1, previous_since_at=handover.case.opened_at,
        reason="received", handover=handover,
    )  # fmt: skip


@remembered
def whole_world() -> World:
    return World()


@pytest.fixture
def world(db: None) -> World:
    return whole_world()


@pytest.mark.wide
def test_page_and_list_agree_for_every_role_action_and_relation(world: World) -> None:
    """Every combination, generated: 17 roles, every action, every row of the world."""
    cases = list(Case.objects.prefetch_related("assignments", "custody", "continuing_tasks"))
    handovers = list(Handover.objects.select_related("sender").prefetch_related("case__assignments"))
    referrals = list(HomeReferral.objects.all())
    openings = list(BreakGlass.objects.select_related("institution", "case__holder"))
    seen = 0
    for action in Action:
        rows: list[Any]
        model: Any
        rows, model = (handovers, Handover) if action in ON_HANDOVER else (cases, Case)
        if action in ON_REFERRAL:
            rows, model = referrals, HomeReferral
        if action in ON_GLASS:
            rows, model = openings, BreakGlass
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
    (Role.FOCAL_POINT, Action.VIEW_CASE, {"opened by break-glass", "holder", "holder and opened", "holder and assigned", "opened untaken", "past holder", "past holder, assigned again"}),
    (Role.DEPUTY, Action.VIEW_CASE, {"opened by break-glass", "holder", "holder and opened", "holder and assigned", "opened untaken", "past holder", "past holder, assigned again"}),
    (Role.FIRST_RESPONDER, Action.VIEW_CASE, {"opened untaken", "holder and opened"}),
    (Role.CASE_MANAGER, Action.VIEW_CASE, {"opened by break-glass", "holder", "holder and opened", "holder and assigned", "assigned", "assigned twice", "past holder, assigned again"}),
    (Role.SERVICE_PROVIDER, Action.VIEW_CASE, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.HEALTH_WORKER, Action.VIEW_CASE, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.FACILITATOR, Action.VIEW_CASE, set()),
    (Role.OBSERVER, Action.VIEW_CASE, set()),
    (Role.COORDINATOR, Action.VIEW_CASE, set()),
    (Role.JUSTICE_LIAISON, Action.VIEW_CASE, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.ASYLUM_LIAISON, Action.VIEW_CASE, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.DATA_PROTECTION, Action.VIEW_CASE, set()),
    (Role.JUSTICE_LIAISON, Action.VIEW_IDENTITY, set()),
    (Role.SURVIVOR_ADVISER, Action.VIEW_IDENTITY, set()),
    (Role.FOCAL_POINT, Action.CLOSE_CASE, {"holder", "holder and opened", "holder and assigned"}),
    (Role.CASE_MANAGER, Action.CLOSE_CASE, set()),
    (Role.FOCAL_POINT, Action.CONTINUE_TASK, set()),
    (Role.COMPETENT_AUTHORITY, Action.IDENTIFY, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.FOCAL_POINT, Action.IDENTIFY, set()),
    (Role.FOCAL_POINT, Action.RECORD_HEALTH, set()),
    (Role.CASE_MANAGER, Action.RECORD_HEALTH, set()),
    (Role.FOCAL_POINT, Action.RECORD_CONSENT, {"holder", "holder and opened", "holder and assigned"}),
    (Role.FOCAL_POINT, Action.PREPARE, {"holder", "holder and opened", "holder and assigned"}),
    (Role.CASE_MANAGER, Action.PREPARE, set()),
    (Role.SERVICE_PROVIDER, Action.VIEW_IDENTITY, set()),
    (Role.FOCAL_POINT, Action.VIEW_IDENTITY, {"opened by break-glass", "holder", "holder and opened", "holder and assigned", "opened untaken"}),
    (Role.CHILD_PROTECTION, Action.RECORD_CHILD, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
    (Role.FOCAL_POINT, Action.RECORD_CHILD, set()),
    (Role.GUARDIAN, Action.RECORD_CHILD, {"assigned", "assigned twice", "past holder, assigned again", "holder and assigned"}),
]  # fmt: skip


def test_a_child_is_in_the_care_of_child_protection_on_both_sides_while_the_handover_is_open(world: World) -> None:
    guard = world.actor(Role.CHILD_PROTECTION)
    answering = {name for name, handover in world.handovers.items() if allowed(guard, Action.CHILD_ANSWER, handover)}
    assert answering == {f"{name} {state}" for name in ("child sent", "child asked") for state in OPEN_STATES}
    assert {n for n, h in world.handovers.items() if allowed(guard, Action.HOLD, h)} == {
        f"child sent {state}" for state in OPEN_STATES
    }
    assert not any(
        allowed(guard, action, h) for action in (Action.ACCEPT, Action.OFFER) for h in world.handovers.values()
    )


def test_what_a_country_without_a_seat_answers_is_written_down_by_the_sender_alone(world: World) -> None:
    focal = world.actor(Role.FOCAL_POINT)
    for action in (Action.ACCEPT, Action.DECLINE, Action.REVOKE, Action.PUT_CONDITIONS, Action.CHILD_ANSWER):
        assert allowed(focal, action, world.handovers["sends outside"])
        assert not allowed(focal, action, world.handovers["sends offered"])
    assert not allowed(focal, Action.PROPOSE_FORWARD, world.handovers["sends outside"])
    assert not allowed(world.actor(Role.CASE_MANAGER), Action.ACCEPT, world.handovers["sends outside"])


def test_a_referral_is_answered_by_the_service_that_is_asked(world: World) -> None:
    nurse, focal = world.actor(Role.HEALTH_WORKER), world.actor(Role.FOCAL_POINT)
    assert {name for name, row in world.referrals.items() if allowed(nurse, Action.ANSWER_REFERRAL, row)} == {
        "is asked"
    }
    assert {name for name, row in world.referrals.items() if allowed(focal, Action.VIEW_REFERRAL, row)} == {"refers"}


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
        for action in set(Action) - ON_HANDOVER - ON_REFERRAL - ON_GLASS:
            if not any(grant.relation is Relation.REGISTRY for grant in GRANTS[action]):
                assert not any(allowed(world.actor(role), action, case) for case in pending), (role, action)


def test_a_row_of_another_registry_is_never_allowed(world: World) -> None:
    """Even when the institution is the same row: the registry alone decides first."""
    for role in Role:
        stranger = Somebody(world.elsewhere.pk, world.me.registry_id, role)
        for action in Action:
            row: Any = world.handovers["other registry"] if action in ON_HANDOVER else world.cases["other registry"]
            row = world.referrals["other registry"] if action in ON_REFERRAL else row
            row = world.openings["other registry"] if action in ON_GLASS else row
            assert not allowed(stranger, action, row)
            listed = type(row).objects.filter(as_q(stranger, action))
            assert not listed.exclude(registry=world.me.registry_id).exists()


def test_default_deny(world: World) -> None:
    assert set(GRANTS) == set(Action), "an action without a row would raise, not allow"
    assert roles_that_may(Action.LAPSE) == ()
    for role in Role:
        assert not allowed(world.actor(role), Action.LAPSE, world.cases["holder"])
        assert not allowed(world.actor(role), Action.VIEW_CASE), "what concerns a case needs a case"


def test_no_role_that_watches_or_judges_writes_anything() -> None:
    writing = {action for action in Action if not action.value.startswith("view_")}
    for role, own in (
        (Role.FACILITATOR, set()),
        (Role.OBSERVER, set()),
        (Role.COORDINATOR, {Action.ASK_OVERDUE}),
        (Role.DATA_PROTECTION, {Action.REVIEW_AUDIT, Action.END_GLASS}),
    ):
        assert {action for action in writing if role in roles_that_may(action)} == own, role


def test_justice_and_consulates_write_nothing_but_their_own() -> None:
    """The wall between protection and justice: no part in care, identity, consent or a handover."""
    writing = {action for action in Action if not action.value.startswith("view_")}
    for role, own in ((Role.JUSTICE_LIAISON, {"record_legal"}), (Role.CONSULAR_OFFICER, set())):
        assert {a.value for a in writing if role in roles_that_may(a)} == own | {"amend", "take_on"}


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
