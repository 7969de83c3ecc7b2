"""A person is found."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from referral.enums import Action
from referral.forms.intake import IntakeForm
from referral.pages.person import today
from referral.services import intake
from referral.views.access import ActorRequest, requires
from referral.views.case_page import attempt, form_for, person_page, viewed


@requires(Action.OPEN_CASE)
@require_http_methods(["GET", "POST"])
def person_new(request: ActorRequest) -> HttpResponse:
    """Intake on one page: tonight first. Ends on a page with code word and code."""
    form = form_for(request, IntakeForm)
    if form.is_valid():
        key = form.cleaned_data["submission"]
        outcome = attempt(form, lambda: intake.open_case(request.actor, form.facts(), submission=key))
        if outcome is not None:
            if outcome.repeated:
                messages.success(request, _("Already recorded."))
            return redirect("referral:person_opened", outcome.case.person.public_code)
    return render(request, "referral/intake/new.html", {"form": form})


@requires(Action.VIEW_CASE)
@require_GET
def person_opened(request: ActorRequest, code: str) -> HttpResponse:
    """Code word and code of a case just opened, and what happens next."""
    view = viewed(request, code)
    return person_page(request, view, "opened", today=today(view))
