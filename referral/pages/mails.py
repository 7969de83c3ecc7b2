"""A mail as its reader got it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from referral.enums import MailState
from referral.models import Mail
from referral.services.outbox import letter

TONES = {
    MailState.SENT: "protected",
    MailState.PENDING: "waiting",
    MailState.DEAD: "gap",
    MailState.CANCELLED: "neutral",
}


@dataclass(frozen=True, slots=True)
class MailCard:
    """One mail. `at` is exercise time of its cause, `sent_wall` real time."""

    to: str
    subject: str
    text: str
    state: MailState
    tone: str
    at: datetime
    sent_wall: datetime | None
    attempts: int
    language: str
    """Language of the words, for screen readers."""


def mail_cards(mails: Iterable[Mail]) -> tuple[MailCard, ...]:
    """Mails in their readers' languages, in the order given."""
    return tuple(_card(mail) for mail in mails)


def _card(mail: Mail) -> MailCard:
    words = letter(mail)
    state = MailState(mail.state)
    return MailCard(
        mail.user.email, words.subject, words.text, state, TONES[state], mail.notice.at, mail.sent_wall, mail.attempts,
        mail.user.language or "en-gb",
    )  # fmt: skip
