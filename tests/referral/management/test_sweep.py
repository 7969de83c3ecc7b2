"""`manage.py sweep` and `manage.py deliver`: one pass, or the recovery alone."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from common.clock import moved_wall
from common.working_time import Limit
from referral import anchor_file
from referral.enums import DeadlineKind
from referral.management import passes
from referral.models import CaseEvent, Reminder
from referral.services.deadlines import open_deadline
from referral.services.moment import moment_of
from tests.factories import make_case, make_institution, make_member, make_registry, wall_after
from tests.scenes import open_case, two_countries

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = StringIO()
    with moved_wall(wall_after(300)):
        call_command(*arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture(autouse=True)
def data_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture(autouse=True)
def due_at_half_time() -> None:
    registry = make_registry(heartbeat_wall=wall_after(295))
    focal = make_institution(registry)
    make_member(focal)
    moment = moment_of(registry, wall_after(0))
    open_deadline(case=make_case(focal), kind=DeadlineKind.SCREEN, owes=focal, moment=moment, limit=Limit(hours=10))


def test_one_pass_fires_what_is_due_and_one_more_nothing(mailoutbox: list[Any]) -> None:
    assert said("sweep", "--once") == "Reminders fired: 1."
    assert said("sweep", "--once") == "Reminders fired: 0."
    assert said("deliver", "--once") == "Mails sent: 1."
    assert len(mailoutbox) == 1


def test_a_pass_anchors_the_chains(tmp_path: Path) -> None:
    open_case(two_countries("NG", "NE"))
    said("sweep", "--once")
    (anchor,) = anchor_file.read(tmp_path / "anchors")
    assert [head.seq for head in anchor.heads] == [CaseEvent.objects.count()]


def test_a_full_disk_does_not_stop_the_reminders(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "anchors").write_text("a file where the folder should be")
    assert said("sweep", "--once") == "Reminders fired: 1."
    assert "the chains were not anchored" in caplog.text


def test_the_recovery_alone_fires_nothing() -> None:
    assert said("sweep", "--recover") == "Clocks stopped: 0."
    assert not Reminder.objects.filter(state="fired").exists()


def test_a_loop_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "close_old_connections", lambda: None)
    answers = iter([3, OperationalError("away"), 4, KeyboardInterrupt()])

    def one_pass() -> int:
        answer = next(answers)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    with pytest.raises(KeyboardInterrupt):
        passes.repeat(one_pass, {"once": False, "every": 0})
    assert list(answers) == []


def test_one_pass_says_when_the_database_is_away() -> None:
    def away() -> int:
        raise OperationalError("away")

    with pytest.raises(OperationalError):
        passes.repeat(away, {"once": True, "every": 0})
