"""Forms of officers: absence, and a successor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referral.forms.acts import ActForm
from referral.forms.fields import radio

ABSENCES = {
    "30": pgettext_lazy("absence", "Half an hour"),
    "120": pgettext_lazy("absence", "Two hours"),
    "480": pgettext_lazy("absence", "Today"),
    "10080": pgettext_lazy("absence", "A week"),
}
"""Minutes of real time: people are absent in the room, whatever the exercise's clock says."""


class AwayForm(ActForm):
    """How long."""

    minutes = radio(_("For how long, in real time?"), tuple(ABSENCES.items()), error=_("Choose how long"))

    @property
    def length(self) -> timedelta:
        """The chosen length."""
        return timedelta(minutes=int(self.cleaned_data["minutes"]))


class ReplaceForm(ActForm):
    """Who takes over. `colleagues` are pairs of user key and name."""

    successor = radio(_("Who takes over?"), (), error=_("Choose who takes over"))

    def __init__(self, *args: Any, colleagues: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = [(str(pk), name) for pk, name in colleagues]  # type: ignore[attr-defined]
