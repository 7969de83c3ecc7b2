"""Whether anything of a person may reach a country: asked before an enquiry, a forward, a diversion, a pull."""

from __future__ import annotations

from referral.errors import NothingReachesOrigin, RecipientBlocked
from referral.gates import Contact, contact_refused
from referral.models import Case, Institution
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


def may_not_learn(case: Case, institution: Institution) -> bool:
    """Whether nothing of the person may reach this institution, by whatever way it asks.

    Its country is one that the person fears or has blocked, or the origin while asylum is open; or the person has blocked
    the institution itself. Whoever answers for the person is never kept out: it holds the case.
    """
    if case.holder_id == institution.pk:
        return False
    if case.person.blocked.filter(institution=institution).exists():
        return True
    return contact_refused(contact_limits(case), institution.country_id or "") is not None
