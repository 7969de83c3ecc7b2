"""Requests about a person in words: to the asker always the same ones, to the holder what it decides about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.countries import country_name
from common.addresses import address
from common.components import SummaryRow
from common.phrases import due, long_moment
from referral.asking_states import RequestAct, request_acts
from referral.enums import AskKind, PullState
from referral.gates import Contact
from referral.models import Deadline, PullRequest
from referral.pages.handover_words import say
from referral.pages.links import person_url, place_of
from referral.selectors.requests import Told

SILENCE = gettext_lazy(
    "If the person is known, the institution that answers for the person has been told and decides. "
    "You hear from it only if it decides so."
)
"""The whole answer to every asker, whatever the code is."""

WARNINGS = {
    Contact.FEARED: gettext_lazy("The person fears harm in %(country)s. Nothing may reach it: not even that you know the person."),
    Contact.ASYLUM: gettext_lazy(
        "While asylum is open nothing reaches %(country)s, the country of origin. Neither confirm nor deny that you know "
        "the person."
    ),
    Contact.BLOCKED: gettext_lazy("The person has asked that %(country)s never learns of the situation."),
}  # fmt: skip

HEADINGS = {
    AskKind.SEARCH: gettext_lazy("%(country)s is looking for %(word)s"),
    AskKind.PRESENCE: gettext_lazy("%(country)s says that %(word)s is there"),
    AskKind.PULL: gettext_lazy("%(country)s asks to answer for %(word)s"),
}

NEXT = {
    AskKind.SEARCH: gettext_lazy("Ask the person what the person wants others to know. A handover can be prepared; silence is an answer too."),
    AskKind.PRESENCE: gettext_lazy("Find out whether the person is with you. If a handover is under way, it can be sent on to that country."),
    AskKind.PULL: gettext_lazy(
        "Whoever sits with the person asks what the person wants, and records the agreement. Agreeing here only begins a "
        "draft: every condition of a handover still has to hold. If you do not agree, %(country)s hears nothing."
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One's own request as it was written. There is no column for what became of it."""

    url: str
    reference: str
    kind: AskKind
    code: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A request about a person of one's own."""

    url: str
    reference: str
    kind: AskKind
    code_word: str
    country: str
    asked_at: datetime
    state: PullState
    tone: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A request as its holder reads it."""

    reference: str
    kind: AskKind
    code_word: str
    country: str
    person_url: str
    heading: SafeString
    next: SafeString
    warning: SafeString | None
    reason: str
    language: str
    facts: tuple[SummaryRow, ...]
    due: str
    late: bool
    acts: tuple[RequestAct, ...]
    note: str
    draft_url: str


def asked_lines(rows: Iterable[Told]) -> list[AskedLine]:
    """One's own requests as the list shows them."""
    return [
        AskedLine(_sent_url(row.reference), row.reference, AskKind(row.kind), row.code, row.asked_at) for row in rows
    ]


def _sent_url(reference: str) -> str:
    return address("referral:request_sent", reference)


def request_url(reference: str) -> str:
    """The page on which the holder decides."""
    return address("referral:request", reference)


def held_lines(rows: Iterable[PullRequest]) -> list[HeldLine]:
    """Requests about one's own people as the list shows them."""
    return [
        HeldLine(
            url=request_url(row.reference),
            reference=row.reference,
            kind=AskKind(row.kind),
            code_word=row.case.person.code_word if row.case else "",
            country=country_name(row.asker.country_id or ""),
            asked_at=row.asked_at,
            state=PullState(row.state),
            tone="waiting" if row.state == PullState.OPEN else "neutral",
        )
        for row in rows
    ]


def request_page(
    row: PullRequest, refused: Contact | None, at: datetime, zone: str, owed: Deadline | None, *, late: bool
) -> RequestPage:
    """The holder's page. Where nothing may reach the asker, agreeing is not offered."""
    assert row.case is not None
    person, kind = row.case.person, AskKind(row.kind)
    names = {"country": country_name(row.asker.country_id or ""), "word": person.code_word}
    if row.handover is not None:
        row.handover.case = row.case
    return RequestPage(
        reference=row.reference,
        kind=kind,
        code_word=person.code_word,
        country=names["country"],
        person_url=person_url(person.public_code),
        heading=say(HEADINGS[kind], **names),
        next=say(NEXT[kind], **names),
        warning=say(WARNINGS[refused], **names) if refused is not None else None,
        reason=row.reason,
        language=row.language,
        facts=_facts(row, names["country"], zone),
        due=due(owed.due_at if late else max(owed.due_at, at), at) if owed is not None else "",
        late=late,
        acts=tuple(a for a in request_acts(kind, row.state) if a is not RequestAct.AGREE or refused is None),
        note=row.decision_note,
        draft_url=place_of(row.handover) if row.handover is not None else "",
    )


def _facts(row: PullRequest, country: str, zone: str) -> tuple[SummaryRow, ...]:
    shown = [
        SummaryRow(_("What they wrote"), AskKind(row.kind).label),
        SummaryRow(_("By"), country, hint=row.asker.name),
        SummaryRow(_("Code as it was typed"), row.code),
        SummaryRow(_("Asked"), long_moment(row.asked_at, zone)),
    ]
    if row.answered_at:
        shown.append(SummaryRow(_("Decided"), long_moment(row.answered_at, zone), tag=PullState(row.state)))
    return tuple(shown)
