"""The ladder against the database: who hears what, when, and once."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock, ladder
from common.clock import moved_wall
from common.working_time import Limit
from referral.enums import DeadlineKind, HandoverState, InstitutionKind, ReminderState, Role
from referral.models import Case, CaseEvent, Deadline, Institution, Mail, Notice, Registry, Reminder
from referral.services import clock as clocks
from referral.services import deadlines, reminders
from referral.services.moment import moment_of
from referral.services.sweep import sweep, sweep_registry
from tests.factories import (
    EXERCISE,
    WALL,
    make_case,
    make_handover,
    make_institution,
    make_member,
    make_registry,
    wall_after,
)
from tests.fixtures.needs import examples

pytestmark = pytest.mark.django_db

HOURS = Limit(hours=4)  # four minutes of wall time at 60x: longer than the human floor


class World:
    """A registry with Nigeria offering to Niger, and a coordinator."""

    def __init__(self, **registry: object) -> None:
        self.registry = make_registry(**registry)
        self.sender = make_institution(self.registry, "NG")
        self.receiver = make_institution(self.registry, "NE")
        self.sending = make_member(self.sender).user
        self.receiving = make_member(self.receiver).user
        self.deputy = make_member(self.receiver, Role.DEPUTY).user
        regional = make_institution(self.registry, None, kind=InstitutionKind.INTERNATIONAL)
        self.coordinator = make_member(regional, Role.COORDINATOR).user
        self.case = make_case(self.sender)
        self.handover = make_handover(self.case, self.receiver)

    def owe(self, *, opened_after: float = 0, **given: object) -> Deadline:
        values = {
            "case": self.case,
            "kind": DeadlineKind.ACKNOWLEDGE,
            "owes": self.receiver,
            "other_side": self.sender,
            "handover": self.handover,
            "limit": HOURS,
        }
        return deadlines.open_deadline(
            **{**values, **given}, moment=moment_of(fresh(self.registry), wall_after(opened_after))
        )

    def sweep_at(self, seconds: float) -> int:
        """A pass at that wall instant, while people are at work."""
        Registry.objects.filter(pk=self.registry.pk).update(last_seen_wall=wall_after(seconds))
        with moved_wall(wall_after(seconds)):
            return sweep()


def fresh(registry: Registry) -> Registry:
    return Registry.objects.get(pk=registry.pk)


def told(user: object) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def stamps(deadline: Deadline) -> list[tuple[str, timedelta | None]]:
    """Each rung that has fired with its logical time since the opening."""
    return [
        (row.rung, row.fired_at - deadline.opened_at)
        for row in Reminder.objects.filter(deadline=deadline, state=ReminderState.FIRED).order_by("fired_at", "pk")
    ]


def test_each_rung_tells_its_own_readers_at_its_own_time() -> None:
    world = World()
    deadline = world.owe()
    for seconds in range(0, 490, 5):
        world.sweep_at(seconds)
    assert stamps(deadline) == [
        ("half", timedelta(hours=2)),
        ("nine_tenths", timedelta(hours=3, minutes=36)),
        ("overdue", timedelta(hours=4)),
        ("deputy", timedelta(hours=5)),
        ("coordinator", timedelta(hours=8)),
    ]
    assert told(world.receiving) == ["reminder_half", "reminder_nine_tenths", "reminder_overdue"]
    assert told(world.sending) == ["reminder_unanswered"]
    assert told(world.deputy) == ["reminder_deputy"]
    assert told(world.coordinator) == ["reminder_coordinator"]


def test_a_late_receiver_is_reminded_at_half_time_and_not_before() -> None:
    world = World()
    world.owe()
    assert world.sweep_at(119) == 0
    assert world.sweep_at(120) == 1


def test_people_get_three_minutes_to_read_before_anybody_is_late() -> None:
    world = World()
    deadline = world.owe(limit=Limit(hours=1))
    for seconds in range(0, 400, 5):
        world.sweep_at(seconds)
    assert stamps(deadline) == [
        ("half", timedelta(hours=1.5)),
        ("nine_tenths", timedelta(hours=2.7)),
        ("overdue", timedelta(hours=3)),
        ("deputy", timedelta(hours=3.75)),
        ("coordinator", timedelta(hours=6)),
    ]


def test_the_last_rung_marks_the_handover_and_leaves_its_state_and_who_answers() -> None:
    world = World()
    deadline = world.owe()
    world.sweep_at(480)
    world.handover.refresh_from_db()
    world.case.refresh_from_db()
    assert world.handover.escalated_at == EXERCISE + timedelta(hours=8)
    assert (world.handover.state, world.case.holder_id) == (HandoverState.OFFERED, world.sender.pk)
    event = CaseEvent.objects.get(case=world.case, kind="lapse")
    assert (event.user, event.at, event.code) == (None, EXERCISE + timedelta(hours=8), "acknowledge")
    assert Reminder.objects.filter(deadline=deadline, state=ReminderState.PENDING).count() == 0


def test_a_deadline_without_a_handover_climbs_the_ladder_too() -> None:
    world = World()
    world.owe(handover=None, other_side=None, kind=DeadlineKind.TAKE, owes=world.sender)
    world.sweep_at(480)
    assert CaseEvent.objects.get(case=world.case).code == "take"
    assert told(world.coordinator) == ["reminder_coordinator"]


def test_after_an_outage_the_rungs_keep_their_times_and_become_one_message() -> None:
    """The sweep is away for 48 hours of the exercise while people go on working."""
    world = World()
    deadline = world.owe()
    world.sweep_at(0)
    assert world.sweep_at(48 * 60) == 5
    assert [since for _, since in stamps(deadline)] == [timedelta(hours=hours) for hours in (2, 3.6, 4, 5, 8)]
    assert told(world.receiving) == ["reminder_overdue"]
    assert told(world.sending) == ["reminder_unanswered"]
    assert told(world.deputy) == ["reminder_deputy"]
    assert Mail.objects.count() == Notice.objects.count() == 4


def test_several_deadlines_missed_together_become_one_message_that_names_none() -> None:
    world = World()
    world.owe()
    world.owe(kind=DeadlineKind.DECIDE)
    other = make_case(world.sender)
    world.owe(case=other, handover=None, kind=DeadlineKind.SCREEN)
    assert world.sweep_at(3000) == 15
    assert told(world.receiving) == ["reminders"]
    line = Notice.objects.get(user=world.receiving)
    assert (line.case, line.handover, line.mail.template) == (None, None, "reminders")


def test_a_command_settles_its_own_case_before_it_acts_and_leaves_the_others() -> None:
    world = World()
    mine = world.owe()
    other = make_case(world.sender)
    theirs = world.owe(case=other, handover=None, kind=DeadlineKind.SCREEN)
    assert (
        reminders.settle(fresh(world.registry), moment_of(world.registry, wall_after(600)), case_id=world.case.pk) == 5
    )
    assert len(stamps(mine)) == 5
    assert stamps(theirs) == []


def test_what_has_been_done_is_chased_no_more() -> None:
    world = World()
    deadline = world.owe()
    world.sweep_at(130)
    deadlines.close_deadlines(case=world.case, moment=moment_of(fresh(world.registry), wall_after(140)))
    assert world.sweep_at(1000) == 0
    assert [rung for rung, _ in stamps(deadline)] == ["half"]
    assert Reminder.objects.filter(deadline=deadline, state=ReminderState.CANCELLED).count() == 4


@pytest.mark.wide
def test_a_pause_changes_no_reminder() -> None:
    world = World()
    deadline = world.owe()
    with moved_wall(wall_after(60)):
        clocks.pause(world.registry.pk, user=None)
    assert world.sweep_at(900) == 0
    with moved_wall(wall_after(960)):
        clocks.resume(world.registry.pk, user=None)
    for seconds in range(960, 1500, 5):
        world.sweep_at(seconds)
    assert [since for _, since in stamps(deadline)] == [timedelta(hours=hours) for hours in (2, 3.6, 4, 5, 8)]


def test_a_jump_over_the_whole_ladder_waits_until_people_had_time_to_read() -> None:
    world = World()
    deadline = world.owe()
    with moved_wall(wall_after(10)):
        clocks.jump(world.registry.pk, timedelta(hours=48), user=None)
    assert world.sweep_at(11) == 0
    for seconds in range(15, 400, 5):
        world.sweep_at(seconds)
    after_jump = timedelta(hours=48)
    assert [since - after_jump for _, since in stamps(deadline)] == [
        timedelta(seconds=60 * wall) for wall in (90, 162, 180, 225, 360)
    ]


def test_a_jump_after_the_floor_fires_at_the_times_that_were_jumped_over() -> None:
    world = World()
    deadline = world.owe(limit=Limit(hours=48))
    world.sweep_at(400)
    with moved_wall(wall_after(400)):
        clocks.jump(world.registry.pk, timedelta(hours=120), user=None)
    assert world.sweep_at(401) == 5
    assert [since for _, since in stamps(deadline)] == [timedelta(hours=hours) for hours in (24, 43.2, 48, 60, 96)]


@pytest.mark.wide
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.long), 5, 60])
def test_order_and_stamps_do_not_depend_on_how_often_the_sweep_comes(every: int) -> None:
    """Two deadlines of two cases, compared with the pure model and not with another run."""
    world = World(rate=Decimal("61.7"))
    made = [
        world.owe(urgent=True, limit=Limit(hours=3)),
        world.owe(urgent=True, limit=Limit(hours=2), case=make_case(world.sender), handover=None, opened_after=7.003),
    ]
    expected = expected_stamps(world.registry.clock, made)
    for seconds in range(every, 440 + every, every):
        world.sweep_at(seconds)
    fired = (
        Reminder.objects.filter(deadline__in=made)
        .order_by("fired_at", "pk")
        .values_list("fired_at", "deadline_id", "rung")
    )
    assert list(fired) == expected
    assert len(expected) == 10
    lapses = CaseEvent.objects.filter(registry=world.registry).order_by("at", "pk").values_list("at", flat=True)
    assert list(lapses) == [at for at, _, rung in expected if rung == "coordinator"]


def expected_stamps(state: clock.ClockState, made: list[Deadline]) -> list[tuple[datetime, int, str]]:
    found = []
    for deadline in made:
        for rung in ladder.Rung:
            at = ladder.effective_at(
                state,
                ladder.rung_due_at(deadline.opened_at, deadline.due_at, rung),
                deadline.opened_ran,
                rung,
                deadline.floor,
            )
            assert at is not None
            pk = Reminder.objects.get(deadline=deadline, rung=rung.value).pk
            found.append((at, pk, deadline.pk, rung.value))
    return [(at, deadline, rung) for at, _, deadline, rung in sorted(found)]


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limits=st.lists(st.integers(1, 12), min_size=1, max_size=3),
    rate=st.sampled_from([Decimal(1), Decimal("7.3"), Decimal(60), Decimal(288)]),
    pauses=st.lists(st.integers(1, 900), max_size=20),
)
def test_what_fires_is_what_the_pure_model_says(limits: list[int], rate: Decimal, pauses: list[int]) -> None:
    """At every sweep exactly the rungs whose effective instant has come have fired, each with that instant."""
    world = World(rate=rate)
    kinds = (DeadlineKind.ACKNOWLEDGE, DeadlineKind.DECIDE, DeadlineKind.FEEDBACK)
    made = [world.owe(kind=kind, limit=Limit(hours=hours)) for kind, hours in zip(kinds, limits, strict=False)]
    expected = expected_stamps(world.registry.clock, made)
    wall = 0
    for pause in pauses:
        wall += pause
        with moved_wall(wall_after(wall)):
            sweep_registry(world.registry.pk)
        now = clock.exercise_at(world.registry.clock, wall_after(wall))
        fired = Reminder.objects.filter(registry=world.registry, state=ReminderState.FIRED).order_by("fired_at", "pk")
        assert list(fired.values_list("fired_at", "deadline_id", "rung")) == [row for row in expected if row[0] <= now]


def test_a_registry_elsewhere_is_not_touched() -> None:
    here, there = World(), World(anchor_wall=WALL + timedelta(days=1))
    here.owe()
    there_deadline = there.owe()
    assert here.sweep_at(600) == 5
    assert stamps(there_deadline) == []
    assert told(there.receiving) == []


def test_the_deputy_rung_finds_the_deputies_of_the_country_for_a_shelter() -> None:
    world = World()
    shelter = make_institution(world.registry, "NE", kind=InstitutionKind.SHELTER)
    worker = make_member(shelter, Role.SERVICE_PROVIDER).user
    world.owe(owes=shelter, other_side=None)
    world.sweep_at(300)
    assert told(worker) == ["reminder_overdue"]
    assert told(world.deputy) == ["reminder_deputy"]


def test_without_a_deputy_the_rung_tells_whoever_answers_again() -> None:
    world = World()
    alone: Institution = make_institution(world.registry, "IT")
    reader = make_member(alone).user
    world.owe(owes=alone, other_side=None)
    for seconds in (240, 300):
        world.sweep_at(seconds)
    assert told(reader) == ["reminder_overdue", "reminder_deputy"]


def test_settling_twice_tells_once() -> None:
    world = World()
    world.owe()
    moment = moment_of(fresh(world.registry), wall_after(600))
    assert reminders.settle(world.registry, moment) == 5
    assert reminders.settle(world.registry, moment) == 0
    assert Notice.objects.filter(registry=world.registry).count() == 4


def test_a_hundred_rungs_cost_no_more_statements_than_five(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    world = World()
    for _ in range(30):
        world.owe(case=make_case(world.sender), handover=None)
    Reminder.objects.filter(rung="coordinator").delete()
    with django_assert_max_num_queries(12):
        assert reminders.settle(fresh(world.registry), moment_of(world.registry, wall_after(36000))) == 120
    assert Case.objects.count() == 31


def test_in_step_mode_a_jump_fires_what_it_passes_although_no_wall_time_runs() -> None:
    world = World()
    deadline = world.owe()
    with moved_wall(wall_after(1)):
        clocks.step(world.registry.pk, user=None)
        assert sweep_registry(world.registry.pk) == 0
        clocks.jump(world.registry.pk, timedelta(hours=4), user=None)
        sweep_registry(world.registry.pk)
    assert [rung for rung, _after in stamps(deadline)] == ["half", "nine_tenths", "overdue"]
    assert stamps(deadline)[0][1] == timedelta(hours=2), "at its own time, and not at that of the jump"


def test_what_waits_for_people_to_read_goes_out_when_step_mode_begins() -> None:
    world = World()
    deadline = world.owe()
    with moved_wall(wall_after(1)):
        clocks.jump(world.registry.pk, timedelta(hours=3), user=None)
        assert sweep_registry(world.registry.pk) == 0, "nobody has had time to read"
        clocks.step(world.registry.pk, user=None)
    world.registry.refresh_from_db()
    assert stamps(deadline) == [("half", world.registry.clock.anchor_exercise - EXERCISE)]
