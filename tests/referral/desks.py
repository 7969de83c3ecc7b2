"""Seats of the roles beside the focal point, and a case on which all of them work, for tests of their desks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from referral.enums import AssignmentKind, InstitutionKind, Role
from referral.models import Case, Institution
from referral.services import care
from tests.factories import make_institution, make_member, make_user
from tests.fixtures.remembered import remembered
from tests.scenes import Scene

K, A = InstitutionKind, AssignmentKind

SEATS: dict[Role, tuple[InstitutionKind, AssignmentKind | None]] = {
    Role.SERVICE_PROVIDER: (K.SHELTER, A.SHELTER),
    Role.CASE_MANAGER: (K.SOCIAL_SERVICE, A.CASE_MANAGER),
    Role.CHILD_PROTECTION: (K.CHILD_PROTECTION, A.CHILD_PROTECTION),
    Role.GUARDIAN: (K.LEGAL_AID, A.GUARDIAN),
    Role.HEALTH_WORKER: (K.HEALTH, A.HEALTH),
    Role.COMPETENT_AUTHORITY: (K.LABOUR_INSPECTION, A.AUTHORITY),
    Role.ASYLUM_LIAISON: (K.ASYLUM, A.ASYLUM),
    Role.JUSTICE_LIAISON: (K.PROSECUTION, A.JUSTICE),
    Role.CONSULAR_OFFICER: (K.CONSULATE, A.CONSULATE),
    Role.SURVIVOR_ADVISER: (K.SURVIVOR_LED, A.ADVISER),
    Role.FIRST_RESPONDER: (K.BORDER, None),
    Role.COORDINATOR: (K.INTERNATIONAL, None),
    Role.DATA_PROTECTION: (K.INTERNATIONAL, None),
}
"""Role → kind of institution, and as what it works on a case."""


@remembered
def seat(scene: Scene, role: Role, country: str | None = "NG") -> Institution:
    """A user of this role under the role's own name in the scene, in an institution of its own."""
    kind, _work = SEATS[role]
    abroad = role in (Role.COORDINATOR, Role.DATA_PROTECTION)
    institution = make_institution(scene.registry, None if abroad else country, kind=kind)
    scene.institutions[role], scene.users[role] = institution, make_user()
    make_member(institution, role, user=scene.users[role])
    return institution


@remembered
def colleague(scene: Scene, role: Role) -> str:
    """A second user of the role's institution."""
    name = f"{role}-second"
    scene.users[name] = make_user()
    make_member(scene.institutions[role], role, user=scene.users[name])
    return name


@remembered
def assign(scene: Scene, role: Role, case: Case, **more: Any) -> None:
    """Let the role's institution work on the case."""
    facts = {"kind": SEATS[role][1], "institution": scene.institutions[role], "person_permits": True} | more
    with scene.clock():
        care.assign(scene.actor("NG"), case.pk, facts, submission=uuid4())
