"""The outbox: mails leave from their rows, at least once, with the same Message-ID at every attempt.

A row is claimed in one short transaction and sent in a second one that holds it. A process killed between the two
costs a pause; one killed between sending and marking costs one duplicate, and nothing else does (invariant I7).
Mails carry fixed text and a link: no name, no route, no code word.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation

from common import clock
from referral.enums import DeadlineState, MailState
from referral.models import Mail, Membership, Reminder
from referral.services.reminders import SEVERAL

logger = logging.getLogger(__name__)

ATTEMPTS = 12
"""After so many tries, spread over some five hours, a mail is dead and shown as such."""
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)
FAILURES_IN_A_ROW = 3
"""A pass ends after so many: then the mail server is in trouble, not the mails."""
SLOTS = (7_401_001, 7_401_002)
"""Advisory locks of the passes that may run at once. A hanging mail server must not tie up every worker thread."""


class Cancelled(StrEnum):
    """Why a mail is not sent; kept with the row."""

    ACCOUNT_CLOSED = "account closed"
    NO_SEAT = "no seat in this registry any more"
    ANSWERED = "answered meanwhile"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its reader gets it."""

    subject: str
    text: str
    html: str


def deliver(budget: int = 500) -> int:
    """Send what is due, one row after the other; returns how many were sent.

    Safe to run any number of times at once. A row that fails waits for its next try and never holds up the others.
    """
    sent = 0
    with _slot() as free:
        if not free or not _due(clock.wall_now()):
            return 0
        server = _open()
        if server is None:
            return 0
        failures = 0
        for _ in range(budget):
            claimed = _claim(clock.wall_now())
            if claimed is None:
                break
            state = _send(claimed, server)
            sent += state == MailState.SENT
            failures = failures + 1 if state == MailState.PENDING else 0
            if failures >= FAILURES_IN_A_ROW:
                break
        _close(server)
    return sent


def letter(mail: Mail) -> Letter:
    """The words of a mail in its reader's language. The only thing in it that differs is the address of the link."""
    language = mail.user.language or settings.LANGUAGE_CODE
    with translation.override(language):
        context = {"link": settings.ORIGIN + mail.link}
        subject, text, html = (
            render_to_string(f"emails/{mail.template}.{part}", context) for part in ("subject", "txt", "html")
        )
    return Letter(" ".join(subject.split()), text.strip() + "\n", html)


def pause_after(attempt: int, message_id: str) -> timedelta:
    """How long to wait after this attempt (1, 2, ...): twice as long each time, up to an hour, give or take a fifth.

    The scatter follows from the Message-ID, so that mails which failed together do not come back together.
    """
    scatter = 0.8 + 0.4 * (crc32(f"{message_id}{attempt}".encode()) / 0xFFFF_FFFF)
    return min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE) * scatter


@contextmanager
def _slot() -> Iterator[bool]:
    """One of the places for a pass, kept by this connection; False when all are taken."""
    taken = next((slot for slot in SLOTS if _ask("SELECT pg_try_advisory_lock(%s)", slot)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _ask("SELECT pg_advisory_unlock(%s)", taken)


def _ask(statement: str, slot: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [slot])
        return bool(cursor.fetchone()[0])


def _due(wall: datetime) -> bool:
    return Mail.objects.filter(state=MailState.PENDING, next_try_wall__lte=wall).exists()


def _open() -> BaseEmailBackend | None:
    """A connection to the mail server, or None when it does not answer: no mail is to blame for that."""
    server = get_connection()
    try:
        server.open()
    except OSError as error:  # errors of SMTP are of this kind too
        logger.warning("the mail server does not answer: %s", type(error).__name__)
        _close(server)
        return None
    return server


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError as error:
        logger.info("the mail server did not say goodbye: %s", type(error).__name__)


@transaction.atomic
def _claim(wall: datetime) -> Mail | None:
    """The next row that is due, with this attempt counted and the next one planned, before anything is sent.

    So a mail that kills its sender is tried a bounded number of times too.
    """
    rows = Mail.objects.select_for_update(skip_locked=True).filter(state=MailState.PENDING, next_try_wall__lte=wall)
    mail = rows.order_by("next_try_wall", "pk").first()
    if mail is None:
        return None
    mail.attempts += 1
    mail.next_try_wall = wall + pause_after(mail.attempts, mail.message_id)
    mail.save(update_fields=("attempts", "next_try_wall"))
    return mail


@transaction.atomic
def _send(claimed: Mail, server: BaseEmailBackend) -> str:
    """Send a claimed row while holding it, and say what became of it; returns its state.

    The row is held so that nobody else sends it however long the server takes. Nothing but a mail row waits meanwhile.
    """
    # Wait rather than skip: another pass that looked for work may hold the row for the blink of its own claim.
    # The password is closed to the worker role, so it is not asked for.
    rows = Mail.objects.select_for_update(of=("self",)).select_related("user", "notice").defer("user__password")
    mail = rows.filter(pk=claimed.pk, state=MailState.PENDING, attempts=claimed.attempts).first()
    if mail is None:
        return MailState.CANCELLED
    wall = clock.wall_now()  # asked before the sending: nothing but the mark may stand between that and the commit
    reason = _moot(mail, wall)
    if reason is not None:
        mail.state, mail.last_error = MailState.CANCELLED, reason
    else:
        try:
            _hand_over(mail, server)
        except Exception as error:
            mail.last_error = _named(error)
            mail.state = MailState.DEAD if mail.attempts >= ATTEMPTS else MailState.PENDING
            logger.warning("mail %s failed at attempt %s: %s", mail.pk, mail.attempts, mail.last_error)
            _close(server)
        else:
            mail.state, mail.sent_wall, mail.last_error = MailState.SENT, wall, ""
    mail.save(update_fields=("state", "sent_wall", "last_error"))
    return mail.state


def _hand_over(mail: Mail, server: BaseEmailBackend) -> None:
    words = letter(mail)
    message = EmailMultiAlternatives(
        subject=words.subject,
        body=words.text,
        to=[mail.user.email],
        connection=server,
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(words.html, "text/html")
    message.send()


def _moot(mail: Mail, wall: datetime) -> str | None:
    """Why the mail is not to be sent any more, if so."""
    if not mail.user.is_active:
        return Cancelled.ACCOUNT_CLOSED
    seats = Membership.objects.filter(user=mail.user, institution__registry=mail.registry_id)
    if not seats.exclude(until_wall__lte=wall).exists():
        return Cancelled.NO_SEAT
    source, _, key = mail.notice.cause.partition(":")
    if source == "reminder" and mail.template != SEVERAL:
        chased = Reminder.objects.filter(pk=key, deadline__state=DeadlineState.OPEN)
        if not chased.exists():
            return Cancelled.ANSWERED
    return None


def _named(error: Exception) -> str:
    """What went wrong without the words of the server, which may repeat the address."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()
