"""The pages of the steps of a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import country_name
from common.components import Link, SummaryRow
from common.phrases import local, long_date, long_moment
from referral.enums import (
    AgreementKind,
    AgreementState,
    Compartment,
    ConsentKind,
    Gate,
    NeedKind,
    Option,
    Purpose,
    ReflectionAnswer,
    TransferBasis,
    Urgency,
)
from referral.models import Handover, Proposal, Service
from referral.packet import ALWAYS, FIELDS, SHAREABLE, USUAL
from referral.pages.draft import LABELS
from referral.pages.handover_words import Sentence, plain
from referral.pages.links import draft_url, gate_url
from referral.selectors.drafts import Agreed, Crossing
from referral.services.consent import TEXTS

CROSSES: Mapping[TransferBasis | None, Sentence] = {
    TransferBasis.ECOWAS: gettext_lazy(
        "Both countries are members of ECOWAS, whose act on personal data lets the information cross this border."
    ),
    TransferBasis.MALABO: gettext_lazy(
        "Both countries are parties to the Malabo Convention on data protection, which lets the information cross this border."
    ),
    TransferBasis.GDPR: gettext_lazy(
        "Both countries apply the same data protection law (GDPR), so the information may cross this border."
    ),
    TransferBasis.AGREEMENT: gettext_lazy("An agreement in force lets the information cross this border."),
    None: gettext_lazy("Neither a shared law nor an agreement in force lets the information cross this border."),
}
"""What gate 7 rests on, in words."""

NO_BASIS: Mapping[AgreementKind, Sentence] = {
    AgreementKind.DECLARATION: gettext_lazy("A declaration of intent binds nobody, so it is no basis."),
    AgreementKind.JUSTICE: gettext_lazy("It was made for courts and police, so it is no basis."),
}
"""Why an agreement of this kind is none."""


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An agreement between the two countries: whether it lets the information cross, and if not, why."""

    name: str
    kind: AgreementKind
    counts: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class BorderPage:
    """What lets the information cross this border (gate 7)."""

    sentence: str
    crosses: bool
    agreements: tuple[AgreementLine, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """A condition that two people of the sender have set aside, or that one of them has proposed to."""

    label: str
    reason: str
    first: str
    second: str
    at: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The sheet for the talk: what is put to the person, what is read out, and what would be told to whom."""

    options: tuple[str, ...]
    read_out: tuple[tuple[str, str], ...]
    shared: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a compartment: what it is and why the other side needs it."""

    label: str
    why: str


@dataclass(frozen=True, slots=True)
class CompartmentChoice:
    """A kind of information that may be shared: its fields, and the permission that covers it."""

    code: str
    label: str
    fields: tuple[FieldLine, ...]
    permitted: bool
    ticked: bool
    usual: bool
    cover: str


def border_page(found: Crossing) -> BorderPage:
    """The basis that counts, and each agreement with why it counts or does not."""
    lines = tuple(AgreementLine(one.name, one.kind, one.counts, _why_not(one)) for one in found.agreed)
    return BorderPage(str(CROSSES[found.basis]), found.basis is not None, lines)


def _why_not(agreed: Agreed) -> str:
    if agreed.counts:
        return ""
    if agreed.kind in NO_BASIS:
        return str(NO_BASIS[agreed.kind])
    assert agreed.state is AgreementState.SUSPENDED, "a binding agreement in force counts"
    return _("It is suspended, so it is no basis now.")


def overrides_of(handover: Handover, names: Mapping[int, str], zone: str) -> tuple[Override, ...]:
    """What two people have set aside, in order."""
    return tuple(
        Override(
            label=str(LABELS[Gate(row["gate"])]),
            reason=row["reason"],
            first=names.get(row["first"], ""),
            second=names.get(row["second"], ""),
            at=long_moment(datetime.fromisoformat(row["at"]), zone),
        )
        for row in handover.overrides
    )


def proposed_override(proposal: Proposal | None, zone: str) -> Override | None:
    """What waits for a second person."""
    if proposal is None:
        return None
    label = str(LABELS[Gate(proposal.facts["gate"])])
    at = long_moment(proposal.proposed_at, zone)
    return Override(label, proposal.facts["reason"], str(proposal.proposed_by), "", at)


def compartment_choices(
    handover: Handover,
    permitted: Collection[Compartment],
    given_at: datetime | None,
    zone: str,
    chosen: Collection[str],
) -> tuple[CompartmentChoice, ...]:
    """Each kind of information with its fields, its cover, and whether the purpose usually needs it."""
    usual = USUAL.get(Purpose(handover.purpose), frozenset()) if handover.purpose else frozenset()
    country = country_name(handover.receiver_country_id)
    return tuple(
        CompartmentChoice(
            code=c.value,
            label=str(c.label),
            fields=tuple(FieldLine(str(f.label), str(f.why)) for f in FIELDS if f.compartment is c),
            permitted=c is ALWAYS or c in permitted,
            ticked=c is ALWAYS or (c in permitted and c.value in chosen),
            usual=c in usual,
            cover=_cover(c, c in permitted, given_at, country, zone),
        )
        for c in SHAREABLE
    )


def _cover(c: Compartment, permitted: bool, given_at: datetime | None, country: str, zone: str) -> str:
    if c is ALWAYS:
        return _("In every packet: no name, only what keeps the person safe.")
    if permitted and given_at is not None:
        return plain(
            _("Covered by the permission of %(date)s for %(country)s."), date=long_date(given_at, zone), country=country
        )
    return plain(_("The person has not permitted this for %(country)s, so it stays here."), country=country)


def sheet_page(handover: Handover) -> SheetPage:
    """The sheet, in the reader's language. It holds nothing about the person, so that paper cannot betray anybody."""
    usual = USUAL.get(Purpose(handover.purpose), frozenset()) if handover.purpose else frozenset()
    return SheetPage(
        options=tuple(str(option.label) for option in Option),
        read_out=tuple((str(kind.label), str(TEXTS[kind])) for kind in (ConsentKind.MOVE, ConsentKind.SHARE)),
        shared=tuple(
            (str(c.label), tuple(str(f.label) for f in FIELDS if f.compartment is c)) for c in SHAREABLE if c in usual
        ),
    )


def answers(handover: Handover, zone: str, overrides: Sequence[Override] = ()) -> tuple[SummaryRow, ...]:
    """What was filled in, each with its link to change it; and how often two people have set a condition aside."""

    def row(key: str, value: str, step: str, hidden: str) -> SummaryRow:
        return SummaryRow(key, value or _("Nothing yet"), links=[Link(_("Change"), draft_url(handover, step), hidden)])

    def listed(codes: Sequence[str], kind: Any) -> str:
        return ", ".join(str(kind(code).label) for code in codes)

    confirmed = handover.capacity_confirmed_at
    place = SummaryRow(
        _("A place"),
        handover.capacity_confirmed_by or _("Nothing yet"),
        hint=plain(_("Confirmed on %(date)s"), date=long_date(confirmed, zone)) if confirmed else "",
        links=[Link(_("Change"), draft_url(handover, "place"), _("who confirmed the place"))],
    )
    seldom = []
    if handover.reflection:
        kept = str(ReflectionAnswer(handover.reflection).label)
        seldom.append(row(_("Time of reflection"), kept, "options", _("how the time of reflection is kept")))
    if handover.vital_interests:
        seldom.append(row(_("Vital interests"), handover.vital_interests, "information", _("the vital interests")))
    if overrides:
        aside = SummaryRow(
            _("Conditions set aside by two people"),
            str(len(overrides)),
            hint=" ".join(_aside(one) for one in overrides),
        )
        seldom.append(aside)
    return (
        row(_("Options talked through"), listed(handover.options_compared, Option), "options", _("the options")),
        row(
            _("Purpose"), str(Purpose(handover.purpose).label) if handover.purpose else "", "options", _("the purpose")
        ),
        row(_("Urgency"), str(Urgency(handover.urgency).label), "options", _("the urgency")),
        row(_("Needs on arrival"), listed(handover.needs_on_arrival, NeedKind), "care", _("the needs on arrival")),
        row(_("Safety plan for the time between"), handover.safety_plan, "care", _("the safety plan")),
        place,
        row(
            _("What is shared"), listed(sorted(handover.compartments), Compartment), "information", _("what is shared")
        ),
        row(_("Message"), handover.message or _("None"), "information", _("the message")),
        *seldom,
    )


def _aside(one: Override) -> str:
    return plain(
        _("%(condition)s: proposed by %(first)s, confirmed by %(second)s on %(date)s. %(reason)s"),
        condition=one.label,
        first=one.first,
        second=one.second,
        date=one.at,
        reason=one.reason,
    )


def permission_url(handover: Handover) -> str:
    """Where a permission is recorded."""
    return gate_url(Gate.PERMISSION, handover)


def care_initial(handover: Handover, services: Sequence[Service], zone: str) -> dict[str, Any]:
    """First answers of the care step: what was saved, and for each running service what is known of its end."""
    initial: dict[str, Any] = {
        "needs_on_arrival": handover.needs_on_arrival,
        "safety_plan": handover.safety_plan,
        "medicine_lasts": handover.medicine_lasts if handover.safety_plan else "",
    }
    for service in services:
        if service.end_reason:
            initial |= {f"service_{service.pk}": "ends", f"reason_{service.pk}": service.end_reason}
            initial[f"last_day_{service.pk}"] = local(service.until_at, zone).date() if service.until_at else None
        elif service.kind in handover.needs_on_arrival:
            initial[f"service_{service.pk}"] = "continues"
    return initial
