"""Refusals: a command that the rules do not allow, said in a sentence that a person can act on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A rule said no. `sentence` is translatable and safe to show; it never names a person or a record.

    Subclasses set `sentence`; an instance may give a more exact one.
    """

    sentence: str | Promise = _("This is not possible now.")

    def __init__(self, sentence: str | Promise | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return str(self.sentence)
