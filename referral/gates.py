"""The gates of a handover: pure functions over a view of the case. No query, no request, no clock.

Source: `domain.md` section 3, "Gates".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referral.enums import (
    Action,
    ConsentDecision,
    ConsentKind,
    Gate,
    GivenBy,
    NeedKind,
    Option,
    Purpose,
    ReflectionAnswer,
    TransferBasis,
    YesNoUnknown,
)

Sentence = str | Promise


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
    """A confirmed service in the receiving country continues it."""


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
    overridden: frozenset[Gate] = frozenset()
    """Gates that two people have overridden, with a typed reason."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a gate holds; if not, what to do about it."""

    gate: Gate
    passed: bool
    sentence: Sentence


def newest(view: GateView, kind: ConsentKind) -> ConsentFacts | None:
    """The decision of this kind for this recipient and purpose that counts now: the newest.

    Of two recorded at one instant the later in the view counts; the view lists them in order of their recording.
    """
    fitting = [
        c for c in view.consents if c.kind is kind and c.recipient == view.recipient and c.purpose == view.purpose
    ]
    return max(reversed(fitting), key=lambda c: c.given_at, default=None)


def _in_force(consent: ConsentFacts | None, at: datetime) -> bool:
    return (
        consent is not None
        and consent.decision is ConsentDecision.GIVEN
        and (consent.expires_at is None or at < consent.expires_at)
    )


def agreement(view: GateView, action: Action) -> Sentence | None:
    """Gate 1. An adult's no is never overridable; for a child: guardian, assessment, own view, determination."""
    consent = newest(view, ConsentKind.MOVE)
    if consent is None:
        return _("Record what the person decided about moving to this country.")
    if not _in_force(consent, view.at):
        return _("The person does not agree to be moved to this country. Nothing can be sent.")
    if Option.STAY not in consent.options or len(consent.options) < 2:
        return _("Talk through at least two real options with the person; staying here is one of them.")
    if not consent.understood:
        return _("The talk has to be in a language the person speaks, or with an interpreter.")
    if view.of_age_at is not None and (consent.given_by is not GivenBy.PERSON or consent.given_at < view.of_age_at):
        return _("The person has come of age. Ask for the person's own decision.")
    if not view.child:
        return (
            None
            if consent.given_by is GivenBy.PERSON
            else _("An adult decides alone: record the person's own decision.")
        )
    file = view.child_file
    if not (file.guardian and file.conflict_checked):
        return _("A guardian without a conflict of interest has to be named first.")
    if not file.assessed:
        return _("Child protection has to write the best-interests assessment first.")
    if not (file.view_recorded or consent.child_view):
        return _("Record the child's own view.")
    if action is Action.DEPART and not file.determined and not (view.urgent and view.danger):
        return _("The best-interests determination has to be made before the child leaves.")
    return None


def risk(view: GateView, _action: Action) -> Sentence | None:
    """Gate 2. In date, and covering the receiving country."""
    if view.risk is None:
        return _("Assess the risk, with the receiving country in it.")
    if view.risk.valid_until <= view.at:
        return _("The risk assessment is out of date. Assess again.")
    if view.risk.receiving_country != view.recipient:
        return _("The risk assessment does not cover the receiving country.")
    return None


def permission(view: GateView, _action: Action) -> Sentence | None:
    """Gate 3. Permission for this recipient, purpose and every category that the packet holds, or another basis."""
    if view.recipient in view.blocked:
        return _("The person has asked that this country never learns of the situation.")
    permitted = newest(view, ConsentKind.SHARE)
    basis = newest(view, ConsentKind.LEGAL_BASIS)
    if not _in_force(permitted, view.at) and not _in_force(basis, view.at):
        return _("Record the person's permission to share with this country, for this purpose.")
    covered = (permitted.categories if permitted and _in_force(permitted, view.at) else frozenset()) | (
        basis.categories if basis and _in_force(basis, view.at) else frozenset()
    )
    if not view.compartments <= covered | {"D0"}:
        return _("The packet holds more than the person permitted. Take it out, or ask again.")
    return None


class ContactFacts(Protocol):
    """What decides whether a country may learn anything at all of a person."""

    @property
    def feared(self) -> frozenset[str]: ...
    @property
    def origins(self) -> frozenset[str]: ...
    @property
    def blocked(self) -> frozenset[str]: ...
    @property
    def asylum(self) -> bool: ...
    @property
    def origin_asked_by_person(self) -> bool: ...


