"""The tabs of a person beside today: needs and services, what the person decided, handovers, what was shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.countries import country_name
from referral.enums import (
    Action,
    AssignmentKind,
    Basis,
    Compartment,
    ConsentDecision,
    ConsentKind,
    GivenBy,
    HandoverState,
    NeedKind,
    Option,
    Purpose,
    ServiceState,
    Urgency,
)
from referral.forms.choices import WORKS_AS
from referral.languages import language_name
from referral.models import Consent, Disclosure, Handover, Need, Service
from referral.packet import FIELD
from referral.pages.handover_words import TONES
from referral.pages.links import place_of
from referral.pages.packet import PacketView, packet_view
from referral.pages.viewed import Viewed
from referral.policy import allowed
from referral.selectors import person as rows
from referral.service_states import confirmed_there, standing

DECISION_TONES = {
    ConsentDecision.GIVEN: "protected",
    ConsentDecision.REFUSED: "gap",
    ConsentDecision.WITHDRAWN: "waiting",
}
KIND_WORDS = {
    ConsentKind.MOVE: gettext_lazy("Nobody is moved without it. An adult's no is never overridden."),
    ConsentKind.SHARE: gettext_lazy(
        "For one country, one purpose and named categories. Onward sharing needs a new permission."
    ),
    ConsentKind.LEGAL_BASIS: gettext_lazy("Only where the law allows sharing without permission. The person is told."),
}
SERVICE_TONES = {
    ServiceState.PLANNED: "neutral", ServiceState.CONFIRMED: "information", ServiceState.RUNNING: "protected",
    ServiceState.ENDED: "neutral",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NeedRow:
    kind: NeedKind
    urgency: Urgency
    tone: str
    note: str
    opened_at: datetime
    met_at: datetime | None
    met_url: str
    submission: UUID


@dataclass(frozen=True, slots=True)
class ServiceRow:
    kind: NeedKind
    provider: str
    payer: str
    state: ServiceState
    tone: str
    since_at: datetime
    until_at: datetime | None
    funded_until_at: datetime | None
    funding_ends: bool
    """The money ends before the service does, or has ended."""
    end_reason: str
    end_url: str


@dataclass(frozen=True, slots=True)
class AskedNeed:
    """A need that came with the packet; `submission` is the key of its button."""

    kind: NeedKind
    confirmed: bool
    """The viewer's country said, when it accepted, that such help begins on the first day."""
    submission: UUID


@dataclass(frozen=True, slots=True)
class Care:
    """Needs and services, and where to add one."""

    needs: tuple[NeedRow, ...]
    services: tuple[ServiceRow, ...]
    ended: tuple[ServiceRow, ...]
    asked: tuple[AskedNeed, ...]
    """Needs that the packet asked for and that nobody here has written down yet; one press adds each."""
    add_need_url: str
    add_service_url: str


def care(view: Viewed) -> Care:
    """What the person needs and who gives it, as the viewer's country wrote it down."""
    may = view.may(Action.RECORD_CARE)
    services = [_service(view, row, may) for row in rows.services(view.actor, view.case)]
    return Care(
        needs=tuple(_need(view, row, may) for row in rows.needs(view.actor, view.case)),
        services=tuple(row for row in services if row.state != ServiceState.ENDED),
        ended=tuple(row for row in services if row.state == ServiceState.ENDED),
        asked=tuple(_asked(view)) if may else (),
        add_need_url=view.url("need_new") if may else "",
        add_service_url=view.url("service_new") if may else "",
    )


def _asked(view: Viewed) -> Iterable[AskedNeed]:
    kinds, packet = rows.asked_on_arrival(view.actor, view.case), rows.packet_received(view.actor, view.case)
    confirmed = confirmed_there(packet.handover) if packet is not None else frozenset()
    return (AskedNeed(NeedKind(kind), kind in confirmed, uuid4()) for kind in kinds)


def _need(view: Viewed, row: Need, may: bool) -> NeedRow:
    urgent = row.urgency == Urgency.URGENT and row.met_at is None
    return NeedRow(
        kind=NeedKind(row.kind), urgency=Urgency(row.urgency), tone="waiting" if urgent else "neutral", note=row.note,
        opened_at=row.opened_at, met_at=row.met_at, met_url=view.url("need_met", row.pk) if may and row.met_at is None else "",
        submission=uuid4(),
    )  # fmt: skip


