"""The inbox, its status line, and what the reader was told."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from referral.enums import Action, DeadlineKind, Role
from referral.forms.filters import InboxFilters
from referral.pages import inbox as pages
from referral.pages.links import CASE_NOTICE_PAGES, NOTICE_PAGES, place_of
from referral.pages.proposed import for_a_second_person
from referral.selectors import glass
from referral.selectors import inbox as selectors
from referral.selectors.cases import visible_cases, visible_handovers
from referral.services.notices import mark_read
from referral.views.access import ActorRequest, requires
from referral.views.instant import instant
from referral.views.numbers import number, page_number


@requires(Action.VIEW_INBOX)
@require_GET
def inbox(request: ActorRequest) -> HttpResponse:
    """Three lists: what waits for the actor, what waits for others, what is decided."""
    tab, only, here = request.GET.get("tab", pages.TABS[0]), request.GET.get("only", ""), instant(request)
    if tab not in pages.TABS or only not in ("", pages.UNCOVERED, *DeadlineKind):
        raise Http404
    now = selectors.Now(here.at, here.wall, here.registry.clock)
    counts = selectors.tally(request.actor, here.at)
    request.waiting = counts.waiting  # type: ignore[attr-defined]  # the bar shows the same number and asks no more
    lists = {"waiting": waiting, "others": others, "decided": decided}
    narrow = only or (tab == pages.TABS[0] and pages.is_long(counts))
    context = {
        "page": pages.inbox_page(request.actor, tab, counts, lists[tab](request, now, counts, only)),
        "filters": InboxFilters(request.GET, kinds=pages.kinds_of_work(request.actor)) if narrow else None,
        "now": here.at,
        "submission": uuid4,  # called for each item, so that two buttons of one page are two acts
    }
    return render(request, "referral/inbox/inbox.html", context)


def waiting(request: ActorRequest, now: selectors.Now, counts: selectors.Tally, only: str) -> list[pages.Section]:
    """Who is not covered and what colleagues proposed on the first page, then what is due; `only` shows who is not
    covered, or one kind of work."""
    actor, page = request.actor, page_number(request)
    if only == pages.UNCOVERED:
        found = selectors.uncovered_people(actor, now, page, selectors.PAGE, counts)
        return [pages.not_covered(actor, found, now.at, whole=True)]
    due = selectors.waiting(actor, now, page, [DeadlineKind(only)] if only else (), counts)
    if only or page > 1:
        return [pages.things_due(actor, due, now.at)]
    if not pages.handles(actor):
        return pages.at_work(actor, selectors.people_worked_with(actor, now), due, now.at)
    unsafe = selectors.uncovered_people(actor, now, known=counts)
    first = pages.not_covered(actor, unsafe, now.at, whole=False)
    return [first, for_a_second_person(counts.to_confirm), pages.things_due(actor, due, now.at)]


def others(request: ActorRequest, now: selectors.Now, counts: selectors.Tally, _only: str) -> list[pages.Section]:
    """What the other side owes."""
    found = selectors.waiting_for_others(request.actor, now, page_number(request), counts)
    return [pages.others(request.actor, found, now.at)]


def decided(request: ActorRequest, _now: selectors.Now, counts: selectors.Tally, _only: str) -> list[pages.Section]:
    """What is over."""
    return [pages.over(request.actor, selectors.decided(request.actor, page_number(request), counts))]


@requires(Action.VIEW_INBOX)
@require_GET
def status(request: ActorRequest) -> HttpResponse:
    """The status line: 204 while nothing newer than version `v` was told, else the line anew. The list never moves."""
    version, since = number(request.GET.get("v")), number(request.GET.get("since"))
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
        mark_read(request.actor, instant(request).wall, number(request.POST.get("upto")))
        return redirect("referral:notices")
    found = selectors.notices(request.actor, page_number(request))
    counts = selectors.tally(request.actor, instant(request).at)
    context = {
        "found": found, "lines": [pages.notice_line(row) for row in found.rows], "newest": counts.newest,
        "unread": counts.unread, "told": pages.told(counts.unread), "now": instant(request).at,
    }  # fmt: skip
    return render(request, "referral/inbox/notices.html", context)


@requires(Action.VIEW_INBOX)
@require_GET
def notice(request: ActorRequest, pk: int) -> HttpResponse:
    """The page that a notice is about. Mails link here alone, so that a link by itself tells nothing.

    A reader who may not open that page, a regional coordinator or somebody whose work has ended, stays with the list.
    """
    found = (
        selectors.notices_of(request.actor)
        .select_related("case__person", "handover__case__person")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    reference = glass.of_notice(request.actor, found)
    if reference:
        return redirect("referral:glass_request", reference)
    if found.kind in NOTICE_PAGES:
        return redirect(NOTICE_PAGES[found.kind])
    if found.case_id is None and found.handover_id is None:
        return redirect("referral:inbox")  # several people, or an enquiry that names nobody: what is due stands there
    if found.handover is not None and visible_handovers(request.actor).filter(pk=found.handover.pk).exists():
        return redirect(place_of(found.handover))
    if found.case is not None and visible_cases(request.actor).filter(pk=found.case.pk).exists():
        return redirect(CASE_NOTICE_PAGES.get(found.kind, "referral:person"), found.case.person.public_code)
    if request.actor.role is Role.COORDINATOR:
        messages.info(request, _("Your role reads that something is late, and nothing more about the person."))
    else:
        messages.info(request, _("This file is no longer open to you."))
    return redirect("referral:notices")
