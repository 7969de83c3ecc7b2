"""Forms of a request about a person elsewhere: asking, and the holder's decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.forms import Choices
from referral.asking_states import RequestAct
from referral.enums import AskKind, Purpose, Urgency
from referral.forms.acts import ActForm
from referral.forms.drafts import URGENCY_HINTS
from referral.forms.fields import line, radio, words

KIND_HINTS = {
    AskKind.SEARCH.value: _("The person was expected, or somebody worries. Whoever answers for the person decides."),
    AskKind.PRESENCE.value: _("The person came to you and told you this code. Help goes on while others decide."),
    AskKind.PULL.value: _("The person would be better protected in your country, and wants this as far as you know."),
}


class AskForm(ActForm):
    """A code as the person or a colleague gave it, what is asked, and why."""

    free_text = ("reason",)
    code = line(
        _("Code or code word"), 24, required=True, help_text=_("As the person gave it to you."),
        error_messages={"required": _("Enter the code or the code word")},
    )  # fmt: skip
    kind = radio(_("What do you want to say?"), AskKind.choices, error=_("Choose what you want to say"))
    reason = words(
        _("Why?"), 600, required=True, rows=4,
        help_text=_("No names. The institution that answers for the person reads this, and nobody else."),
        error_messages={"required": _("Write why you ask")},
    )  # fmt: skip

    def layout(self) -> Iterable[Any]:
        """Each kind with what it means."""
        return ["code", Choices("kind", hints=KIND_HINTS), "reason"]

    def facts(self) -> dict[str, Any]:
        """The answers without the kind, and the language of the page on which the reason was written."""
        found = super().facts() | {"language": get_language() or ""}
        del found["kind"]
        return found


ACTS = {
    RequestAct.AGREE: pgettext_lazy("request", "Prepare a handover to the country that asks"),
    RequestAct.REFUSE: pgettext_lazy("request", "Go on answering for the person here"),
    RequestAct.NOTE: pgettext_lazy("request", "Read, and dealt with"),
}


class DecideForm(ActForm):
    """Agreeing begins a draft and needs its purpose; anything else is a note for the own file."""

    free_text = ("decision_note",)
    act = radio(_("What do you decide?"), (), error=_("Choose what you decide"))
    purpose = radio(_("Why would the person move?"), Purpose.choices, required=False)
    urgency = radio(_("How urgent is it?"), Urgency.choices, required=False)
    decision_note = words(_("Note for your own file"), 600, help_text=_("Nobody outside your institution reads it."))

    def __init__(self, *args: Any, acts: Iterable[RequestAct], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [(act.value, ACTS[act]) for act in acts]  # type: ignore[attr-defined]
        if RequestAct.AGREE not in acts:
            del self.fields["purpose"], self.fields["urgency"]

    def layout(self) -> Iterable[Any]:
        """Purpose and urgency inside the agreement."""
        if "purpose" not in self.fields:
            return ["act", "decision_note"]
        inner = ["purpose", Choices("urgency", hints=URGENCY_HINTS)]
        return [Choices("act", reveals={RequestAct.AGREE.value: inner}), "decision_note"]

    def clean(self) -> dict[str, Any]:
        """A draft begins with why and how fast."""
        cleaned = super().clean()
        if cleaned.get("act") == RequestAct.AGREE:
            self.need("purpose", _("Choose why the person would move"))
            self.need("urgency", _("Choose how urgent it is"))
        return cleaned
