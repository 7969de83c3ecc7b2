"""Forms of what happens beside the straight path of a handover. Field names are the facts of `referral.transitions`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.forms import Choices
from referral.enums import Action, HoldReason, Phrase, RevokeReason, SearchEnd
from referral.forms.acts import ActForm
from referral.forms.choices import Pairs, dialogue_countries
from referral.forms.fields import line, moment, radio, ticks, words
from referral.forms.handover_outside import HeardForm
from referral.forms.handovers import NO_NAMES, YES_NO
from referral.languages import language_name

CHOSEN_BY_SENDER = (HoldReason.RISK, HoldReason.PRACTICAL, HoldReason.AGREEMENT, HoldReason.MISSING)
"""A hold for the person begins with `STOP`, so that the person is asked in private."""
WRITTEN = tuple(phrase for phrase in Phrase if phrase is not Phrase.NO_ANSWER)
FOLLOWED_UP = (Phrase.PERSON_WELL, Phrase.PERSON_ASKS, Phrase.NEEDS_DOCTOR, Phrase.CALL_BACK, Phrase.NO_ANSWER)
WORKING_LANGUAGES = ("en", "fr", "pt", "ar")


def coded(members: Iterable[Any]) -> Pairs:
    """Codes with their words."""
    return [(member.value, member.label) for member in members]


class AcknowledgeForm(HeardForm):
    """For a country without a seat: who said that it was received."""


class EitherForm(ActForm):
    """A proposal of the other side is answered with one of two acts."""

    answers: ClassVar[Mapping[Action, Any]] = {}
    hints: ClassVar[Mapping[str, Any]] = {}
    reveals: ClassVar[Mapping[str, Sequence[str]]] = {}
    decision = radio(_("What do you answer?"), (), error=_("Choose an answer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [(action.value, word) for action, word in self.answers.items()]  # type: ignore[attr-defined]

    def layout(self) -> Iterable[Any]:
        """The two answers, with what each of them asks."""
        return [Choices("decision", hints=self.hints, reveals=self.reveals)]

    @property
    def action(self) -> Action:
        """The row of the table that was chosen."""
        return Action(self.cleaned_data["decision"])

    def facts(self) -> dict[str, Any]:
        """What belongs to the chosen answer."""
        return {name: self.cleaned_data[name] for name in self.reveals.get(self.action.value, ())}


class ConditionsForm(EitherForm):
    """The sender answers conditions; the person was asked about each of them."""

    answers = {
        Action.AGREE_CONDITIONS: _("The person and we agree to all of them"),
        Action.REFUSE_CONDITIONS: _("We do not agree"),
    }
    hints = {
        Action.AGREE_CONDITIONS.value: _("The handover is accepted, and the journey can be planned."),
        Action.REFUSE_CONDITIONS.value: _("The other country decides again, without them."),
    }
    reveals = {Action.AGREE_CONDITIONS.value: ("person_agrees",)}
    person_agrees = forms.BooleanField(label=_("The person was asked in private and agrees"), required=False)

    def clean(self) -> dict[str, Any]:
        """Nobody agrees in the person's place."""
        cleaned = super().clean()
        if cleaned.get("decision") == Action.AGREE_CONDITIONS:
            self.need("person_agrees", _("Ask the person first, then confirm that the person agrees"))
        return cleaned


class ForwardAnswerForm(EitherForm):
    """The sender answers the proposal of another country."""

    answers = {
        Action.AGREE_FORWARD: _("Prepare a handover to the other country"),
        Action.REFUSE_FORWARD: _("Keep to this country"),
    }
    hints = {
        Action.AGREE_FORWARD.value: _("This handover ends, and a draft to the other country begins. Nothing is sent yet."),
        Action.REFUSE_FORWARD.value: _("The receiving country decides about this handover."),
    }  # fmt: skip


class CorrectionAnswerForm(EitherForm):
    """The former holder answers that a receipt was wrong."""

    answers = {
        Action.AGREE_CORRECTION: _("Correct it: the person has not arrived there"),
        Action.REFUSE_CORRECTION: _("Leave it as it is"),
    }
    hints = {
        Action.AGREE_CORRECTION.value: _("From this instant you answer for the person again."),
        Action.REFUSE_CORRECTION.value: _("The receiving country goes on answering for the person."),
    }


