"""Which cases and handovers an actor sees, and at what cost."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referral.enums import Action, HandoverState, InstitutionKind, Role
from referral.models import Assignment, Case, Handover
from referral.policy import allowed
from referral.selectors.cases import case_by_code, handover_by_reference, visible_cases, visible_handovers
from referral.services import care
from tests.factories import EXERCISE, make_case, make_handover, make_institution, make_member, make_user
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries()


def test_each_country_sees_its_own_cases(scene: Scene) -> None:
    mine, theirs = open_case(scene, "NG"), open_case(scene, "NE")
    assert list(visible_cases(scene.actor("NG"))) == [mine]
    assert list(visible_cases(scene.actor("NE"))) == [theirs]
    assert list(visible_cases(scene.actor("IT"))) == []
    with pytest.raises(Case.DoesNotExist):
        case_by_code(scene.actor("NE"), mine.person.public_code)


def test_a_code_of_another_registry_finds_nothing(scene: Scene) -> None:
    other = two_countries()
    case = open_case(other)
    with pytest.raises(Case.DoesNotExist):
        case_by_code(scene.actor("NG"), case.person.public_code)


def test_a_case_appears_once_however_often_an_institution_works_on_it(scene: Scene) -> None:
    case = open_case(scene)
    for kind in ("shelter", "health", "case_manager"):
        Assignment.objects.create(case=case, kind=kind, institution=scene.institutions["NG"], since_at=EXERCISE)
    assert list(visible_cases(scene.actor("NG"))) == [case]
    assert case_by_code(scene.actor("NG"), case.person.public_code) == case


def test_the_receiver_sees_a_handover_once_it_is_sent(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    assert list(visible_handovers(scene.actor("NG"))) == [draft]
    assert list(visible_handovers(scene.actor("NE"))) == []
    with pytest.raises(Handover.DoesNotExist):
        handover_by_reference(scene.actor("NE"), draft.reference)
    advance(scene, draft, "offered")
    assert handover_by_reference(scene.actor("NE"), draft.reference) == draft
    assert not visible_cases(scene.actor("NE")).exists(), "the packet, and nothing of the live case"
    with pytest.raises(Handover.DoesNotExist):
        handover_by_reference(scene.actor("IT"), draft.reference)


def test_an_assigned_shelter_sees_the_case_and_no_handover(scene: Scene) -> None:
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
    scene.users["bed"] = make_user()
    make_member(shelter, Role.SERVICE_PROVIDER, user=scene.users["bed"])
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "offered")
    with scene.clock():
        care.assign(scene.actor("NG"), case.pk, {"kind": "shelter", "institution": shelter}, submission=uuid4())
    assert list(visible_cases(scene.actor("bed"))) == [case]
    assert not visible_handovers(scene.actor("bed")).exists()


def test_the_number_of_queries_does_not_grow_with_the_number_of_rows(scene: Scene) -> None:
    def fill(number: int) -> None:
        for _ in range(number):
            case = make_case(scene.institutions["NG"])
            Assignment.objects.create(
                case=case, kind="shelter", institution=scene.institutions["NG-child"], since_at=EXERCISE
            )
            make_handover(case, scene.institutions["NE"], state=HandoverState.OFFERED)

    def cost() -> tuple[int, int, int]:
        actor = scene.actor("NG")
        found = []
        for read in (
            lambda: [
                allowed(actor, Action.VIEW_CASE, case)
                for case in visible_cases(actor).prefetch_related("assignments", "custody")
            ],
            lambda: [allowed(actor, Action.VIEW_HANDOVER, handover) for handover in visible_handovers(actor)],
            lambda: case_by_code(
                actor, Case.objects.filter(holder=actor.institution_id).values_list("person__public_code", flat=True)[0]
            ),
        ):
            with CaptureQueriesContext(connection) as captured:
                read()
            found.append(len(captured))
        return found[0], found[1], found[2]

    fill(2)
    before = cost()
    fill(40)
    assert cost() == before
    assert before[:2] == (3, 1)


def test_an_address_that_no_row_can_have_finds_nothing(scene: Scene) -> None:
    actor = scene.actor("NG")
    with pytest.raises(Case.DoesNotExist):
        case_by_code(actor, "A\0B")
    with pytest.raises(Handover.DoesNotExist):
        handover_by_reference(actor, "H-\0")
