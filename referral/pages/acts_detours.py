"""The words of every act beside the straight path: conditions, other countries, holds, searches, corrections, endings."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referral.enums import Action
from referral.pages.act_words import ActWords
from referral.pages.handover_words import Sentence

A = Action


def _answer_only(done: Sentence) -> ActWords:
    """The second answer of a page: the page speaks with the words of the first."""
    return ActWords(title="", lead="", button="", done=done)


PROPOSED = _("Proposed. It is done when a second person of your institution has confirmed it.")
CONFIRM_LEAD = _("Read what was proposed. If you agree, it is done at once and both names stand in the record.")
CONFIRM = pgettext_lazy("button", "Confirm as the second person")
HEARD_BUTTON = _("Record the answer")
HEARD_LEAD = _("%(receiver)s has no seat here. Write down what was answered, by whom and when.")
HEARD = _("What %(receiver)s answered is recorded. %(sender)s goes on answering for %(word)s.")
HEARD_TITLES: Mapping[Action, Sentence] = {
    A.ACKNOWLEDGE: _("Record that it was received"),
    A.ACCEPT: _("Record what was decided"),
    A.PUT_CONDITIONS: _("Record what was decided"),
    A.DECLINE: _("Record what was decided"),
    A.ASK: _("Record a question"),
    A.HOLDING_REPLY: _("Record when the answer comes"),
    A.REVOKE: _("Record that the acceptance was taken back"),
    A.CHILD_ANSWER: _("Record what child protection there says"),
}
"""Acts of a country without a seat, as the sender who writes them down reads them: on the button and over the page."""

DETOURS: Mapping[Action, ActWords] = {
    A.PUT_CONDITIONS: _answer_only(
        _("Your conditions were sent. %(sender)s asks the person and answers. Nobody moves before that.")
    ),
    A.AGREE_CONDITIONS: ActWords(
        title=_("Answer the conditions of %(receiver)s"),
        lead=_("Ask %(word)s about each condition, in private and in a language that the person speaks."),
        button=_("Send the answer"),
        done=_("You agreed to the conditions. You answer for %(word)s until %(receiver)s confirms the arrival."),
        next=_("Agreed means accepted: the journey can be planned. Refused means that %(receiver)s decides again."),
    ),
    A.REFUSE_CONDITIONS: _answer_only(_("%(receiver)s knows that the conditions are refused, and decides again.")),
    A.PROPOSE_FORWARD: ActWords(
        title=_("Propose another country"),
        lead=_("%(sender)s asks the person first: a permission to share is given for one country alone."),
        button=_("Send the proposal"),
        done=_("%(sender)s has your proposal. Your time to decide runs on."),
        next=_("Nothing that you have read may be passed on to the other country. Only %(sender)s can do that."),
        tone="information",
    ),
    A.AGREE_FORWARD: ActWords(
        title=_("Answer the proposal of another country"),
        lead=_("%(receiver)s thinks that another country is better placed for %(word)s."),
        button=_("Send the answer"),
        done=_("This handover is over. A draft to the other country is ready; ask %(word)s for permission first."),
        next=_("The new draft begins without any permission: the person decides about each country anew."),
    ),
    A.REFUSE_FORWARD: _answer_only(_("%(receiver)s knows that you keep to this country.")),
    A.REVOKE: ActWords(
        title=_("Take the acceptance back"),
        lead=_("Possible until %(word)s has left. Then nobody is sent back: whoever arrives is received."),
        button=_("Take the acceptance back"),
        done=_("%(sender)s knows that the acceptance no longer holds. Decide again as soon as you can."),
        outcomes={"declined": _("%(sender)s knows that you cannot receive. Nothing more is needed from you now.")},
        next=_("%(sender)s goes on answering for %(word)s. Say it early: a bed was given up for this journey."),
        tone="information",
    ),
    A.HOLD: ActWords(
        title=_("Put the handover on hold"),
        lead=_("Nobody travels while it is on hold. Deadlines run on; the other side can waive one."),
        button=_("Put on hold"),
        done=_("The handover is on hold. You go on answering for %(word)s."),
        next=_("If it is the person who wants to stop, go back and record that: the person is then asked in private."),
    ),
    A.RESUME: ActWords(
        title=_("End the hold"),
        lead=_("The handover goes on where it stood."),
        button=_("End the hold"),
        done=_("The hold is over. The handover goes on where it stood."),
    ),
    A.TURN_BACK: ActWords(
        title=_("%(word)s is back here"),
        lead=_("Seen in %(sender)s after the departure. The handover is accepted as before; nothing is lost."),
        button=_("Record that the person is back"),
        done=_("It is recorded that %(word)s is back. %(receiver)s was told."),
    ),
    A.ACCEPT_AND_RECEIVE: ActWords(
        title=_("%(word)s is already here"),
        lead=_("From this instant %(receiver)s answers for %(word)s."),
        button=_("Confirm the arrival"),
        done=_("The arrival is confirmed. You answer for %(word)s now."),
        outcomes={"objected": _("The arrival is confirmed with the objection. Hear the person within 24 hours.")},
        next=_("Accepting and receiving are recorded together. Urgent help is owed from the arrival on, whatever was decided."),
        tone="information",
    ),
    A.REPORT_NOT_ARRIVED: ActWords(
        title=_("%(word)s has not arrived"),
        lead=_("Call the other side, the escort and the carrier first. Then report it here: a search begins at once."),
        button=_("Report that nobody arrived"),
        done=_("Reported. Both sides know, and a search is due."),
        next=_("%(sender)s goes on answering for %(word)s. An adult who leaves by choice is not missing: without a child "
               "or a sign of danger the search is quiet and asks institutions only."),
        tone="gap",
    ),
    A.END_SEARCH: ActWords(
        title=_("End the search for %(word)s"),
        lead=_("Two people decide this. You propose it with the reason; a second person of your institution confirms."),
        button=_("Propose to end the search"),
        done=_("The search is over. You go on answering for %(word)s; the file stays open."),
        next=_("A missing child is never closed. Whoever meets the person later finds the file here."),
    ),
    A.DIVERT: ActWords(
        title=_("Prepare a handover to another country"),
        lead=_("This handover ends, and a draft to the other country begins. You go on answering for %(word)s."),
        button=_("End this one and begin a draft"),
        done=_("This handover is over. A draft to the other country is ready; ask %(word)s for permission first."),
        next=_("%(receiver)s reads that the handover ended, not where the person is."),
    ),
    A.OBJECT: ActWords(
        title=_("%(word)s no longer wants to go on"),
        lead=_("The person has left already, so the journey cannot be put on hold. It is recorded at once."),
        button=_("Record it"),
        done=_("It is recorded. Until the arrival %(receiver)s sees only what meeting the person safely needs."),
        next=_("Next, one of three: the person is met and received, turns back, or goes another way. "
               "Help goes on in each. The other side reads a neutral line."),
        tone="information",
    ),
    A.DISENGAGE: ActWords(
        title=_("%(word)s has left by choice"),
        lead=_("An adult is free to leave. That is not missing, and help stays open."),
        button=_("End the handover"),
        done=_("The handover is over. You go on answering for %(word)s, and help stays open."),
        next=_("Say how the person can come back to you, if the person wants that. %(receiver)s reads a neutral line."),
    ),
    A.DEATH: ActWords(
        title=_("Record a death"),
        lead=_("Two people record this. You write it down; a second person of your institution confirms."),
        button=_("Write it down"),
        done=_("It is recorded. Nothing more is needed from you now."),
        next=_("Whoever answers for the person goes on answering until the file is closed. Take a break if you need one."),
    ),
    A.ASK_CORRECTION: ActWords(
        title=_("Ask to correct the receipt"),
        lead=_("Within 24 hours: the arrival was confirmed, but the person is not with you."),
        button=_("Ask %(sender)s"),
        done=_("%(sender)s was asked. You answer for %(word)s until %(sender)s agrees."),
        next=_("If %(sender)s agrees, it answers for %(word)s again and the person counts as on the way."),
        tone="information",
    ),
    A.AGREE_CORRECTION: ActWords(
        title=_("Answer about the receipt"),
        lead=_("%(receiver)s says that the arrival was confirmed by mistake."),
        button=_("Send the answer"),
        done=_("The receipt is corrected. You answer for %(word)s again from now on."),
        next=_("Agreeing makes you answer for %(word)s again at once. Call %(receiver)s before you answer."),
        tone="information",
    ),
    A.REFUSE_CORRECTION: _answer_only(_("The receipt stays as it is. %(receiver)s answers for %(word)s.")),
    A.RECEIVE_OUTSIDE: ActWords(
        title=_("Record the arrival in %(receiver)s"),
        lead=_("%(receiver)s has no seat here, so %(sender)s goes on answering for %(word)s."),
        button=_("Record the arrival"),
        done=_("The arrival is recorded. You go on answering; ask after 30 and after 90 days how the person is."),
        tone="information",
    ),
    A.FOLLOW_UP: ActWords(
        title=_("How is %(word)s?"),
        lead=_("Asked after 30 and after 90 days, because %(sender)s goes on answering (exercise default)."),
        button=_("Record what you heard"),
        done=_("It is recorded how %(word)s is."),
        outcomes={"unreached": _("The call is recorded. Nobody was reached, so it stays due to ask how %(word)s is.")},
    ),
    A.SUPPLEMENT: ActWords(
        title=_("Send more information to %(receiver)s"),
        lead=_("Only what the person permits for this country, and only what was not sent before."),
        button=_("Send this"),
        done=_("%(receiver)s can read it now. What was sent stands under the first information."),
    ),
    A.CHILD_ANSWER: ActWords(
        title=_("Child protection: is this move good for %(word)s?"),
        lead=_("A yes is needed from both countries. Silence is no, and a yes can be taken back before the departure."),
        button=_("Record the answer"),
        done=_("Your yes is recorded."),
        outcomes={"no": _("Your no is recorded. Without both yeses the child does not move.")},
        next=_("Look at the person, not at the papers: what the child says, who waits there, what happens if the child stays."),
    ),
    A.WAIVE: ActWords(
        title=_("Waive a deadline"),
        lead=_("While the handover is on hold you can say that you do not wait for something the other side owes."),
        button=_("Waive it"),
        done=_("The deadline is waived. It stays in the record with your reason."),
    ),
    A.WRITE_MESSAGE: ActWords(
        title=_("Write to the other side"),
        lead=_("Choose a sentence: each reader sees it in the own language."),
        button=_("Send the message"),
        done=_("The message was sent."),
    ),
    A.RECORD_CALL: ActWords(
        title=_("Record a call"),
        lead=_("So that a colleague who takes over knows what was said."),
        button=_("Record the call"),
        done=_("The call is recorded."),
        next=_("The other side reads the sentence that you choose. Your own words stay in your institution."),
    ),
    A.DROP_PROPOSAL: ActWords(
        title=_("Do not go on with the proposal"),
        lead=_("Nothing is done. That it was proposed stays in the record."),
        button=pgettext_lazy("button", "Do not go on with it"),
        done=_("The proposal is dropped."),
    ),
}  # fmt: skip
"""Acts that share a page with another have no words of their own beyond the sentence when it is done."""