class Contact(StrEnum):
    """Why nothing may reach a country."""

    FEARED = "feared"
    ASYLUM = "asylum"
    BLOCKED = "blocked"


def contact_refused(facts: ContactFacts, country: str) -> Contact | None:
    """Gate 4 and the person's own blocked list, as one rule for enquiry, offer, forward, divert, pull and search.

    None when this country may learn of the person. What the person blocked is said last, so that gate 4 stands alone.
    """
    if country in facts.feared:
        return Contact.FEARED
    if facts.asylum and country in facts.origins and not facts.origin_asked_by_person:
        return Contact.ASYLUM
    return Contact.BLOCKED if country in facts.blocked else None


ORIGIN_SENTENCES: Mapping[Contact, Sentence] = {
    Contact.FEARED: _("The person fears harm in this country. Nothing is sent there."),
    Contact.ASYLUM: _(
        "While asylum is open nothing reaches the country of origin, unless the person asks after legal advice."
    ),
}
"""Gate 4 in words; a blocked country is gate 3."""


def origin(view: GateView, _action: Action) -> Sentence | None:
    """Gate 4, never overridable. Nothing reaches the origin state while asylum is intended, open or on appeal."""
    refused = contact_refused(view, view.recipient)
    return ORIGIN_SENTENCES.get(refused) if refused is not None else None


def reflection(view: GateView, _action: Action) -> Sentence | None:
    """Gate 5. The time of recovery and reflection goes on elsewhere, or the person asked to move before it is over.

    A return cannot keep it: there is nothing to reflect from in the country that the person left.
    """
    if not view.reflection_running or view.reflection is ReflectionAnswer.ASKED:
        return None
    if view.reflection is None:
        return _(
            "The time of reflection is running. Say whether the remaining days go on, or the person asked to move."
        )
    if view.recipient in view.origins:
        return _("On a return the remaining days cannot go on. Only the person can ask to move before they are over.")
    return None


def legal_basis(view: GateView, _action: Action) -> Sentence | None:
    """Gate 7. A law that both countries share, an agreement in force, or vital interests in danger, with the reason."""
    if view.transfer_basis is not None or (view.vital_interests and view.danger):
        return None
    return _(
        "Nothing lets the information cross this border yet: an agreement in force, or danger to life with a reason."
    )


def capacity(view: GateView, _action: Action) -> Sentence | None:
    """Gate 6. Confirmed by name, or an enquiry answered yes; in danger two people may go on without it."""
    if view.capacity_confirmed or view.enquiry_yes or (view.danger and Gate.CAPACITY in view.overridden):
        return None
    return _("Ask the receiving country whether there is a place, and note who confirmed it.")


def preview(view: GateView, _action: Action) -> Sentence | None:
    """Gate 8. The packet seen field by field."""
    return None if view.preview_seen else _("Look at what the other side will see, and confirm it.")


def care(view: GateView, _action: Action) -> Sentence | None:
    """Gate 9. A plan for the time between; each running service continues, is matched, or ends with a reason."""
    if not view.safety_plan:
        return _("Write the safety plan for the time between.")
    if view.needs_medicine and view.medicine_lasts is not YesNoUnknown.YES:
        return _("Make sure that the medicine lasts until the person is received.")
    loose = [s for s in view.services if not (s.end_reason or s.matched or s.kind in view.asked_on_arrival)]
    if loose:
        return _("Say for each running service whether the other side continues it, or why it ends.")
    return None


OVERRIDABLE: frozenset[Gate] = frozenset({Gate.CAPACITY})
"""Gates that a second person may override in danger. The others are hard."""

CHECKS: Mapping[Gate, Callable[[GateView, Action], Sentence | None]] = {
    Gate.AGREEMENT: agreement,
    Gate.RISK: risk,
    Gate.PERMISSION: permission,
    Gate.ORIGIN: origin,
    Gate.REFLECTION: reflection,
    Gate.CAPACITY: capacity,
    Gate.LEGAL_BASIS: legal_basis,
    Gate.PREVIEW: preview,
    Gate.CARE: care,
}


def check(view: GateView, gates: tuple[Gate, ...], action: Action = Action.OFFER) -> tuple[GateResult, ...]:
    """The result of each gate, in order."""
    found = []
    for gate in gates:
        problem = CHECKS[gate](view, action)
        found.append(GateResult(gate, problem is None, problem or _("Ready.")))
    return tuple(found)
