"""Mails leave from their rows: at least once, with one Message-ID, and none holds up another."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as sent_mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import translation

from common.clock import moved_wall
from referral.enums import DeadlineKind, MailState, Role
from referral.models import Deadline, Mail, Membership
from referral.services import deadlines, events, notify, outbox
from referral.services.moment import moment_of
from referral.services.reminders import settle
from tests.factories import code_of, make_case, make_institution, make_member, make_registry, wall_after

pytestmark = pytest.mark.django_db

TEMPLATES = sorted(path.stem for path in Path(settings.BASE_DIR, "templates", "emails").glob("*.subject"))


class RefusingServer(EmailBackend):
    """Does not open."""

    def open(self) -> bool:
        raise ConnectionRefusedError


class PickyServer(EmailBackend):
    """Takes every mail but those to the addresses given; `lost` ones are accepted and the answer is lost."""

    refused: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to[0] in self.refused:
                raise SMTPRecipientsRefused({message.to[0]: (550, b"no such person: " + message.to[0].encode())})
            super().send_messages([message])
            if message.to[0] in self.lost:
                raise SMTPServerDisconnected("gone")
        return len(messages)


@pytest.fixture
def picky(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[PickyServer]:
    settings.EMAIL_BACKEND = f"{__name__}.PickyServer"
    monkeypatch.setattr(PickyServer, "refused", ())
    monkeypatch.setattr(PickyServer, "lost", ())
    return PickyServer


def told(*emails: str, **member: Any) -> list[Mail]:
    """An event that the focal points with these addresses are told of, at the start."""
    focal = make_institution(make_registry())
    for email in emails:
        make_member(focal, email=email, **member)
    moment = moment_of(focal.registry, wall_after(0))
    event = events.record(case=make_case(focal), kind="offer", moment=moment)
    notify.tell(event=event, kind="offer", institutions=[focal], moment=moment)
    return list(Mail.objects.order_by("pk"))


def deliver_at(seconds: float) -> int:
    with moved_wall(wall_after(seconds)):
        return outbox.deliver()


def again(mail: Mail) -> Mail:
    return Mail.objects.get(pk=mail.pk)


def test_a_mail_is_sent_once_with_its_message_id() -> None:
    mail = told("focal.ng@example.org")[0]
    assert deliver_at(1) == 1
    assert deliver_at(2) == 0
    message = sent_mail.outbox[0].message()
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "focal.ng@example.org"
    assert len(sent_mail.outbox) == 1
    assert (again(mail).state, again(mail).sent_wall, again(mail).attempts) == (MailState.SENT, wall_after(1), 1)


def test_a_refusing_server_costs_no_attempt_and_no_mail(settings: Any) -> None:
    mails = told("a@example.org", "b@example.org")
    settings.EMAIL_BACKEND = f"{__name__}.RefusingServer"
    assert deliver_at(1) == 0
    assert {(again(mail).state, again(mail).attempts) for mail in mails} == {(MailState.PENDING, 0)}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_at(2) == 2


def test_one_poisoned_row_at_the_head_holds_up_nobody(picky: type[PickyServer]) -> None:
    first, *others = told("bad@example.org", "b@example.org", "c@example.org")
    picky.refused = ("bad@example.org",)
    assert deliver_at(1) == 2
    assert {again(mail).state for mail in others} == {MailState.SENT}
    assert (again(first).state, again(first).attempts) == (MailState.PENDING, 1)
    assert "bad@" not in again(first).last_error


def test_more_poison_than_a_pass_takes_holds_up_the_others_for_one_pass_only(picky: type[PickyServer]) -> None:
    bad = tuple(f"bad{number}@example.org" for number in range(outbox.FAILURES_IN_A_ROW))
    told(*bad, "good@example.org")
    picky.refused = bad
    assert deliver_at(1) == 0
    assert deliver_at(6) == 1


def test_a_template_that_cannot_be_rendered_is_poison_like_any_other() -> None:
    first, second = told("a@example.org", "b@example.org")
    Mail.objects.filter(pk=first.pk).update(template="missing")
    assert deliver_at(1) == 1
    assert (again(first).last_error, again(second).state) == ("TemplateDoesNotExist", MailState.SENT)


def test_a_lost_answer_costs_one_duplicate_with_the_same_message_id(picky: type[PickyServer]) -> None:
    mail = told("a@example.org")[0]
    picky.lost = ("a@example.org",)
    assert deliver_at(1) == 0
    picky.lost = ()
    assert deliver_at(60) == 1
    assert [message.message()["Message-ID"] for message in sent_mail.outbox] == [mail.message_id] * 2
    assert again(mail).state == MailState.SENT


def test_tries_lie_further_and_further_apart_and_end_in_a_visible_death(picky: type[PickyServer]) -> None:
    mail = told("bad@example.org")[0]
    picky.refused = ("bad@example.org",)
    tries: list[float] = []
    while again(mail).state == MailState.PENDING:
        seconds = (again(mail).next_try_wall - wall_after(0)).total_seconds()
        tries.append(seconds)
        assert len(tries) <= outbox.ATTEMPTS
        deliver_at(seconds)
    assert (again(mail).state, len(tries)) == (MailState.DEAD, outbox.ATTEMPTS)
    gaps = [later - earlier for earlier, later in pairwise(tries)]
    assert 12 <= gaps[0] <= 18
    assert gaps[:6] == sorted(gaps[:6])
    assert max(gaps) <= 1.2 * 3600
    assert deliver_at(10**6) == 0


def test_mails_that_failed_together_come_back_apart() -> None:
    pauses = {outbox.pause_after(1, notify.new_message_id()) for _ in range(20)}
    assert len(pauses) == 20
    assert all(timedelta(seconds=12) <= pause <= timedelta(seconds=18) for pause in pauses)


def test_nothing_is_sent_to_a_closed_account_or_an_empty_seat() -> None:
    closed, left = told("closed@example.org", "left@example.org")
    closed.user.is_active = False
    closed.user.save()
    Membership.objects.filter(user=left.user).update(until_wall=wall_after(0.5))
    assert deliver_at(1) == 0
    assert (again(closed).state, again(closed).last_error) == (MailState.CANCELLED, "account closed")
    assert (again(left).state, again(left).last_error) == (MailState.CANCELLED, "no seat in this registry any more")
    assert sent_mail.outbox == []


def owed() -> tuple[Deadline, Mail]:
    """A deadline whose half-time reminder waits to be sent."""
    focal = make_institution(make_registry())
    make_member(focal)
    deadline = deadlines.open_deadline(
        case=make_case(focal), kind=DeadlineKind.SCREEN, owes=focal, moment=moment_of(focal.registry, wall_after(0))
    )
    settle(focal.registry, moment_of(focal.registry, wall_after(800)))
    return deadline, Mail.objects.get()


def test_a_reminder_of_what_has_been_done_meanwhile_is_not_sent() -> None:
    deadline, mail = owed()
    deadlines.close_deadlines(case=deadline.case, moment=moment_of(deadline.registry, wall_after(810)))
    assert deliver_at(811) == 0
    assert (again(mail).state, again(mail).last_error) == (MailState.CANCELLED, "answered meanwhile")


def test_a_reminder_of_what_is_still_open_is_sent() -> None:
    _, mail = owed()
    assert deliver_at(811) == 1
    assert "half of the time" in sent_mail.outbox[0].subject
    assert again(mail).state == MailState.SENT


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", ["en-gb", "fr", "ar"])
def test_every_mail_says_the_same_in_text_and_html_and_nothing_about_a_person(template: str, language: str) -> None:
    mail = told("a@example.org", language=language)[0]
    Mail.objects.filter(pk=mail.pk).update(template=template)
    words = outbox.letter(again(mail))
    link = f"http://testserver/notices/{code_of('notice', mail.notice_id)}/"
    html = " ".join(re.sub(r"<[^>]+>", " ", words.html.replace("<title>Alongside</title>", "")).split())
    assert html == " ".join(words.text.split())
    assert words.text.count(link) == 1
    with translation.override(language):
        assert translation.gettext("This is an exercise. Every person in it is invented.") in words.text
    assert "\n" not in words.subject
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in words.html
    told_of = Mail.objects.select_related("notice__case__person").get(pk=mail.pk).notice.case.person
    for secret in (told_of.code_word, told_of.public_code, "style=", "<script"):
        assert secret not in words.subject + words.text + words.html


def test_there_is_a_mail_for_every_kind_of_reminder() -> None:
    assert set(TEMPLATES) == {
        "news", "reminder_coordinator", "reminder_deputy", "reminder_half", "reminder_nine_tenths", "reminder_overdue",
        "reminder_unanswered", "reminders",
    }  # fmt: skip


def test_a_deputy_gets_the_mail_in_the_language_she_reads() -> None:
    told("a@example.org", role=Role.DEPUTY, language="ar")
    deliver_at(1)
    assert 'dir="rtl"' in sent_mail.outbox[0].alternatives[0][0]
    assert translation.get_language() == settings.LANGUAGE_CODE
