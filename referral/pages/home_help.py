"""Pages about one person beside the tabs: requests to services, identification, health, what the person says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from common.components import Link
from referral.enums import Action, Compartment, IdentificationDecision, IdentificationStep, Role, VoiceKind
from referral.languages import language_name
from referral.models import Proposal, Voice
from referral.pages.viewed import Viewed
from referral.selectors import home_help as rows

SAID: Mapping[str, Promise] = {
    VoiceKind.WITHDRAW: pgettext_lazy("what the person says", "A permission is taken back"),
    VoiceKind.CORRECT: pgettext_lazy("what the person says", "Something written is wrong"),
    VoiceKind.COMPLAIN: pgettext_lazy("what the person says", "Complaint"),
    VoiceKind.RATE: pgettext_lazy("what the person says", "How the help was"),
}
"""What was said, as a heading."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of the authority."""

    step: IdentificationStep
    decision: IdentificationDecision
    tone: str
    reasons: str
    reconsideration: bool
    institution: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposed:
    """A no that waits for a second person."""

    step: IdentificationStep
    reasons: str
    at: datetime
    own: bool
    """Whether the reader proposed it, and so cannot confirm it."""


@dataclass(frozen=True, slots=True)
class Identified:
    """The page of the identification."""

    decisions: tuple[Decided, ...]
    proposed: Proposed | None
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What the person said."""

    heading: str
    text: str
    language: str
    language_code: str
    rating: int | None
    institution: str
    at: datetime


def identified(view: Viewed) -> Identified:
    """Every decision, and the no that waits."""
    waits = rows.proposed_no(view.actor, view.case)
    return Identified(
        decisions=tuple(
            Decided(
                IdentificationStep(row.step),
                IdentificationDecision(row.decision),
                "protected" if row.decision == IdentificationDecision.POSITIVE else "neutral",
                row.reasons,
                row.reconsideration_explained,
                row.institution.name,
                row.decided_at,
            )
            for row in rows.identifications(view.actor, view.case)
        ),
        proposed=_proposed(view, waits) if waits else None,
        may_decide=view.may(Action.IDENTIFY) and waits is None,
    )


def _proposed(view: Viewed, row: Proposal) -> Proposed:
    own = row.proposed_by_id == view.actor.user_id
    return Proposed(IdentificationStep(row.facts["step"]), row.facts["reasons"], row.proposed_at, own)


def said(view: Viewed) -> tuple[Said, ...]:
    """What the person said, newest first."""
    return tuple(_said(row) for row in rows.voices(view.actor, view.case))


def _said(row: Voice) -> Said:
    language = language_name(row.language) if row.language else ""
    return Said(
        str(SAID[row.kind]), row.text, language, row.language, row.rating, row.institution.name, row.recorded_at
    )


def more_pages(view: Viewed) -> tuple[Link, ...]:
    """Links to what else the viewer reads or does about this person."""
    health = view.may(Action.RECORD_HEALTH) or (view.actor.role is Role.CASE_MANAGER and view.reads(Compartment.D4))
    listed = (
        ("referrals", _("Help asked for"), view.may(Action.REFER)),
        ("identification", _("Identification"), view.reads(Compartment.D3)),
        ("health", _("Health"), health),
        ("voices", pgettext("page", "What the person says"), rows.hears(view.actor, view.case)),
    )
    return tuple(Link(str(label), view.url(name)) for name, label, shown in listed if view.full and shown)
