"""What the person decided: three kinds kept apart, a new decision is recorded, none is ever changed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from referral.enums import Action, Compartment, ConsentKind
from referral.forms.consent import FORMS
from referral.pages import records
from referral.services import consent as service
from referral.views.access import ActorRequest, requires
from referral.views.case_page import attempt, form_for, person_page, viewed
from referral.views.records import done

PREFILLED = {"country": "recipient_country", "purpose": "purpose", "decision": "decision"}
"""Names in the address → fields of the form."""


@requires(Action.VIEW_CASE)
@require_GET
def consent(request: ActorRequest, code: str) -> HttpResponse:
    """The three kinds, each with its decisions."""
    view = viewed(request, code, part=Compartment.D2)
    return person_page(request, view, "consent", "consent", kinds=records.decisions(view))


@requires(Action.RECORD_CONSENT)
@require_http_methods(["GET", "POST"])
def record_consent(request: ActorRequest, code: str) -> HttpResponse:
    """Record a new decision of the kind in the address: what was read out, what was decided."""
    view = viewed(request, code, Action.RECORD_CONSENT, whole=False)
    kind = request.GET.get("kind", ConsentKind.MOVE)
    if kind not in ConsentKind.values:
        raise Http404
    asked = {field: request.GET[name] for name, field in PREFILLED.items() if request.GET.get(name)}
    form = form_for(request, FORMS[ConsentKind(kind)], view.case, **asked)
    if form.is_valid():
        key = form.cleaned_data["submission"]
        outcome = attempt(form, lambda: service.record(request.actor, view.case.pk, form.facts(), submission=key))
        if outcome is not None:
            return done(request, outcome, _("The decision is recorded."), "referral:consent", code)
    context: dict[str, Any] = {
        "form": form,
        "kind": ConsentKind(kind),
        "read_out": service.TEXTS[ConsentKind(kind)],
        "back": view.url("consent"),
    }
    return person_page(request, view, "record_consent", **context)
