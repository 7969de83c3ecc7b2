"""The pages of data protection officers and regional coordinators."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from referral.enums import Action, OverduePhrase
from referral.forms.audit import AuditFilters, OverdueFilters, PhraseForm, ReviewForm
from referral.pages import audit as pages
from referral.pages import overdue as overdue_pages
from referral.selectors import audit as records
from referral.selectors import stubs
from referral.selectors.directory import names_in
from referral.services import oversight
from referral.views.access import ActorRequest, requires
from referral.views.answers import say_done
from referral.views.case_page import attempt
from referral.views.instant import instant

LARGEST = 2**63
"""Keys in an address that no row can have find nothing."""


@requires(Action.VIEW_AUDIT)
@require_GET
def audit(request: ActorRequest) -> HttpResponse:
    """Who opened, shared, saw, proposed, was refused and asked: filtered by the address, 25 to a page, break-glass first."""
    here = instant(request)
    filters = AuditFilters(request.GET, institutions=names_in(request.actor))
    asked = filters.asked(here.zone, request.GET.get("after", ""))
    found = records.find(request.actor, asked)
    counted = asked.kind is records.Kind.OVERRIDES
    context = {
        "filters": filters, "rows": pages.audit_rows(asked.kind, found.rows), "zone": here.zone, "lead": pages.LEAD,
        "older_url": pages.older_url(request.GET, found.next), "begins": asked.after is None,
        "newest_url": pages.newest_url(request.GET),
        "number": pages.set_aside(records.overrides(request.actor, asked)) if counted else "",
    }  # fmt: skip
    return render(request, "referral/oversight/audit.html", context)


@requires(Action.REVIEW_AUDIT)
@require_http_methods(["GET", "POST"])
def audit_line(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    """One line, what was said about it, and a remark of one's own."""
    here = instant(request)
    found = records.row(request.actor, records.Kind(kind), pk) if kind in list(records.Kind) and pk < LARGEST else None
    if found is None:
        raise Http404
    source = records.Kind(kind)
    form = ReviewForm(request.POST if request.method == "POST" else None, zone=here.zone, now=here.at)
    if form.is_valid():
        key, facts = form.cleaned_data["submission"], form.facts()
        done = attempt(form, lambda: oversight.review(request.actor, source, pk, **facts, submission=key))
        if done is not None:
            say_done(request, _("Your remark is recorded."), repeated=done.repeated)
            return redirect("referral:audit_line", kind, pk)
    line = pages.audit_row(source, found)
    context = {
        "facts": pages.facts_of(line, here.zone), "form": form, "kind": source.value,
        "remarks": pages.remarks_of(records.reviews(request.actor, source, pk), here.zone),
        "glass_reference": found["reference"] if source is records.Kind.GLASS else "",
    }  # fmt: skip
    return render(request, "referral/oversight/line.html", context)


@requires(Action.VIEW_STUBS)
@require_GET
def overdue(request: ActorRequest) -> HttpResponse:
    """What is long overdue, between which countries, since when; the first to be due first. Without a person."""
    here, filters = instant(request), OverdueFilters(request.GET)
    found = stubs.find(request.actor, filters.wanted(request.GET.get("after", "")))
    context = {
        "filters": filters, "rows": overdue_pages.rows(found.rows, here.at, here.zone),
        "older_url": pages.older_url(request.GET, found.next), "newest_url": pages.newest_url(request.GET),
        "begins": not request.GET.get("after"), "zone": here.zone,
    }  # fmt: skip
    return render(request, "referral/oversight/overdue.html", context)


@requires(Action.ASK_OVERDUE)
@require_http_methods(["GET", "POST"])
def overdue_stub(request: ActorRequest, pk: int) -> HttpResponse:
    """One stub; a coded phrase asks the country that owes it for an answer."""
    here = instant(request)
    form = PhraseForm(request.POST if request.method == "POST" else None, zone=here.zone, now=here.at)
    if pk >= LARGEST or not stubs.known(request.actor, pk):
        raise Http404
    if form.is_valid():
        phrase, key = OverduePhrase(form.cleaned_data["phrase"]), form.cleaned_data["submission"]
        done = attempt(form, lambda: oversight.ask_overdue(request.actor, pk, phrase, submission=key))
        if done is not None:
            say_done(request, _("Asked. The country is told by notice and mail."), repeated=done.repeated)
            return redirect("referral:overdue_stub", pk)
    stub = stubs.stub(request.actor, pk)
    if stub is None:
        raise Http404
    context = {
        "page": overdue_pages.page(stub, stubs.asks(request.actor, pk), here.at, here.zone), "form": form,
    }  # fmt: skip
    return render(request, "referral/oversight/stub.html", context)
