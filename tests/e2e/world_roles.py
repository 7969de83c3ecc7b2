"""Every other role at its desk in Nigeria: one woman with whom all of them work, and a service that was asked to help her."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from referral.enums import NeedKind, Role
from referral.home_referrals import Answer
from referral.models import Case, HomeReferral
from referral.services import care, health, identification, referrals, voices
from tests.referral.desks import SEATS, assign, seat
from tests.scenes import open_case

if TYPE_CHECKING:
    from tests.e2e.world import World


def at_their_desks(world: World) -> None:
    """Seats under the roles' own names, the case under the key "helped", and referrals in two states."""
    scene = world.scene
    for role in SEATS:
        seat(scene, role)
    case = open_case(scene)
    for role, (_kind, work) in SEATS.items():
        if work:
            assign(scene, role, case)
    with scene.clock():
        care.add_need(scene.actor("NG"), case.pk, {"kind": NeedKind.DOCUMENTS, "urgency": "urgent"}, submission=uuid4())
        health.write_entry(
            scene.actor(Role.HEALTH_WORKER), case.pk, {"text": "Tablets twice a day.", "for_case_manager": True}, submission=uuid4()
        )  # fmt: skip
        said = {"kind": "complain", "text": "Nobody told me what comes next.", "language": "en", "permitted": True}
        voices.speak(scene.actor(Role.SURVIVOR_ADVISER), case.pk, said, submission=uuid4())
        decision = {
            "step": "reasonable_grounds", "decision": "negative", "reasons": "One sign only.", "reconsideration_explained": True,
        }  # fmt: skip
        identification.decide(scene.actor(Role.COMPETENT_AUTHORITY), case.pk, decision, submission=uuid4())
    asked, helping = _ask(world, case), _ask(world, case)
    with scene.clock():
        referrals.answer(scene.actor(Role.SERVICE_PROVIDER), helping.pk, Answer.ACCEPT, {}, submission=uuid4())
    world.references |= {f"referral:referral_{answer}": asked.reference for answer in ("accept", "decline", "withdraw")}
    world.references |= {"referral:referral": asked.reference, "referral:referral_report": helping.reference}
    world.cases["helped"] = Case.objects.select_related("person").get(pk=case.pk)


def _ask(world: World, case: Case) -> HomeReferral:
    facts = {
        "provider": world.scene.institutions[Role.SERVICE_PROVIDER], "kind": "shelter", "urgency": "urgent",
        "compartments": ["D2"], "message": "A quiet room, please.", "person_agrees": True,
    }  # fmt: skip
    with world.scene.clock():
        referrals.send(world.scene.actor("NG"), case.pk, facts, submission=uuid4())
    return HomeReferral.objects.latest("pk")
