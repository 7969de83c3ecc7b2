"""Forms of what the two sides do with a handover that was sent. Field names are the facts of `referral.transitions`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.forms import Choices
from referral.enums import Action, Compartment, DeclineReason, NeedKind, WithdrawReason, YesNoUnknown
from referral.forms.acts import ActForm
from referral.forms.fields import MomentField, line, radio, ticks, words
from referral.packet import ALWAYS, SHAREABLE

YES_NO = ((YesNoUnknown.YES.value, YesNoUnknown.YES.label), (YesNoUnknown.NO.value, YesNoUnknown.NO.label))
NO_NAMES = _("No names, telephone numbers or addresses.")


class QuestionForm(ActForm):
    """The receiver asks."""

    free_text = ("question",)
    question = words(
        _("What do you need to know?"), 600, required=True, rows=4,
        help_text=_("Ask only what the decision needs. Your time to decide runs on."),
        error_messages={"required": _("Write the question")},
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """The question, and the language of the page on which it was written."""
        return {**super().facts(), "language": get_language() or ""}


class AnswerForm(ActForm):
    """The sender answers. What an answer tells leaves for the other country, so it belongs to a permitted kind of information."""

    free_text = ("answer",)
    answer = words(
        _("Your answer"),
        600,
        required=True,
        rows=4,
        help_text=NO_NAMES,
        error_messages={"required": _("Write the answer")},
    )
    compartment = radio(
        _("What kind of information is this?"), (), error=_("Choose what kind of information the answer gives"),
        help_text=_("Only what the person permits to share with this country stands here."),
    )  # fmt: skip

    def __init__(self, *args: Any, permitted: Collection[Compartment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compartment"].choices = [(c.value, c.label) for c in SHAREABLE if c in permitted and c != ALWAYS]  # type: ignore[attr-defined]


class HoldingForm(ActForm):
    """The receiver says when the answer comes. No clock stops."""

    reply_by_at = MomentField(
        label=_("When will you answer?"), required=True,
        error_messages={"required": _("Enter the day on which you will answer")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A promise lies ahead."""
        cleaned = super().clean()
        self.not_in_past("reply_by_at")
        return cleaned


