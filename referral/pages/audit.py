"""The audit list in words: who, what, about which number, for whom, on what it rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.countries import country_name
from common.addresses import address
from common.components import SummaryRow
from common.phrases import isolate, long_moment
from referral.enums import (
    Action,
    AskKind,
    Basis,
    Compartment,
    ConsentKind,
    EnquiryState,
    GlassEnd,
    GlassState,
    ProposalState,
    PullState,
    Refused,
    Role,
)
from referral.forms.identity import LABELS as IDENTITY_LABELS
from referral.models import AuditReview
from referral.packet import FIELD
from referral.pages.timeline import READ
from referral.selectors.audit import Cursor, Kind
from referral.selectors.people import COUNTED


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line: an institution, what it did, the number it is about, and for whom."""

    at: datetime
    who: str
    what: str
    in_short: str
    """The same without the names of fields: what a link can say."""
    about: str
    recipient: str
    rests_on: str
    url: str
    """The page on which it is reviewed."""
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """What an officer of the reader's own office said about a line."""

    text: str
    language: str
    who: str
    when: str


def audit_rows(kind: Kind, rows: tuple[dict[str, Any], ...]) -> tuple[AuditRow, ...]:
    """Rows as `selectors.audit.find` brings them."""
    return tuple(audit_row(kind, row) for row in rows)


def audit_row(kind: Kind, row: Mapping[str, Any]) -> AuditRow:
    """One line in words."""
    about, what = ABOUT.get(kind, ("reference", "home", "person_code")), WHAT[kind](row)
    return AuditRow(
        at=row["when"],
        who=row.get("who") or row.get("asker") or _("The system, by itself"),
        what=what,
        in_short=str(Compartment(row["compartment"]).label) if kind is Kind.SHARED else what,
        about=next((row[name] for name in about if row.get(name)), ""),
        recipient=_recipient(row),
        rests_on=_rests_on(row) if kind is Kind.SHARED else row.get("reason", ""),
        url=address("referral:audit_line", kind.value, row["pk"]),
        reviewed=row["reviewed_at"] is not None,
    )


def set_aside(count: int) -> str:
    """How many conditions two people set aside, as `selectors.audit.overrides` counts them."""
    if count > COUNTED:
        return _("More than %(count)d conditions were set aside by two people.") % {"count": COUNTED}
    return ngettext(
        "%(count)d condition was set aside by two people.", "%(count)d conditions were set aside by two people.", count
    ) % {"count": count}


def facts_of(line: AuditRow, zone: str) -> tuple[SummaryRow, ...]:
    """A line on a page of its own."""
    told = (
        (_("When"), long_moment(line.at, zone)), (_("Who"), _isolated(line.who)), (_("What"), line.what),
        (_("About"), _isolated(line.about)), (_("To whom"), _isolated(line.recipient)), (_("Reason or basis"), line.rests_on),
    )  # fmt: skip
    return tuple(SummaryRow(key, value) for key, value in told if value)


def remarks_of(rows: Iterable[AuditReview], zone: str) -> tuple[Remark, ...]:
    """Remarks in the order in which they were made."""
    return tuple(Remark(row.remark, row.language, str(row.user), long_moment(row.at, zone)) for row in rows)


def older_url(query: Mapping[str, str], after: Cursor | None) -> str:
    """The next page of a list, with the filters of the present address kept; empty on the last one."""
    if after is None:
        return ""
    kept = {name: value for name, value in query.items() if name != "after" and value}
    return "?" + urlencode({**kept, "after": str(after)})


def newest_url(query: Mapping[str, str]) -> str:
    """The first page of a list, with the filters of the present address kept."""
    return "?" + urlencode({name: value for name, value in query.items() if name != "after" and value})


def _isolated(name: str) -> str:
    return isolate(name) if name else ""


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
    if row["kind"] == "glass_read":
        words = {"role": Role(row["role"]).label, "page": READ.get(row["code"], "")}
        return pgettext("audit", "%(role)s, under break-glass: %(page)s") % words
    said = row["said"] or {}
    written = row["kind"] in (Action.RECORD_FACTS, "identity_changed")
    names = [name for name in said.get("facts" if written else "fields", ()) if name in IDENTITY_LABELS]
    where = row["place"] or said.get("referral") or ""
    role = str(Role(row["role"]).label) if row["role"] else ""
    fields = ", ".join(str(IDENTITY_LABELS[name]) for name in names)
    how = pgettext("audit", "written") if written else ""
    return " · ".join(word for word in (role, fields, how, where) if word)


def _glass(row: Mapping[str, Any]) -> str:
    how = GlassEnd(row["ended_how"]).label if row["ended_how"] else ""
    words = (Role(row["role"]).label, GlassState(row["state"]).label, how)
    return " · ".join(str(word) for word in words if word)


def _denied(row: Mapping[str, Any]) -> str:
    words = (Role(row["role"]).label, Refused(row["answer"]).label, READ.get(row["page"]))
    return " · ".join(str(word) for word in words if word)


def _two_people(row: Mapping[str, Any]) -> str:
    return " · ".join((str(Action(row["action"]).label), str(ProposalState(row["state"]).label)))


def _asked(row: Mapping[str, Any]) -> str:
    became = str(PullState(row["became"]).label) if row["became"] else ""
    return " · ".join(word for word in (str(AskKind(row["ask"]).label), became) if word)


def _enquired(row: Mapping[str, Any]) -> str:
    return str(EnquiryState(row["state"]).label)


WHAT = {
    Kind.GLASS: _glass, Kind.SHARED: _shared, Kind.SEEN: _seen, Kind.OVERRIDES: _two_people, Kind.TWO_PEOPLE: _two_people,
    Kind.DENIED: _denied, Kind.ASKED: _asked, Kind.ENQUIRED: _enquired,
}  # fmt: skip

ABOUT = {Kind.GLASS: ("person_code",), Kind.DENIED: ("person_code", "page")}
"""What stands in the column "About": the first of these that is there. A page without a person is called by its address."""

LEAD = gettext_lazy(
    "Institutions, fields and numbers, never what is written about a person. Identity and values stay where they are."
)
