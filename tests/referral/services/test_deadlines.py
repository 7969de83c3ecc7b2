"""When something is due, on what basis, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from common.working_time import Limit
from referral.enums import (
    AgreementKind,
    AgreementState,
    Basis,
    DeadlineKind,
    DeadlineState,
    InstitutionKind,
    ReminderState,
    Role,
)
from referral.models import Agreement, Deadline, Institution, Question, Reminder, RulePack
from referral.services.deadlines import close_deadlines, open_deadline
from referral.services.moment import Moment, moment_of
from tests.factories import EXERCISE, make_case, make_handover, make_institution, make_member, make_registry, wall_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender() -> Institution:
    return make_institution(make_registry(), "NG")


@pytest.fixture
def receiver(sender: Institution) -> Institution:
    return make_institution(sender.registry, "NE")


def at(institution: Institution, seconds: float = 0) -> Moment:
    return moment_of(institution.registry, wall_after(seconds))


def opened(sender: Institution, receiver: Institution, **given: object) -> Deadline:
    values = {
        "case": given.pop("case", None) or make_case(sender),
        "kind": DeadlineKind.ACKNOWLEDGE,
        "owes": receiver,
        "other_side": sender,
        "moment": at(sender),
    }
    return open_deadline(**values | given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pace", "hours"), [({}, 48), ({"urgent": True}, 4), ({"child": True}, 24), ({"urgent": True, "child": True}, 4)]
)
def test_the_default_limit_follows_the_case(
    sender: Institution, receiver: Institution, pace: dict[str, bool], hours: int
) -> None:
    deadline = opened(sender, receiver, **pace)
    assert deadline.due_at - deadline.opened_at == timedelta(hours=hours)
    assert (deadline.basis, deadline.state) == (Basis.DEFAULT, DeadlineState.OPEN)


def test_working_days_are_those_of_the_country_that_owes(sender: Institution) -> None:
    """From Monday 28 September 2026: 1 October is Nigeria's Independence Day, and an ordinary Thursday in Tunis."""
    tunis = make_institution(sender.registry, "TN")
    opened_at = datetime(2026, 9, 28, 9, 0, tzinfo=UTC)
    due = {
        institution: opened(
            sender, institution, limit=Limit(working_days=4), opened_at=opened_at, other_side=None
        ).due_at
        for institution in (sender, tunis)
    }
    assert due[tunis] == datetime(2026, 10, 2, 9, 0, tzinfo=UTC)
    assert due[sender] == datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def test_an_institution_without_a_country_owes_by_plain_weeks(sender: Institution) -> None:
    regional = make_institution(sender.registry, None, kind=InstitutionKind.INTERNATIONAL)
    deadline = opened(sender, regional, limit=Limit(working_days=5))
    assert deadline.due_at == EXERCISE + timedelta(days=7)


def test_five_rungs_are_written_at_once_with_their_share_of_the_floor(
    sender: Institution, receiver: Institution
) -> None:
    deadline = opened(sender, receiver, limit=Limit(hours=10))
    rows = Reminder.objects.filter(deadline=deadline, state=ReminderState.PENDING).order_by("pk")
    assert [(row.rung, row.due_at - EXERCISE, row.floor_ran) for row in rows] == [
        ("half", timedelta(hours=5), timedelta(seconds=90)),
        ("nine_tenths", timedelta(hours=9), timedelta(seconds=162)),
        ("overdue", timedelta(hours=10), timedelta(seconds=180)),
        ("deputy", timedelta(hours=12.5), timedelta(seconds=225)),
        ("coordinator", timedelta(hours=20), timedelta(seconds=360)),
    ]


def test_the_floor_grows_with_what_else_is_open_and_doubles_for_a_slow_reader(
    sender: Institution, receiver: Institution
) -> None:
    assert opened(sender, receiver, urgent=True).floor == timedelta(seconds=120)
    assert opened(sender, receiver).floor == timedelta(seconds=270)
    make_member(receiver, Role.DEPUTY, reads_slowly=True)
    assert opened(sender, receiver).floor == timedelta(seconds=720)


def test_a_slow_reader_who_has_left_or_only_watches_changes_no_floor(
    sender: Institution, receiver: Institution
) -> None:
    make_member(receiver, Role.OBSERVER, reads_slowly=True)
    make_member(receiver, Role.DEPUTY, reads_slowly=True, until_wall=wall_after(-1))
    make_member(receiver, Role.DEPUTY, reads_slowly=True, is_active=False)
    assert opened(sender, receiver).floor == timedelta(seconds=180)


def agree(sender: Institution, hours: int, *countries: str, **given: object) -> Agreement:
    values = {"name": "Memorandum of 2024", "kind": AgreementKind.MEMORANDUM, "limits": {"acknowledge": hours}}
    agreement = Agreement.objects.create(registry=sender.registry, **values | given)
    agreement.parties.set(countries)
    return agreement


def test_an_agreement_of_both_countries_replaces_the_default(sender: Institution, receiver: Institution) -> None:
    agree(sender, 72, "NG", "NE")
    deadline = opened(sender, receiver)
    assert deadline.due_at - deadline.opened_at == timedelta(hours=72)
    assert (deadline.basis, deadline.basis_text) == (Basis.AGREEMENT, "Memorandum of 2024")


def test_an_agreement_never_gives_an_urgent_case_or_a_child_less_haste(
    sender: Institution, receiver: Institution
) -> None:
    agree(sender, 72, "NG", "NE")
    assert opened(sender, receiver, urgent=True).basis == Basis.DEFAULT
    assert opened(sender, receiver, child=True).due_at == EXERCISE + timedelta(hours=24)
    agree(sender, 2, "NG", "NE", name="Of 2025")
    assert opened(sender, receiver, urgent=True).due_at == EXERCISE + timedelta(hours=2)


