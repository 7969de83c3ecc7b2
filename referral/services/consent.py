"""Recording what the person decided. A decision is never changed: a new one is recorded, and the newest counts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referral.actor import Actor
from referral.enums import OPEN_STATES, Action, Compartment, ConsentDecision, ConsentKind, GivenBy, HoldReason
from referral.errors import AdultDecides, GuardianDecides
from referral.models import Case, Consent, Handover
from referral.selectors.facts import decides_alone
from referral.services import lifecycle
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.command import Work

TEXT_VERSION = "2026-1"

TEXTS: Mapping[ConsentKind, Promise] = {
    ConsentKind.MOVE: _(
        "You decide whether you move. You have heard what is possible here and in the other country. You can stay. "
        "You can change your mind at any time before you leave, and nobody will be angry. Help here does not stop if you say no."
    ),
    ConsentKind.SHARE: _(
        "You decide what we tell the other country. We will show you every word before it goes. They may use it only to help "
        "you. You can take your permission back; what has already been read cannot be unread."
    ),
    ConsentKind.LEGAL_BASIS: _(
        "In a few situations the law lets us share without your permission, to protect life. If we ever do that, we tell you "
        "what, to whom and why."
    ),
}
"""What is read out to the person, by kind. A changed text gets a new version."""


def text_hash(kind: ConsentKind) -> str:
    """The hash of the source text that was read out, so that a later change of words shows."""
    source = TEXTS[kind]._args[0]  # type: ignore[attr-defined]
    return hashlib.sha256(f"{TEXT_VERSION}\n{source}".encode()).hexdigest()


def _hold(work: Work, country: str) -> None:
    """A no to moving stops what is under way to that country at once; it is confirmed in private."""
    if Handover.objects.filter(case=work.case, state__in=OPEN_STATES, receiver_country=country).exists():
        lifecycle.hold_by_system(work, HoldReason.UNCONFIRMED)


def _check_who_decides(case: Case, kind: ConsentKind, facts: Facts) -> None:
    """An adult decides alone. For a child the guardian says yes; a child's own no always stands."""
    if kind is ConsentKind.LEGAL_BASIS:
        return
    alone, person = decides_alone(case), facts["given_by"] == GivenBy.PERSON
    if alone and not person:
        raise AdultDecides
    if not alone and person and facts["decision"] == ConsentDecision.GIVEN:
        raise GuardianDecides


def _understood(case: Case, kind: ConsentKind, facts: Facts) -> bool:
    """Frozen at this instant: a language that is written down later makes no talk of today understood."""
    return (
        kind is ConsentKind.LEGAL_BASIS or bool(facts.get("interpreter")) or facts["language"] in case.person.languages
    )


def record(actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """Record one decision: yes, no, or taken back; with language, interpreter, options and the text that was read out.

    Raises GuardianDecides for a child's yes that no guardian gave, AdultDecides for anybody else's word about an adult.
    """

    def write(work: Work) -> Entry:
        kind = ConsentKind(facts["kind"])
        _check_who_decides(work.case, kind, facts)
        Consent.objects.create(
            case=work.case,
            kind=kind,
            decision=facts["decision"],
            purpose=facts["purpose"],
            categories=sorted(facts.get("categories") or []),
            recipient_country_id=facts["recipient_country"],
            options=sorted(facts.get("options") or []),
            given_by=facts["given_by"],
            language=facts["language"],
            interpreter=bool(facts.get("interpreter")),
            understood=_understood(work.case, kind, facts),
            text_version=TEXT_VERSION,
            text_hash=text_hash(kind),
            child_view=facts.get("child_view") or "",
            basis=facts.get("basis") or "",
            basis_text=facts.get("basis_text") or "",
            given_at=work.moment.at,
            expires_at=facts.get("expires_at"),
            institution_id=actor.institution_id,
        )
        if kind is ConsentKind.MOVE and facts["decision"] != ConsentDecision.GIVEN:
            _hold(work, facts["recipient_country"])
        return Entry(code=f"{kind}:{facts['decision']}")

    return on_case(actor, case_id, Action.RECORD_CONSENT, write, submission=submission, compartment=Compartment.D2)
