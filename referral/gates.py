"""The gates of a handover: pure functions over a view of the case. No query, no request, no clock.

Source: `domain.md` section 3, "Gates". Gates 5 (reflection) and 7 (legal basis) join with the rows that carry them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referral.enums import Action, ConsentDecision, ConsentKind, Gate, GivenBy, NeedKind, Option, Purpose, YesNoUnknown

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


def origin(view: GateView, _action: Action) -> Sentence | None:
    """Gate 4, never overridable. Nothing reaches the origin state while asylum is intended, open or on appeal."""
    if view.recipient in view.feared:
        return _("The person fears harm in this country. Nothing is sent there.")
    if view.asylum and view.recipient in view.origins and not view.origin_asked_by_person:
        return _(
            "While asylum is open nothing reaches the country of origin, unless the person asks after legal advice."
        )
    return None


def capacity(view: GateView, _action: Action) -> Sentence | None:
    """Gate 6. Confirmed by name, or an enquiry answered yes."""
    if view.capacity_confirmed or view.enquiry_yes:
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


CHECKS: Mapping[Gate, Callable[[GateView, Action], Sentence | None]] = {
    Gate.AGREEMENT: agreement,
    Gate.RISK: risk,
    Gate.PERMISSION: permission,
    Gate.ORIGIN: origin,
    Gate.CAPACITY: capacity,
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
