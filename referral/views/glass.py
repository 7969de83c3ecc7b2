"""Break-glass: asking, confirming as a second person, ending, and what is kept sealed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal
from referral.enums import Action
from referral.errors import NotAllowed
from referral.forms.glass import GlassForm
from referral.models import BreakGlass
from referral.pages import glass as pages
from referral.policy import FOCAL, allowed
from referral.selectors import glass as selectors
from referral.services import glass
from referral.views.access import ActorRequest, refuse, requires
from referral.views.answers import say_done
from referral.views.case_page import attempt, person_page, viewed
from referral.views.instant import instant
from referral.views.numbers import page_number


@requires(Action.ASK_GLASS)
@require_GET
def glass_list(request: ActorRequest) -> HttpResponse:
    """What one's own institution asked and, for a focal point, what others asked about its people."""
    actor, found = request.actor, selectors.asked_by(request.actor, page_number(request))
    ours = selectors.about_people_of(actor) if actor.role in FOCAL and found.number == 1 else ()
    context = {
        "asked": pages.asked_lines(found.rows), "ours": pages.about_lines(ours), "found": found, "now": instant(request).at,
    }  # fmt: skip
    return render(request, "referral/glass/list.html", context)


@requires(Action.ASK_GLASS)
@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest) -> HttpResponse:
    """Ask. The answer is the same for every code."""
    here = instant(request)
    form = GlassForm(request.POST if request.method == "POST" else None, zone=here.zone, now=here.at)
    if form.is_valid():
        key = form.cleaned_data["submission"]
        done = attempt(form, lambda: glass.ask(request.actor, form.facts(), submission=key))
        if done is not None:
            say_done(request, _("Your request is recorded. Your colleagues are told."), repeated=done.repeated)
            return redirect("referral:glass_request", done.row.reference)
    return render(request, "referral/glass/new.html", {"form": form, "silence": pages.SILENCE})


@requires(Action.VIEW_GLASS)
@require_GET
def glass_request(request: ActorRequest, reference: str) -> HttpResponse:
    """One request, as far as the reader's side may know it."""
    row, here = _fetched(request, reference, Action.VIEW_GLASS), instant(request)
    page = pages.glass_page(request.actor, row, here.zone, here.wall)
    return render(request, "referral/glass/request.html", {"page": page, "submission": uuid4})


@requires(Action.CONFIRM_GLASS)
@require_POST
def confirm(request: ActorRequest, reference: str) -> HttpResponse:
    """The second person says yes."""
    return _acted(request, reference, Action.CONFIRM_GLASS, glass.confirm, _("You have confirmed it."))


@requires(Action.CONFIRM_GLASS)
@require_POST
def drop(request: ActorRequest, reference: str) -> HttpResponse:
    """Somebody of the institution does not go on with it."""
    return _acted(request, reference, Action.CONFIRM_GLASS, glass.drop, _("Nothing is opened."))


@requires(Action.END_GLASS)
@require_POST
def end(request: ActorRequest, reference: str) -> HttpResponse:
    """Whoever asked, the holder or an officer ends it now."""
    return _acted(request, reference, Action.END_GLASS, glass.end, _("It is over. Nothing can be read any more."))


@requires(Action.VIEW_SEAL)
@require_GET
def sealed(request: ActorRequest, code: str) -> HttpResponse:
    """What former holders kept sealed, the identity covered. Under break-glass alone; the reading stands in the record."""
    view = viewed(request, code, Action.VIEW_SEAL)
    seals = selectors.seals_of(view.case)
    url = view.url("sealed_identity") if selectors.identity_of(request.actor, seals) else ""
    return person_page(request, view, "sealed", "sealed", parts=pages.sealed_parts(view, seals), identity_url=url)


@requires(Action.VIEW_SEAL)
@require_POST
def show_sealed_identity(request: ActorRequest, code: str) -> HttpResponse:
    """The same with the identity, once: the record keeps who looked, and no address ever shows it."""
    view = viewed(request, code, Action.VIEW_SEAL)
    seals = selectors.seals_of(view.case)
    fields = selectors.identity_of(request.actor, seals)
    if not fields:
        return redirect("referral:sealed", code)
    try:
        glass.note_identity(request.actor, view.case.pk, fields)
    except Refusal as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    parts = pages.sealed_parts(view, seals, uncovered=True)
    return person_page(request, view, "sealed", "sealed", parts=parts, looked=True)


def _acted(
    request: ActorRequest, reference: str, action: Action, act: Callable[..., glass.Done], sentence: str
) -> HttpResponse:
    row = _fetched(request, reference, action)
    try:
        done = act(request.actor, row.pk)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, sentence, repeated=done.repeated)
    return redirect("referral:glass_request", reference)


def _fetched(request: ActorRequest, reference: str, action: Action) -> BreakGlass:
    """The request that this actor may act on so. 404 when invisible, 403 when visible but not allowed."""
    try:
        row = selectors.by_reference(request.actor, reference)
    except BreakGlass.DoesNotExist:
        raise Http404 from None
    if not allowed(request.actor, action, row):
        refuse(action)
    return row
