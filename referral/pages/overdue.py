"""Long overdue work in words for the regional coordinator: what, between which countries, since when. Never for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.countries import country_name
from common import phrases
from common.addresses import address
from common.components import SummaryRow
from referral.enums import DeadlineKind, OverduePhrase
from referral.models import OverdueAsk
from referral.selectors.stubs import Stub


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One stub in a list."""

    url: str
    reference: str
    kind: DeadlineKind
    owes: str
    waits: str
    due: str
    due_at: datetime
    escalated_at: datetime | None
    asked: str
    """What a coordinator said last, and when."""


@dataclass(frozen=True, slots=True)
class OverduePage:
    """One stub on a page of its own, with what was said about it before."""

    reference: str
    kind: DeadlineKind
    facts: tuple[SummaryRow, ...]
    said: tuple[tuple[str, str], ...]


def rows(found: Iterable[Stub], at: datetime, zone: str) -> list[OverdueRow]:
    """Stubs as the list shows them."""
    return [
        OverdueRow(
            url=address("referral:overdue_stub", stub.pk),
            reference=stub.reference,
            kind=stub.kind,
            owes=_country(stub.owes),
            waits=_country(stub.waits) if stub.waits and stub.waits != stub.owes else "",
            due=phrases.due(stub.due_at, at),
            due_at=stub.due_at,
            escalated_at=stub.escalated_at,
            asked=_said(stub.phrase, stub.asked_at, zone),
        )
        for stub in found
    ]


def page(stub: Stub, asks: Iterable[OverdueAsk], at: datetime, zone: str) -> OverduePage:
    """The page of one stub."""
    told = (
        (_("Owes it"), _country(stub.owes)),
        (_("Waits for it"), _country(stub.waits) if stub.waits and stub.waits != stub.owes else ""),
        (_("Was due"), phrases.long_moment(stub.due_at, zone)),
        (_("How late"), phrases.due(stub.due_at, at)),
        (_("Last reminder"), phrases.long_moment(stub.escalated_at, zone) if stub.escalated_at else ""),
    )
    return OverduePage(
        reference=stub.reference,
        kind=stub.kind,
        facts=tuple(SummaryRow(key, value) for key, value in told if value),
        said=tuple((str(OverduePhrase(row.phrase).label), phrases.long_moment(row.at, zone)) for row in asks),
    )


def _country(code: str) -> str:
    return country_name(code) if code else _("An institution without a country")


def _said(phrase: OverduePhrase | None, at: datetime | None, zone: str) -> str:
    if phrase is None or at is None:
        return ""
    return _("%(phrase)s (%(when)s)") % {"phrase": phrase.label, "when": phrases.long_moment(at, zone)}
