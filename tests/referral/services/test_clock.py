"""Who changes a registry's clock, and what changes it by itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from common import clock
from common.clock import BackwardJump, ClockMode, RateOutOfRange, moved_wall
from common.working_time import Limit
from referral.enums import DeadlineKind, RegistryKind, RegistryState, ReminderState
from referral.errors import RegistryEnded
from referral.models import ClockSegment, Registry, Reminder
from referral.services import clock as clocks
from referral.services import events, sweep
from referral.services.deadlines import open_deadline
from referral.services.moment import moment_of
from tests.factories import EXERCISE, make_case, make_institution, make_registry, make_user, wall_after

pytestmark = pytest.mark.django_db

DEMONSTRATION = {"kind": RegistryKind.DEMONSTRATION}


def now_in(registry: Registry, seconds: float) -> timedelta:
    """Exercise time since the start, at that wall instant."""
    state = Registry.objects.get(pk=registry.pk).clock
    return clock.exercise_at(state, wall_after(seconds)) - EXERCISE


def mode_of(registry: Registry) -> str:
    return Registry.objects.get(pk=registry.pk).mode


def test_a_pause_takes_nothing_from_anybody() -> None:
    registry = make_registry()
    with moved_wall(wall_after(60)):
        clocks.pause(registry.pk, user=None)
    with moved_wall(wall_after(960)):
        clocks.resume(registry.pk, user=None)
    assert now_in(registry, 1020) == timedelta(hours=2)
    assert Registry.objects.get(pk=registry.pk).ran == timedelta(seconds=60)


def test_every_change_is_kept_with_who_and_why() -> None:
    registry, facilitator = make_registry(), make_user()
    with moved_wall(wall_after(60)):
        clocks.pause(registry.pk, user=facilitator, reason="coffee")
        clocks.pause(registry.pk, user=facilitator, reason="pressed twice")
        clocks.jump(registry.pk, timedelta(hours=10), user=facilitator)
        clocks.step(registry.pk, user=facilitator)
        clocks.resume(registry.pk, user=facilitator)
        clocks.set_rate(registry.pk, Decimal(96), user=facilitator)
    rows = ClockSegment.objects.filter(registry=registry, user=facilitator).order_by("version")
    assert [(row.version, row.kind, row.rate, row.reason) for row in rows] == [
        (2, "pause", 60, "coffee"),
        (3, "jump", 60, ""),
        (4, "step", 60, ""),
        (5, "resume", 60, ""),
        (6, "rate", 96, ""),
    ]
    assert {row.wall for row in rows} == {wall_after(60)}
    assert rows[1].to_at - rows[1].from_at == timedelta(hours=10)
    assert Registry.objects.get(pk=registry.pk).clock_version == 6


def test_the_clock_never_goes_back_and_never_too_fast() -> None:
    registry = make_registry()
    with moved_wall(wall_after(60)):
        with pytest.raises(BackwardJump):
            clocks.jump(registry.pk, timedelta(hours=-1), user=None)
        with pytest.raises(RateOutOfRange):
            clocks.set_rate(registry.pk, Decimal(289), user=None)
    assert not ClockSegment.objects.filter(registry=registry).exists()


def test_an_exercise_that_has_ended_keeps_its_clock() -> None:
    registry = make_registry(state=RegistryState.ENDED)
    with pytest.raises(RegistryEnded):
        clocks.pause(registry.pk, user=None)


def test_what_is_due_fires_before_the_clock_changes() -> None:
    registry = make_registry()
    focal = make_institution(registry)
    open_deadline(
        case=make_case(focal),
        kind=DeadlineKind.SCREEN,
        owes=focal,
        moment=moment_of(registry, wall_after(0)),
        limit=Limit(hours=4),
    )
    with moved_wall(wall_after(130)):
        clocks.set_rate(registry.pk, Decimal(1), user=None)
    assert list(Reminder.objects.filter(state=ReminderState.FIRED).values_list("fired_at", flat=True)) == [
        EXERCISE + timedelta(hours=2)
    ]


def test_a_demonstration_stops_after_three_idle_minutes_and_goes_on_when_somebody_comes() -> None:
    registry = make_registry(**DEMONSTRATION)
    with moved_wall(wall_after(10)):
        clocks.seen(registry.pk)
    for seconds in range(15, 400, 5):
        with moved_wall(wall_after(seconds)):
            sweep.sweep()
    assert mode_of(registry) == ClockMode.STOPPED
    assert now_in(registry, 4000) == timedelta(minutes=195)  # the sweep after 10 s + 3 min
    with moved_wall(wall_after(4000)):
        clocks.seen(registry.pk)
        sweep.sweep()
    assert mode_of(registry) == ClockMode.RUNNING
    assert now_in(registry, 4060) == timedelta(minutes=195 + 60)
    assert list(ClockSegment.objects.filter(registry=registry).order_by("version").values_list("kind", "reason")) == [
        ("pause", "idle"),
        ("resume", "visited"),
    ]


def test_a_workshop_does_not_stop_because_everybody_talks() -> None:
    registry = make_registry()
    for seconds in range(5, 400, 5):
        with moved_wall(wall_after(seconds)):
            sweep.sweep()
    assert mode_of(registry) == ClockMode.RUNNING


def test_a_clock_that_a_person_has_stopped_is_not_started_by_a_visit() -> None:
    registry = make_registry(**DEMONSTRATION)
    with moved_wall(wall_after(5)):
        clocks.pause(registry.pk, user=make_user())
        clocks.seen(registry.pk)
    assert mode_of(registry) == ClockMode.STOPPED


def test_after_a_power_cut_the_run_comes_back_stopped_at_the_last_heartbeat() -> None:
    registry = make_registry()
    with moved_wall(wall_after(600)):
        Registry.objects.filter(pk=registry.pk).update(heartbeat_wall=wall_after(600))
    with moved_wall(wall_after(600 + 7200)):
        assert sweep.recover() == 1
        assert sweep.recover() == 0
    assert mode_of(registry) == ClockMode.STOPPED
    assert now_in(registry, 9000) == timedelta(hours=10)
    found = ClockSegment.objects.get(registry=registry)
    assert (found.kind, found.reason, found.wall, found.to_at - EXERCISE) == (
        "pause", "silence", wall_after(600), timedelta(hours=10),
    )  # fmt: skip


def test_what_was_due_before_the_power_cut_fires_and_what_came_after_does_not() -> None:
    registry = make_registry()
    focal = make_institution(registry)
    open_deadline(
        case=make_case(focal),
        kind=DeadlineKind.SCREEN,
        owes=focal,
        moment=moment_of(registry, wall_after(0)),
        limit=Limit(hours=4),
    )
    Registry.objects.filter(pk=registry.pk).update(heartbeat_wall=wall_after(130))
    with moved_wall(wall_after(7200)):
        sweep.sweep()
    fired = Reminder.objects.filter(state=ReminderState.FIRED)
    assert list(fired.values_list("rung", "fired_at")) == [("half", EXERCISE + timedelta(hours=2))]


def test_time_never_runs_behind_what_has_been_recorded() -> None:
    """The sweep and the requests were last seen at 600 s, yet somebody recorded something at 640 s."""
    registry = make_registry()
    case = make_case(make_institution(registry))
    Registry.objects.filter(pk=registry.pk).update(heartbeat_wall=wall_after(600))
    events.record(case=case, kind="note", moment=moment_of(registry, wall_after(640)))
    with moved_wall(wall_after(7200)):
        sweep.recover()
    assert now_in(registry, 7200) == timedelta(minutes=640)


def test_a_minute_of_silence_is_no_outage() -> None:
    registry = make_registry()
    Registry.objects.filter(pk=registry.pk).update(heartbeat_wall=wall_after(600))
    with moved_wall(wall_after(660)):
        assert sweep.recover() == 0
    assert mode_of(registry) == ClockMode.RUNNING


def test_a_dead_worker_does_not_stop_a_run_in_which_people_work() -> None:
    registry = make_registry()
    for seconds in range(0, 1200, 30):
        with moved_wall(wall_after(seconds)):
            clocks.seen(registry.pk)
    with moved_wall(wall_after(1210)):
        sweep.sweep()
    assert mode_of(registry) == ClockMode.RUNNING


def test_a_live_registry_is_never_stopped() -> None:
    registry = make_registry(kind=RegistryKind.LIVE, rate=Decimal(1))
    with moved_wall(wall_after(90_000)):
        sweep.sweep()
    assert now_in(registry, 90_000) == timedelta(seconds=90_000)


def test_a_demonstration_goes_on_at_the_first_visit_after_the_server_was_away() -> None:
    registry = make_registry(**DEMONSTRATION)
    with moved_wall(wall_after(60)):
        clocks.seen(registry.pk)
    with moved_wall(wall_after(90_000)):
        clocks.seen(registry.pk)
    assert mode_of(registry) == ClockMode.RUNNING
    assert now_in(registry, 90_060) == timedelta(hours=2)


def test_a_visit_writes_at_most_every_quarter_of_a_minute() -> None:
    registry = make_registry()
    for seconds in (10, 11, 24, 26):
        with moved_wall(wall_after(seconds)):
            clocks.seen(registry.pk)
            if seconds == 24:
                assert Registry.objects.get(pk=registry.pk).last_seen_wall == wall_after(10)
    assert Registry.objects.get(pk=registry.pk).last_seen_wall == wall_after(26)


def test_a_registry_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, well = make_registry(), make_registry()
    real = sweep.sweep_registry

    def failing(registry_id: int) -> int:
        if registry_id == broken.pk:
            raise ValueError("broken")
        return real(registry_id)

    monkeypatch.setattr(sweep, "sweep_registry", failing)
    with moved_wall(wall_after(5)):
        sweep.sweep()
    assert Registry.objects.get(pk=well.pk).heartbeat_wall == wall_after(5)
    assert Registry.objects.get(pk=broken.pk).heartbeat_wall is None
