"""Enquiries in words: two lists, and one page that both countries open. Nothing on it tells the other side who it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.countries import country_name
from common.addresses import address
from common.components import InboxItem, SummaryRow, Tab
from common.phrases import due, long_moment
from referral.actor import Actor
from referral.age_band import AgeBand
from referral.asking_states import EnquiryAct, enquiry_acts
from referral.enums import DeadlineKind, EnquiryState, NeedKind, Sex, Urgency
from referral.models import Deadline, Enquiry
from referral.pages.handover_words import VERBS
from referral.pages.links import person_url

TONES = {EnquiryState.OPEN: "waiting", EnquiryState.YES: "protected", EnquiryState.LAPSED: "gap"}

PEOPLE = {Sex.FEMALE: gettext_lazy("Female"), Sex.MALE: gettext_lazy("Male")}


@dataclass(frozen=True, slots=True)
class EnquiryLine:
    """One enquiry in a list. `code_word` only for whoever asked."""

    url: str
    reference: str
    other: str
    code_word: str
    what: str
    state: EnquiryState
    tone: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class EnquiryPage:
    """One enquiry as this side reads it."""

    reference: str
    sender: str
    receiver: str
    own: bool
    outside: bool
    code_word: str
    person_url: str
    state: EnquiryState
    tone: str
    facts: tuple[SummaryRow, ...]
    answer: tuple[SummaryRow, ...]
    due: str
    late: bool
    may_answer: bool
    record_url: str
    withdraw_url: str


def enquiry_url(reference: str) -> str:
    """The page of one enquiry."""
    return address("referral:enquiry", reference)


def between_tabs(current: str) -> list[Tab]:
    """Enquiries and requests stand beside each other: both are asked across a border."""
    listed = (
        ("received", _("Asked for a place"), address("referral:enquiries")),
        ("sent", _("Your enquiries"), address("referral:enquiries") + "?list=sent"),
        ("held", _("About people here"), address("referral:requests")),
        ("asked", _("Your requests"), address("referral:requests") + "?list=asked"),
    )
    return [Tab(label, url, name == current) for name, label, url in listed]


def lines(rows: Iterable[Enquiry], actor: Actor) -> list[EnquiryLine]:
    """Enquiries as a list shows them."""
    return [_line(row, own=row.sender_id == actor.institution_id) for row in rows]


def _line(row: Enquiry, *, own: bool) -> EnquiryLine:
    state = EnquiryState(row.state)
    return EnquiryLine(
        url=enquiry_url(row.reference),
        reference=row.reference,
        other=country_name(row.receiver_country_id if own else row.sender.country_id or ""),
        code_word=row.case.person.code_word if own else "",
        what=" · ".join([_who(row), *_services(row)]),
        state=state,
        tone=TONES.get(state, "neutral"),
        asked_at=row.asked_at,
    )


def enquiry_item(row: Enquiry, actor: Actor, *, due_at: datetime | None, overdue: bool) -> InboxItem:
    """An enquiry in the inbox. The country that was asked reads its reference where a code word would stand."""
    own = row.sender_id == actor.institution_id
    return InboxItem(
        url=enquiry_url(row.reference),
        verb=pgettext("inbox verb", "Call about a place") if own else str(VERBS[DeadlineKind.ANSWER_ENQUIRY]),
        code_word=row.case.person.code_word if own else row.reference,
        code="",
        tone="gap" if overdue else "waiting",
        status=EnquiryState(row.state),
        sender=country_name(row.sender.country_id or ""),
        receiver=country_name(row.receiver_country_id),
        needs=", ".join(_services(row)),
        note=_who(row),
        due_at=due_at,
        sent_at=row.asked_at,
        reference=row.reference if own else "",
    )


def _who(row: Enquiry) -> str:
    sex = str(PEOPLE.get(Sex(row.sex), ""))
    band = str(AgeBand(row.age_band).label) if row.age_band in AgeBand.values else ""
    return ", ".join(word for word in (sex, band) if word)


def _services(row: Enquiry) -> list[str]:
    return [str(NeedKind(code).label) for code in row.services]


def enquiry_page(
    row: Enquiry, actor: Actor, at: datetime, zone: str, owed: Deadline | None, *, late: bool, may_answer: bool
) -> EnquiryPage:
    """The page for this side. `may_answer` is what the policy says; the state says the rest."""
    own, acts, state = row.sender_id == actor.institution_id, enquiry_acts(row.state), EnquiryState(row.state)
    person = row.case.person
    open_to_answer = EnquiryAct.YES in acts
    return EnquiryPage(
        reference=row.reference,
        sender=country_name(row.sender.country_id or ""),
        receiver=country_name(row.receiver_country_id),
        own=own,
        outside=row.outside,
        code_word=person.code_word if own else "",
        person_url=person_url(person.public_code) if own else "",
        state=state,
        tone=TONES.get(state, "neutral"),
        facts=_facts(row, zone),
        answer=_answer(row, zone) if row.answered_at else (),
        due=due(owed.due_at if late else max(owed.due_at, at), at) if owed is not None else "",
        late=late,
        may_answer=may_answer and not own and open_to_answer,
        record_url=address("referral:record_enquiry", row.reference)
        if may_answer and own and row.outside and open_to_answer
        else "",
        withdraw_url=address("referral:withdraw_enquiry", row.reference)
        if may_answer and own and EnquiryAct.WITHDRAW in acts
        else "",
    )


def _facts(row: Enquiry, zone: str) -> tuple[SummaryRow, ...]:
    services = ", ".join(_services(row)) or pgettext("services", "Nothing special")
    return (
        SummaryRow(_("Sex and age"), _who(row)),
        SummaryRow(_("Urgency"), tag=Urgency(row.urgency)),
        SummaryRow(_("What would be needed"), services),
        SummaryRow(_("Asked"), long_moment(row.asked_at, zone)),
    )


def _answer(row: Enquiry, zone: str) -> tuple[SummaryRow, ...]:
    assert row.answered_at is not None
    shown = [SummaryRow(_("Answered"), long_moment(row.answered_at, zone))]
    if row.valid_until_at:
        shown.append(SummaryRow(_("The yes holds until"), long_moment(row.valid_until_at, zone)))
    if row.officer:
        shown.append(SummaryRow(_("Who answered"), row.officer, hint=row.outside_reference))
    if row.note:
        shown.append(SummaryRow(_("Note"), row.note))
    return tuple(shown)
