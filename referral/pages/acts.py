"""What the page of each act says: its title, what it means, its button, and the sentence when it is done."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referral.enums import Action
from referral.pages.act_words import ActWords
from referral.pages.acts_detours import DETOURS

A = Action


STRAIGHT: Mapping[Action, ActWords] = {
    A.ACKNOWLEDGE: ActWords(
        title=_("Acknowledge"), lead="", button=pgettext_lazy("button", "Acknowledge"),
        done=_("Acknowledged. %(sender)s knows that you have it."),
    ),
    A.ASK: ActWords(
        title=_("Ask %(sender)s a question"),
        lead=_("%(sender)s is told at once and answers here."),
        button=_("Send the question"),
        done=_("The question was sent to %(sender)s."),
    ),
    A.ANSWER: ActWords(
        title=_("Answer %(receiver)s"),
        lead=_("Your answer becomes part of what %(receiver)s knows about %(word)s."),
        button=_("Send the answer"),
        done=_("The answer was sent to %(receiver)s."),
    ),
    A.HOLDING_REPLY: ActWords(
        title=_("Say when the answer comes"),
        lead=_("%(sender)s then knows that you are working on it. The time to decide runs on."),
        button=_("Tell %(sender)s"),
        done=_("%(sender)s knows when to expect your answer."),
    ),
    A.ACCEPT: ActWords(
        title=_("Can %(receiver)s receive %(word)s?"),
        lead=_("Read what %(sender)s has shared before you decide."),
        button=_("Send the decision"),
        done=_("Accepted. %(sender)s answers for %(word)s until you confirm the arrival."),
    ),
    A.DECLINE: ActWords(
        title="", lead="", button="",
        done=_("%(sender)s knows that you cannot receive now. Nothing more is needed from you now."),
    ),
    A.WITHDRAW: ActWords(
        title=_("Withdraw the handover to %(receiver)s"),
        lead=_("%(sender)s goes on answering for %(word)s. What %(receiver)s has not opened yet stays unread."),
        button=_("Withdraw the handover"),
        done=_("The handover was withdrawn. You go on answering for %(word)s."),
    ),
    A.PLAN_TRAVEL: ActWords(
        title=_("Plan the journey of %(word)s"),
        lead=_("%(receiver)s prepares the reception with this plan. You can send a newer one at any time."),
        button=_("Send the travel plan"),
        done=_("The travel plan was sent. Record the departure when %(word)s leaves."),
        next=_("The person counts as on the way only when you record the departure."),
        tone="information",
    ),
    A.DEPART: ActWords(
        title=_("Record the departure of %(word)s"),
        lead=_("You go on answering for %(word)s on the way, until %(receiver)s confirms the arrival."),
        button=_("Record the departure"),
        done=_("The departure is recorded. %(receiver)s was told when to expect %(word)s."),
        next=_("Before this, ask once more: agreement can be taken back until boarding."),
        tone="information",
    ),
    A.RECEIVE: ActWords(
        title=_("Confirm that %(word)s has arrived"),
        lead=_("From this instant %(receiver)s answers for %(word)s."),
        button=_("Confirm the arrival"),
        done=_("The arrival is confirmed. You answer for %(word)s now."),
        outcomes={"objected": _("The arrival is confirmed with the objection. Hear the person within 24 hours.")},
        next=_("Confirm only what you know: that the person is with you, and when that was."),
        tone="information",
    ),
    A.GIVE_FEEDBACK: ActWords(
        title=_("Tell %(sender)s how %(word)s is"),
        lead=_("The colleagues who helped first would like to know. This closes the handover."),
        button=_("Send the feedback"),
        done=_("Thank you. %(sender)s can read how %(word)s is."),
    ),
    A.STOP: ActWords(
        title=_("%(word)s wants to stop"),
        lead=_("The person decides, at any time before leaving. The handover is put on hold at once."),
        button=_("Put the handover on hold"),
        done=_("The handover is on hold. Nothing moves until the person was asked in private."),
        next=_(
            "Next, the sending country asks the person in private within 24 hours. Help goes on whatever the answer is. "
            "The other side reads only that the handover is on hold."
        ),
        tone="information",
    ),
    A.CONFIRM_STOP: ActWords(
        title=_("Confirm that %(word)s wants to stop"),
        lead=_("Asked in private, in a language that the person speaks, %(word)s wants to stay."),
        button=_("End the handover"),
        done=_("The handover is over. You go on answering for %(word)s."),
        next=_("%(receiver)s reads a neutral line, not what the person said. A new handover can be prepared at any time."),
        tone="information",
    ),
    A.CONTINUE: ActWords(
        title=_("%(word)s wants to go on"),
        lead=_("Asked in private, in a language that the person speaks, %(word)s wants to go on."),
        button=_("Go on with the handover"),
        done=_("The handover goes on where it stood."),
    ),
}  # fmt: skip

WORDS: Mapping[Action, ActWords] = {**STRAIGHT, **DETOURS}
"""The words of every act on a handover that was sent."""