@pytest.mark.parametrize(
    "given", [{"state": AgreementState.SUSPENDED}, {"kind": AgreementKind.DECLARATION}, {"limits": {"decide": 72}}]
)
def test_what_is_not_agreed_changes_nothing(
    sender: Institution, receiver: Institution, given: dict[str, object]
) -> None:
    agree(sender, 72, "NG", "NE", **given)
    agree(sender, 72, "NG", name="With nobody")
    assert opened(sender, receiver).due_at == EXERCISE + timedelta(hours=48)


@pytest.mark.parametrize(
    ("kind", "column", "default"),
    [(DeadlineKind.CHILD_NOTICE, "child_notice_hours", 24), (DeadlineKind.CENTRE, "centre_hours", 72)],
)
def test_a_rule_pack_says_how_soon_a_step_is_due(
    sender: Institution, kind: DeadlineKind, column: str, default: int
) -> None:
    assert opened(sender, sender, kind=kind, other_side=None).due_at == EXERCISE + timedelta(hours=default)
    RulePack.objects.create(
        registry=sender.registry,
        country=sender.country,
        basis=Basis.LAW,
        basis_text="An act, section 5",
        **{column: default * 2},
    )
    deadline = opened(sender, sender, kind=kind, other_side=None)
    assert deadline.due_at == EXERCISE + timedelta(hours=default * 2)
    assert (deadline.basis, deadline.basis_text) == (Basis.LAW, "An act, section 5")


def test_a_given_due_time_is_kept_and_never_lies_before_the_opening(sender: Institution, receiver: Institution) -> None:
    due_at = EXERCISE + timedelta(days=3)
    assert opened(sender, receiver, due_at=due_at, basis=Basis.NATIONAL).due_at == due_at
    assert opened(sender, receiver, due_at=EXERCISE - timedelta(days=3)).due_at == EXERCISE


def test_a_step_without_a_default_needs_a_limit(sender: Institution, receiver: Institution) -> None:
    with pytest.raises(ValueError, match="limit or a due time"):
        opened(sender, receiver, kind=DeadlineKind.REVIEW_RISK)


def test_one_thing_is_owed_once_at_a_time(sender: Institution, receiver: Institution) -> None:
    case = make_case(sender)
    opened(sender, receiver, case=case)
    with pytest.raises(IntegrityError, match="one_open_deadline"), transaction.atomic():
        opened(sender, receiver, case=case)
    close_deadlines(case=case, moment=at(sender))
    opened(sender, receiver, case=case)


def test_a_deadline_that_opens_later_counts_reading_time_from_now(sender: Institution, receiver: Institution) -> None:
    later = opened(sender, receiver, opened_at=EXERCISE + timedelta(days=3), moment=at(sender, 100))
    assert later.opened_ran == timedelta(seconds=100)


def test_a_deadline_written_late_warns_of_nothing_that_has_passed(sender: Institution, receiver: Institution) -> None:
    """Opened at 08:00 for ten hours, written at 14:00: half time is gone, the rest of the ladder stands."""
    deadline = opened(sender, receiver, opened_at=EXERCISE, limit=Limit(hours=10), moment=at(sender, 360))
    states = dict(Reminder.objects.filter(deadline=deadline).values_list("rung", "state"))
    assert states.pop("half") == ReminderState.CANCELLED
    assert set(states.values()) == {ReminderState.PENDING}
    assert deadline.opened_ran == timedelta(0)


@pytest.mark.parametrize(
    ("minutes", "state"), [(0, DeadlineState.MET), (240, DeadlineState.MET), (241, DeadlineState.MET_LATE)]
)
def test_closing_says_whether_it_was_in_time(
    sender: Institution, receiver: Institution, minutes: int, state: DeadlineState
) -> None:
    deadline = opened(sender, receiver, urgent=True)
    assert close_deadlines(case=deadline.case, moment=at(sender, minutes)) == 1
    deadline.refresh_from_db()
    assert (deadline.state, deadline.closed_at) == (state, EXERCISE + timedelta(minutes=minutes))
    assert not Reminder.objects.filter(deadline=deadline, state=ReminderState.PENDING).exists()


def test_only_what_is_named_is_closed(sender: Institution, receiver: Institution) -> None:
    case = make_case(sender)
    handover = make_handover(case, receiver)
    questions = [Question.objects.create(handover=handover, text="?", asked_at=EXERCISE) for _ in range(2)]
    of_case = opened(sender, sender, case=case, kind=DeadlineKind.SCREEN)
    decide = opened(sender, receiver, case=case, kind=DeadlineKind.DECIDE, handover=handover)
    answers = [
        opened(sender, sender, case=case, kind=DeadlineKind.ANSWER, handover=handover, question=question)
        for question in questions
    ]
    moment = at(sender, 60)
    assert close_deadlines(case=case, moment=moment, question=questions[0], kinds=[DeadlineKind.ANSWER]) == 1
    assert close_deadlines(case=case, moment=moment, handover=handover, cancelled=True, reason="declined") == 2
    states = [Deadline.objects.get(pk=row.pk).state for row in (of_case, decide, *answers)]
    assert states == [DeadlineState.OPEN, DeadlineState.CANCELLED, DeadlineState.MET, DeadlineState.CANCELLED]
    assert Deadline.objects.get(pk=decide.pk).reason == "declined"
    assert close_deadlines(case=case, moment=moment, kinds=[DeadlineKind.FEEDBACK]) == 0
