"""Who belongs together, and who travels together."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from referral.enums import Action, Compartment
from referral.forms import families as forms
from referral.models import Handover
from referral.pages import families as pages
from referral.pages.links import place_of
from referral.selectors import families as selectors
from referral.services import families
from referral.views.access import ActorRequest, get_handover, requires
from referral.views.answers import Refused, attempt
from referral.views.case_page import attempt as attempt_at_home
from referral.views.case_page import form_for, person_page, viewed
from referral.views.drafts import form_of, hidden, of_draft, show_step
from referral.views.records import done


@requires(Action.LINK_FAMILY)
@require_http_methods(["GET", "POST"])
def people(request: ActorRequest, code: str) -> HttpResponse:
    """Everybody who belongs to the person, and a form for one more."""
    view = viewed(request, code, Action.LINK_FAMILY, part=Compartment.D7)
    form = form_for(request, forms.LinkForm, view.case)
    if form.is_valid():
        cleaned = form.cleaned_data
        keys = {name: cleaned[name] for name in ("submission", "version")}

        def act() -> Any:
            return families.record_link(request.actor, view.case.pk, cleaned["other"], cleaned["kind"], **keys)

        outcome = attempt_at_home(form, act, view.case)
        if outcome is not None:
            return done(request, outcome, _("It is recorded who belongs together."), "referral:family", code)
    links = pages.link_rows(selectors.links_of(view.case, request.actor), request.actor)
    return person_page(request, view, "family", form=form, links=links, back=view.url("person"))


@of_draft("GET", "POST")
def family(request: ActorRequest, found: Handover) -> HttpResponse:
    """Who travels along with the person of this draft."""
    along = selectors.could_travel_along(found)
    form = form_of(request, found, forms.TogetherForm, people=pages.choices_of(along))

    def act() -> Any:
        return families.link(request.actor, found.pk, form.chosen(), **hidden(form))

    members = pages.member_rows(found, selectors.family_of(found))
    return show_step(
        request, found, form, "family", act=act, done=_("They travel together."), members=members, along=along,
        apart=selectors.a_child_apart(found.case, [case for case, _kind in along]),
    )  # fmt: skip


@requires(Action.LINK_FAMILY)
@require_http_methods(["GET", "POST"])
def alone(request: ActorRequest, reference: str) -> HttpResponse:
    """Somebody does not travel with the others: before the sending, or when one of them was declined or stopped."""
    found = get_handover(request, reference, Action.OFFER)
    form, back = form_of(request, found, forms.AloneForm), place_of(found)

    def act() -> Any:
        return families.leave(request.actor, found.pk, form.cleaned_data["reason"], **hidden(form))

    if form.is_valid():
        answer = attempt(request, form, found, act, _("Recorded. The others go on without waiting."), back)
        if not isinstance(answer, Refused):
            return answer
    others = selectors.family_of(found)
    if not others and request.method == "GET":
        return redirect(back)
    return render(request, "referral/handover/alone.html", _alone(found, form, back, others))


def _alone(found: Handover, form: Any, back: str, others: list[Handover]) -> dict[str, Any]:
    return {
        "form": form,
        "back": back,
        "handover": found,
        "others": [other.case.person.code_word for other in others],
        "apart": selectors.a_child_apart(found.case, [other.case for other in others]),
    }
