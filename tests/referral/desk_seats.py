"""Who sits at a desk in `desk_scenes`: a role beside another institution of the same kind, and cases near it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from referral.enums import Role
from referral.models import Assignment, Case, Institution
from referral.services import intake
from tests.factories import make_institution
from tests.referral.desks import SEATS, assign, seat
from tests.scenes import ADULT, Scene, open_case, two_countries

DAY, R = timedelta(days=1), Role


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits there, beside another institution of the same kind."""

    scene: Scene
    role: Role
    own: Institution
    other: Institution

    @property
    def at(self) -> Any:
        return self.scene.moment().at

    def case(self, **facts: Any) -> Case:
        """A case on which the role works; the first responder's is its own and not taken yet."""
        if self.role is R.FIRST_RESPONDER:
            return self.found(**facts)
        case = open_case(self.scene, **facts)
        if self.role in SEATS and SEATS[self.role][1]:
            assign(self.scene, self.role, case)
        return case

    def foreign(self, **facts: Any) -> Case:
        """A case on which another institution of the same kind works; for the country's own office, another country's."""
        if self.role is R.DEPUTY:
            return open_case(self.scene, "NE", **facts)
        case = open_case(self.scene, **facts)
        if self.role in SEATS and SEATS[self.role][1]:
            assign(self.scene, self.role, case, institution=self.other)
        return case

    def over(self, **facts: Any) -> Case:
        """A case on which the role worked until yesterday."""
        case = self.case(**facts)
        if self.role is R.FIRST_RESPONDER:
            with self.scene.clock():
                intake.take_case(self.scene.actor("NG"), case.pk, submission=uuid4())
        else:
            ended = {"since_at": self.at - 2 * DAY, "until_at": self.at - DAY}
            Assignment.objects.filter(case=case, institution=self.own).update(**ended)
        return case

    def found(self, **facts: Any) -> Case:
        with self.scene.clock():
            return intake.open_case(self.scene.actor(self.role), ADULT | facts, submission=uuid4()).case

    def home(self, case: Case, **more: Any) -> dict[str, Any]:
        return {"case": case, "institution": self.scene.institutions["NG"]} | more


def desk_of(role: Role) -> Desk:
    scene = two_countries("NG", "NE")
    if role is R.DEPUTY:
        return Desk(scene, role, scene.institutions["NG"], scene.institutions["NE"])
    own = seat(scene, role)
    return Desk(scene, role, own, make_institution(scene.registry, own.country_id, kind=own.kind))


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in the one row, and what stands nowhere in the list."""

    says: tuple[str, ...]
    near: tuple[str, ...]


def row(case: Case, *says: str, near: tuple[Case | str, ...]) -> Row:
    return Row((case.person.code_word, *says), tuple(word(one) for one in near))


def word(one: Case | str) -> str:
    return one if isinstance(one, str) else one.person.code_word
