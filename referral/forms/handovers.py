"""Forms of what the two sides do with a handover that was sent. Field names are the facts of `referral.transitions`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.forms import Choices
from referral.enums import Action, Compartment, Condition, DeclineReason, NeedKind, WithdrawReason, YesNoUnknown
from referral.errors import ChildTravelsAlone
from referral.forms.acts import ActForm
from referral.forms.fields import MomentField, Section, line, radio, ticks, words
from referral.forms.handover_outside import HeardForm
from referral.packet import ALWAYS, SHAREABLE

YES_NO = ((YesNoUnknown.YES.value, YesNoUnknown.YES.label), (YesNoUnknown.NO.value, YesNoUnknown.NO.label))
NO_NAMES = _("No names, telephone numbers or addresses.")


class QuestionForm(HeardForm):
    """The receiver asks."""

    free_text = (*HeardForm.free_text, "question")
    heard_labels = {"question": _("What does the other country need to know?")}
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


class HoldingForm(HeardForm):
    """The receiver says when the answer comes. No clock stops."""

    heard_labels = {"reply_by_at": _("When will the other country answer?")}
    reply_by_at = MomentField(
        label=_("When will you answer?"), required=True,
        error_messages={"required": _("Enter the day on which you will answer")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A promise lies ahead."""
        cleaned = super().clean()
        self.not_in_past("reply_by_at")
        return cleaned


