"""What waits for a second person, on the desk of a deputy and in the inbox: each line leads to where it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.countries import country_name
from common.addresses import address
from common.components import InboxItem
from referral.enums import Action, ProposalState
from referral.pages.desk_rows import At, Rows
from referral.pages.handover_words import Sentence
from referral.pages.inbox import Entry, Section
from referral.pages.links import ACT_PAGES
from referral.selectors import proposed
from referral.selectors.proposed import SHOWN, Line

READ_AND_CONFIRM = pgettext_lazy("inbox verb", "Read and confirm")
OF_THE_OWN_SIDE = gettext_lazy("A colleague has proposed it. Read the reasons, then confirm it or not.")
OF_ANOTHER_SIDE = gettext_lazy("Another institution has proposed it. Read the reasons, then say yes or no.")

WHAT: Mapping[str, Sentence] = {
    Action.CLOSE_CASE: pgettext_lazy("proposal", "To close the case"),
    Action.MERGE: pgettext_lazy("proposal", "To join two files of one person"),
    Action.OVERRIDE: pgettext_lazy("proposal", "To go on without a confirmed place"),
    Action.END_SEARCH: pgettext_lazy("proposal", "To end the search"),
    Action.DEATH: pgettext_lazy("proposal", "To record a death"),
}
"""What is proposed. Why stands on the page where it is decided, and on no list."""


def to_confirm(at: At) -> Rows:
    """What colleagues have proposed and the reader may confirm."""
    return Rows(tuple(map(_entry, proposed.waiting(at.actor))))


def for_a_second_person(lines: Sequence[Line]) -> Section:
    """The same in the inbox."""
    return Section(str(ProposalState.OPEN.label), tuple(map(_entry, lines[:SHOWN])))


def _entry(line: Line) -> Entry:
    whom, action = line["whom"], Action(line["action"])
    return Entry(
        InboxItem(
            url=_place(action, whom["code"], line["reference"]),
            verb=str(READ_AND_CONFIRM),
            code_word=whom["code_word"],
            code=whom["code"],
            tone="waiting",
            status=str(WHAT[action]),
            sender=country_name(line["sender"] or "") if line["reference"] else "",
            receiver=country_name(line["receiver"]) if line["reference"] else "",
            reference=line["reference"] or "",
            note=str(OF_ANOTHER_SIDE) if action is Action.MERGE else str(OF_THE_OWN_SIDE),
            child=whom["child"],
        )
    )


def _place(action: Action, code: str, reference: str | None) -> str:
    """The page of the act, the page of a draft on which two people go on without a place, or the file."""
    if action in ACT_PAGES:
        return address(ACT_PAGES[action], reference)
    return address("referral:draft_without_place", code, reference) if reference else address("referral:file", code)