class CountryForm(ActForm):
    """One other country. `without` holds the two countries of this handover; `field` is the fact it becomes."""

    field: ClassVar[str] = ""

    def __init__(self, *args: Any, without: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = [pair for pair in dialogue_countries() if pair[0] not in without]
        self.fields[self.field].choices = [("", "–"), *pairs]  # type: ignore[attr-defined]


class ForwardForm(CountryForm):
    """The receiver proposes another country, and says why."""

    field = "forward_country"
    free_text = ("forward_reason",)
    forward_country = forms.ChoiceField(
        label=_("Which country?"), error_messages={"required": _("Choose the other country")}
    )
    forward_reason = words(
        _("Why is it better placed?"), 600, required=True, help_text=NO_NAMES,
        error_messages={"required": _("Say why the other country is better placed")},
    )  # fmt: skip


class DivertForm(CountryForm):
    """The sender prepares a handover to the country where the person is, or wants to go."""

    field = "diverted_country"
    diverted_country = forms.ChoiceField(
        label=_("Which country?"), error_messages={"required": _("Choose the other country")},
        help_text=_("Somebody who has left already counts as being there, and as not covered until that country receives."),
    )  # fmt: skip


class RevokeForm(HeardForm):
    """The receiver takes its acceptance back."""

    free_text = (*HeardForm.free_text, "message_back")
    revoke_reason = radio(_("Why does it no longer hold?"), RevokeReason.choices, error=_("Choose a reason"))
    message_back = words(_("Message to the sending country"), 600, help_text=NO_NAMES)
    cannot_receive = forms.BooleanField(
        label=_("We cannot receive at all"), required=False,
        help_text=_("Then this handover is over. Without it you decide again."),
    )  # fmt: skip

    @property
    def outcome(self) -> str:
        """ "declined" when the country cannot receive at all."""
        return "declined" if self.cleaned_data.get("cannot_receive") else ""


class HoldForm(ActForm):
    """Why nothing moves for now."""

    hold_reason = radio(_("Why?"), (), error=_("Choose a reason"))

    def __init__(self, *args: Any, reasons: Iterable[HoldReason] = CHOSEN_BY_SENDER, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hold_reason"].choices = coded(reasons)  # type: ignore[attr-defined]


class TurnBackForm(ActForm):
    """The person was seen at the origin."""

    safe_here = radio(_("Is the person in a safe place tonight?"), YES_NO, error=_("Say whether the person is safe"))


class EndSearchForm(ActForm):
    """What ends a search, and why. A child never "leaves by own choice"; `home` is the country of the sender."""

    free_text = ("reason",)
    search_end = radio(_("What ends the search?"), (), error=_("Choose what ends the search"))
    found_country = forms.ChoiceField(
        label=_("In which country was the person found?"), required=False,
        help_text=_("The person counts as not covered there until a country receives."),
    )  # fmt: skip
    reason = words(
        _("What was tried, and what is known?"), 600, required=True, help_text=NO_NAMES,
        error_messages={"required": _("Write down what was tried and what is known")},
    )  # fmt: skip

    def __init__(self, *args: Any, child: bool, home: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = [end for end in SearchEnd if not child or end is not SearchEnd.OWN_CHOICE]
        self.fields["search_end"].choices = coded(ends)  # type: ignore[attr-defined]
        pairs = [pair for pair in dialogue_countries() if pair[0] != home]
        self.fields["found_country"].choices = [("", "–"), *pairs]  # type: ignore[attr-defined]

    def layout(self) -> Iterable[Any]:
        """Where the person was found stands with the answer that asks for it."""
        return [Choices("search_end", reveals={SearchEnd.ELSEWHERE.value: ["found_country"]}), "reason"]

    def clean(self) -> dict[str, Any]:
        """Who was found by others was found somewhere; at the origin it is a journey that turned back."""
        cleaned = super().clean()
        if cleaned.get("search_end") == SearchEnd.ELSEWHERE:
            self.need("found_country", _("Choose the country in which the person was found"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """A country only with the answer that asks for it."""
        facts = super().facts()
        found = facts.pop("found_country")
        return facts | ({"found_country": found} if facts["search_end"] == SearchEnd.ELSEWHERE else {})


class DeathForm(ActForm):
    """What is known, for the second person who confirms."""

    free_text = ("reason",)
    reason = words(
        _("What is known, and from whom?"), 600, required=True, help_text=NO_NAMES,
        error_messages={"required": _("Write down what is known, and from whom")},
    )  # fmt: skip


class CorrectionForm(ActForm):
    """The receiver says what was wrong with its receipt."""

    free_text = ("correction_reason",)
    correction_reason = words(
        _("What was wrong?"), 600, required=True, help_text=NO_NAMES,
        error_messages={"required": _("Write down what was wrong")},
    )  # fmt: skip


class SupplementForm(ActForm):
    """Which kinds of information leave now. Their contents stand above the form."""

    free_text = ("supplement_note",)
    compartments_more = ticks(
        _("What do you send?"), (), required=True, error=_("Choose what you send"),
        help_text=_("Only what the person permits to share with this country, and was not sent before."),
    )  # fmt: skip
    supplement_note = words(_("Why is it sent now?"), 600, help_text=NO_NAMES)

    def __init__(self, *args: Any, held: Collection[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compartments_more"].choices = coded(held)  # type: ignore[attr-defined]


class ChildAnswerForm(HeardForm):
    """The answer of child protection; a no takes an earlier yes back."""

    child_answer = radio(_("What does child protection say?"), YES_NO, error=_("Choose yes or no"))

    def asked(self) -> Iterable[Any]:
        """What each answer means."""
        hints = {
            "yes": _("Guardian, assessment and the child's own view stand behind it."),
            "no": _("The child stays for now. An earlier yes is taken back."),
        }
        return [Choices("child_answer", hints=hints)]

    @property
    def outcome(self) -> str:
        """ "no" when it is one."""
        return "no" if self.cleaned_data.get("child_answer") == "no" else ""


class WaiveForm(ActForm):
    """What the other side owes and this side does not wait for."""

    free_text = ("reason",)
    deadline = radio(_("What do you not wait for?"), (), error=_("Choose what you waive"))
    reason = line(_("Why?"), 200, required=True, error_messages={"required": _("Say why")})

    def __init__(self, *args: Any, owed: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deadline"].choices = owed  # type: ignore[attr-defined]


class DropForm(ActForm):
    """A button alone, for one proposal."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)

    def layout(self) -> Iterable[Any]:
        """Nothing to fill in."""
        return []


class MessageForm(ActForm):
    """A sentence that every reader sees in the own language; further words carry their language."""

    phrases: ClassVar[Sequence[Phrase]] = WRITTEN
    phrase_asked: ClassVar[Any] = _("What do you want to say?")
    free_text: ClassVar[tuple[str, ...]] = ("text",)
    phrase = radio("", (), error=_("Choose a sentence"))
    text = words(_("In your own words"), 600, help_text=_("Not translated. No names, telephone numbers or addresses."))
    language = forms.ChoiceField(label=_("Language of your own words"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phrase: Any = self.fields["phrase"]
        phrase.label, phrase.choices = self.phrase_asked, coded(self.phrases)
        language: Any = self.fields["language"]
        language.choices = [(code, language_name(code)) for code in WORKING_LANGUAGES]
        language.initial = (get_language() or "en")[:2]

    def facts(self) -> dict[str, Any]:
        """A language only where there are words in it: the one chosen, else that of the page."""
        facts = super().facts()
        if not facts["text"]:
            return {name: facts[name] for name in facts if name not in ("text", "language")}
        return facts | {"language": facts["language"] or (get_language() or "en")[:2]}


class CallForm(MessageForm):
    """A call: with whom, when, and what was said."""

    phrases = tuple(Phrase)
    phrase_asked = _("What was said?")
    free_text = ("text", "spoke_with")
    spoke_with = line(
        _("Whom did you speak with?"), 160, required=True, help_text=_("The office and a role or an invented name."),
        error_messages={"required": _("Say whom you spoke with, or tried to reach")},
    )  # fmt: skip
    happened_at = moment(
        _("When was the call?"), help_text=_("Left empty, it was just now. For example, 20 8 2026 and 14:30.")
    )

    def layout(self) -> Iterable[Any]:
        """Whom and when stand first."""
        names = list(super().layout())
        first = ["spoke_with", "happened_at"]
        return [*first, *(name for name in names if name not in first)]

    def clean(self) -> dict[str, Any]:
        """A call that is recorded has been made."""
        cleaned = super().clean()
        self.not_in_future("happened_at")
        return cleaned


class FollowUpForm(CallForm):
    """How the person is in a country without a seat."""

    phrases = FOLLOWED_UP
    phrase_asked = _("What did you hear?")

    @property
    def outcome(self) -> str:
        """ "unreached" when the call told nothing of the person."""
        return "unreached" if self.cleaned_data.get("phrase") == Phrase.NO_ANSWER else ""
