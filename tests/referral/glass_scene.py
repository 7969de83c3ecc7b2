"""Break-glass as tests need it: Niger asks for a case that Nigeria holds; real minutes pass by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from referral.enums import InstitutionKind, Role
from referral.models import BreakGlass, Case
from referral.services import glass
from tests.factories import make_institution, make_member, make_user
from tests.scenes import Scene, two_countries

REASON = "She is unconscious in our hospital and nobody knows her medicine."


def glass_scene(*codes: str) -> Scene:
    """Countries with their officers, a data protection officer in each, and one for the whole registry."""
    scene = two_countries(*(codes or ("NG", "NE", "IT")))
    for code in (*(codes or ("NG", "NE", "IT")), None):
        office = make_institution(scene.registry, code, kind=InstitutionKind.INTERNATIONAL)
        name = f"{code or 'region'}-officer"
        scene.users[name] = make_user(f"{name}-{scene.registry.pk}@example.org".lower())
        make_member(office, Role.DATA_PROTECTION, user=scene.users[name])
    return scene


def minutes(scene: Scene, count: float) -> Scene:
    """Let real minutes pass."""
    scene.wall += timedelta(minutes=count)
    return scene


def ask(scene: Scene, code: str, who: str = "NE", key: Any = None) -> BreakGlass:
    facts = {"code": code, "reason": REASON, "language": "en"}
    with scene.clock():
        return glass.ask(scene.actor(who), facts, submission=key or uuid4()).row


def confirm(scene: Scene, row: BreakGlass, who: str = "NE-deputy") -> BreakGlass:
    with scene.clock():
        return glass.confirm(scene.actor(who), row.pk).row


def opened(scene: Scene, case: Case, who: str = "NE", second: str = "NE-deputy") -> BreakGlass:
    return confirm(scene, ask(scene, case.person.public_code, who), second)
