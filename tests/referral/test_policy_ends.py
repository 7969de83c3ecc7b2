"""Access ends at once: through the services, as it happens."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from referral.actor import Actor, actor_of
from referral.enums import Action, InstitutionKind, Role
from referral.models import Case, Institution, Membership
from referral.policy import GRANTS, ON_GLASS, ON_HANDOVER, ON_REFERRAL, Relation, allowed
from referral.selectors.cases import visible_cases, visible_handovers
from referral.services import care, intake
from tests.factories import WALL, make_institution, make_member, make_registry, make_user
from tests.scenes import ADULT, advance, open_case, ready_draft, two_countries


class TestAccessEndsAtOnce:
    """Through the services, as it happens."""

    pytestmark = pytest.mark.django_db

    def test_after_receipt_the_former_side_keeps_a_stub_and_its_workers_nothing(self) -> None:
        scene = two_countries()
        shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
        scene.users["bed"] = make_user()
        make_member(shelter, Role.SERVICE_PROVIDER, user=scene.users["bed"])
        case = open_case(scene)
        with scene.clock():
            care.assign(scene.actor("NG"), case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
        handover = advance(scene, ready_draft(scene, case), "departed")
        assert sees(scene.actor("bed"), case)
        assert not sees(scene.actor("NE"), case)
        advance(scene, handover, "received")
        assert not sees(scene.actor("bed"), case)
        assert sees(scene.actor("NE"), case)
        case = Case.objects.prefetch_related("assignments", "custody").get(pk=case.pk)
        former = scene.actor("NG")
        kept = {
            action for action in set(Action) - ON_HANDOVER - ON_REFERRAL - ON_GLASS if allowed(former, action, case)
        }
        assert {a for a in kept if not any(g.relation is Relation.REGISTRY for g in GRANTS[a])} == {Action.VIEW_CASE}

    def test_the_first_responder_sees_the_case_until_the_focal_point_takes_it(self) -> None:
        scene = two_countries()
        border = make_institution(scene.registry, "NG", kind=InstitutionKind.BORDER)
        scene.users["border"] = make_user()
        make_member(border, Role.FIRST_RESPONDER, user=scene.users["border"])
        with scene.clock():
            case = intake.open_case(scene.actor("border"), ADULT, submission=uuid4()).case
            assert sees(scene.actor("border"), case)
            intake.take_case(scene.actor("NG"), case.pk, submission=uuid4())
        assert not sees(scene.actor("border"), case)

    def test_unassigning_ends_it(self) -> None:
        scene = two_countries()
        case = open_case(scene)
        with scene.clock():
            care.tell_child_protection(scene.actor("NG"), case.pk, scene.institutions["NG-child"], submission=uuid4())
            assert sees(scene.actor("NG-child"), case)
            care.unassign(
                scene.actor("NG"), case.pk, case.assignments.get(kind="child_protection").pk, submission=uuid4()
            )
        assert not sees(scene.actor("NG-child"), case)

    def test_a_membership_counts_until_its_instant_and_not_at_it(self) -> None:
        user, institution = make_user(), make_institution(make_registry())
        seat = make_member(institution, user=user, until_wall=WALL)
        assert actor_of(user, wall=WALL - timedelta(microseconds=1)) is not None
        assert actor_of(user, wall=WALL) is None
        assert actor_of(user, wall=WALL, membership_id=seat.pk) is None

    def test_nobody_takes_the_seat_of_somebody_else(self) -> None:
        registry = make_registry()
        mine, theirs = make_institution(registry, "NG"), make_institution(registry, "NE")
        user = make_user()
        make_member(mine, user=user)
        foreign = make_member(theirs)
        actor = actor_of(user, wall=WALL, membership_id=foreign.pk)
        assert actor is not None
        assert actor.institution_id == mine.pk
        assert actor.also_acts_for == frozenset()

    def test_an_ended_seat_is_no_other_side(self) -> None:
        registry = make_registry()
        user = make_user()
        make_member(make_institution(registry, "NG"), user=user, until_wall=WALL)
        make_member(make_institution(registry, "NE"), user=user)
        actor = actor_of(user, wall=WALL)
        assert actor is not None
        assert actor.acts_for == frozenset({Institution.objects.get(registry=registry, country="NE").pk})


def sees(actor: Actor, case: Case) -> bool:
    return visible_cases(actor).filter(pk=case.pk).exists()


@pytest.mark.django_db
def test_a_deactivated_seat_leaves_no_list_behind() -> None:
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    actor = scene.actor("NE")
    assert list(visible_handovers(actor)) == [handover]
    Membership.objects.filter(user=scene.users["NE"]).update(until_wall=scene.wall)
    assert actor_of(scene.users["NE"], wall=scene.wall) is None
