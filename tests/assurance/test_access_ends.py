"""An access ends at once, with the session still alive: after a handover, a withdrawal, a change of role, an end of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from referral.addresses import Answer
from referral.enums import Action, HandoverState, Role
from referral.models import BreakGlass, Membership
from referral.services import care, glass
from tests.assurance.knocking import Knocker
from tests.assurance.stage import Stage
from tests.fixtures.figures import counted
from tests.scenes import accept_facts, depart_facts, receive_facts

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("stage")]

Gets = Callable[[str, str, Role], Answer | None]
FP, DEPUTY, CASES, CHILD = Role.FOCAL_POINT, Role.DEPUTY, Role.CASE_MANAGER, Role.CHILD_PROTECTION


@pytest.fixture
def gets(stage: Stage, door: Knocker, bare_pages: None) -> Gets:
    """What an address answers to a seat, in the session that the seat has had all the time."""

    def ask(name: str, label: str, role: Role) -> Answer | None:
        asked.append(name)
        method = "POST" if name in ("referral:identity", "referral:sealed_identity", "referral:tonight") else "GET"
        return door.knock(stage.session(label, role), method, stage.address(name, label)).answer

    asked: list[str] = []
    ask.asked = asked  # type: ignore[attr-defined]
    return ask


@pytest.fixture(autouse=True)
def counting(stage: Stage, gets: Gets, request: pytest.FixtureRequest) -> Iterator[None]:
    wall = stage.scene.wall
    yield
    stage.scene.wall = wall
    counted(f"access ends: {request.node.name}", requests=len(gets.asked))  # type: ignore[attr-defined]


def arrive(stage: Stage) -> None:
    """The woman comes to Niger."""
    scene, going = stage.scene, stage.handovers["main"]
    going.refresh_from_db()
    scene.do("NG", going, Action.ANSWER, {"answer": "No.", "compartment": "D2"})
    scene.do("NE", going, Action.ACCEPT, accept_facts(scene))
    scene.do("NG", going, Action.DEPART, depart_facts(scene))
    scene.after(hours=2)
    scene.do("NE", going, Action.RECEIVE, receive_facts(scene))


def test_whoever_handed_over_keeps_a_stub(stage: Stage, gets: Gets) -> None:
    for role in (FP, DEPUTY, CASES):
        assert gets("referral:needs", "holder", role) is Answer.SERVED
    assert gets("referral:person", "receiver", FP) is Answer.NOT_FOUND
    type(stage.handovers["main"]).objects.filter(pk=stage.handovers["main"].pk).update(child=False)
    arrive(stage)
    for role in (FP, DEPUTY):
        assert gets("referral:person", "holder", role) is Answer.SERVED
        for page in (
            "needs",
            "history",
            "consent",
            "person_handovers",
            "shared",
            "identity",
            "tonight",
            "risk",
            "close",
        ):
            assert gets(f"referral:{page}", "holder", role) is Answer.REFUSED, page
    for page in ("person", "needs", "history"):
        assert gets(f"referral:{page}", "holder", CASES) is Answer.NOT_FOUND
        assert gets(f"referral:{page}", "provider", Role.SERVICE_PROVIDER) is Answer.NOT_FOUND
    for page in ("person", "needs", "history", "identity"):
        assert gets(f"referral:{page}", "receiver", FP) is Answer.SERVED
    assert gets("referral:handover", "provider", CHILD) is Answer.NOT_FOUND
    assert gets("referral:request", "holder", FP) is Answer.NOT_FOUND


def test_a_withdrawn_handover_is_nothing_to_act_on_and_none_of_those_beside_it_reads_it(
    stage: Stage, gets: Gets
) -> None:
    assert gets("referral:handover", "provider", CHILD) is Answer.SERVED
    assert gets("referral:handover", "child protection there", CHILD) is Answer.SERVED
    going = stage.handovers["main"]
    going.refresh_from_db()
    stage.scene.do("NG", going, Action.WITHDRAW, {"withdraw_reason": "other"})
    going.refresh_from_db()
    assert going.state == HandoverState.WITHDRAWN
    assert gets("referral:handover", "provider", CHILD) is Answer.NOT_FOUND
    assert gets("referral:handover", "child protection there", CHILD) is Answer.NOT_FOUND
    assert gets("referral:person", "receiver", FP) is Answer.NOT_FOUND


def test_a_changed_role_reads_what_the_new_one_reads(stage: Stage, gets: Gets) -> None:
    assert gets("referral:identity", "holder", FP) is Answer.SERVED
    Membership.objects.filter(pk=stage.seats["holder", FP]).update(role=Role.OBSERVER)
    for page in ("identity", "person", "tonight", "handover", "draft", "staff"):
        assert gets(f"referral:{page}", "holder", FP) is Answer.REFUSED, page


def test_a_seat_that_has_ended_opens_nothing(stage: Stage, gets: Gets) -> None:
    assert gets("referral:person", "holder", FP) is Answer.SERVED
    Membership.objects.filter(pk=stage.seats["holder", FP]).update(until_wall=stage.scene.wall)
    for page in ("person", "inbox", "handover", "people", "directory", "identity"):
        assert gets(f"referral:{page}", "holder", FP) is Answer.REFUSED, page


def test_a_closed_account_is_signed_out(stage: Stage, gets: Gets) -> None:
    assert gets("referral:person", "holder", DEPUTY) is Answer.SERVED
    User.objects.filter(pk=stage.users["holder", DEPUTY].pk).update(is_active=False)
    for page in ("person", "inbox", "handover", "identity"):
        assert gets(f"referral:{page}", "holder", DEPUTY) is Answer.SIGN_IN, page


def test_whoever_no_longer_works_on_a_case_finds_it_no_more(stage: Stage, gets: Gets) -> None:
    seats = (Role.SERVICE_PROVIDER, CASES, CHILD, Role.HEALTH_WORKER, Role.GUARDIAN)
    assert all(gets("referral:person", "provider", role) is Answer.SERVED for role in seats)
    scene = stage.scene
    with scene.clock():
        care.unassign(scene.actor("NG"), stage.cases["main"].pk, stage.rows["referral:unassign"], submission=uuid4())
    for role in seats:
        for page in ("person", "needs", "history", "identity", "tonight", "handover"):
            assert gets(f"referral:{page}", "provider", role) in (Answer.NOT_FOUND, Answer.REFUSED), (page, role)
            assert gets("referral:person", "provider", role) is Answer.NOT_FOUND


def test_an_hour_after_the_glass_was_broken_the_file_is_shut(stage: Stage, gets: Gets) -> None:
    assert gets("referral:person", "broken glass", FP) is Answer.SERVED
    for _ten_minutes in range(6):
        stage.scene.wall += timedelta(minutes=10)
        assert gets("referral:inbox", "broken glass", FP) is Answer.SERVED
    for page in ("person", "needs", "sealed", "sealed_identity", "identity"):
        assert gets(f"referral:{page}", "broken glass", FP) is Answer.NOT_FOUND, page


def test_an_opening_that_is_ended_is_shut_at_once(stage: Stage, gets: Gets) -> None:
    assert gets("referral:sealed", "broken glass", DEPUTY) is Answer.SERVED
    row = BreakGlass.objects.get(asked_by=stage.users["broken glass", DEPUTY])
    with stage.scene.clock():
        glass.end(stage.scene.actor("NG"), row.pk)
    assert gets("referral:sealed", "broken glass", DEPUTY) is Answer.NOT_FOUND
