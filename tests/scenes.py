"""Two or three countries with their officers, and a case brought as far as a test needs it, through the services alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.models import Country, User
from common import clock
from referral.actor import Actor, actor_of
from referral.enums import Action, AgreementKind, InstitutionKind, RegistryKind, Role
from referral.models import Agreement, Case, Handover, Institution, Registry
from referral.selectors.facts import decides_alone
from referral.services import care, consent, drafts, intake, lifecycle
from referral.services.moment import Moment, moment_of
from tests.factories import WALL, make_institution, make_member, make_registry, make_user
from tests.fixtures.remembered import remembered


@dataclass
class Scene:
    """A registry whose wall clock the test moves: `scene.after(hours=2)` is exercise time at 60x."""

    registry: Registry
    wall: Any = WALL
    users: dict[str, User] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        actor = actor_of(self.users[name], wall=self.wall)
        assert actor is not None
        return actor

    def after(self, **exercise: float) -> Scene:
        """Let exercise time pass."""
        self.wall += timedelta(**exercise) / int(self.registry.rate)
        return self

    def moment(self) -> Moment:
        self.registry.refresh_from_db()
        return moment_of(self.registry, self.wall)

    def clock(self) -> Any:
        """The context in which services read this scene's wall time."""
        return clock.moved_wall(self.wall)

    def do(
        self, name: str, handover: Handover, action: Action, facts: Mapping[str, Any] | None = None, **more: Any
    ) -> Any:
        with self.clock():
            return lifecycle.apply(self.actor(name), handover.pk, action, facts, **{"submission": uuid4()} | more)


@remembered
def two_countries(*codes: str) -> Scene:
    """A registry with a focal point and a deputy in each country, by default Nigeria, Niger and Italy."""
    # Live, so that tests that move the wall clock by hours are not taken for a power cut.
    scene = Scene(make_registry(kind=RegistryKind.LIVE))
    for code in codes or ("NG", "NE", "IT"):
        focal = make_institution(scene.registry, code)
        scene.institutions[code] = focal
        for key, role in ((code, Role.FOCAL_POINT), (f"{code}-deputy", Role.DEPUTY)):
            scene.users[key] = make_user(f"{key.lower()}-{scene.registry.pk}@example.org")
            make_member(focal, role, user=scene.users[key])
        guard = make_institution(scene.registry, code, kind=InstitutionKind.CHILD_PROTECTION)
        scene.institutions[f"{code}-child"] = guard
        scene.users[f"{code}-child"] = make_user(f"{code.lower()}-child-{scene.registry.pk}@example.org")
        make_member(guard, Role.CHILD_PROTECTION, user=scene.users[f"{code}-child"])
    agree_on_sharing(scene, *(codes or ("NG", "NE", "IT")))
    return scene


def agree_on_sharing(scene: Scene, *codes: str) -> Agreement:
    """What lets information cross these borders (gate 7)."""
    agreement = Agreement.objects.create(
        registry=scene.registry, name="Memorandum of the exercise", kind=AgreementKind.MEMORANDUM
    )
    agreement.parties.set(Country.objects.filter(code__in=codes))
    return agreement


@remembered
def both_say_yes(scene: Scene, handover: Handover, sender: str = "NG", receiver: str = "NE") -> None:
    """Child protection of both countries answers yes; the sending one works on the case from now on."""
    scene_guard = scene.institutions[f"{sender}-child"]
    with scene.clock():
        care.assign(
            scene.actor(sender),
            handover.case_id,
            {"kind": "child_protection", "institution": scene_guard},
            submission=uuid4(),
        )
    for name in (f"{sender}-child", f"{receiver}-child"):
        scene.do(name, handover, Action.CHILD_ANSWER, {"child_answer": "yes"})


ADULT = {
    "sex": "female", "age_low": 24, "age_high": 28, "age_basis": "statement", "languages": ["en", "ha"],
    "citizenships": ["NG"], "wishes": "To live near her sister.", "safe_contact": "Through the shelter.",
    "safe_tonight": "yes", "call_tonight": "The shelter.", "found_by": "self", "opinion": "possible",
    "indicators": ["deceived", "debt"], "interpreter_safe": True, "name": "Invented Name",
}  # fmt: skip


@remembered
def open_case(scene: Scene, country: str = "NG", **facts: Any) -> Case:
    """A taken case of an adult woman; facts may be overridden."""
    actor = scene.actor(country)
    with scene.clock():
        case = intake.open_case(actor, ADULT | facts, submission=uuid4()).case
        intake.take_case(actor, case.pk, submission=uuid4())
    case.refresh_from_db()
    return case