class DecideForm(ActForm):
    """Accept, or say that the country cannot receive now. Only what the state allows is offered."""

    free_text = ("reception_contact", "message_back")
    decision = radio(_("What do you decide?"), (), error=_("Choose a decision"))
    place_confirmed = forms.BooleanField(label=_("A suitable place is confirmed"), required=False)
    reception_contact = line(
        _("Who will meet the person?"),
        160,
        help_text=_("A role or an invented name, for example: duty officer, Niamey reception."),
    )
    reception_from_at = MomentField(label=_("From when can the person come?"))
    child_protection_yes = ticks(
        _("Child protection has said yes"),
        (
            ("sender", pgettext_lazy("child protection", "In the sending country")),
            ("receiver", pgettext_lazy("child protection", "In your country")),
        ),
        help_text=_("Both must have said yes. Silence is no."),
    )
    decline_reason = radio(_("Why can you not receive now?"), DeclineReason.choices, required=False)
    message_back = words(_("Message to the sending country"), 600, help_text=NO_NAMES)

    def __init__(self, *args: Any, actions: Collection[Action], child: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            Action.ACCEPT: _("Accept: a place is ready"),
            Action.DECLINE: _("We cannot receive now"),
        }
        self.child = child
        self.fields["decision"].choices = [(a.value, word) for a, word in offered.items() if a in actions]  # type: ignore[attr-defined]
        if not child:
            del self.fields["child_protection_yes"]

    def layout(self) -> Iterable[Any]:
        """Each answer with its own questions inside."""
        accept = [
            n
            for n in ("place_confirmed", "reception_contact", "reception_from_at", "child_protection_yes")
            if n in self.fields
        ]
        decline = ["decline_reason", "message_back"]
        hints = {
            Action.ACCEPT.value: _(
                "The sending country goes on answering for the person until you confirm the arrival."
            ),
            Action.DECLINE.value: _("The sending country goes on answering for the person and looks for another way."),
        }
        return [Choices("decision", hints=hints, reveals={Action.ACCEPT.value: accept, Action.DECLINE.value: decline})]

    def clean(self) -> dict[str, Any]:
        """What the chosen decision needs."""
        cleaned = super().clean()
        if cleaned.get("decision") == Action.ACCEPT:
            self.need("place_confirmed", _("Confirm that a place is ready"))
            self.need("reception_contact", _("Say who will meet the person"))
            self.need("reception_from_at", _("Enter from when the person can come"))
            self.not_in_past("reception_from_at")
            if self.child and set(cleaned.get("child_protection_yes") or ()) < {"sender", "receiver"}:
                self.add_error(
                    "child_protection_yes", _("For a child, child protection in both countries must say yes first")
                )
        if cleaned.get("decision") == Action.DECLINE:
            self.need("decline_reason", _("Choose why you cannot receive now"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Only what belongs to the chosen decision."""
        accept = ("place_confirmed", "reception_contact", "reception_from_at", "child_protection_yes")
        names = accept if self.action is Action.ACCEPT else ("decline_reason", "message_back")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    @property
    def action(self) -> Action:
        """The row of the table that was chosen."""
        return Action(self.cleaned_data["decision"])


class TravelForm(ActForm):
    """The sender records the departure with the travel plan."""

    free_text = ("travel_means", "escort", "travel_documents")
    travel_means = line(
        _("How does the person travel?"), 160, required=True, help_text=_("For example: by bus, with one change in Birni N'Konni."),
        error_messages={"required": _("Say how the person travels")},
    )  # fmt: skip
    escort = line(
        _("Who travels along?"), 160,
        help_text=_("A role or an invented name. Without an escort the person counts as not covered on the way."),
    )  # fmt: skip
    travel_documents = line(
        _("Which travel documents are there?"), 160, required=True, help_text=_("The kind of document, never its number."),
        error_messages={"required": _("Say which travel documents there are")},
    )  # fmt: skip
    expected_at = MomentField(
        label=_("When is the arrival expected?"), required=True,
        error_messages={"required": _("Enter when the arrival is expected")},
    )  # fmt: skip
    certificate = line(_("Number of the handover certificate"), 40, widget=forms.TextInput({"class": "width-10"}))

    def clean(self) -> dict[str, Any]:
        """An arrival is expected later than now."""
        cleaned = super().clean()
        self.not_in_past("expected_at")
        return cleaned


class ReceiveForm(ActForm):
    """The receiver confirms the arrival: from this instant on it answers for the person."""

    free_text = ("received_by",)
    arrived_at = MomentField(
        label=_("When did the person arrive?"),
        required=True,
        error_messages={"required": _("Enter when the person arrived")},
    )
    received_by = line(
        _("Who met the person?"), 160, required=True, help_text=_("A role or an invented name."),
        error_messages={"required": _("Say who met the person")},
    )  # fmt: skip
    arrived_safely = radio(_("Did the person arrive safely?"), YES_NO, error=_("Say whether the person arrived safely"))
    person_content = radio(
        _("Is the person present, and content to be here?"), YES_NO, error=_("Say whether the person is content to be here"),
        help_text=_("Ask in private, in a language the person speaks. The answer is recorded as it is given."),
    )  # fmt: skip
    bed_until_at = MomentField(label=_("Until when is there a bed?"))

    def __init__(self, *args: Any, earliest: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest

    def clean(self) -> dict[str, Any]:
        """The arrival lies between the departure and now."""
        cleaned = super().clean()
        arrived = cleaned.get("arrived_at")
        if arrived is not None and (arrived > self.now or (self.earliest is not None and arrived < self.earliest)):
            self.add_error(
                "arrived_at", _("The arrival lies between the departure and now. Check the day and the time")
            )
        self.not_in_past("bed_until_at")
        return cleaned


class FeedbackForm(ActForm):
    """The receiver tells the former holder how the person is."""

    free_text = ("feedback",)
    feedback = words(
        _("How is the person?"), 600, required=True, rows=5,
        help_text=_("What the person is content to have told. No names, telephone numbers or addresses."),
        error_messages={"required": _("Write how the person is")},
    )  # fmt: skip
    feedback_services = ticks(_("Which help is running now?"), NeedKind.choices)


class RecallForm(ActForm):
    """The sender takes its offer back."""

    withdraw_reason = radio(_("Why do you withdraw?"), WithdrawReason.choices, error=_("Choose a reason"))
