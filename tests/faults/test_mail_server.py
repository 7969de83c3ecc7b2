"""A mail server that refuses, hangs, or takes a mail and drops the line: a real conversation each time."""

from __future__ import annotations

from typing import Any

import pytest

from common.clock import moved_wall
from referral.enums import MailState
from referral.models import Mail
from referral.services import events, notify, outbox
from referral.services.moment import moment_of
from tests.factories import code_of, make_case, make_institution, make_member, make_registry, wall_after
from tests.fixtures.services import free_port

pytestmark = [pytest.mark.smtp, pytest.mark.django_db]


@pytest.fixture
def mails() -> list[Mail]:
    """Two mails that wait."""
    focal = make_institution(make_registry())
    make_member(focal)
    make_member(focal)
    moment = moment_of(focal.registry, wall_after(0))
    event = events.record(case=make_case(focal), kind="offer", moment=moment)
    notify.tell(event=event, kind="offer", institutions=[focal], moment=moment)
    return list(Mail.objects.order_by("pk"))


def deliver_at(seconds: float) -> int:
    with moved_wall(wall_after(seconds)):
        return outbox.deliver()


def states() -> list[tuple[str, int]]:
    return list(Mail.objects.order_by("pk").values_list("state", "attempts"))


def test_a_mail_arrives_as_it_was_written(mails: list[Mail], smtp_server: Any) -> None:
    assert deliver_at(1) == 2
    message = smtp_server.messages[0]
    assert (message["Message-ID"], message["Auto-Submitted"]) == (mails[0].message_id, "auto-generated")
    assert message["Subject"] == "Alongside exercise: there is news for you"
    for kind in ("plain", "html"):
        body = message.get_body((kind,)).get_content()
        assert f"http://testserver/notices/{code_of('notice', mails[0].notice_id)}/" in body
        assert "This is an exercise. Every person in it is invented." in body


@pytest.mark.parametrize("manner", ["refuse", "refuse_for_now"])
def test_a_refused_mail_waits_for_its_next_try(mails: list[Mail], smtp_server: Any, manner: str) -> None:
    smtp_server.manner = manner
    assert deliver_at(1) == 0
    assert states() == [(MailState.PENDING, 1)] * 2
    assert {mail.last_error.split()[0] for mail in Mail.objects.all()} == {"SMTPDataError"}
    smtp_server.manner = "accept"
    assert deliver_at(60) == 2


def test_a_hanging_server_is_given_up_in_time(mails: list[Mail], smtp_server: Any, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    smtp_server.manner = "hang"
    assert deliver_at(1) == 0  # after a minute the server would have taken them
    assert states() == [(MailState.PENDING, 1)] * 2
    smtp_server.manner = "accept"
    assert deliver_at(60) == 2


def test_a_line_dropped_after_acceptance_costs_one_duplicate_of_the_same_message(
    mails: list[Mail], smtp_server: Any
) -> None:
    smtp_server.manner = "drop_after_accept"
    assert deliver_at(1) == 0
    smtp_server.manner = "accept"
    assert deliver_at(60) == 2
    arrived = sorted(message["Message-ID"] for message in smtp_server.messages)
    assert arrived == sorted([mail.message_id for mail in mails] * 2)
    assert states() == [(MailState.SENT, 2)] * 2


def test_a_server_that_is_away_costs_no_attempt(mails: list[Mail], smtp_server: Any, settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    assert deliver_at(1) == 0
    assert states() == [(MailState.PENDING, 0)] * 2
