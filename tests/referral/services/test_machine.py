"""Random commands and clock moves against a plain Python model written from the table of the design, not from our code."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from referral.enums import Action
from referral.models import CaseEvent
from tests.referral.services.machine import EVERY_ROW, Registry
from tests.referral.services.machine_world import BEGINNINGS, DONE, STEPS, brought, three_people
from tests.scenes import open_case, ready_draft, two_countries

NO_STEP = ("seeded", "refused", "examples")

pytestmark = pytest.mark.django_db


def explore(*beginnings: str, examples: int, steps: int, same_every_time: bool) -> None:
    """Run the machine. A run that is the same every time cannot fail by chance; the long one looks elsewhere each time."""
    DONE.clear()
    STEPS.clear()
    Registry.worlds = tuple(brought(three_people(), *BEGINNINGS[name]) for name in beginnings)
    STEPS["seeded"] = sum(DONE.values())
    DONE.clear()
    run_state_machine_as_test(
        Registry,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=same_every_time,
            database=None,
            deadline=None,
            phases=[Phase.generate] if examples > 100 else [Phase.generate, Phase.shrink],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_commands_follow_the_plain_model() -> None:
    explore("on the way", examples=3, steps=12, same_every_time=True)
    assert len(DONE) >= 10, "the run never got far enough to show anything"


@pytest.mark.long
def test_random_commands_follow_the_plain_model() -> None:
    explore("questions", "waiting", "arrived", examples=10, steps=40, same_every_time=False)
    assert len(set(DONE) & EVERY_ROW) >= 20


@pytest.mark.marathon
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_random_steps_reach_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    explore(*BEGINNINGS, examples=140, steps=50, same_every_time=False)
    total = sum(count for name, count in STEPS.items() if name not in NO_STEP and ":" not in name)
    with capsys.disabled():
        print(f"\n{total} steps: {dict(STEPS)}\nrows done: {dict(sorted(DONE.items()))}")
    assert total >= 10_000
    assert set(DONE) >= EVERY_ROW, f"never reached: {sorted(EVERY_ROW - set(DONE))}"


def test_the_same_form_posted_twice_is_done_once() -> None:
    scene = two_countries()
    draft = ready_draft(scene, open_case(scene))
    key = uuid4()
    first = scene.do("NG", draft, Action.OFFER, submission=key)
    again = scene.do("NG", draft, Action.OFFER, submission=key)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.event.pk == again.event.pk
    assert CaseEvent.objects.filter(handover=draft, kind="offer").count() == 1
