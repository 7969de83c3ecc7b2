"""What the health page says of the sweep and of the mails."""

from __future__ import annotations

import pytest

from common.clock import moved_wall
from referral.enums import MailState, RegistryState
from referral.models import Mail, Registry
from referral.selectors.health import outbox_check, sweep_check
from referral.services import events, notify
from referral.services.moment import moment_of
from tests.factories import make_case, make_institution, make_member, make_registry, wall_after

pytestmark = pytest.mark.django_db


def test_an_empty_installation_is_well() -> None:
    assert sweep_check() == (True, {"age_seconds": None})
    assert outbox_check() == (True, {"waiting": 0, "oldest_seconds": None, "dead": 0})


def test_one_registry_that_is_not_swept_shows_even_when_the_others_are() -> None:
    make_registry(heartbeat_wall=wall_after(300))
    forgotten = make_registry(heartbeat_wall=wall_after(200))
    with moved_wall(wall_after(301)):
        assert sweep_check() == (False, {"age_seconds": 101.0})
        Registry.objects.filter(pk=forgotten.pk).update(state=RegistryState.ENDED)
        assert sweep_check() == (True, {"age_seconds": 1.0})


def test_a_new_registry_has_a_minute_until_its_first_sweep() -> None:
    make_registry(created_wall=wall_after(100))
    with moved_wall(wall_after(159)):
        assert sweep_check()[0]
    with moved_wall(wall_after(161)):
        assert not sweep_check()[0]


def test_mails_that_wait_long_are_unwell_and_dead_ones_are_counted() -> None:
    focal = make_institution(make_registry())
    make_member(focal)
    make_member(focal)
    moment = moment_of(focal.registry, wall_after(0))
    event = events.record(case=make_case(focal), kind="offer", moment=moment)
    notify.tell(event=event, kind="offer", institutions=[focal], moment=moment)
    first = Mail.objects.earliest("pk")
    Mail.objects.filter(pk=first.pk).update(state=MailState.DEAD)
    with moved_wall(wall_after(60)):
        assert outbox_check() == (True, {"waiting": 1, "oldest_seconds": 60.0, "dead": 1})
    with moved_wall(wall_after(901)):
        assert not outbox_check()[0]
