"""Who belongs together, and who travels together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from referral.errors import NotHeldHere
from referral.forms.acts import ActForm
from referral.forms.fields import line, radio, ticks, words
from referral.forms.person import PersonForm
from referral.models import PersonLink
from referral.selectors.families import held_by_name


class LinkForm(PersonForm):
    """Another person for whom one answers, and what that person is to this one."""

    not_questioned = (*PersonForm.not_questioned, "other")
    other = line(
        _("Who belongs to this person?"), 40, required=True,
        help_text=_("The code word or the code of somebody for whom you answer."),
        error_messages={"required": _("Write the code word or the code of the other person")},
    )  # fmt: skip
    kind = radio(
        _("What is the other to this person?"),
        PersonLink._meta.get_field("kind").choices,
        error=_("Choose what the other is to this person"),
    )

    def clean_other(self) -> int:
        """The case of the other, one's own and not the same."""
        found = held_by_name(self.actor, self.cleaned_data["other"])
        if found is None or found == self.case.pk:
            self.add_error("other", NotHeldHere.sentence)
            return 0
        return found


class TogetherForm(ActForm):
    """Who of the family travels along."""

    others = ticks(_("Who travels along?"), (), required=True, error=_("Tick who travels along"))

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["others"].choices = people  # type: ignore[attr-defined]

    def chosen(self) -> Iterable[int]:
        """Keys of the cases."""
        return [int(key) for key in self.cleaned_data["others"]]


class AloneForm(ActForm):
    """Why somebody does not travel with the others."""

    free_text = ("reason",)
    reason = words(
        _("Why does this person not travel with the others?"), 600, required=True,
        help_text=_("What the person wants, and who stays with whom. No names."),
        error_messages={"required": _("Write down why")},
    )  # fmt: skip
