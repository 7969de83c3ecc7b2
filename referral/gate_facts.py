"""What the gates read of a case: plain values of one draft or handover at one exercise instant. No query, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from referral.enums import (
    ConsentDecision,
    ConsentKind,
    Gate,
    GivenBy,
    LegalTrackKind,
    NeedKind,
    Purpose,
    ReflectionAnswer,
    TransferBasis,
    YesNoUnknown,
)


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """One recorded decision, as the gates read it."""

    kind: ConsentKind
    decision: ConsentDecision
    purpose: Purpose
    recipient: str
    categories: frozenset[str]
    options: frozenset[str]
    given_by: GivenBy
    given_at: datetime
    expires_at: datetime | None
    understood: bool
    """In a language the person speaks, or with an interpreter."""
    child_view: bool = False


@dataclass(frozen=True, slots=True)
class RiskFacts:
    valid_until: datetime
    receiving_country: str | None
    measures: bool
    """It says what is done about the risk."""


@dataclass(frozen=True, slots=True)
class ChildFacts:
    guardian: bool = False
    conflict_checked: bool = False
    assessed: bool = False
    view_recorded: bool = False
    determined: bool = False


@dataclass(frozen=True, slots=True)
class RunningService:
    kind: NeedKind
    end_reason: str
    matched: bool
    """The receiving country said that such help begins there on the first day."""


@dataclass(frozen=True, slots=True)
class GateView:
    """Everything that the gates read, of one draft or handover at one exercise instant."""

    at: datetime
    child: bool
    urgent: bool
    danger: bool
    purpose: Purpose | None
    recipient: str
    origins: frozenset[str]
    """Citizenship and countries of feared harm: where a move is a return."""
    feared: frozenset[str]
    asylum: bool
    origin_asked_by_person: bool
    blocked: frozenset[str]
    compartments: frozenset[str]
    consents: tuple[ConsentFacts, ...] = ()
    risk: RiskFacts | None = None
    child_file: ChildFacts = field(default_factory=ChildFacts)
    capacity_confirmed: bool = False
    enquiry_yes: bool = False
    preview_seen: bool = False
    safety_plan: bool = False
    medicine_lasts: YesNoUnknown = YesNoUnknown.UNKNOWN
    needs_medicine: bool = False
    services: tuple[RunningService, ...] = ()
    asked_on_arrival: frozenset[str] = frozenset()
    of_age_at: datetime | None = None
    """When the person came of age while in the registry: from then on only the own consent counts."""
    reflection_running: bool = False
    reflection: ReflectionAnswer | None = None
    transfer_basis: TransferBasis | None = None
    """What the law or an agreement in force offers for this border; vital interests are asked for beside it."""
    vital_interests: bool = False
    tracks: frozenset[LegalTrackKind] = frozenset()
    """Legal tracks that the sending country keeps: intended, open, on appeal or granted."""
    needs: frozenset[str] = frozenset()
    """Kinds of need that the sending country wrote down, met or not."""
    relatives: bool = False
    """The sending country knows of a relative in the registry."""
    overridden: frozenset[Gate] = frozenset()
    """Gates that two people have overridden, with a typed reason."""


def newest(view: GateView, kind: ConsentKind) -> ConsentFacts | None:
    """The decision of this kind for this recipient and purpose that counts now: the newest.

    Of two recorded at one instant the later in the view counts; the view lists them in order of their recording.
    """
    fitting = [
        c for c in view.consents if c.kind is kind and c.recipient == view.recipient and c.purpose == view.purpose
    ]
    return max(reversed(fitting), key=lambda c: c.given_at, default=None)


def in_force(consent: ConsentFacts | None, at: datetime) -> bool:
    """Whether this decision is a yes that has not run out."""
    return (
        consent is not None
        and consent.decision is ConsentDecision.GIVEN
        and (consent.expires_at is None or at < consent.expires_at)
    )
