"""The bar on top of every page: at most five items, with what waits counted."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.addresses import address
from common.components import NavigationItem
from referral.actor import Actor
from referral.enums import Action
from referral.pages.desk import has_desk
from referral.pages.words import up_to
from referral.policy import allowed, roles_that_may

ITEMS: Mapping[str, tuple[Action, Promise]] = {
    "desk": (Action.VIEW_DESK, gettext_lazy("Your desk")),
    "inbox": (Action.VIEW_INBOX, gettext_lazy("Inbox")),
    "audit": (Action.VIEW_AUDIT, gettext_lazy("Audit list")),
    "people": (Action.VIEW_LIST, gettext_lazy("People")),
    "enquiries": (Action.ANSWER_ENQUIRY, gettext_lazy("Enquiries")),
    "directory": (Action.VIEW_DIRECTORY, gettext_lazy("Directory")),
}
"""The items in their order, each by its URL name, with the act that it is for."""


def navigation(actor: Actor, path: str, *, waiting: int, demonstration: bool) -> list[NavigationItem]:
    """The items that the reader may open; the one under which `path` lies is current, and the first one counts what waits."""
    names = [name for name, (action, _label) in ITEMS.items() if _shown(actor, name) and allowed(actor, action)]
    found = [(str(ITEMS[name][1]), address(f"referral:{name}")) for name in names]
    if demonstration and allowed(actor, Action.VIEW_MAILS):
        found.append((_("Mails sent"), address("referral:mails")))
    first = address(f"referral:{'inbox' if 'inbox' in names else 'desk'}")
    return [
        NavigationItem(
            label,
            url,
            current=path.startswith(url),
            count=up_to(waiting) if url == first and waiting else 0,
            count_label=ngettext("%(count)s thing waits", "%(count)s things wait", waiting) % {"count": up_to(waiting)},
        )
        for label, url in found
    ]


def _shown(actor: Actor, name: str) -> bool:
    """Who has a desk finds her inbox there; who sees nobody needs no list of people."""
    if name == "desk":
        return has_desk(actor)
    if name == "inbox":
        return not has_desk(actor)
    return name != "people" or not has_desk(actor) or actor.role in roles_that_may(Action.VIEW_CASE)
