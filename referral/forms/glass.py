"""The form of a break-glass request: a code and a reason."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from referral.forms.acts import ActForm
from referral.forms.fields import line, words


class GlassForm(ActForm):
    """The person's code, and why nothing else is quick enough."""

    free_text = ("reason",)
    code = line(
        _("Code of the person"), 24, required=True,
        help_text=_("The eight letters and digits that the person, a paper or a colleague gave you. A code word is not enough."),
        error_messages={"required": _("Enter the code of the person")},
    )  # fmt: skip
    reason = words(
        _("What is the danger, and what do you need to know?"), 600, required=True, rows=4,
        help_text=_("No names. Your colleague reads this before confirming; the institution that answers for the person and the data protection officers read it at once."),
        error_messages={"required": _("Write what the danger is")},
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """The answers, and the language of the page on which the reason was written."""
        return super().facts() | {"language": get_language() or ""}
