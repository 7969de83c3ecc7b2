"""People with a canary in every field of their identity, and everything that ever holds a copy of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from referral.enums import InstitutionKind
from referral.models import Case, Handover, PersonIdentity
from referral.services import care, consent, drafts, referrals
from tests.factories import make_institution
from tests.scenes import Scene, open_case, ready_draft

IDENTITY: dict[str, Any] = {
    "name": "Canary Nameson", "birth_date": date(1984, 2, 29), "contact": "+234 canary 5550199", "exact_location": "7 Canary Lane",
}  # fmt: skip
TOLD = {"name": "Canary Nameson", "birth_date": "1984-02-29"}
"""What a packet, a supplement or a referral can hold of it."""
WORDS = ("Canary Nameson", "1984-02-29", "+234 canary 5550199", "7 Canary Lane", "29 February 1984")
"""How it would look where it must not stand."""


def open_identified(scene: Scene) -> Case:
    """A case of a person whose whole identity is recorded."""
    case = open_case(scene, name=IDENTITY["name"])
    PersonIdentity.objects.filter(person=case.person_id).update(**IDENTITY)
    return case


def draft_with_identity(scene: Scene, case: Case, *, receiver: str = "NE") -> Handover:
    """A draft that is ready and holds name and birth date, with the person's permission."""
    actor, draft = scene.actor("NG"), ready_draft(scene, case, receiver=receiver)
    permit(scene, case, ["D1", "D2", "D3"], receiver)
    with scene.clock():
        drafts.save(actor, draft.pk, {"compartments": ["D0", "D1", "D2"]}, submission=uuid4())
        drafts.see_preview(actor, draft.pk, submission=uuid4())
    return Handover.objects.get(pk=draft.pk)


def permit(scene: Scene, case: Case, categories: list[str], receiver: str = "NE") -> None:
    """The person permits these compartments for this country."""
    decision = {
        "kind": "share", "decision": "given", "purpose": "safety", "recipient_country": receiver, "given_by": "person",
        "language": "en", "categories": categories,
    }  # fmt: skip
    scene.after(minutes=1)
    with scene.clock():
        consent.record(scene.actor("NG"), case.pk, decision, submission=uuid4())


def refer_with_identity(scene: Scene, case: Case) -> Any:
    """A request to child protection at home, which may be told a name. Returns the outcome."""
    provider = make_institution(scene.registry, "NG", kind=InstitutionKind.CHILD_PROTECTION)
    facts = {
        "provider": provider, "kind": "shelter", "urgency": "urgent", "compartments": ["D1", "D2"], "person_agrees": True,
        "message": "She comes tonight.",
    }  # fmt: skip
    with scene.clock():
        outcome = referrals.send(scene.actor("NG"), case.pk, facts, submission=uuid4())
        care.assign(
            scene.actor("NG"), case.pk, {"kind": "child_protection", "institution": provider}, submission=uuid4()
        )
    return outcome
