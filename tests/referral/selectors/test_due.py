"""The table from deadline to act: complete, in words, and the same in the database as in Python."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from referral.enums import QUIET_UNTIL_HALF, DeadlineKind, HandoverState
from referral.models import Deadline
from referral.pages.handover_words import VERBS
from referral.policy import GRANTS
from referral.selectors.due import ACT_OF, kinds_for, states_of
from tests.factories import EXERCISE, make_case, make_institution, make_registry
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def test_every_kind_of_deadline_has_an_act_that_somebody_may_do_and_a_verb() -> None:
    assert set(ACT_OF) == set(DeadlineKind)
    assert set(VERBS) == set(DeadlineKind)
    assert all(GRANTS[action] for action in ACT_OF.values())


def test_the_database_knows_for_every_kind_and_state_whether_the_act_is_possible() -> None:
    with connection.cursor() as cursor:
        for kind in DeadlineKind:
            for state in HandoverState:
                cursor.execute("SELECT referral_act_is_possible(%s, %s)", [kind.value, state.value])
                wanted = state in states_of(kind) if states_of(kind) else True
                assert cursor.fetchone() == (wanted,), (kind, state)


def test_work_that_lies_far_ahead_is_shown_from_half_of_its_time_on() -> None:
    holder = make_institution(make_registry())
    case = make_case(holder)
    for kind in DeadlineKind:
        row = Deadline.objects.create(
            registry=case.registry, case=case, kind=kind, owes=holder, opened_at=EXERCISE,
            due_at=EXERCISE + timedelta(days=8), opened_ran=timedelta(0), floor=timedelta(0),
        )  # fmt: skip
        row.refresh_from_db()
        assert row.shown_from_at == (EXERCISE + timedelta(days=4) if kind in QUIET_UNTIL_HALF else None), kind


def test_a_decision_is_ready_only_while_it_can_be_made(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")

    def ready() -> set[str]:
        return set(handover.deadlines.filter(state="open", ready=True).values_list("kind", flat=True))

    assert ready() == {DeadlineKind.ACKNOWLEDGE}
    advance(scene, handover, "acknowledged")
    assert ready() == {DeadlineKind.DECIDE}


def test_each_role_is_asked_only_for_what_it_may_do(scene: Scene) -> None:
    assert DeadlineKind.CHILD_ANSWER in kinds_for(scene.actor("NG-child"))
    assert DeadlineKind.DECIDE not in kinds_for(scene.actor("NG-child"))
    assert DeadlineKind.DECIDE in kinds_for(scene.actor("NG-deputy"))
