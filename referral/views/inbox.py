"""The inbox, its status line, and what the reader was told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from referral.enums import Action
from referral.pages import inbox as pages
from referral.pages.links import person_url, place_of
from referral.selectors import inbox as selectors
from referral.selectors.cases import visible_cases, visible_handovers
from referral.services.notices import mark_read
from referral.views.access import ActorRequest, requires
from referral.views.instant import instant

PER_PAGE = 25


@requires(Action.VIEW_INBOX)
@require_GET
def inbox(request: ActorRequest) -> HttpResponse:
    """Three lists: what waits for the actor, what waits for others, what is decided."""
    tab, actor, here = request.GET.get("tab", pages.TABS[0]), request.actor, instant(request)
    if tab not in pages.TABS:
        raise Http404
    now = selectors.Now(here.at, here.wall, here.registry.clock)
    cases = selectors.my_cases(actor, here.at, only_uncovered=pages.handles(actor))
    things, over = selectors.waiting(actor, now, cases), selectors.decided(actor)
    others = selectors.waiting_for_others(actor, now)
    lists: dict[str, tuple[Any, Callable[[Any], pages.Entry]]] = {
        "waiting": (things, lambda thing: pages.entry(thing, actor, here.at)),
        "others": (
            others,
            lambda thing: pages.entry_for_others(thing, actor, here.at),
        ),
        "decided": (over, lambda handover: pages.decided_entry(handover, actor)),
    }
    rows = Paginator(lists[tab][0], PER_PAGE).get_page(request.GET.get("page"))
    counts = (len(things), len(others), over.count())
    context = {
        "page": pages.inbox_page(actor, tab, counts, cases, selectors.news(actor)),
        "entries": [lists[tab][1](row) for row in rows],
        "people": pages.people(actor, cases, things) if tab == "waiting" else (),
        "rows": rows,
        "now": here.at,
        "submission": uuid4,  # called for each item, so that two buttons of one page are two acts
    }
    return render(request, "referral/inbox/inbox.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


@requires(Action.VIEW_INBOX)
@require_GET
def status(request: ActorRequest) -> HttpResponse:
    """The status line: 204 while nothing newer than version `v` was told, else the line anew. The list never moves."""
    version, since = _number(request.GET.get("v")), _number(request.GET.get("since"))
    news = selectors.news(request.actor, after=since)
    if news.newest <= version:
        return HttpResponse(status=204)
    text = ngettext(
        "%(count)d change since this page was opened.", "%(count)d changes since this page was opened.", news.newer
    )
    context = {
        "poll_url": pages.poll_url(news.newest, since),
        "text": text % {"count": news.newer},
        "show_url": pages.inbox_url(),
    }
    return render(request, "components/status_line.html", context)


@requires(Action.VIEW_INBOX)
@require_http_methods(["GET", "POST"])
def notices(request: ActorRequest) -> HttpResponse:
    """What the reader was told, newest first; a POST marks everything up to the newest one shown as read."""
    if request.method == "POST":
        mark_read(request.actor, instant(request).wall, _number(request.POST.get("upto")))
        return redirect("referral:notices")
    rows = Paginator(selectors.notices(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    lines: Sequence[pages.NoticeLine] = [pages.notice_line(row) for row in rows]
    news = selectors.news(request.actor)
    context = {"rows": rows, "lines": lines, "newest": news.newest, "unread": news.unread, "now": instant(request).at}
    return render(request, "referral/inbox/notices.html", context)


@requires(Action.VIEW_INBOX)
@require_GET
def notice(request: ActorRequest, pk: int) -> HttpResponse:
    """The page that a notice is about. Mails link here alone, so that a link by itself tells nothing.

    A reader who may not open that page, a regional coordinator for one, stays with the list.
    """
    found = selectors.notices(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.handover is not None and visible_handovers(request.actor).filter(pk=found.handover.pk).exists():
        return redirect(place_of(found.handover))
    if found.case is not None and visible_cases(request.actor).filter(pk=found.case.pk).exists():
        return redirect(person_url(found.case.person.public_code))
    messages.info(request, _("Your role reads that something is late, and nothing more about the person."))
    return redirect("referral:notices")
