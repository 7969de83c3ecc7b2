"""A handover that is being prepared: the start, the task list, and one page for each step."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from referral.chain import digest
from referral.enums import Action, HandoverState
from referral.errors import NotInThisState
from referral.forms import drafts as forms
from referral.forms.acts import ActForm, PressForm
from referral.gates import GateResult
from referral.models import Handover
from referral.packet import USUAL
from referral.pages import draft_steps as pages
from referral.pages.draft import DraftPage, draft_page, readiness
from referral.pages.families import choices_of
from referral.pages.handover_words import plain
from referral.pages.links import draft_url, handover_url, person_url, sent_url
from referral.pages.packet import packet_view
from referral.selectors import drafts as reads
from referral.selectors import handovers as selectors
from referral.selectors.facts import gate_view, packet_contents
from referral.selectors.families import a_child_apart, could_travel_along, family_of
from referral.services import drafts, lifecycle
from referral.services.care import end_service
from referral.services.command import recorded
from referral.views.access import ActorRequest, View, get_case, get_handover, requires
from referral.views.answers import Refused, attempt, say_done
from referral.views.instant import instant

Step = Callable[[ActorRequest, Handover], HttpResponse]


def of_draft(*methods: str) -> Callable[[Step], View]:
    """A view of one draft of this person. One that was sent meanwhile leads to its own page."""

    def decorate(step: Step) -> View:
        @requires(Action.PREPARE)
        @require_http_methods(list(methods))
        @wraps(step)
        def view(request: ActorRequest, code: str, reference: str) -> HttpResponse:
            found = get_handover(request, reference, Action.OFFER)
            if found.case.person.public_code != code:
                raise Http404
            if found.state == HandoverState.DRAFT:
                return step(request, found)
            if request.method == "POST":
                _say_moved_on(request, found)
            return redirect(handover_url(reference))

        return view

    return decorate


def _say_moved_on(request: ActorRequest, found: Handover) -> None:
    """A form that comes after the sending: the same one again, or one that came too late."""
    form = form_of(request, found, PressForm)
    key = form.cleaned_data.get("submission") if form.is_valid() else None
    if recorded(request.actor, key) is not None:
        say_done(request, "", repeated=True)
    else:
        messages.warning(request, str(NotInThisState.sentence))


@requires(Action.PREPARE)
@require_http_methods(["GET", "POST"])
def start(request: ActorRequest, code: str) -> HttpResponse:
    """Begin with the person: the options talked through, then which country, why, how urgent."""
    case, here = get_case(request, code, Action.PREPARE), instant(request)
    data = request.POST if request.method == "POST" else None
    seated, outside = selectors.receiving_countries(request.actor), reads.countries_without_a_seat(request.actor)
    form = forms.StartForm(data, zone=here.zone, now=here.at, seated=seated, outside=outside)
    if form.is_valid():
        answer = _start(request, form, case.pk)
        if not isinstance(answer, Refused):
            return answer
    context = {
        "form": form,
        "case": case,
        "back": person_url(code),
        "drafts": selectors.open_drafts(case, request.actor),
    }
    return render(request, "referral/handover/start.html", context)


def _start(request: ActorRequest, form: forms.StartForm, case_id: int) -> HttpResponse | Refused:
    facts = form.facts()
    found = Handover()

    def act() -> Any:
        nonlocal found
        outcome = drafts.start(
            request.actor, case_id, submission=form.cleaned_data["submission"],
            **{name: facts[name] for name in ("receiver_country", "purpose", "urgency")},
        )  # fmt: skip
        assert outcome.handover is not None
        found = outcome.handover
        if not outcome.repeated:
            drafts.save(request.actor, found.pk, {"options_compared": facts["options_compared"]})
        return outcome

    answer = attempt(request, form, found, act, _("The draft is saved. Nobody else sees it yet."), "/")
    return answer if isinstance(answer, Refused) else redirect(draft_url(found))


@of_draft("GET")
def draft(request: ActorRequest, found: Handover) -> HttpResponse:
    """The task list."""
    along = could_travel_along(found)
    context = {
        "page": page_of(request, found),
        "along": [words for _case, words in choices_of(along)],
        "apart": a_child_apart(found.case, [case for case, _kind in along]),
    }
    return render(request, "referral/handover/draft.html", context)


def page_of(request: ActorRequest, found: Handover) -> DraftPage:
    """The frame of every page of a draft, with how far it and its family are."""
    at = instant(request).at

    def gates(one: Handover) -> tuple[GateResult, ...]:
        return selectors.offer_gates(gate_view(one, at))

    family = [(one, readiness(one, gates(one))) for one in family_of(found)]
    return draft_page(found, gates(found), family)


def form_of(request: ActorRequest, found: Handover, form_class: type[ActForm], initial: Any = None, **more: Any) -> Any:
    """The form of this request, made from this version of the draft."""
    here = instant(request)
    data = request.POST if request.method == "POST" else None
    return form_class(data, initial=initial, zone=here.zone, now=here.at, version=found.version, **more)


def hidden(form: ActForm) -> dict[str, Any]:
    """What every form carries besides its answers."""
    return {name: form.cleaned_data.get(name) for name in ("submission", "version")}


def show_step(
    request: ActorRequest,
    found: Handover,
    form: ActForm,
    template: str,
    *,
    act: Callable[[], Any] | None = None,
    done: str | None = None,
    onward: str = "",
    **context: Any,
) -> HttpResponse:
    """Save a valid step and go back to the task list; else show it, with everything that was typed."""

    def save() -> Any:
        return drafts.save(request.actor, found.pk, form.facts(), **hidden(form))

    if form.is_valid():
        answer = attempt(
            request, form, found, act or save, _("Saved.") if done is None else done, onward or draft_url(found)
        )
        if not isinstance(answer, Refused):
            return answer
        context["refused"] = answer.gates
    shown = {"form": form, "page": page_of(request, found), "now": instant(request).at, **context}
    return render(request, f"referral/handover/{template}.html", shown)


@of_draft("GET", "POST")
def options(request: ActorRequest, found: Handover) -> HttpResponse:
    """What was talked through, why, how urgent, and how a running time of reflection is kept."""
    view = gate_view(found, instant(request).at)
    initial = {name: getattr(found, name) for name in ("options_compared", "purpose", "urgency", "reflection")}
    form = form_of(
        request, found, forms.TalkForm, initial,
        reflecting=view.reflection_running, returns=view.recipient in view.origins,
    )  # fmt: skip
    until = reads.reflection_until(found) if view.reflection_running else None
    return show_step(request, found, form, "options", reflection_until=until, zone=instant(request).zone)


@of_draft("GET")
def sheet(request: ActorRequest, found: Handover) -> HttpResponse:
    """A sheet to print for the talk with the person."""
    return render(
        request, "referral/handover/sheet.html", {"page": page_of(request, found), "sheet": pages.sheet_page(found)}
    )


@of_draft("GET", "POST")
def care(request: ActorRequest, found: Handover) -> HttpResponse:
    """Needs on arrival, the plan for the time between, and what becomes of each running service."""
    services = selectors.running_services(found, instant(request).at)
    form = form_of(
        request, found, forms.CareForm, pages.care_initial(found, services, instant(request).zone),
        services=[(service.pk, str(service.get_kind_display())) for service in services],
    )  # fmt: skip

    def act() -> Any:
        keys = hidden(form)
        facts = form.facts()
        kinds = {service.pk: service.kind for service in services}
        facts["needs_on_arrival"] = sorted({*facts["needs_on_arrival"], *(kinds[key] for key in form.continued())})
        outcome = drafts.save(request.actor, found.pk, facts, **keys)
        for key, ending in form.endings():
            own: UUID | None = uuid5(keys["submission"], f"service {key}") if keys["submission"] else None
            end_service(request.actor, found.case_id, key, ending, submission=own)
        return outcome

    return show_step(request, found, form, "care", act=act)


@of_draft("GET", "POST")
def information(request: ActorRequest, found: Handover) -> HttpResponse:
    """What is shared: never more than the person permits, and nothing ticked beyond what the purpose usually needs."""
    view = gate_view(found, instant(request).at)
    may = selectors.permitted(view)
    chosen = found.compartments or sorted(USUAL.get(found.purpose, ()))  # type: ignore[call-overload]
    initial = {"compartments": chosen, "message": found.message, "vital_interests": found.vital_interests}
    border = pages.border_page(reads.crossing(found))
    vital = view.danger and (not border.crosses or view.vital_interests)
    form = form_of(request, found, forms.InformationForm, initial, permitted=may, danger=vital)
    ticked = request.POST.getlist("compartments") if request.method == "POST" else chosen
    given_at = selectors.permission_given_at(view)
    choices = pages.compartment_choices(found, may, given_at, instant(request).zone, ticked)
    return show_step(
        request, found, form, "information", choices=choices, consent_url=pages.permission_url(found),
        border=border, danger=view.danger,
    )  # fmt: skip


@of_draft("GET", "POST")
def preview(request: ActorRequest, found: Handover) -> HttpResponse:
    """The packet as the other side will see it, drawn by the other side's own component."""
    contents = packet_contents(found, instant(request).at)
    form = form_of(request, found, forms.PreviewForm, {"seen": digest(contents)})

    def act() -> Any:
        return drafts.see_preview(request.actor, found.pk, seen=form.cleaned_data["seen"], **hidden(form))

    if form.is_valid():
        answer = attempt(request, form, found, act, _("Saved."), draft_url(found))
        if not isinstance(answer, Refused):
            return answer
        found = get_handover(request, found.reference, Action.OFFER)
        contents = packet_contents(found, instant(request).at)
        form.show_anew(digest(contents), found.version)
    context = {
        "form": form,
        "page": page_of(request, found),
        "packet": packet_view(contents, instant(request).zone),
        "message": found.message,
    }
    return render(request, "referral/handover/preview.html", context)


@of_draft("GET", "POST")
def check(request: ActorRequest, found: Handover) -> HttpResponse:
    """Check what was filled in, and send: for a family all together, or nobody."""
    form, zone = form_of(request, found, PressForm), instant(request).zone

    def act() -> Any:
        return lifecycle.apply(request.actor, found.pk, Action.OFFER, **hidden(form))

    overrides = pages.overrides_of(found, reads.people_who_overrode(found), zone)
    return show_step(
        request, found, form, "check", act=act, done="", onward=sent_url(found.reference),
        answers=pages.answers(found, zone, overrides),
    )  # fmt: skip


@of_draft("GET", "POST")
def discard(request: ActorRequest, found: Handover) -> HttpResponse:
    """Throw the draft away. Nobody was told anything."""
    form = form_of(request, found, PressForm)

    def act() -> Any:
        return lifecycle.apply(request.actor, found.pk, Action.DISCARD, **hidden(form))

    done = plain(_("The draft for %(word)s was discarded."), word=found.case.person.code_word)
    return show_step(
        request, found, form, "discard", act=act, done=done, onward=person_url(found.case.person.public_code)
    )
