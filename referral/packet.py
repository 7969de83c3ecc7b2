"""What a packet can hold: one table of fields, each with its compartment and why the other side needs it. Pure data.

D4 and D6 stay with their custodians, D8 never travels (`product.md`: shelter addresses never travel).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referral import enums
from referral.enums import Compartment

C = Compartment


class Shape(StrEnum):
    """How a value is stored in the packet and drawn in the reader's language."""

    TEXT = "text"
    NUMBER = "number"
    CODE = "code"
    CODES = "codes"
    COUNTRIES = "countries"
    LANGUAGES = "languages"
    MOMENT = "moment"
    DAY = "day"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class PacketField:
    """One field. `source` names where the value lies: person, identity, case, handover, or computed."""

    name: str
    compartment: Compartment
    source: str
    label: Promise
    why: Promise
    shape: Shape
    codes: type | None = None


_SAFE = _("So that nobody takes a step that harms the person.")
_FIRST_NIGHT = _("To prepare the first night.")
_TALK = _("To speak with the person from the first hour.")
_PLACE = _("To find a suitable place.")
_WISH = _("So that the plan follows what the person wants.")
_CONTINUE = _("So that care goes on without a break.")
_LAW = _("To choose the right legal path.")
_KNOW = _("So that the person need not tell everything again.")

FIELDS: tuple[PacketField, ...] = (
    # Fields with the same reason stand together: a page says each reason once.
    PacketField(
        "code_word", C.D0, "person", _("Code word"), _("To speak about the person without a name."), Shape.TEXT
    ),
    PacketField("safeguards", C.D0, "computed", _("Safeguards"), _SAFE, Shape.CODES, enums.Safeguard),
    PacketField(
        "purpose", C.D0, "handover", _("Purpose"), _("To know why the person would come."), Shape.CODE, enums.Purpose
    ),
    PacketField("sex", C.D2, "person", _("Sex"), _PLACE, Shape.CODE, enums.Sex),
    PacketField("age_low", C.D2, "person", _("Youngest plausible age"), _PLACE, Shape.NUMBER),
    PacketField("age_high", C.D2, "person", _("Oldest plausible age"), _PLACE, Shape.NUMBER),
    PacketField("dependants", C.D2, "person", _("Children or others who depend on the person"), _PLACE, Shape.NUMBER),
    PacketField("accompanied", C.D2, "person", _("With family"), _PLACE, Shape.CODE, enums.YesNoUnknown),
    PacketField("adaptation", C.D2, "person", _("Adapted support"), _PLACE, Shape.TEXT),
    PacketField("age_basis", C.D2, "person", _("Basis of the age"), _SAFE, Shape.CODE, enums.AgeBasis),
    PacketField("maybe_child", C.D2, "person", _("May be a child"), _SAFE, Shape.YES_NO),
    PacketField("risk_level", C.D2, "computed", _("Risk"), _SAFE, Shape.CODE, enums.RiskLevel),
    PacketField("risk_measures", C.D2, "computed", _("What is done about the risk"), _SAFE, Shape.TEXT),
    PacketField("languages", C.D2, "person", _("Languages"), _TALK, Shape.LANGUAGES),
    PacketField("needs_interpreter", C.D2, "person", _("Needs an interpreter"), _TALK, Shape.YES_NO),
    PacketField("safe_contact", C.D2, "person", _("Safe way to contact"), _TALK, Shape.TEXT),
    PacketField("wishes", C.D2, "person", _("What the person wants"), _WISH, Shape.TEXT),
    PacketField("medicine_until_at", C.D2, "person", _("Medicine until"), _CONTINUE, Shape.MOMENT),
    PacketField("services", C.D2, "computed", _("Services running now"), _CONTINUE, Shape.CODES, enums.NeedKind),
    PacketField("needs_on_arrival", C.D2, "handover", _("Needs on arrival"), _FIRST_NIGHT, Shape.CODES, enums.NeedKind),
    PacketField("safety_plan", C.D2, "handover", _("Safety plan for the time between"), _FIRST_NIGHT, Shape.TEXT),
    PacketField("status", C.D3, "case", _("Status"), _KNOW, Shape.CODE, enums.TraffickingStatus),
    PacketField("opinion", C.D3, "computed", _("Screening"), _KNOW, Shape.CODE, enums.Opinion),
    PacketField("indicators", C.D3, "computed", _("Indicators"), _KNOW, Shape.CODES, enums.Indicator),
    PacketField("exploitation", C.D3, "case", _("Form of exploitation"), _KNOW, Shape.TEXT),
    PacketField("exploited_in", C.D3, "case", _("Where it happened"), _SAFE, Shape.COUNTRIES),
    PacketField("citizenships", C.D5, "person", _("Citizenship"), _LAW, Shape.COUNTRIES),
    PacketField("route", C.D5, "case", _("Countries on the way"), _LAW, Shape.COUNTRIES),
    PacketField("asylum", C.D5, "computed", _("Asylum track"), _LAW, Shape.YES_NO),
    PacketField("feared_countries", C.D5, "person", _("Countries the person fears"), _SAFE, Shape.COUNTRIES),
    PacketField("relatives", C.D7, "computed", _("Family in the system"), _("To keep families together."), Shape.TEXT),
    PacketField("no_family_contact", C.D7, "person", _("Do not contact the family"), _SAFE, Shape.YES_NO),
    PacketField("name", C.D1, "identity", _("Invented name"), _("For documents and the first meeting."), Shape.TEXT),
    PacketField("birth_date", C.D1, "identity", _("Birth date"), _("For documents."), Shape.DAY),
)

FIELD: Mapping[str, PacketField] = {f.name: f for f in FIELDS}
SHAREABLE: tuple[Compartment, ...] = tuple(dict.fromkeys(f.compartment for f in FIELDS))
ALWAYS: Compartment = Compartment.D0
"""Reference, purpose and safeguards are in every packet."""

FIRST_LOOK = frozenset({"purpose", "age_low", "age_high", "needs_on_arrival"})
"""What a receiver reads of a packet before it acknowledges, with the code word: enough to decide who must look at it
(docs/decisions/0075). Of the two ages it reads the band of an enquiry."""

USUAL: Mapping[enums.Purpose, frozenset[Compartment]] = {
    enums.Purpose.RETURN_CHOSEN: frozenset({C.D0, C.D2}),
    enums.Purpose.SAFETY: frozenset({C.D0, C.D2, C.D3}),
    enums.Purpose.FAMILY_UNITY: frozenset({C.D0, C.D2, C.D7}),
    enums.Purpose.SERVICES: frozenset({C.D0, C.D2}),
    enums.Purpose.LEGAL_TRANSFER: frozenset({C.D0, C.D2, C.D5}),
    enums.Purpose.WITNESS: frozenset({C.D0, C.D2}),
}
"""What a purpose usually needs (exercise default): the page ticks no more than this by itself."""
