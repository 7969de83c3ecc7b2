"""The bar on top of every page: at most five items, with what waits counted."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.components import NavigationItem
from referral.actor import Actor
from referral.enums import Action
from referral.pages.words import up_to
from referral.policy import allowed

ITEMS = (
    ("referral:inbox", Action.VIEW_INBOX),
    ("referral:people", Action.VIEW_LIST),
    ("referral:directory", Action.VIEW_DIRECTORY),
)


def navigation(actor: Actor, path: str, *, waiting: int, demonstration: bool) -> list[NavigationItem]:
    """The items that the reader may open; the one under which `path` lies is current."""
    labels = {"referral:inbox": _("Inbox"), "referral:people": _("People"), "referral:directory": _("Directory")}
    found = [(str(labels[name]), reverse(name)) for name, action in ITEMS if allowed(actor, action)]
    if demonstration and allowed(actor, Action.VIEW_MAILS):
        found.append((_("Mails sent"), reverse("referral:mails")))
    inbox = reverse("referral:inbox")
    return [
        NavigationItem(
            label,
            url,
            current=path.startswith(url),
            count=up_to(waiting) if url == inbox and waiting else 0,
            count_label=ngettext("%(count)s thing waits", "%(count)s things wait", waiting) % {"count": up_to(waiting)},
        )
        for label, url in found
    ]
