"""What every form of an act on a handover shares: the hidden fields, the reader's zone, and the exercise's now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import form_helper
from referral.forms.fields import MomentField
from referral.forms.realdata import QuestionsRealData

HIDDEN = ("submission", "version")


class ActForm(QuestionsRealData):
    """A form that causes one act. `submission` is drawn anew with each blank form: the same one twice is done once.

    `version` is the version of the row that the page was made from; `zone` the IANA zone in which moments are typed;
    `now` the exercise's instant. Subclasses fill in what depends on the row in `prepare`.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, zone: str, now: datetime, version: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now
        self.fields["version"].initial = version
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.set_zone(zone)

    def layout(self) -> Iterable[Any]:
        """The fields in the order of the page; by default the form's own."""
        return [name for name in self.fields if name not in (*HIDDEN, *self.doubts)]

    @property
    def helper(self) -> FormHelper:
        """The crispy helper, hidden fields included."""
        helper = form_helper(*self.layout(), *self.doubts)
        helper.render_hidden_fields = True
        return helper

    def facts(self) -> dict[str, Any]:
        """The cleaned answers that the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in (*HIDDEN, "invented")}

    def renew_version(self, version: int) -> None:
        """Keep what was typed, and let the next attempt stand on what is there now."""
        typed: Any = self.data
        typed = typed.copy()
        typed[self.add_prefix("version")] = str(version)
        self.data = typed

    def need(self, name: str, sentence: Any) -> None:
        """Add an error where an answer is missing that the choice above it asks for."""
        if name not in self.errors and self.cleaned_data.get(name) in (None, "", [], False):
            self.add_error(name, sentence)

    def not_in_future(self, name: str) -> None:
        """Add an error when the moment lies after the exercise's now."""
        moment = self.cleaned_data.get(name)
        if moment is not None and moment > self.now:
            self.add_error(name, _("This moment has not come yet. Check the day and the time"))

    def not_in_past(self, name: str) -> None:
        """Add an error when the moment has passed already."""
        moment = self.cleaned_data.get(name)
        if moment is not None and moment <= self.now:
            self.add_error(name, _("This moment has passed already. Check the day and the time"))


class PressForm(ActForm):
    """A button alone: nothing to fill in."""
