"""The two sentences of every state: who answers for the person now, and what happens next."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.phrases import long_moment
from referral.enums import CHILD_PROTECTION_DECIDES, OPEN_STATES, Action, HandoverState
from referral.models import Handover
from referral.pages.handover_words import Sentence, say
from referral.transitions import Side

S = HandoverState
SENDER, RECEIVER = Side.SENDER, Side.RECEIVER

UNTIL_ARRIVAL = _("%(sender)s answers for %(word)s until %(receiver)s confirms the arrival.")
OUTSIDE_OPEN = _("%(sender)s answers for %(word)s, also after the arrival: %(receiver)s has no seat here.")
OVER = _("This handover is over. %(sender)s went on answering for %(word)s.")
ENDED: Mapping[str, Sentence] = {
    S.RECEIVED_OUTSIDE: _("%(word)s is in %(receiver)s, which has no seat here. %(sender)s goes on answering."),
    S.FORWARDED: _("This handover is over. %(sender)s went on answering for %(word)s, and asks another country."),
    S.FAILED: _("The search is over. %(sender)s went on answering for %(word)s; the file stays open."),
    S.ENDED: _("This handover is over. %(sender)s answers for the file of %(word)s until it is closed."),
}
"""Where the sentence of every other end would say too little."""

_OVER_NEXT = _("A new handover can be prepared at any time. Talk the options through with the person again.")

NEXT: Mapping[tuple[str, Side], Sentence] = {
    (S.OFFERED, SENDER): _("%(receiver)s acknowledges first, then decides."),
    (S.OFFERED, RECEIVER): _("Acknowledge it, so that %(sender)s knows that you have it. Then read, ask and decide."),
    (S.ACKNOWLEDGED, SENDER): _("%(receiver)s reads, may ask, and decides."),
    (S.ACKNOWLEDGED, RECEIVER): _("Read what was shared, ask what the decision needs, then decide."),
    (S.CLARIFYING, SENDER): _("Answer the question. %(receiver)s can decide at any time."),
    (S.CLARIFYING, RECEIVER): _("%(sender)s answers. You can decide at any time."),
    (S.CONDITIONS_PUT, SENDER): _("Ask the person about each condition, then agree or refuse."),
    (S.CONDITIONS_PUT, RECEIVER): _("%(sender)s asks the person about your conditions, and answers."),
    (S.ACCEPTED, SENDER): _("Plan the journey with the person and send the plan. Record the departure when the person leaves."),
    (S.ACCEPTED, RECEIVER): _("Prepare the reception. %(sender)s sends the travel plan, and records the departure."),
    (S.HELD, SENDER): _("Nobody travels while it is on hold. Deadlines run on."),
    (S.HELD, RECEIVER): _("Nobody travels for now. %(sender)s says how it goes on."),
    (S.DEPARTED, SENDER): _("%(receiver)s confirms the arrival. If nobody arrives, report it here: a search begins."),
    (S.DEPARTED, RECEIVER): _("Meet the person, then confirm the arrival. From that instant you answer for the person."),
    (S.WHEREABOUTS_UNKNOWN, SENDER): _("Search with the institutions on the way. Whoever finds the person records it here."),
    (S.WHEREABOUTS_UNKNOWN, RECEIVER): _("If the person reaches you after all, confirm the arrival here."),
    (S.RECEIVED, SENDER): _("%(receiver)s tells you within 7 days how the person is (exercise default)."),
    (S.RECEIVED, RECEIVER): _("Tell %(sender)s within 7 days how the person is (exercise default)."),
    (S.RECEIVED_OUTSIDE, SENDER): _("Ask after 30 and after 90 days how the person is (exercise default)."),
    (S.DECLINED, SENDER): _("Talk the options through with the person again: stay, another country, another date."),
    (S.WITHDRAWN, SENDER): _OVER_NEXT,
    (S.STOPPED, SENDER): _("The person decided. Help goes on, and a new handover can be prepared at any time."),
    (S.FORWARDED, SENDER): _("Go on with the new draft. The person decides about each country anew."),
    (S.DIVERTED, SENDER): _("Go on with the new draft. The person decides about each country anew."),
    (S.FAILED, SENDER): _("Whoever meets the person finds the file with you. A missing child is never closed."),
    (S.ENDED, SENDER): _("Closing the file needs a second person."),
}  # fmt: skip
"""What happens next, as each side reads it. An end leaves the receiver nothing to do."""

CHILD_IS_ASKED = _(
    "Nobody travels until child protection has asked the child in private and said how it goes on. "
    "If it does not know of the child yet, tell it now."
)
"""What the sender reads of a hold that child protection alone ends."""
PLANNED = _("Record the departure when the person leaves. If the plan changes before that, send a newer one.")
"""What the sender does next when the plan was sent."""

OUTSIDE_NEXT: Mapping[str, Sentence] = {
    S.OFFERED: _("Call or write to %(receiver)s, and record each answer here with officer, date and reference."),
    S.ACKNOWLEDGED: _("Wait for the answer of %(receiver)s, and record it here with officer, date and reference."),
    S.CLARIFYING: _("Answer the question, then record what %(receiver)s decides."),
    S.DEPARTED: _("Call the officer in %(receiver)s, and record the arrival here. You go on answering."),
}
"""The same where the receiving country has no seat."""


def who_answers(handover: Handover, names: Mapping[str, str], zone: str) -> SafeString:
    """The sentence that is never left out: who answers for the person now, and until when."""
    if handover.received_at is not None and handover.receiver_id is not None:
        since = {**names, "when": long_moment(handover.received_at, zone)}
        if handover.case.holder_id == handover.receiver_id:
            return say(_("%(receiver)s has answered for %(word)s since %(when)s."), **since)
        return say(
            _("%(receiver)s confirmed the arrival of %(word)s on %(when)s and has answered from then on."), **since
        )
    if handover.state in OPEN_STATES:
        return say(OUTSIDE_OPEN if handover.outside else UNTIL_ARRIVAL, **names)
    return say(ENDED.get(handover.state, OVER), **names)


BESIDE: Mapping[Action, Sentence] = {
    Action.CHILD_ANSWER: _("Read what was shared, speak with the child, and answer. Without both yeses no child moves."),
    Action.CONFIRM_STOP: _("Ask the child in private, in a language the child speaks, and record what the child wants."),
}  # fmt: skip
"""What waits for those who work beside the two sides."""


def next_beside(actions: Collection[Action], names: Mapping[str, str]) -> SafeString:
    """What happens next for somebody who is on neither side."""
    return say(next((word for action, word in BESIDE.items() if action in actions), ""), **names)


def what_next(handover: Handover, side: Side, names: Mapping[str, str]) -> SafeString:
    """What happens next, in one sentence; empty where nothing does, or where a proposal to answer says it."""
    if side is Side.SENDER and handover.forward_country_id and handover.state in OPEN_STATES:
        return say("")
    asked = handover.state == S.HELD and handover.hold_reason in CHILD_PROTECTION_DECIDES
    if side is Side.SENDER and handover.child and asked:
        return say(CHILD_IS_ASKED)
    if side is Side.SENDER and handover.state == S.ACCEPTED and handover.travel_means:
        return say(PLANNED)
    outside = OUTSIDE_NEXT.get(handover.state, "") if handover.outside else ""
    return say(outside or NEXT.get((handover.state, side), ""), **names)
