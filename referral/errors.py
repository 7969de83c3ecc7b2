"""Refusals of the registry, each with the sentence that a person reads."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class NotAllowed(Refusal):
    sentence = _("Your role cannot do this.")


class ExercisePaused(Refusal):
    sentence = _("The exercise is paused. Nothing is recorded until it goes on. What you typed is kept here.")


class RegistryEnded(Refusal):
    sentence = _("This exercise has ended. Pages can be read; nothing more is recorded.")


class NotInThisState(Refusal):
    sentence = _("This handover has moved on, so this can no longer be done. Look at where it stands now.")


class ChangedMeanwhile(Refusal):
    sentence = _(
        "Somebody has changed this since you opened it. What you typed is kept. Read what is new, then send again."
    )


class FormUsedElsewhere(Refusal):
    sentence = _("This form was already used for something else. Open the page again, then send it.")


class AlreadyOpen(Refusal):
    sentence = _("This person already has an open handover. Wait for its answer or withdraw it first.")


class CaseClosed(Refusal):
    sentence = _("The case is closed or the person is missing, so no handover can be sent.")


class BothSides(Refusal):
    sentence = _("You also work for the sending country. Somebody else of the receiving country must do this.")


class FactMissing(Refusal):
    sentence = _("Something that is needed is not filled in.")


class GatesClosed(Refusal):
    """Carries the gates that do not hold, for a task list with links."""

    sentence = _("Something still has to be in place before this can be done.")

    def __init__(self, gates: tuple[str, ...]) -> None:
        super().__init__()
        self.gates = gates


class ArrivalImpossible(Refusal):
    sentence = _("The arrival must lie between the departure and now. Check the date and the time.")


class DepartureImpossible(Refusal):
    sentence = _("The departure must lie between the opening of the file and now. Check the date and the time.")


class ChildNeedsBothYes(Refusal):
    sentence = _("For a child, child protection in both countries must say yes first. Silence is no.")


class ChildTravelsAlone(Refusal):
    sentence = _("A child does not travel alone. Write down who travels along.")


class NoChildProtection(Refusal):
    sentence = _(
        "For a child, child protection in both countries must say yes, and one of them has none here. "
        "Ask for one to be added first."
    )


class StopStaysForChild(Refusal):
    sentence = _("For a child the handover stays on hold until child protection has decided.")


class IdentityNoReasonForChild(Refusal):
    sentence = _("“Identity not established” alone is no reason for a child. Choose another reason or ask a question.")


class InstitutionElsewhere(Refusal):
    sentence = _("This institution does not work in the country that answers for the person. Choose another one.")


class RecipientBlocked(Refusal):
    sentence = _("The person has asked that this country or institution never learns of the situation.")


class RecipientBlockedAlready(Refusal):
    sentence = _("It is recorded already that this country or institution never learns of the situation.")


class AnswersForThePerson(Refusal):
    sentence = _(
        "This country or institution answers for the person now and knows of the situation. Choose another one, or prepare "
        "a handover."
    )


class NotTaken(Refusal):
    sentence = _("Take the case first.")


class ConditionForbidden(Refusal):
    sentence = _(
        "Help never depends on testimony, an age or medical test, giving up a right, or payment. Take that condition out."
    )


class NothingProposed(Refusal):
    sentence = _("Nothing is proposed here any more. Look at where it stands now.")


class NotYetLate(Refusal):
    sentence = _("It is too early to report this. Wait until some hours after the expected arrival, and call first.")


class SecondPersonNeeded(Refusal):
    sentence = _("You have proposed this. A second person of your institution has to confirm it.")


class TooLateToCorrect(Refusal):
    sentence = _("A receipt can be corrected for 24 hours, and not once the person was offered onward.")


class ConfirmInPrivate(Refusal):
    sentence = _("This hold ends when the person was asked in private. Record what the person says.")


class NotYourHold(Refusal):
    sentence = _("The child objects. Child protection decides how it goes on.")


class NotOverridable(Refusal):
    sentence = _("This condition cannot be set aside. Only a missing place can, and only in danger.")


class DateForOwnNational(Refusal):
    sentence = _("This is a citizen of your country who chose to return. You may move the date: say from when.")


class FamilyTogether(Refusal):
    sentence = _("This family travels together. Every linked handover has to be ready first.")


class OfficerMissing(Refusal):
    sentence = _("Write down who answered and when: this country has no seat here.")


class CannotWaiveOwn(Refusal):
    sentence = _("Only the other side can waive what you owe.")


class PersonWaits(Refusal):
    sentence = _("Nobody waives this: the person waits to be asked in private.")


class MissingChildStaysOpen(Refusal):
    sentence = _("The case of a missing child is never closed.")


class NothingReachesOrigin(Refusal):
    sentence = _(
        "While asylum is open nothing reaches the country of origin, unless the person asks after legal advice."
    )


class FilesNotJoinable(Refusal):
    sentence = _("These two files cannot be joined. Both must be open, different, and without an open handover.")


class SearchNeedsDecision(Refusal):
    sentence = _("The person objects to going on. Nothing more is shared until the person was heard.")


class StillMissing(Refusal):
    sentence = _("Nobody knows where the person is. Write down first where the person was found.")


class NothingNew(Refusal):
    sentence = _("The other side has all of this already. Nothing new would be sent.")


class NotLostYet(Refusal):
    sentence = _(
        "Contact counts as lost after three attempts and 90 days without news. Record where the person was last."
    )


class NotOfAge(Refusal):
    sentence = _("The person has not come of age here, so there is nothing to review.")


class AlreadyAmended(Refusal):
    sentence = _("This entry was put right before. Read the correction, and correct that one when it is wrong.")


class PersonNotTold(Refusal):
    sentence = _("Tell the person first that you ask this country, and say that you did.")


class EnquiryOpen(Refusal):
    sentence = _("This country has been asked already and has not answered yet.")


class EnquiryOver(Refusal):
    sentence = _("This enquiry is over. Nothing more is needed from you now.")


class RequestOver(Refusal):
    sentence = _("This request has been decided already.")


class TooManyRequests(Refusal):
    sentence = _("Your institution has asked about many people today. Ask again tomorrow, or call your facilitator.")


class TooManyOpenings(Refusal):
    sentence = _(
        "Your institution has asked for many cases today. Call whoever answers for the person, or your facilitator."
    )


class GlassOver(Refusal):
    sentence = _(
        "This break-glass request is over. If the danger goes on, ask anew: it needs a reason and a second person again."
    )


class NotLongOverdue(Refusal):
    sentence = _("This is not long overdue any more. Nothing is asked.")


class AskedLately(Refusal):
    sentence = _("This was asked within the last day. Give the country time to answer, or call.")


class OwnPerson(Refusal):
    sentence = _("Your institution answers for this person itself. Open the person's page.")


class TakenByColleague(Refusal):
    sentence = _("A colleague has taken this on meanwhile. Look who, and take it over if that is right.")


class NoSuccessor(Refusal):
    sentence = _("Choose a colleague of your institution who can do this work and holds no seat in justice.")


class SeatEmpty(Refusal):
    sentence = _("This officer has left already.")


class GuardianDecides(Refusal):
    sentence = _("For a child the guardian says yes, and the child's own view is written down beside it.")


class AdultDecides(Refusal):
    sentence = _("An adult decides alone: record the person's own decision.")


class PacketChanged(ChangedMeanwhile):
    sentence = _("What leaves has changed since you opened this page. Read it again, then confirm.")


class NotHeldHere(Refusal):
    sentence = _("You do not answer for a person with this code word or code. Check what you typed.")


class NotOneFamily(Refusal):
    sentence = _(
        "Only people who belong together and for whom you answer can travel together. Record first how they belong together."
    )


class OtherJourney(Refusal):
    sentence = _(
        "A family travels to the same country, for the same purpose and equally fast. Change one of the drafts first."
    )


class TravelsAlone(Refusal):
    sentence = _("This person travels with nobody else.")


class PersonMustPermit(Refusal):
    sentence = _("Only with the person's own permission. Ask the person, and tick it when the answer is yes.")


class ReferralMovedOn(Refusal):
    sentence = _("This request has been answered or taken back meanwhile. Look at where it stands now.")


class ReflectionRuns(Refusal):
    sentence = _(
        "The time of recovery and reflection still runs. The final decision waits for its end, unless the person asks for it."
    )


class NotThisStep(Refusal):
    sentence = _("This decision is not the one that comes next. Look at what was decided before.")


class TrackOfAnotherRole(Refusal):
    sentence = _("This legal track belongs to another role. Choose one that is yours.")


class AlreadyLinked(Refusal):
    sentence = _("It is recorded already how these two people belong together.")


class TravelsTogether(Refusal):
    sentence = _(
        "This person travels with others: purpose and urgency stay the same for all. Let the person travel alone first."
    )


class ClosedPlacement(Refusal):
    sentence = _(
        "Nobody plans to keep this person with the police, border or prosecution service: there are signs of trafficking, or "
        "the person may be a child. Choose an open place. If the person is detained already, record that as where the person is."
    )
