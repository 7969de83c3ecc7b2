"""Whether anything of a person may reach a country: asked before an enquiry, a forward, a diversion, a pull."""

from __future__ import annotations

from referral.errors import NothingReachesOrigin, RecipientBlocked
from referral.gates import Contact, contact_refused
from referral.models import Case
from referral.selectors.facts import contact_limits


def refuse_contact(case: Case, country: str) -> None:
    """Return when this country may learn of the person.

    Raises NothingReachesOrigin for a country that the person fears, or for the origin while asylum is open (gate 4), and
    RecipientBlocked for one that the person has blocked.
    """
    refused = contact_refused(contact_limits(case), country)
    if refused is Contact.BLOCKED:
        raise RecipientBlocked
    if refused is not None:
        raise NothingReachesOrigin
