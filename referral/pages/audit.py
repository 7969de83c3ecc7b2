"""The audit list in words: who, what, about which number, for whom, on what it rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.countries import country_name
from referral.enums import (
    Action,
    AskKind,
    Basis,
    Compartment,
    ConsentKind,
    EnquiryState,
    ProposalState,
    PullState,
    Role,
)
from referral.packet import FIELD
from referral.pages.identity import LABELS as IDENTITY_LABELS
from referral.selectors.audit import Kind


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line: an institution, what it did, the number it is about, and for whom."""

    at: datetime
    who: str
    what: str
    about: str
    recipient: str
    rests_on: str


def audit_rows(kind: Kind, rows: tuple[dict[str, Any], ...]) -> tuple[AuditRow, ...]:
    """Rows as `selectors.audit.find` brings them."""
    return tuple(
        AuditRow(
            at=row["when"],
            who=row.get("who") or row.get("asker") or _("The system, by itself"),
            what=WHAT[kind](row),
            about=row.get("reference") or row.get("home") or row.get("person_code") or "",
            recipient=_recipient(row),
            rests_on=_rests_on(row) if kind is Kind.SHARED else "",
        )
        for row in rows
    )


def _recipient(row: Mapping[str, Any]) -> str:
    country = country_name(row["country"]) if row.get("country") else ""
    return " · ".join(word for word in (row.get("recipient_name"), country) if word)


def _rests_on(row: Mapping[str, Any]) -> str:
    if row["home"]:
        return _("The person agreed to this request")
    if row["rests_on"] and row["rests_on"] != ConsentKind.LEGAL_BASIS:
        return str(ConsentKind(row["rests_on"]).label)
    return str(Basis(row["basis_code"]).label) if row["basis_code"] else ""


def _shared(row: Mapping[str, Any]) -> str:
    names = [str(FIELD[name].label) if name in FIELD else name for name in row["fields"]]
    words = {"part": Compartment(row["compartment"]).label, "fields": ", ".join(names)}
    return pgettext("audit", "%(part)s: %(fields)s") % words


def _seen(row: Mapping[str, Any]) -> str:
    """In which role, which fields, and whether they were written or read; what was erased names no fields any more."""
    said = row["said"] or {}
    written = row["kind"] == Action.RECORD_FACTS
    names = [name for name in said.get("facts" if written else "fields", ()) if name in IDENTITY_LABELS]
    where = row["place"] or said.get("referral") or ""
    role = str(Role(row["role"]).label) if row["role"] else ""
    fields = ", ".join(str(IDENTITY_LABELS[name]) for name in names)
    how = pgettext("audit", "written") if written else ""
    return " · ".join(word for word in (role, fields, how, where) if word)


def _two_people(row: Mapping[str, Any]) -> str:
    return " · ".join((str(Action(row["action"]).label), str(ProposalState(row["state"]).label)))


def _asked(row: Mapping[str, Any]) -> str:
    return " · ".join((str(AskKind(row["ask"]).label), str(PullState(row["state"]).label)))


def _enquired(row: Mapping[str, Any]) -> str:
    return str(EnquiryState(row["state"]).label)


WHAT = {
    Kind.SHARED: _shared, Kind.SEEN: _seen, Kind.TWO_PEOPLE: _two_people, Kind.ASKED: _asked, Kind.ENQUIRED: _enquired,
}  # fmt: skip

LEAD = gettext_lazy(
    "Institutions, fields and numbers, never what is written about a person. Identity and values stay where they are."
)
