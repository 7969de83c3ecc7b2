"""Who must never learn of a person, in words, and what still stands open there."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.countries import country_name
from common.addresses import address
from common.components import Link, SummaryRow
from referral.enums import Action, EnquiryState, ReferralState
from referral.models import BlockedRecipient
from referral.pages.links import place_of, referral_url
from referral.pages.viewed import Viewed
from referral.selectors import enquiries, referrals
from referral.selectors import person as rows
from referral.selectors.facts import blocked_countries

WAITS = (ReferralState.SENT, ReferralState.ACKNOWLEDGED)


def recipient_name(row: BlockedRecipient) -> str:
    """The institution, or the country in the reader's language."""
    return row.institution.name if row.institution is not None else country_name(row.country_id or "")


def recipients(view: Viewed) -> tuple[SummaryRow, ...]:
    """Everybody who is kept out, why, and where what is open there is ended and the block is lifted."""
    return tuple(_recipient(view, row) for row in rows.blocked(view.actor, view.case))


def _recipient(view: Viewed, row: BlockedRecipient) -> SummaryRow:
    name, still = recipient_name(row), tuple(_still_open(view, row))
    return SummaryRow(
        name,
        row.reason or _("No reason is written here."),
        hint=_("This is still open there and is not taken back by itself.") if still else "",
        links=(*still, Link(pgettext("kept out", "Lift"), view.url("blocked_lift", row.pk), name)),
    )


def _still_open(view: Viewed, row: BlockedRecipient) -> Iterator[Link]:
    """Pages on which what reaches this recipient now can be ended, as far as the viewer may."""
    countries = blocked_countries([row])
    handover = rows.open_handover(view.actor, view.case)
    if handover is not None and (
        handover.receiver_country_id in countries or handover.receiver_id == row.institution_id
    ):
        yield Link(_("Open the handover"), place_of(handover), handover.reference)
    if view.may(Action.ENQUIRE):
        for enquiry in enquiries.of_case(view.actor, view.case):
            if enquiry.state == EnquiryState.OPEN and enquiry.receiver_country_id in countries:
                yield Link(_("Open the enquiry"), address("referral:enquiry", enquiry.reference), enquiry.reference)
    if row.institution_id is None:
        return
    if view.may(Action.ASSIGN) and row.institution_id in {
        one.institution_id for one in rows.working(view.actor, view.case)
    }:
        yield Link(_("End its work"), view.url("assign"))
    if view.may(Action.REFER):
        for asked in referrals.of_case(view.actor, view.case):
            if asked.provider_id == row.institution_id and asked.state in WAITS:
                yield Link(_("Take the request back"), referral_url(asked.reference), asked.reference)
