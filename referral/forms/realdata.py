"""Free text that looks like real personal data is questioned before it is kept: everything here is invented.

A guess is never a refusal. The reader takes the words out, or ticks that they are invented.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RESERVED = re.compile(r"@(?:[\w-]+\.)*(?:example\.(?:com|net|org)|[\w-]+\.(?:example|invalid|test))$", re.IGNORECASE)
"""Domains that nobody can own (RFC 2606): an address there is invented."""
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
"""Begun only where such a word begins: tried at each of its signs, one long word would keep a process busy for minutes."""
DATE = re.compile(r"\b\d{1,2}[ ./-]\d{1,2}[ ./-]\d{4}\b|\b\d{4}-\d{2}-\d{2}\b")
PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[ ().\-/]{0,2}\d){7,14}(?!\w)")
DOCUMENT = re.compile(r"(?<![\w-])[A-Z]{1,3}[ -]?\d{6,9}[A-Z]?(?![\w-])")

AN_ADDRESS = _("an e-mail address")
A_PHONE = _("a telephone number")
A_DOCUMENT = _("the number of a document")


def looks_real(text: str) -> tuple[Promise, ...]:
    """What in a text looks like real personal data, as words; empty when nothing does."""
    rest = DATE.sub(" ", text)
    found = []
    if any(not RESERVED.search(address) for address in EMAIL.findall(rest)):
        found.append(AN_ADDRESS)
    if PHONE.search(rest):
        found.append(A_PHONE)
    if DOCUMENT.search(rest):
        found.append(A_DOCUMENT)
    return tuple(found)


class QuestionsRealData(forms.Form):
    """Put before `forms.Form`; `free_text` names the fields to look at.

    The tick `invented` exists only where something typed looks real, so that nobody learns to tick it by habit.
    A form with a layout of its own appends `self.doubts` to it.
    """

    free_text: ClassVar[tuple[str, ...]] = ()
    invented = forms.BooleanField(label=_("What I typed is invented"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound or not any(looks_real(text) for text in self._typed()):
            del self.fields["invented"]

    @property
    def doubts(self) -> tuple[str, ...]:
        """The names of the fields that this class adds, for a layout."""
        return ("invented",) if "invented" in self.fields else ()

    def _typed(self) -> list[str]:
        return [str(self.data.get(self.add_prefix(name)) or "") for name in self.free_text]

    def clean(self) -> dict[str, Any]:
        """Adds an error to each field that looks real and is not said to be invented."""
        cleaned = super().clean() or self.cleaned_data
        if "invented" not in self.fields or cleaned.get("invented"):
            return cleaned
        for name in self.free_text:
            found = looks_real(str(cleaned.get(name) or ""))
            if found:
                self.add_error(
                    name,
                    forms.ValidationError(
                        _(
                            "This looks like real personal data (%(what)s). Remove it, or tick at the end of the form "
                            "that it is invented."
                        ),
                        code="looks_real",
                        params={"what": found[0]},
                    ),
                )
        return cleaned
