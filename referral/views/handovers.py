"""A handover that was sent: one page for both sides, and the page of each act on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal
from referral.enums import Action, HandoverState
from referral.errors import NotInThisState
from referral.forms import handovers as forms
from referral.forms.acts import ActForm, PressForm
from referral.models import Handover
from referral.pages.acts import WORDS
from referral.pages.draft import gate_tasks
from referral.pages.handover import HandoverPage, facts_of, handover_page, names_of, side_of
from referral.pages.handover_words import plain, say
from referral.pages.links import draft_url, handover_url
from referral.selectors.facts import gate_view
from referral.selectors.handovers import offer_gates, permitted, rows_around
from referral.selectors.inbox import Now, is_overdue
from referral.services import lifecycle
from referral.transitions import Side
from referral.views.access import ActorRequest, View, get_handover, requires
from referral.views.answers import Refused, attempt, say_done
from referral.views.instant import instant

Extra = Callable[[ActorRequest, Handover], dict[str, Any]]


@requires(Action.VIEW_HANDOVER)
@require_GET
def handover(request: ActorRequest, reference: str) -> HttpResponse:
    """Where it stands, who answers, what is due, what was disclosed, and what this side can do next."""
    found = get_handover(request, reference, Action.VIEW_HANDOVER)
    if found.state == HandoverState.DRAFT:
        return redirect(draft_url(found))
    context = {"page": page_of(request, found), "press": PressForm(**_times(request, found))}
    return render(request, "referral/handover/handover.html", context)


@requires(Action.VIEW_HANDOVER)
@require_GET
def sent(request: ActorRequest, reference: str) -> HttpResponse:
    """The confirmation after sending: the reference, and what happens next."""
    found = get_handover(request, reference, Action.OFFER)
    if found.state == HandoverState.DRAFT:
        return redirect(draft_url(found))
    return render(request, "referral/handover/sent.html", {"page": page_of(request, found)})


@requires(Action.ACKNOWLEDGE)
@require_POST
def acknowledge(request: ActorRequest, reference: str) -> HttpResponse:
    """One tap from the inbox or the page."""
    found = get_handover(request, reference, Action.ACKNOWLEDGE)
    form = PressForm(request.POST, **_times(request, found))
    submission: UUID | None = form.cleaned_data["submission"] if form.is_valid() else None
    try:
        outcome = lifecycle.apply(request.actor, found.pk, Action.ACKNOWLEDGE, submission=submission)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        done = plain(WORDS[Action.ACKNOWLEDGE].done, **names_of(page_of(request, found)))
        say_done(request, done, repeated=outcome.repeated)
    return redirect(handover_url(reference))


def page_of(request: ActorRequest, found: Handover) -> HandoverPage:
    """The handover as this actor may read it now."""
    here, rows = instant(request), rows_around(found)
    now = Now(here.at, here.wall, here.registry.clock)
    return handover_page(
        request.actor,
        found,
        rows,
        lifecycle.next_actions(request.actor, found),
        at=here.at,
        zone=here.zone,
        overdue=[row.pk for row in rows.deadlines if is_overdue(row, now)],
    )


def _times(request: ActorRequest, found: Handover) -> dict[str, Any]:
    here = instant(request)
    return {"zone": here.zone, "now": here.at, "version": found.version}


def _nothing(_request: ActorRequest, _found: Handover) -> dict[str, Any]:
    return {}


def _answer(request: ActorRequest, found: Handover) -> dict[str, Any]:
    return {"permitted": permitted(gate_view(found, instant(request).at))}


def _decide(request: ActorRequest, found: Handover) -> dict[str, Any]:
    """A posted form keeps all answers, so that a repeated one is recognised after the state has moved on."""
    possible = lifecycle.next_actions(request.actor, found)
    actions = [a for a in (Action.ACCEPT, Action.DECLINE) if request.method == "POST" or a in possible]
    return {"actions": actions, "child": found.child}


def _receive(_request: ActorRequest, found: Handover) -> dict[str, Any]:
    return {"earliest": found.departed_at or found.offered_at}


def act_page(*actions: Action, form_class: type[ActForm] = PressForm, extra: Extra = _nothing) -> View:
    """The view of one act, or of a decision between several: its form, then one call of the service."""

    @requires(actions[0])
    @require_http_methods(["GET", "POST"])
    def act(request: ActorRequest, reference: str) -> HttpResponse:
        found = get_handover(request, reference, actions[0])
        if request.method == "GET" and not set(actions) & set(lifecycle.next_actions(request.actor, found)):
            messages.warning(request, str(NotInThisState.sentence))
            return redirect(handover_url(reference))
        data = request.POST if request.method == "POST" else None
        form = form_class(data, **_times(request, found), **extra(request, found))
        answer = _attempt(request, found, form, actions[0]) if form.is_valid() else Refused()
        return _show(request, found, form, actions[0], answer) if isinstance(answer, Refused) else answer

    return act


def _attempt(request: ActorRequest, found: Handover, form: ActForm, usual: Action) -> HttpResponse | Refused:
    action = getattr(form, "action", usual)

    def act() -> lifecycle.Outcome:
        hidden = {name: form.cleaned_data.get(name) for name in ("submission", "version")}
        return lifecycle.apply(request.actor, found.pk, action, form.facts(), **hidden)

    done = plain(WORDS[action].done, **names_of(page_of(request, found)))
    return attempt(request, form, found, act, done, handover_url(found.reference))


def _show(request: ActorRequest, found: Handover, form: ActForm, action: Action, refused: Refused) -> HttpResponse:
    page, words = page_of(request, found), WORDS[action]
    names = names_of(page)
    sends = side_of(request.actor, found) is Side.SENDER
    results = offer_gates(gate_view(found, instant(request).at)) if refused.gates and sends else ()
    context = {
        "form": form,
        "page": page,
        "facts": facts_of(page),
        "title": plain(words.title, **names),
        "heading": say(words.title, **names),
        "lead": say(words.lead, **names),
        "next": say(words.next, **names),
        "tone": words.tone,
        "button": plain(words.button, **names),
        "back": handover_url(found.reference),
        "gates": gate_tasks(found, [result for result in results if result.gate in refused.gates]),
        "shows_packet": action is Action.ACCEPT,
        "open_question": next((q for q in page.questions if not q.answer), None) if action is Action.ANSWER else None,
    }
    return render(request, "referral/handover/act.html", context)


VIEWS: Mapping[str, View] = {
    "decide": act_page(Action.ACCEPT, Action.DECLINE, form_class=forms.DecideForm, extra=_decide),
    "ask": act_page(Action.ASK, form_class=forms.QuestionForm),
    "answer": act_page(Action.ANSWER, form_class=forms.AnswerForm, extra=_answer),
    "holding_reply": act_page(Action.HOLDING_REPLY, form_class=forms.HoldingForm),
    "travel": act_page(Action.DEPART, form_class=forms.TravelForm),
    "receive": act_page(Action.RECEIVE, form_class=forms.ReceiveForm, extra=_receive),
    "feedback": act_page(Action.GIVE_FEEDBACK, form_class=forms.FeedbackForm),
    "recall": act_page(Action.WITHDRAW, form_class=forms.RecallForm),
    "stop": act_page(Action.STOP),
    "confirm_stop": act_page(Action.CONFIRM_STOP),
    "go_on": act_page(Action.CONTINUE),
}
"""The view of each act, by the name of its address."""
