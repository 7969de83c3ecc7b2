"""Break-glass, what oversight marks as read, and what a coordinator says: codes with their words."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class GlassState(TextChoices):
    """Where a request for break-glass access stands (`referral.glass_states`)."""

    ASKED = "asked", pgettext_lazy("break-glass", "Waits for a second person")
    OPENED = "opened", pgettext_lazy("break-glass", "Open")
    NOTHING = "nothing", pgettext_lazy("break-glass", "Nothing was opened")
    DROPPED = "dropped", pgettext_lazy("break-glass", "Not gone on with")
    LAPSED = "lapsed", pgettext_lazy("break-glass", "Nobody confirmed in time")
    ENDED = "ended", pgettext_lazy("break-glass", "Over")


class GlassEnd(TextChoices):
    """Why an opening is over."""

    TIME = "time", pgettext_lazy("break-glass", "The sixty minutes have passed")
    OPENER = "opener", pgettext_lazy("break-glass", "Ended by the person who asked")
    HOLDER = "holder", pgettext_lazy("break-glass", "Ended by the institution that answers for the person")
    OFFICER = "officer", pgettext_lazy("break-glass", "Ended by a data protection officer")
    CUSTODY = "custody", pgettext_lazy("break-glass", "Somebody else answers for the person now")


class Refused(TextChoices):
    """How an attempt was answered that the policy did not allow."""

    FORBIDDEN = "403", pgettext_lazy("audit", "Seen, and not allowed")
    INVISIBLE = "404", pgettext_lazy("audit", "Not there, or not visible")


class OverduePhrase(TextChoices):
    """What a regional coordinator says about work that is long overdue. There is no free text: nothing can slip in."""

    ANSWER = "answer", pgettext_lazy("coordinator", "Please answer. Somebody waits.")
    SAY_WHEN = "say_when", pgettext_lazy("coordinator", "Please say when the answer comes.")
    CALL = "call", pgettext_lazy("coordinator", "Please call the other side today.")
    CALL_ME = (
        "call_me",
        pgettext_lazy("coordinator", "Please call the regional coordination if something stands in the way."),
    )
