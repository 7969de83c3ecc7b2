"""The file itself: joined with another one, closed, an entry put right, a task that stayed here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from referral.enums import ClosureReason, LegalTrackState
from referral.forms.choices import home_institutions
from referral.forms.fields import line, radio, words
from referral.forms.person import PersonForm
from referral.languages import language_choices
from referral.models import Institution

CLOSED_BY_HAND = [choice for choice in ClosureReason.choices if choice[0] != ClosureReason.DUPLICATE]


class JoinForm(PersonForm):
    """Two files are about one person; this one ends, the other goes on."""

    not_questioned = ("into_code",)
    into_code = line(
        _("Code of the file that goes on"), 8, required=True, help_text=_("The 8 characters, for example 7K3Q2M9T."),
        error_messages={"required": _("Enter the code of the other file")},
    )  # fmt: skip
    reason = words(
        _("How do you know that it is the same person?"), 600, required=True,
        error_messages={"required": _("Say how you know that it is the same person")},
    )  # fmt: skip


class CloseForm(PersonForm):
    """The case is closed, and somebody stays named whom the person can turn to."""

    reason = radio(_("Why is the case closed?"), CLOSED_BY_HAND, error=_("Choose a reason"))
    contact_later = forms.ModelChoiceField(
        Institution.objects.none(),
        label=_("Whom can the person turn to later?"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose an institution")},
    )

    def prepare(self) -> None:
        """Institutions of the actor's country."""
        keys = [institution.pk for institution in home_institutions(self.actor)]
        self.fields["contact_later"].queryset = Institution.objects.filter(pk__in=keys)  # type: ignore[attr-defined]


class ReviewForm(PersonForm):
    """Nothing to fill in: the button alone."""


class CorrectionForm(PersonForm):
    """An entry was wrong: what is right, and why."""

    text = words(_("What is right?"), 600, required=True, error_messages={"required": _("Write what is right")})
    reason = words(
        _("Why was it wrong?"), 600, required=True, error_messages={"required": _("Say why the entry was wrong")}
    )
    language = forms.ChoiceField(label=_("Language you write in"), choices=language_choices)


class TaskForm(PersonForm):
    """A task that stayed with the former holder goes on, or ends."""

    not_questioned = ("reference",)
    state = radio(
        _("Where does it stand?"),
        [choice for choice in LegalTrackState.choices if choice[0] != LegalTrackState.INTENDED],
        error=_("Say where it stands"),
    )
    reference = line(_("Outside reference"), 60)

    def __init__(self, *args: Any, track: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if track is not None:
            self.fields["state"].initial = track.state
            self.fields["reference"].initial = track.reference
