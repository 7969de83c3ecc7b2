"""What a country without a seat answered is written down by the sender: by whom, when, under which reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from referral.forms.acts import ActForm
from referral.forms.fields import MomentField, Section, line

HEARD = ("officer", "answered_at", "outside_reference")


class HeardForm(ActForm):
    """An act of the receiver. `heard` says that the sender records it for a country without a seat."""

    free_text: ClassVar[tuple[str, ...]] = ("officer", "outside_reference")
    heard_labels: ClassVar[Mapping[str, Any]] = {}
    """How a question is put to the sender who only writes the answer down."""
    officer = line(
        _("Who answered?"), 160, required=True, help_text=_("The office and a role or an invented name."),
        error_messages={"required": _("Write down who answered")},
    )  # fmt: skip
    answered_at = MomentField(
        label=_("When was it answered?"), required=True,
        error_messages={"required": _("Enter when it was answered")},
    )  # fmt: skip
    outside_reference = line(_("Their reference"), 60)

    def __init__(self, *args: Any, heard: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heard = heard
        for name in () if heard else HEARD:
            del self.fields[name]
        for name, label in self.heard_labels.items() if heard else ():
            self.fields[name].label = label

    def asked(self) -> Iterable[Any]:
        """The act's own questions in the order of the page."""
        return [name for name in super().layout() if name not in HEARD]

    def layout(self) -> Iterable[Any]:
        """The act's own questions, then who answered."""
        own = list(self.asked())
        return [*own, Section(_("Who told you"), *HEARD)] if self.heard else own

    def clean(self) -> dict[str, Any]:
        """What was answered was answered before now."""
        cleaned = super().clean()
        self.not_in_future("answered_at")
        return cleaned

    def heard_facts(self) -> dict[str, Any]:
        """Officer, time and reference, where they are asked for."""
        return {name: self.cleaned_data[name] for name in HEARD if name in self.cleaned_data}