def _service(view: Viewed, row: Service, may: bool) -> ServiceRow:
    state = standing(row, view.at)
    return ServiceRow(
        kind=NeedKind(row.kind), provider=row.provider.name, payer=row.payer, state=state, tone=SERVICE_TONES[state],
        since_at=row.since_at, until_at=row.until_at, funded_until_at=row.funded_until_at,
        funding_ends=state is not ServiceState.ENDED and _funding_ends(row, view.at), end_reason=row.end_reason,
        end_url=view.url("service_end", row.pk) if may and state != ServiceState.ENDED else "",
    )  # fmt: skip


def _funding_ends(row: Service, at: datetime) -> bool:
    if row.funded_until_at is None:
        return False
    return row.funded_until_at <= at or (row.until_at is not None and row.funded_until_at < row.until_at)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, never changed. `counts` says whether it is the newest for its country and purpose, and in date."""

    decision: ConsentDecision
    tone: str
    country: str
    purpose: Purpose
    categories: tuple[Compartment, ...]
    options: tuple[Option, ...]
    given_by: GivenBy
    language: str
    interpreter: bool
    given_at: datetime
    expires_at: datetime | None
    expired: bool
    counts: bool
    recorded_by: str
    child_view: str
    basis: Basis | None
    basis_text: str
    take_back_url: str


@dataclass(frozen=True, slots=True)
class KindOfDecision:
    """One of the three things that are kept apart."""

    kind: ConsentKind
    words: str
    decisions: tuple[Decision, ...]
    new_url: str


def decisions(view: Viewed) -> tuple[KindOfDecision, ...]:
    """The three kinds, each with its decisions, newest first."""
    found = rows.consents(view.actor, view.case)
    may = view.may(Action.RECORD_CONSENT)
    return tuple(
        KindOfDecision(
            kind=kind,
            words=str(KIND_WORDS[kind]),
            decisions=tuple(_decisions(view, [row for row in found if row.kind == kind], may)),
            new_url=_record_url(view, kind.value) if may else "",
        )
        for kind in ConsentKind
    )


def _decisions(view: Viewed, found: Sequence[Consent], may: bool) -> Iterable[Decision]:
    seen: set[tuple[str, str]] = set()
    for row in found:
        key = row.recipient_country_id, row.purpose
        newest = key not in seen
        seen.add(key)
        expired = row.expires_at is not None and row.expires_at <= view.at
        counts = newest and not expired
        withdraw = may and counts and row.decision == ConsentDecision.GIVEN and row.kind != ConsentKind.LEGAL_BASIS
        yield Decision(
            decision=ConsentDecision(row.decision),
            tone=DECISION_TONES[ConsentDecision(row.decision)] if counts else "neutral",
            country=country_name(row.recipient_country_id),
            purpose=Purpose(row.purpose),
            categories=tuple(Compartment(code) for code in row.categories) if row.kind != ConsentKind.MOVE else (),
            options=tuple(Option(code) for code in row.options) if row.kind == ConsentKind.MOVE else (),
            given_by=GivenBy(row.given_by),
            language=language_name(row.language),
            interpreter=row.interpreter,
            given_at=row.given_at,
            expires_at=row.expires_at,
            expired=expired,
            counts=counts,
            recorded_by=row.institution.name,
            child_view=row.child_view,
            basis=Basis(row.basis) if row.basis else None,
            basis_text=row.basis_text,
            take_back_url=_take_back(view, row) if withdraw else "",
        )


def _take_back(view: Viewed, row: Consent) -> str:
    return _record_url(
        view, row.kind, country=row.recipient_country_id, purpose=row.purpose, decision=ConsentDecision.WITHDRAWN.value
    )


def _record_url(view: Viewed, kind: str, **about: str) -> str:
    return f"{view.url('record_consent')}?{urlencode({'kind': kind, **about})}"


@dataclass(frozen=True, slots=True)
class Worker:
    """An institution that works on the case, and where its work is ended."""

    name: str
    kind: AssignmentKind
    since_at: datetime
    end_url: str
    submission: UUID


def team(view: Viewed) -> tuple[Worker, ...]:
    """Who works on the case now in the viewer's country. The focal point's own work is not ended here."""
    return tuple(
        Worker(
            name=row.institution.name,
            kind=AssignmentKind(row.kind),
            since_at=row.since_at,
            end_url=view.url("unassign", row.pk) if row.kind in WORKS_AS else "",
            submission=uuid4(),
        )
        for row in rows.working(view.actor, view.case)
    )


@dataclass(frozen=True, slots=True)
class HandoverRow:
    reference: str
    url: str
    sender: str
    receiver: str
    state: HandoverState
    tone: str
    purpose: str
    sent_at: datetime | None
    ended_at: datetime | None


def handovers(view: Viewed) -> tuple[HandoverRow, ...]:
    """Every handover of the person that the viewer may open, newest first."""
    return tuple(_handover(row) for row in rows.handovers(view.actor, view.case))


def _handover(row: Handover) -> HandoverRow:
    return HandoverRow(
        reference=row.reference,
        url=place_of(row),
        sender=country_name(row.sender.country_id or ""),
        receiver=country_name(row.receiver_country_id),
        state=HandoverState(row.state),
        tone=TONES.get(row.state, "neutral"),
        purpose=str(Purpose(row.purpose).label) if row.purpose else "",
        sent_at=row.offered_at,
        ended_at=row.received_at or row.closed_at,
    )


@dataclass(frozen=True, slots=True)
class Received:
    """What came with the person: the frozen packet, cut to what the viewer's role reads."""

    country: str
    """Who sent it; empty where the way is kept from the viewer."""
    at: datetime | None
    packet: PacketView
    url: str