@remembered
def ready_draft(
    scene: Scene,
    case: Case,
    sender: str = "NG",
    receiver: str = "NE",
    *,
    urgency: str = "standard",
    purpose: str = "safety",
) -> Handover:
    """A draft for which every gate holds; for a purpose other than safety, but for what the purpose asks besides."""
    actor = scene.actor(sender)
    decision = {
        "decision": "given", "purpose": purpose, "recipient_country": receiver, "language": "en",
        "given_by": "person" if decides_alone(case) else "guardian",
        "options": ["stay", "move"], "categories": ["D2", "D3"],
    }  # fmt: skip
    with scene.clock():
        care.assess_risk(
            actor,
            case.pk,
            {"level": "medium", "receiving_country": receiver, "measures": "Escort."},
            submission=uuid4(),
        )
        for kind in ("move", "share"):
            consent.record(actor, case.pk, decision | {"kind": kind}, submission=uuid4())
        handover = drafts.start(
            actor, case.pk, receiver_country=receiver, purpose=purpose, urgency=urgency, submission=uuid4()
        ).handover
        assert handover is not None
        drafts.save(
            actor,
            handover.pk,
            {
                "options_compared": ["stay", "move"], "needs_on_arrival": ["shelter"], "compartments": ["D0", "D2", "D3"],
                "capacity_confirmed_by": "Duty officer", "safety_plan": "Sleeps in the shelter.", "medicine_lasts": "yes",
            },
        )  # fmt: skip
        drafts.see_preview(actor, handover.pk, submission=uuid4())
    handover.refresh_from_db()
    return handover


def accept_facts(scene: Scene, **more: Any) -> dict[str, Any]:
    return {
        "place_confirmed": True, "reception_contact": "Duty officer", "reception_from_at": scene.moment().at + timedelta(days=5),
    } | more  # fmt: skip


def depart_facts(scene: Scene, **more: Any) -> dict[str, Any]:
    return {
        "travel_means": "By bus", "travel_documents": "Emergency certificate", "escort": "Case manager",
        "expected_at": scene.moment().at + timedelta(hours=12),
    } | more  # fmt: skip


def receive_facts(scene: Scene, **more: Any) -> dict[str, Any]:
    return {
        "arrived_at": scene.moment().at - timedelta(hours=1), "received_by": "Duty officer", "arrived_safely": "yes",
        "person_content": "yes",
    } | more  # fmt: skip


@remembered
def advance(scene: Scene, handover: Handover, to: str, sender: str = "NG", receiver: str = "NE") -> Handover:
    """Walk the straight path up to a state, with an hour or more between the steps."""
    path = (
        ("offered", sender, Action.OFFER, dict),
        ("acknowledged", receiver, Action.ACKNOWLEDGE, dict),
        (
            "accepted",
            receiver,
            Action.ACCEPT,
            lambda: accept_facts(scene, services_confirmed=handover.needs_on_arrival),
        ),
        ("departed", sender, Action.DEPART, lambda: depart_facts(scene)),
        ("received", receiver, Action.RECEIVE, lambda: receive_facts(scene)),
        ("completed", receiver, Action.GIVE_FEEDBACK, lambda: {"feedback": "She is well."}),
    )
    reached = [step[0] for step in path]
    start = reached.index(handover.state) + 1 if handover.state in reached else 0
    for state, who, action, facts in path[start : reached.index(to) + 1]:
        scene.after(hours=2)
        scene.do(who, handover, action, facts())
        handover.refresh_from_db()
        assert handover.state == state
    return handover


CHILD_FILE = {
    "guardian": "Guardian of the exercise", "guardian_conflict_checked": True, "assessed": True, "determined": True,
    "child_view": "I want to go where my sister is.",
}  # fmt: skip


@remembered
def open_child(scene: Scene, country: str = "NG", **facts: Any) -> Case:
    """A taken case of a child whose file child protection has written."""
    case = open_case(scene, country, **{"age_low": 14, "age_high": 16} | facts)
    with scene.clock():
        guard = scene.institutions[f"{country}-child"]
        care.tell_child_protection(scene.actor(country), case.pk, guard, submission=uuid4())
        care.record_child(scene.actor(f"{country}-child"), case.pk, CHILD_FILE, submission=uuid4())
    return case


def heard(scene: Scene, **more: Any) -> dict[str, Any]:
    """From whom and when the sender heard what a country without a seat answers."""
    return {"officer": "Officer on duty", "answered_at": scene.moment().at, "outside_reference": "GH/7"} | more
