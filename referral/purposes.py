"""What the gates ask besides, by the purpose of a handover: one table of pure conditions.

Source: `domain.md` section 3, "Purposes (gates vary)"; which conditions, and why no others: decision 0060.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referral.enums import Action, ConsentKind, Gate, LegalTrackKind, NeedKind, Option, Purpose, ReflectionAnswer
from referral.gate_facts import GateView, in_force, newest


class Asked(StrEnum):
    """What a purpose asks for; `pages.links` knows where each is put right."""

    RETURN_TALKED = "return_talked"
    OWN_PERMISSION = "own_permission"
    NO_ASYLUM = "no_asylum"
    REFLECTION_OVER = "reflection_over"
    MEASURES = "measures"
    FAMILY = "family"
    NEED = "need"
    STATUS_TRACK = "status_track"
    WITNESS_TRACK = "witness_track"


@dataclass(frozen=True, slots=True)
class Ask:
    """One condition of a purpose: the gate that asks it, when it holds, and what to do when it does not."""

    asked: Asked
    gate: Gate
    holds: Callable[[GateView], bool]
    sentence: Promise
    sharing: bool = False
    """Asked of a supplement too: when the person has arrived moving is settled, sharing is not."""


def _return_was_talked_through(view: GateView) -> bool:
    consent = newest(view, ConsentKind.MOVE)
    return consent is not None and Option.RETURN in consent.options


def _permitted_by_the_person(view: GateView) -> bool:
    consent = newest(view, ConsentKind.SHARE)
    return consent is not None and in_force(consent, view.at) and view.compartments <= consent.categories | {"D0"}


MEASURES = Ask(
    Asked.MEASURES,
    Gate.RISK,
    lambda view: view.risk is not None and view.risk.measures,
    _("The person moves to be safe. Write in the risk assessment what is done about the risk."),
)

ASKS: Mapping[Purpose, tuple[Ask, ...]] = {
    Purpose.RETURN_CHOSEN: (
        Ask(
            Asked.RETURN_TALKED,
            Gate.AGREEMENT,
            _return_was_talked_through,
            _("The person chose to return: going back has to be among the options that were talked through."),
        ),
        Ask(
            Asked.OWN_PERMISSION,
            Gate.PERMISSION,
            _permitted_by_the_person,
            _(
                "For a return that the person chose, only the person's own permission counts, for everything in the packet."
            ),
            sharing=True,
        ),
        Ask(
            Asked.NO_ASYLUM,
            Gate.ORIGIN,
            lambda view: not view.asylum or view.origin_asked_by_person,
            _("While asylum is open nobody is returned, unless the person asks after legal advice."),
            sharing=True,
        ),
        Ask(
            Asked.REFLECTION_OVER,
            Gate.REFLECTION,
            lambda view: not view.reflection_running or view.reflection is ReflectionAnswer.ASKED,
            _("On a return the remaining days cannot go on. Only the person can ask to move before they are over."),
        ),
    ),
    Purpose.SAFETY: (MEASURES,),
    Purpose.FAMILY_UNITY: (
        Ask(
            Asked.FAMILY,
            Gate.CARE,
            lambda view: view.relatives or NeedKind.FAMILY in view.asked_on_arrival,
            _(
                "The person moves to be with family. Ask for family contact on arrival, or link the relative's own file."
            ),
        ),
    ),
    Purpose.SERVICES: (
        Ask(
            Asked.NEED,
            Gate.CARE,
            lambda view: bool(view.needs & view.asked_on_arrival),
            _("Write down the need for which the person moves, and ask for it on arrival."),
        ),
    ),
    Purpose.LEGAL_TRANSFER: (
        Ask(
            Asked.STATUS_TRACK,
            Gate.LEGAL_BASIS,
            lambda view: not view.tracks.isdisjoint({LegalTrackKind.ASYLUM, LegalTrackKind.PERMIT}),
            _("An asylum or legal transfer rests on a decision. Record the asylum or permit track first."),
        ),
    ),
    Purpose.WITNESS: (
        MEASURES,
        Ask(
            Asked.WITNESS_TRACK,
            Gate.LEGAL_BASIS,
            lambda view: LegalTrackKind.WITNESS in view.tracks,
            _("Relocation as a witness rests on witness protection. The justice liaison records that track first."),
        ),
    ),
}
"""Purpose -> what its gates ask besides what they ask of every handover."""


def unmet(view: GateView, gate: Gate, action: Action) -> Ask | None:
    """The first thing that this gate asks for the purpose and that is not there. Nothing is asked without a purpose."""
    asks = ASKS[view.purpose] if view.purpose is not None else ()
    asked = (ask for ask in asks if ask.gate is gate and (ask.sharing or action is not Action.SUPPLEMENT))
    return next((ask for ask in asked if not ask.holds(view)), None)