def received(view: Viewed) -> Received | None:
    """The packet with which the viewer's country received the person last."""
    row = rows.packet_received(view.actor, view.case)
    if row is None:
        return None
    seen = {code: fields for code, fields in row.contents.items() if view.reads(Compartment(code))}
    row.handover.case = view.case
    return Received(
        country="" if view.route_hidden else country_name(row.handover.sender.country_id or ""),
        at=row.handover.received_at,
        packet=packet_view(seen, view.zone),
        url=place_of(row.handover) if allowed(view.actor, Action.VIEW_HANDOVER, row.handover) else "",
    )


@dataclass(frozen=True, slots=True)
class Sharing:
    """What went to one institution at one moment."""

    recipient: str
    country: str
    at: datetime
    permission: str
    parts: tuple[tuple[Compartment, tuple[str, ...]], ...]
    reference: str


def shared(view: Viewed) -> tuple[Sharing, ...]:
    """Every disclosure, grouped by recipient and moment, newest first."""
    groups: dict[tuple[str, datetime, str], list[Disclosure]] = {}
    for row in rows.disclosures(view.actor, view.case):
        if view.route_hidden and _country_of(row) != view.actor.country_code:
            continue
        groups.setdefault((_recipient(row), row.at, _permission(view, row)), []).append(row)
    return tuple(_sharing(found, permission) for (_who, _at, permission), found in groups.items())


def _recipient(row: Disclosure) -> str:
    """Who received it. A country without a seat has no institution here."""
    return row.recipient.name if row.recipient else _("Outside the system")


def _country_of(row: Disclosure) -> str:
    return row.recipient_country_id or (row.recipient.country_id if row.recipient else None) or ""


def _sharing(found: Sequence[Disclosure], permission: str) -> Sharing:
    first = found[0]
    parts = sorted((Compartment(row.compartment), tuple(_field(name) for name in row.fields)) for row in found)
    return Sharing(
        recipient=_recipient(first),
        country=country_name(_country_of(first)),
        at=first.at,
        permission=permission,
        parts=tuple(parts),
        reference=first.handover.reference if first.handover else "",
    )


def _permission(view: Viewed, row: Disclosure) -> str:
    """On what the sharing rests, in words."""
    if row.referral_id is not None:
        return _("The person agreed to this request")
    if row.consent is not None and row.consent.kind != ConsentKind.LEGAL_BASIS:
        return _("Permission of %(date)s") % {"date": view.moment(row.consent.given_at)}
    basis = row.basis or (row.consent.basis if row.consent else "")
    return str(Basis(basis).label) if basis else ""


def _field(name: str) -> str:
    known = FIELD.get(name)
    if known is not None:
        return str(known.label)
    return pgettext("shared field", "Answer to a question") if name == "answer" else name
