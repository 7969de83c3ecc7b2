"""Whom the person keeps out: countries and institutions that must never learn of the situation."""

from __future__ import annotations

from uuid import UUID

from referral.actor import Actor
from referral.enums import Action, Compartment
from referral.errors import AnswersForThePerson, FactMissing, RecipientBlockedAlready
from referral.models import BlockedRecipient
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.command import Work

BLOCK, LIFT = "block_recipient", "lift_block"
"""Events at home that are no action of their own in the policy."""


def block_recipient(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Nothing of the person reaches this `country` or `institution` from now on, for a `reason`.

    Enquiry, offer, forward, diversion, pull, search, break-glass and requests at home ask for it under their own lock.
    What is open there already is not taken back: whoever answers ends it, and the gates stop the handover meanwhile.
    Source: `domain.md` section 3. Raises FactMissing, RecipientBlockedAlready, and AnswersForThePerson for whoever holds the
    case and its country, which know the person already.
    """

    def write(work: Work) -> Entry:
        country, institution = facts.get("country") or None, facts.get("institution")
        if (country is None) == (institution is None) or not facts.get("reason", "").strip():
            raise FactMissing
        holder = work.case.holder
        if holder is not None and (holder.country_id == country if country else holder == institution):
            raise AnswersForThePerson
        whom = {"person": work.case.person, "country_id": country, "institution": institution}
        if BlockedRecipient.objects.filter(**whom).exists():
            raise RecipientBlockedAlready
        return _entry(BlockedRecipient.objects.create(**whom, reason=facts["reason"]), facts["reason"])

    return on_case(
        actor,
        case_id,
        Action.RECORD_FACTS,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D7,
        kind=BLOCK,
    )


def lift_block(
    actor: Actor, case_id: int, blocked_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """The person lets this recipient learn of the situation again, for a `reason`; gates and permissions stay as they are.

    The row goes, the record keeps both. Raises FactMissing, and BlockedRecipient.DoesNotExist for one of another person.
    """

    def write(work: Work) -> Entry:
        row = BlockedRecipient.objects.select_related("institution").get(pk=blocked_id, person=work.case.person)
        if not facts.get("reason", "").strip():
            raise FactMissing
        row.delete()
        return _entry(row, facts["reason"])

    return on_case(
        actor,
        case_id,
        Action.RECORD_FACTS,
        write,
        submission=submission,
        version=version,
        compartment=Compartment.D7,
        kind=LIFT,
    )


def _entry(row: BlockedRecipient, reason: str) -> Entry:
    """A country by its code, an institution by its kind; which one and why stands in what can be erased."""
    whom = {"country": row.country_id} if row.institution is None else {"institution": row.institution.pk}
    code = row.country_id if row.institution is None else row.institution.kind
    return Entry(code=code or "", content={**whom, "reason": reason})
