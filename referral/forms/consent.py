"""What the person decided: three kinds, three forms, so that one is never taken for another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Choices
from referral.enums import Basis, ConsentDecision, ConsentKind, GivenBy, Option, Purpose
from referral.errors import GuardianDecides
from referral.forms.choices import category_hints, dialogue_countries, shareable
from referral.forms.fields import line, moment, radio, ticks, words
from referral.forms.person import PersonForm
from referral.languages import language_choices
from referral.selectors.facts import decides_alone, is_child

DECISION_HINTS = {
    ConsentDecision.REFUSED.value: _("A no is recorded like a yes, and ends nothing: help here goes on."),
    ConsentDecision.WITHDRAWN.value: _("A yes from before is taken back from now on. What was read cannot be unread."),
}
OPTION_HINTS = {Option.STAY.value: _("Staying is always one of the options.")}


class DecisionForm(PersonForm):
    """What all three kinds share: for which country and purpose, in which language, how long."""

    kind: ConsentKind

    purpose = radio(_("For which purpose?"), Purpose, error=_("Choose the purpose"))
    recipient_country = forms.ChoiceField(
        label=_("About which country?"), error_messages={"required": _("Choose the country")}
    )
    expires_at = moment(_("Counts until"), help_text=_("Leave it empty when no end was agreed."))

    def prepare(self) -> None:
        """Countries, languages, and what a link asked for."""
        self.fields["recipient_country"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *(pair for pair in dialogue_countries() if pair[0] != self.actor.country_code),
        ]
        if "language" in self.fields:
            self.fields["language"].choices = [("", _("Choose")), *_spoken_first(self.case.person.languages)]  # type: ignore[attr-defined]
            self.fields["language"].initial = next(iter(self.case.person.languages), "")
        if "child_view" in self.fields and not is_child(self.case):
            del self.fields["child_view"]
        if "given_by" in self.fields:
            if decides_alone(self.case):
                del self.fields["given_by"]
            else:
                self.fields["given_by"].help_text = _(
                    "For a child the guardian says yes. A child's own no always stands."
                )

    def clean(self) -> dict[str, Any]:
        """A decision counts into the future. A child's yes is the guardian's, with the child's own view beside it."""
        cleaned = super().clean() or self.cleaned_data
        self.not_in_past("expires_at")
        if "given_by" in self.fields and cleaned.get("decision") == ConsentDecision.GIVEN:
            if cleaned.get("given_by") == GivenBy.PERSON:
                self.add_error("given_by", GuardianDecides.sentence)
            if "child_view" in self.fields:
                self.need("child_view", _("Write down the child's own view"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """With the kind. An adult is not asked who decided."""
        return {"kind": self.kind, "given_by": GivenBy.PERSON, **super().facts()}


def _spoken_first(codes: Iterable[str]) -> list[tuple[str, str]]:
    spoken = list(codes)
    return sorted(language_choices(), key=lambda pair: spoken.index(pair[0]) if pair[0] in spoken else len(spoken))


class MoveForm(DecisionForm):
    """Agreement to be moved. An adult's no is never overridden."""

    kind = ConsentKind.MOVE

    decision = radio(_("What did the person decide?"), ConsentDecision, error=_("Record what the person decided"))
    options = ticks(
        _("Which options were talked through?"),
        Option,
        required=True,
        help_text=_("At least two real ones."),
        error=_("Choose the options that were talked through"),
    )
    given_by = radio(_("Who decided?"), GivenBy, initial=GivenBy.GUARDIAN)
    language = forms.ChoiceField(
        label=_("In which language was it talked through?"), error_messages={"required": _("Choose the language")}
    )
    interpreter = forms.BooleanField(label=_("With an interpreter"), required=False)
    child_view = words(_("The child's own view"), 600)

    def layout(self) -> Iterable[Any]:
        """Country and purpose, the talk, then the decision."""
        tail = ["child_view"] if "child_view" in self.fields else []
        return (
            "recipient_country", "purpose", Choices("options", hints=OPTION_HINTS), "language", "interpreter",
            Choices("decision", hints=DECISION_HINTS), *self.present("given_by"), *tail, "expires_at",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Two real options, one of them to stay, before a yes counts."""
        cleaned = super().clean()
        chosen = cleaned.get("options") or []
        if (
            cleaned.get("decision") == ConsentDecision.GIVEN
            and chosen
            and (Option.STAY not in chosen or len(chosen) < 2)
        ):
            self.add_error(
                "options", _("Talk through at least two options, staying here among them, before you record a yes")
            )
        return cleaned


class ShareForm(DecisionForm):
    """Permission to share: for one country, one purpose, named categories."""

    kind = ConsentKind.SHARE

    decision = radio(_("What did the person decide?"), ConsentDecision, error=_("Record what the person decided"))
    categories = ticks(_("What may be shared?"), [], help_text=_("Only what the person said yes to, one by one."))
    given_by = radio(_("Who decided?"), GivenBy, initial=GivenBy.GUARDIAN)
    language = forms.ChoiceField(
        label=_("In which language was it talked through?"), error_messages={"required": _("Choose the language")}
    )
    interpreter = forms.BooleanField(label=_("With an interpreter"), required=False)

    def prepare(self) -> None:
        """The categories that a packet can hold."""
        super().prepare()
        self.fields["categories"].choices = shareable()  # type: ignore[attr-defined]

    def layout(self) -> Iterable[Any]:
        """Country and purpose, the decision, then what it covers."""
        return (
            "recipient_country", "purpose", "language", "interpreter", Choices("decision", hints=DECISION_HINTS),
            Choices("categories", hints=category_hints()), *self.present("given_by"), "expires_at",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A yes says to what."""
        cleaned = super().clean()
        if cleaned.get("decision") == ConsentDecision.GIVEN and not cleaned.get("categories"):
            self.add_error("categories", _("Choose what may be shared"))
        return cleaned


class LegalBasisForm(DecisionForm):
    """A legal basis that stands in for permission. The person is told."""

    kind = ConsentKind.LEGAL_BASIS

    categories = ticks(_("What does it cover?"), [], required=True, error=_("Choose what it covers"))
    basis = radio(_("What does it rest on?"), Basis, error=_("Choose what it rests on"))
    basis_text = line(
        _("Which provision, and why now?"),
        200,
        required=True,
        error_messages={"required": _("Name the provision and the reason")},
    )
    told = forms.BooleanField(
        label=_("The person was told what is shared, with whom and why"),
        error_messages={"required": _("Tell the person first, then tick this box")},
    )

    def prepare(self) -> None:
        """The categories that a packet can hold."""
        super().prepare()
        self.fields["categories"].choices = shareable()  # type: ignore[attr-defined]

    def layout(self) -> Iterable[Any]:
        """Country and purpose, the basis, then what it covers."""
        return (
            "recipient_country", "purpose", "basis", "basis_text", Choices("categories", hints=category_hints()), "told",
            "expires_at",
        )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """Nobody gives a legal basis; the columns say so in the plainest way they can."""
        found = super().facts()
        found.pop("told")
        language = next(iter(self.case.person.languages), "")
        return {**found, "decision": ConsentDecision.GIVEN, "language": language}


FORMS: dict[ConsentKind, type[DecisionForm]] = {form.kind: form for form in (MoveForm, ShareForm, LegalBasisForm)}