class DecideForm(HeardForm):
    """Accept, accept with conditions, or say that the country cannot receive now. Only what the state allows is offered."""

    free_text = (*HeardForm.free_text, "reception_contact", "message_back", "conditions_text")
    heard_labels = {
        "decision": _("What did the other country decide?"),
        "conditions": _("What does it ask for first?"),
        "decline_reason": _("Why can it not receive now?"),
        "services_confirmed": _("Which help did the other country confirm from the first day?"),
    }
    decision = radio(_("What do you decide?"), (), error=_("Choose a decision"))
    conditions = ticks(
        _("What do you ask for first?"),
        Condition.choices,
        help_text=_("The person is asked about each of them."),
    )
    conditions_text = words(_("More about the conditions"), 600, help_text=NO_NAMES)
    decline_reason = radio(_("Why can you not receive now?"), DeclineReason.choices, required=False)
    not_before_at = MomentField(label=_("From when could the person come?"))
    message_back = words(_("Message to the sending country"), 600, help_text=NO_NAMES)
    place_confirmed = forms.BooleanField(label=_("A suitable place is confirmed"), required=False)
    reception_contact = line(
        _("Who will meet the person?"),
        160,
        help_text=_("A role or an invented name, for example: duty officer, Niamey reception."),
    )
    reception_from_at = MomentField(label=_("From when can the person come?"))
    services_confirmed = ticks(
        _("Which help begins on the first day?"), NeedKind.choices,
        help_text=_("Tick only what is confirmed. The sending country says of everything else why it ends."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        actions: Collection[Action],
        child: bool,
        asked: Collection[str] = (),
        own_return: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.child, self.own_return = child, own_return
        self.accepts = Action.ACCEPT in actions
        self.fields["decision"].choices = [(a.value, word) for a, word in DECISIONS.items() if a in actions]  # type: ignore[attr-defined]
        self.fields["services_confirmed"].choices = [(k, w) for k, w in NeedKind.choices if k in asked]  # type: ignore[attr-defined]
        if not asked:
            del self.fields["services_confirmed"]

    def asked(self) -> Iterable[Any]:
        """Each answer with its own questions inside; what both ways of accepting need stands once, below."""
        hints = {} if self.heard else dict(DECISION_HINTS)
        if self.child:
            hints[Action.ACCEPT.value] = _(
                "Child protection in both countries must have said yes first. Silence is no."
            )
        reveals = {
            Action.PUT_CONDITIONS.value: ["conditions", "conditions_text"],
            Action.DECLINE.value: ["decline_reason", "not_before_at", "message_back"],
        }
        chosen = Choices("decision", hints=hints, reveals=reveals)
        return (
            [chosen, Section(_("If you accept, with or without conditions"), *self._reception(), by_choice=True)]
            if self.accepts
            else [chosen]
        )

    def _reception(self) -> list[str]:
        return [name for name in RECEPTION if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """What the chosen decision needs."""
        cleaned = super().clean()
        decision = cleaned.get("decision")
        if decision in (Action.ACCEPT, Action.PUT_CONDITIONS):
            self.need("place_confirmed", _("Confirm that a place is ready"))
            self.need("reception_contact", _("Say who will meet the person"))
            self.need("reception_from_at", _("Enter from when the person can come"))
            self.not_in_past("reception_from_at")
        if decision == Action.PUT_CONDITIONS:
            self.need("conditions", _("Choose what you ask for first"))
        if decision == Action.DECLINE:
            self.need("decline_reason", _("Choose why you cannot receive now"))
            if self.own_return:
                self.need(
                    "not_before_at",
                    _("This is a citizen of your country who chose to return. You may move the date: say from when"),
                )
            self.not_in_past("not_before_at")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Only what belongs to the chosen decision."""
        named = (name for name in FACTS_OF[self.action] if name in self.cleaned_data)
        return {name: self.cleaned_data[name] for name in named} | self.heard_facts()

    @property
    def action(self) -> Action:
        """The row of the table that was chosen."""
        return Action(self.cleaned_data["decision"])


DECISIONS = {
    Action.ACCEPT: _("Accept: a place is ready"),
    Action.PUT_CONDITIONS: _("Accept, if something is in place first"),
    Action.DECLINE: _("We cannot receive now"),
}
DECISION_HINTS = {
    Action.ACCEPT.value: _("The sending country goes on answering for the person until you confirm the arrival."),
    Action.PUT_CONDITIONS.value: _("The sending country asks the person. Only then is it accepted."),
    Action.DECLINE.value: _("The sending country goes on answering for the person and looks for another way."),
}
RECEPTION = ("place_confirmed", "reception_contact", "reception_from_at", "services_confirmed")
FACTS_OF = {
    Action.ACCEPT: RECEPTION,
    Action.PUT_CONDITIONS: (*RECEPTION, "conditions", "conditions_text"),
    Action.DECLINE: ("decline_reason", "message_back", "not_before_at"),
}


class JourneyForm(ActForm):
    """How the person travels: planned by the sender before the departure, and confirmed or corrected with it."""

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

    def __init__(self, *args: Any, child: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if child:
            escort = self.fields["escort"]
            escort.required, escort.help_text = True, _("A role or an invented name. A child does not travel alone.")
            escort.error_messages["required"] = ChildTravelsAlone.sentence


class TravelPlanForm(JourneyForm):
    """The sender tells before anybody leaves how the person is to travel."""

    def clean(self) -> dict[str, Any]:
        """An arrival is expected later than now."""
        cleaned = super().clean()
        self.not_in_past("expected_at")
        return cleaned


class DepartureForm(JourneyForm):
    """The sender records the departure. Whoever records it later, as after a power cut, says when it was."""

    field_order = ("departed_at",)
    departed_at = MomentField(
        label=_("When did the person leave?"),
        help_text=_("Empty means now. For example, 20 8 2026 and 14:30. Exercise time of your country."),
    )

    def __init__(self, *args: Any, opened: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened = opened

    def clean(self) -> dict[str, Any]:
        """The departure lies between the opening of the file and now, and the arrival is expected after it."""
        cleaned = super().clean()
        left, expected = cleaned.get("departed_at"), cleaned.get("expected_at")
        if left is None:
            self.not_in_past("expected_at")
            return cleaned
        if not self.opened <= left <= self.now:
            self.add_error(
                "departed_at",
                _("The departure lies between the opening of the file and now. Check the day and the time"),
            )
        if expected is not None and expected <= left:
            self.add_error("expected_at", _("The arrival is expected after the departure. Check the day and the time"))
        return cleaned


class ArrivalForm(ActForm):
    """When the person arrived, who met the person, and whether safely. Receipt itself adds its own questions."""

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

    def __init__(self, *args: Any, earliest: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest

    def clean(self) -> dict[str, Any]:
        """The arrival lies between the departure and now; without a recorded departure, at any time up to now."""
        cleaned = super().clean()
        arrived = cleaned.get("arrived_at")
        if self.earliest is None:
            self.not_in_future("arrived_at")
        elif arrived is not None and not self.earliest <= arrived <= self.now:
            self.add_error(
                "arrived_at", _("The arrival lies between the departure and now. Check the day and the time")
            )
        return cleaned


class ReceiveForm(ArrivalForm):
    """The receiver confirms the arrival: from this instant on it answers for the person."""

    person_content = radio(
        _("Is the person present, and content to be here?"), YES_NO, error=_("Say whether the person is content to be here"),
        help_text=_("Ask in private, in a language the person speaks. The answer is recorded as it is given."),
    )  # fmt: skip
    bed_until_at = MomentField(label=_("Until when is there a bed?"))

    def layout(self) -> Iterable[Any]:
        """A no is an objection, and the page says what follows from it."""
        hints = {YesNoUnknown.NO.value: _("Recorded as an objection: within 24 hours both countries hear the person.")}
        content = Choices("person_content", hints=hints)
        return [content if name == "person_content" else name for name in super().layout()]

    def clean(self) -> dict[str, Any]:
        """A bed is there for a time to come."""
        cleaned = super().clean()
        self.not_in_past("bed_until_at")
        return cleaned

    @property
    def outcome(self) -> str:
        """ "objected" when the person does not want to be here."""
        return "objected" if self.cleaned_data.get("person_content") == YesNoUnknown.NO else ""


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
