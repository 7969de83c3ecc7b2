"""A packet as its reader sees it. The preview of the sender and the page of the receiver are this same thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.selectors import country_name
from common.phrases import long_date, long_moment
from referral.enums import Compartment, Role, Safeguard
from referral.languages import language_name
from referral.packet import FIELD, FIELDS, PacketField, Shape
from referral.policy import COMPARTMENTS, Right

Contents = Mapping[str, Mapping[str, Any]]
"""Compartment → field → value."""


@dataclass(frozen=True, slots=True)
class PacketRow:
    """One field: its label, its value as one or several words, and why it is needed."""

    label: str
    values: tuple[str, ...]
    why: str
    covered: str = ""
    """The name of an identity field that nobody has asked to see: there is no value here."""


@dataclass(frozen=True, slots=True)
class PacketGroup:
    """The fields of one compartment."""

    compartment: Compartment
    rows: tuple[PacketRow, ...]


@dataclass(frozen=True, slots=True)
class PacketView:
    """Safeguards stand first, for they bind whoever reads on."""

    safeguards: tuple[Safeguard, ...]
    groups: tuple[PacketGroup, ...]

    @property
    def covered(self) -> frozenset[str]:
        """The identity fields in it that are not shown."""
        return frozenset(row.covered for group in self.groups for row in group.rows if row.covered)


MEETING = frozenset({
    "languages", "needs_interpreter", "adaptation", "medicine_until_at", "needs_on_arrival", "risk_level", "risk_measures", "safety_plan",
})  # fmt: skip
"""What meeting a person safely needs, with D0: language, safety, health. All that a receiver reads of a person who objects."""


def cut(contents: Contents, role: Role, *, meeting_alone: bool = False) -> dict[str, dict[str, Any]]:
    """Of what was sent, what this role reads; with `meeting_alone` only D0 and `MEETING`."""
    shown = {}
    for code, fields in contents.items():
        if COMPARTMENTS[role][Compartment(code)] is Right.NONE:
            continue
        kept = {n: v for n, v in fields.items() if n in MEETING or not meeting_alone or code == Compartment.D0}
        if kept:
            shown[code] = kept
    return shown


IDENTITY: tuple[str, ...] = tuple(field.name for field in FIELDS if field.source == "identity")
"""Fields that stand in the contents as marks; their values are shown when somebody asks, and that is recorded."""


def packet_view(contents: Contents, zone: str, opened: Mapping[str, Any] | None = None) -> PacketView:
    """The packet in the reader's language and zone, in the order of `referral.packet.FIELDS`.

    Identity is covered unless `opened` has its value.
    """
    held = contents.get(Compartment.D0, {}).get("safeguards", ())
    return PacketView(
        safeguards=tuple(s for s in Safeguard if s.value in held),
        groups=tuple(
            PacketGroup(Compartment(code), rows)
            for code in dict.fromkeys(f.compartment for f in FIELDS)
            if (rows := tuple(_rows(contents.get(code, {}), zone, opened or {})))
        ),
    )


def needs_of(contents: Contents) -> list[str]:
    """Needs on arrival as words, when the packet discloses them."""
    field = FIELD["needs_on_arrival"]
    return list(words_of(field, contents.get(field.compartment, {}).get(field.name, ()), "UTC"))


def _rows(fields: Mapping[str, Any], zone: str, opened: Mapping[str, Any]) -> Iterable[PacketRow]:
    for field in FIELDS:
        if field.name not in fields or field.name == "safeguards":
            continue
        if field.name in IDENTITY:
            values = words_of(field, opened[field.name], zone) if field.name in opened else ()
            yield PacketRow(str(field.label), values, str(field.why), covered="" if values else field.name)
        else:
            yield PacketRow(str(field.label), words_of(field, fields[field.name], zone), str(field.why))


def words_of(field: PacketField, value: Any, zone: str) -> tuple[str, ...]:
    """A stored value in the reader's words. A code that is no longer known stands as it was written."""
    return DRAW[field.shape](field, value, zone)


def _code(field: PacketField, value: Any) -> str:
    known: Any = field.codes
    try:
        return str(known(value).label) if known is not None else str(value)
    except ValueError:
        return str(value)


DRAW: Mapping[Shape, Callable[[PacketField, Any, str], tuple[str, ...]]] = {
    Shape.TEXT: lambda _field, value, _zone: (str(value),),
    Shape.NUMBER: lambda _field, value, _zone: (str(value),),
    Shape.CODE: lambda field, value, _zone: (_code(field, value),),
    Shape.CODES: lambda field, value, _zone: tuple(_code(field, code) for code in value),
    Shape.COUNTRIES: lambda _field, value, _zone: tuple(country_name(code) for code in value),
    Shape.LANGUAGES: lambda _field, value, _zone: tuple(language_name(code) for code in value),
    Shape.MOMENT: lambda _field, value, zone: (long_moment(datetime.fromisoformat(value), zone),),
    Shape.DAY: lambda _field, value, _zone: (long_date(date.fromisoformat(value)),),
    Shape.YES_NO: lambda _field, value, _zone: (_("Yes") if value else _("No"),),
}
