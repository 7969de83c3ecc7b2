"""Break-glass in the policy: whose it is, until when, and who has none."""

from __future__ import annotations

import pytest

from referral.enums import Action, Role
from referral.models import BreakGlass, Case, Institution
from referral.policy import GLASS, GLASS_RELATIONS, Relation, allowed, as_q, roles_that_may
from tests.referral.test_policy import Somebody, World, whole_world


@pytest.fixture
def world(db: None) -> World:
    return whole_world()


@pytest.mark.wide
def test_break_glass_opens_one_case_to_one_person_for_its_time(world: World) -> None:
    """Not to the second person, not after its end, not by a request, not through another institution or registry."""
    for role in Role:
        opened = {name for name, case in world.cases.items() if allowed(world.actor(role), Action.VIEW_SEAL, case)}
        assert opened == ({"opened by break-glass"} if role in GLASS else set()), role
    second = Somebody(world.me.pk, world.me.registry_id, Role.DEPUTY, user_id=world.colleague.pk)
    assert {n for n, case in world.cases.items() if allowed(second, Action.VIEW_SEAL, case)} == {
        "opened by a colleague"
    }
    timeless = Somebody(world.me.pk, world.me.registry_id, Role.DEPUTY, user_id=world.user.pk, wall=None)
    assert not any(allowed(timeless, Action.VIEW_SEAL, case) for case in world.cases.values())
    assert not Case.objects.filter(as_q(timeless, Action.VIEW_SEAL)).exists()


def test_break_glass_is_for_those_who_look_after_people_and_behind_the_wall_for_nobody() -> None:
    assert set(GLASS) == {Role.FOCAL_POINT, Role.DEPUTY, Role.CASE_MANAGER, Role.CHILD_PROTECTION}
    assert set(roles_that_may(Action.ASK_GLASS)) == set(roles_that_may(Action.CONFIRM_GLASS)) == set(GLASS)


def test_an_officer_of_no_country_looks_after_every_side_and_another_after_her_own(world: World) -> None:
    """Also where a side sits in no country: the coordination itself, or a holder outside the system."""
    institution, holder = Institution(country_id="NG"), Institution(country_id="NE")
    nowhere = Institution(country_id=None)
    for side, held_by in ((institution, holder), (nowhere, holder), (institution, nowhere), (nowhere, nowhere)):
        row = BreakGlass(institution=side, case=Case(holder=held_by, registry_id=world.me.registry_id))
        face = GLASS_RELATIONS[Relation.OVERSEER]
        for country in ("", "NG", "NE", "IT"):
            officer = Somebody(world.me.pk, world.me.registry_id, Role.DATA_PROTECTION, country_code=country)
            wanted = not country or country in (side.country_id, held_by.country_id)
            assert face.matches(officer, row) is wanted, (country, side.country_id, held_by.country_id)
