"""Requests to services at home: the list of a person, and the page that both sides read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.addresses import address
from common.components import SummaryRow
from referral.actor import Actor
from referral.enums import Compartment, DeclineReason, NeedKind, ReferralState, Urgency
from referral.forms import home as forms
from referral.forms.acts import ActForm, PressForm
from referral.home_referrals import Answer, possible
from referral.models import HomeReferral
from referral.pages.handover_words import Sentence
from referral.pages.links import person_url, referral_url
from referral.pages.packet import PacketView, packet_view

S = ReferralState

TONES: Mapping[str, str] = {
    S.SENT: "waiting", S.ACKNOWLEDGED: "waiting", S.ACCEPTED: "protected", S.REPORTED: "protected",
}  # fmt: skip

NEXT: Mapping[str, tuple[Sentence, Sentence]] = {
    S.SENT: (
        gettext_lazy("The service has not opened it yet. It is reminded by itself; you may call as well."),
        gettext_lazy("Somebody waits for help. Say that you have it, then say whether you can help."),
    ),
    S.ACKNOWLEDGED: (
        gettext_lazy("The service has it and says whether it can help."),
        gettext_lazy("Say whether you can help. A no is an answer too: somebody else is asked then."),
    ),
    S.ACCEPTED: (
        gettext_lazy("The service helps, and sees the case as far as its role reads. It says within a week how the help goes."),
        gettext_lazy("You work on the case from now on. Say within a week how the help goes."),
    ),
    S.REPORTED: (
        gettext_lazy("The service has said how the help goes. Nothing more is needed from you now."),
        gettext_lazy("You have said how the help goes. Nothing more is needed from you now."),
    ),
    S.DECLINED: (
        gettext_lazy("Ask another service, or look for the help together with the person."),
        gettext_lazy("Whoever asked knows. Nothing more is needed from you now."),
    ),
    S.WITHDRAWN: (
        gettext_lazy("The service was told. Nothing more is needed from you now."),
        gettext_lazy("The request was taken back. Nothing more is needed from you now."),
    ),
}  # fmt: skip
"""What happens next: for whoever asked, for the service."""


@dataclass(frozen=True, slots=True)
class StepPage:
    """The page of one step: its form and its words."""

    form: type[ActForm]
    heading: Sentence
    lead: Sentence
    button: Sentence
    done: Sentence
    primary: bool = False


STEP_PAGES: Mapping[Answer, StepPage] = {
    Answer.ACKNOWLEDGE: StepPage(
        PressForm, "", "", pgettext_lazy("button", "We have it"), gettext_lazy("Whoever asked knows that you have it."), primary=True
    ),
    Answer.ACCEPT: StepPage(
        forms.AcceptReferralForm, gettext_lazy("We can help"),
        gettext_lazy("The help appears among the person's services, and you see the case as far as your role reads."),
        pgettext_lazy("button", "Say that we help"), gettext_lazy("Whoever asked knows that you help."), primary=True,
    ),
    Answer.DECLINE: StepPage(
        forms.DeclineReferralForm, gettext_lazy("We cannot help now"),
        gettext_lazy("Whoever asked can look further at once. Nobody is blamed for a no."),
        pgettext_lazy("button", "Say that we cannot help now"), gettext_lazy("Whoever asked knows and can look further."),
    ),
    Answer.REPORT: StepPage(
        forms.ReportReferralForm, gettext_lazy("How the help goes"),
        gettext_lazy("For whoever asked, in a few plain words. Nothing about health, and no address."),
        pgettext_lazy("button", "Send this"), gettext_lazy("Thank you. Whoever asked can read how the help goes."), primary=True,
    ),
    Answer.WITHDRAW: StepPage(
        PressForm, gettext_lazy("Take the request back"),
        gettext_lazy("The service is told that its help is no longer needed. What it has read cannot be unread."),
        pgettext_lazy("button", "Take it back"), gettext_lazy("The request was taken back."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step that this side can take now; `press` when the button alone does it."""

    label: str
    url: str
    press: bool
    primary: bool


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral in a list."""

    url: str
    reference: str
    kind: NeedKind
    provider: str
    state: ReferralState
    tone: str
    sent_at: datetime
    due_at: datetime | None
    feedback: str


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """One referral as one side reads it."""

    reference: str
    url: str
    code_word: str
    code: str
    person_url: str
    """The person's page, where the reader may open it."""
    provider_side: bool
    kind: NeedKind
    state: ReferralState
    tone: str
    next: str
    due_at: datetime | None
    message: str
    sender: str
    packet: PacketView
    identity_url: str
    """Where the identity in it is shown; empty where there is none, or it is shown."""
    feedback: str
    facts: tuple[SummaryRow, ...]
    steps: tuple[StepLink, ...]


def referral_row(row: Any) -> ReferralRow:
    """`row` is a referral as `selectors.referrals.with_due` brings it."""
    return ReferralRow(
        url=referral_url(row.reference),
        reference=row.reference,
        kind=NeedKind(row.kind),
        provider=row.provider.name,
        state=ReferralState(row.state),
        tone=TONES.get(row.state, "neutral"),
        sent_at=row.sent_at,
        due_at=row.due_at,
        feedback=row.feedback,
    )


def referral_page(
    actor: Actor,
    row: Any,
    moment: Any,
    *,
    sees_person: bool,
    zone: str,
    opened: Mapping[str, Any] | None = None,
) -> ReferralPage:
    """`moment` writes an exercise instant in the reader's zone; `sees_person` when the reader may open the case.

    `opened` has the identity that is shown; without it, it is covered.
    """
    told = packet_view(row.contents, zone, opened)
    provider = row.provider_id == actor.institution_id
    person = row.case.person
    return ReferralPage(
        reference=row.reference,
        url=referral_url(row.reference),
        code_word=person.code_word,
        code=person.public_code,
        person_url=person_url(person.public_code) if sees_person else "",
        provider_side=provider,
        kind=NeedKind(row.kind),
        state=ReferralState(row.state),
        tone=TONES.get(row.state, "neutral"),
        next=str(NEXT[row.state][provider]),
        due_at=row.due_at,
        message=row.message,
        sender=row.sender.name,
        packet=told,
        identity_url=address("referral:told_identity", row.reference) if told.covered else "",
        feedback=row.feedback,
        facts=tuple(_facts(row, moment)),
        steps=tuple(_step(row, answer) for answer in possible(row.state, provider=provider)),
    )


def _facts(row: HomeReferral, moment: Any) -> list[SummaryRow]:
    listed = [
        (_("Asked for"), NeedKind(row.kind).label),
        (_("How soon"), Urgency(row.urgency).label),
        (_("Asked by"), row.sender.name),
        (_("Service"), row.provider.name),
        (_("Sent"), moment(row.sent_at)),
        (_("Acknowledged"), moment(row.acknowledged_at)),
        (_("Help begins"), moment(row.begins_at)),
        (_("Reason"), DeclineReason(row.decline_reason).label if row.decline_reason else ""),
    ]
    told = " · ".join(str(Compartment(code).label) for code in row.compartments)
    return [SummaryRow(str(key), value) for key, value in [*listed, (_("What was told"), told)] if value]


def _step(row: HomeReferral, answer: Answer) -> StepLink:
    page = STEP_PAGES[answer]
    press = answer is Answer.ACKNOWLEDGE
    label = page.button if press else page.heading
    return StepLink(str(label), address(f"referral:referral_{answer}", row.reference), press, page.primary)
