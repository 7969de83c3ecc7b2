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


class ChildNeedsBothYes(Refusal):
    sentence = _("For a child, child protection in both countries must say yes first. Silence is no.")


class StopStaysForChild(Refusal):
    sentence = _("For a child the handover stays on hold until child protection has decided.")


class IdentityNoReasonForChild(Refusal):
    sentence = _("“Identity not established” alone is no reason for a child. Choose another reason or ask a question.")


class InstitutionElsewhere(Refusal):
    sentence = _("This institution does not work in the country that answers for the person. Choose another one.")


class RecipientBlocked(Refusal):
    sentence = _("The person has asked that this country or institution never learns of the situation.")


class NotTaken(Refusal):
    sentence = _("Take the case first.")
