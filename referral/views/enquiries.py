"""Asking whether there is a place: lists, the asking, one enquiry for both sides, and an answer given on the telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal
from referral.enums import Action
from referral.errors import NotAllowed
from referral.forms.acts import ActForm, PressForm
from referral.forms.enquiries import AnswerForm, EnquiryForm, RecordForm
from referral.models import Enquiry
from referral.pages import enquiries as pages
from referral.policy import allowed
from referral.selectors import enquiries as selectors
from referral.selectors.inbox import Now, is_overdue
from referral.services import enquiries
from referral.views.access import ActorRequest, refuse, requires
from referral.views.answers import say_done
from referral.views.case_page import attempt, person_page, viewed
from referral.views.instant import instant
from referral.views.numbers import page_number


@requires(Action.ANSWER_ENQUIRY)
@require_GET
def enquiry_list(request: ActorRequest) -> HttpResponse:
    """What other countries asked, and what one's own asked."""
    actor, ours = request.actor, request.GET.get("list") == "sent"
    found = (selectors.sent if ours else selectors.received)(actor, page_number(request))
    context = {
        "tabs": pages.between_tabs("sent" if ours else "received"), "ours": ours, "found": found, "lines": pages.lines(found.rows, actor),
        "now": instant(request).at,
    }  # fmt: skip
    return render(request, "referral/enquiry/list.html", context)


@requires(Action.ENQUIRE)
@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest, code: str) -> HttpResponse:
    """Ask a country about a person of one's own. A country without a seat is called; the next page takes its answer."""
    view, here = viewed(request, code, Action.ENQUIRE), instant(request)
    chosen = {"country": request.GET.get("country", ""), "urgency": request.GET.get("urgency", "")}
    data = request.POST if request.method == "POST" else None
    form = EnquiryForm(data, own=request.actor.country_code, zone=here.zone, now=here.at, initial=chosen)
    if form.is_valid():
        outcome = attempt(form, lambda: enquiries.ask(request.actor, view.case.pk, form.facts(), submission=_key(form)))
        if outcome is not None:
            say_done(
                request,
                _("The enquiry is on its way. Nothing in it tells who the person is."),
                repeated=outcome.repeated,
            )
            return redirect(pages.enquiry_url(enquiries.reference_in(outcome.event)))
    asked = pages.lines(selectors.of_case(request.actor, view.case), request.actor)
    return person_page(request, view, "enquiry", form=form, asked=asked, back=view.url("person"))


@requires(Action.ANSWER_ENQUIRY)
@require_http_methods(["GET", "POST"])
def enquiry(request: ActorRequest, reference: str) -> HttpResponse:
    """One enquiry. The country that was asked answers here; the one that asked reads the answer and may withdraw."""
    found = _fetched(request, reference)
    return _answered(request, found, AnswerForm, enquiries.answer, "enquiry")


@requires(Action.RECORD_ENQUIRY)
@require_http_methods(["GET", "POST"])
def record(request: ActorRequest, reference: str) -> HttpResponse:
    """What a country without a seat said on the telephone."""
    found = _fetched(request, reference)
    if not found.outside or found.sender_id != request.actor.institution_id:
        raise Http404
    return _answered(request, found, RecordForm, enquiries.record, "record")


@requires(Action.ENQUIRE)
@require_POST
def withdraw(request: ActorRequest, reference: str) -> HttpResponse:
    """No answer is needed any more."""
    found, here = _fetched(request, reference), instant(request)
    form = PressForm(request.POST, zone=here.zone, now=here.at)
    form.is_valid()
    if found.sender_id != request.actor.institution_id or not allowed(request.actor, Action.ENQUIRE, found.case):
        refuse(Action.ENQUIRE)
    try:
        outcome = enquiries.withdraw(request.actor, found.pk, submission=_key(form))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, _("The enquiry is taken back."), repeated=outcome.repeated)
    return redirect(pages.enquiry_url(reference))


def _answered(
    request: ActorRequest, found: Enquiry, kind: type[AnswerForm], save: Callable[..., Any], template: str
) -> HttpResponse:
    """The form of an answer and the page around it."""
    here = instant(request)
    form = kind(request.POST if request.method == "POST" else None, zone=here.zone, now=here.at)
    if request.method == "POST" and not _may_answer(request, found):
        refuse(Action.ANSWER_ENQUIRY)
    if form.is_valid():
        outcome = attempt(form, lambda: save(request.actor, found.pk, form.facts(), submission=_key(form)))
        if outcome is not None:
            say_done(request, _("The answer is recorded."), repeated=outcome.repeated)
            return redirect(pages.enquiry_url(found.reference))
    owed = selectors.answer_due(found)
    late = owed is not None and is_overdue(owed, Now(here.at, here.wall, here.registry.clock))
    page = pages.enquiry_page(
        found, request.actor, here.at, here.zone, owed, late=late, may_answer=_may_answer(request, found)
    )
    context = {
        "page": page,
        "form": form,
        "back": pages.enquiry_url(found.reference),
        "press": PressForm(zone=here.zone, now=here.at),
    }
    return render(request, f"referral/enquiry/{template}.html", context)


def _may_answer(request: ActorRequest, found: Enquiry) -> bool:
    """The country that was asked; of one without a seat, and for taking back, whoever asked and still holds the case."""
    if found.sender_id == request.actor.institution_id:
        return allowed(request.actor, Action.RECORD_ENQUIRY, found.case)
    return allowed(request.actor, Action.ANSWER_ENQUIRY, found.case)


def _key(form: ActForm) -> Any:
    return form.cleaned_data.get("submission")


def _fetched(request: ActorRequest, reference: str) -> Enquiry:
    try:
        return selectors.enquiry_by_reference(request.actor, reference)
    except Enquiry.DoesNotExist:
        raise Http404 from None
