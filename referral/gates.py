"""The gates of a handover: pure functions over a view of the case. No query, no request, no clock.

Source: `domain.md` section 3, "Gates". What they ask besides for a purpose stands in `referral.purposes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referral.enums import Action, ConsentKind, Gate, GivenBy, Option, ReflectionAnswer, YesNoUnknown
from referral.gate_facts import GateView, in_force, newest
from referral.purposes import Asked, unmet

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a gate holds; if not, what to do about it."""

    gate: Gate
    passed: bool
    sentence: Sentence
    asked: Asked | None = None
    """What the purpose asks for beyond the gate itself, where that is what fails."""


def agreement(view: GateView, action: Action) -> Sentence | None:
    """Gate 1. An adult's no is never overridable; for a child: guardian, assessment, own view, determination."""
    consent = newest(view, ConsentKind.MOVE)
    if consent is None:
        return _("Record what the person decided about moving to this country.")
    if not in_force(consent, view.at):
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
    if not in_force(permitted, view.at) and not in_force(basis, view.at):
        return _("Record the person's permission to share with this country, for this purpose.")
    covered = (permitted.categories if permitted and in_force(permitted, view.at) else frozenset()) | (
        basis.categories if basis and in_force(basis, view.at) else frozenset()
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


def care(view: GateView, action: Action) -> Sentence | None:
    """Gate 9. A plan for the time between; each running service continues, is matched, or ends with a reason.

    Until the other side has accepted nobody can confirm anything, so asking is enough. Whoever departs goes to what was
    confirmed from the first day (docs/decisions/0074).
    """
    if not view.safety_plan:
        return _("Write the safety plan for the time between.")
    if view.needs_medicine and view.medicine_lasts is not YesNoUnknown.YES:
        return _("Make sure that the medicine lasts until the person is received.")
    leaves = action is Action.DEPART
    asked = frozenset[str]() if leaves else view.asked_on_arrival
    if all(s.end_reason or s.matched or s.kind in asked for s in view.services):
        return None
    if leaves:
        return _(
            "The other side has not confirmed every running service from the first day. Say why each other one ends."
        )
    return _("Say for each running service whether the other side continues it, or why it ends.")


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
    """The result of each gate, in order: what it asks of every handover, then what it asks for this purpose."""
    return tuple(_result(view, gate, action) for gate in gates)


def _result(view: GateView, gate: Gate, action: Action) -> GateResult:
    problem = CHECKS[gate](view, action)
    if problem is not None:
        return GateResult(gate, False, problem)
    ask = unmet(view, gate, action)
    return GateResult(gate, True, _("Ready.")) if ask is None else GateResult(gate, False, ask.sentence, ask.asked)
