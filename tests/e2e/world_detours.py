"""People in Nigeria whose handovers and files stand where things go another way: held, lost, abroad, joined, of age."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from common import clock
from referral.enums import Action, ClosureReason
from referral.models import Case, CaseEvent, ContinuingTask, Handover, Person
from referral.services import care, closing, merge
from referral.services import clock as clock_service
from tests.scenes import Scene, accept_facts, depart_facts, heard, open_case, open_child, ready_draft, receive_facts

if TYPE_CHECKING:
    from tests.e2e.world import World

A = Action
Facts = Callable[[Scene], dict[str, Any]]
Step = tuple[str, Action, Facts]

JOURNEY = timedelta(hours=9)
"""Long enough to arrive, and for somebody who was expected an hour after leaving to be reported as not arrived."""


def _step(seat: str, action: Action, facts: Facts = lambda _scene: {}) -> Step:
    return seat, action, facts


def _leaving(scene: Scene) -> dict[str, Any]:
    return depart_facts(scene, expected_at=scene.moment().at + timedelta(hours=1))


OFFERED = (_step("NG", A.OFFER),)
ACKNOWLEDGED = (*OFFERED, _step("NE", A.ACKNOWLEDGE))
ACCEPTED = (*ACKNOWLEDGED, _step("NE", A.ACCEPT, accept_facts))
DEPARTED = (*ACCEPTED, _step("NG", A.DEPART, _leaving))
OUTSIDE = (
    _step("NG", A.OFFER),
    _step("NG", A.ACKNOWLEDGE, heard),
    _step("NG", A.ACCEPT, lambda scene: accept_facts(scene) | heard(scene)),
    _step("NG", A.DEPART, _leaving),
)

BEFORE: Mapping[str, tuple[Step, ...]] = {
    "ready": (),
    "acknowledged": ACKNOWLEDGED,
    "held": (*ACKNOWLEDGED, _step("NG", A.STOP)),
    "waiting": (*ACKNOWLEDGED, _step("NG", A.HOLD, lambda _scene: {"hold_reason": "practical"})),
    "conditions": (
        *ACKNOWLEDGED,
        _step("NE", A.PUT_CONDITIONS, lambda scene: accept_facts(scene, conditions=["escort", "medicine"], conditions_text="A nurse if possible.")),
    ),
    "forward": (
        *ACKNOWLEDGED,
        _step("NE", A.PROPOSE_FORWARD, lambda _scene: {"forward_country": "IT", "forward_reason": "Her sister lives there."}),
    ),
    "accepted": (
        *ACCEPTED,
        _step("NG", A.WRITE_MESSAGE, lambda _scene: {"phrase": "delayed", "text": "Le bus part demain.", "language": "fr"}),
    ),
    "departed": (*DEPARTED, _step("NG", A.OBJECT)),
    "lost": DEPARTED,
    "received": DEPARTED,
    "doubted": DEPARTED,
    "abroad": OUTSIDE,
    "settled": OUTSIDE,
}  # fmt: skip
"""What happens before the hours of the journey; the two last lead to Ghana, which has no seat."""

AFTER: Mapping[str, tuple[Step, ...]] = {
    "lost": (
        _step("NE", A.REPORT_NOT_ARRIVED),
        _step("NE", A.DEATH, lambda _scene: {"reason": "The hospital called in the morning."}),
    ),
    "received": (_step("NE", A.RECEIVE, receive_facts),),
    "doubted": (
        _step("NE", A.RECEIVE, receive_facts),
        _step("NE", A.ASK_CORRECTION, lambda _scene: {"correction_reason": "Another person came."}),
    ),
    "settled": (
        _step("NG", A.RECEIVE_OUTSIDE, lambda scene: {
            "arrived_at": scene.moment().at - timedelta(hours=1), "received_by": "Duty officer, Accra", "arrived_safely": "yes",
        }),
    ),
}  # fmt: skip
"""What happens after them."""


def under_way(world: World) -> None:
    """A handover for every key of `BEFORE`, with one jump of the clock for all of them."""
    scene, handovers = world.scene, dict[str, Handover]()
    for key, steps in BEFORE.items():
        case = open_case(scene)
        if key == "received":
            _claims_wages(scene, case)
        handovers[key] = ready_draft(scene, case, receiver="GH" if steps is OUTSIDE else "NE")
        _walk(scene, handovers[key], steps)
    clock_service.jump(scene.registry.pk, JOURNEY, user=None)
    scene.wall = clock.wall_now()
    for key, steps in AFTER.items():
        _walk(scene, handovers[key], steps)
    Person.objects.filter(pk=handovers["accepted"].case.person_id).update(wishes="To learn sewing.")
    for key, handover in handovers.items():
        world.note(key, handover.case)


def _walk(scene: Scene, handover: Handover, steps: tuple[Step, ...]) -> None:
    for seat, action, facts in steps:
        scene.do(seat, handover, action, facts(scene))


def _claims_wages(scene: Scene, case: Case) -> None:
    track = {"kind": "claim", "state": "open", "reference": "Claim 7"}
    with scene.clock():
        care.record_legal(scene.actor("NG"), case.pk, track, submission=uuid4())


def files(world: World) -> None:
    """Two files that became one, a closing that waits for a second person, somebody of age, an entry and a task."""
    scene = world.scene
    actor, gone, stays = scene.actor("NG"), open_case(scene), open_case(scene)
    with scene.clock():
        code = stays.person.public_code
        merge.ask(actor, gone.pk, into_code=code, reason="The same scar, the same day.", submission=uuid4())
        closed = {"reason": ClosureReason.NOT_TRAFFICKED, "contact_later": scene.institutions["NG"].pk}
        closing.close(actor, stays.pk, closed, submission=uuid4())
    grown = open_child(scene, age_low=17, age_high=17)
    Person.objects.filter(pk=grown.person_id).update(of_age_at=scene.moment().at)
    for key, case in (("merged", gone), ("joined", stays), ("grown", grown)):
        world.note(key, case)
    written = CaseEvent.objects.filter(case=world.cases["ready"], institution=scene.institutions["NG"]).earliest("seq")
    world.numbers["referral:correct"] = written.pk
    world.numbers["referral:task"] = ContinuingTask.objects.get(case=world.cases["received"]).pk
