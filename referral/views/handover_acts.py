"""The page of each act on a handover that was sent: its form, then one call of the service. One row per address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from referral.enums import (
    OPEN_STATES,
    Action,
    Compartment,
    DeadlineKind,
    HandoverState,
    HoldReason,
    Purpose,
    Role,
)
from referral.errors import NothingProposed, NotInThisState, SecondPersonNeeded
from referral.forms import handover_detours as detours
from referral.forms import handovers as forms
from referral.forms.acts import ActForm, PressForm
from referral.forms.handover_outside import HeardForm
from referral.gates import check
from referral.models import Handover, Proposal
from referral.pages.acts import WORDS
from referral.pages.acts_detours import CONFIRM, CONFIRM_LEAD, HEARD, HEARD_BUTTON, HEARD_LEAD, HEARD_TITLES, PROPOSED
from referral.pages.draft import gate_tasks
from referral.pages.handover import HandoverPage, facts_of, handover_page, names_in, names_of, side_of
from referral.pages.handover_panels import proposal_panel
from referral.pages.handover_words import plain, say, task_word
from referral.pages.links import handover_url
from referral.pages.packet import packet_view
from referral.selectors.exchange import exchange, open_proposals, owed_by_others
from referral.selectors.facts import gate_view
from referral.selectors.handovers import permitted, rows_around
from referral.selectors.inbox import Now, is_overdue
from referral.service_states import asked_there
from referral.services import lifecycle
from referral.services.command import recorded
from referral.services.packet import not_sent_yet
from referral.transitions import TRANSITIONS, Side
from referral.views.access import ActorRequest, View, get_handover, requires
from referral.views.answers import Refused, attempt, say_done
from referral.views.instant import instant

Extra = Callable[[ActorRequest, Handover], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """What an address does: its acts, its form, and what the form needs to know of the row."""

    actions: tuple[Action, ...]
    form: type[ActForm]
    asks: Extra
    shows_packet: bool = False
    shows_panels: bool = False


def page_of(request: ActorRequest, found: Handover, opened: Mapping[str, Any] | None = None) -> HandoverPage:
    """The handover as this actor may read it now; `opened` has the identity that is shown."""
    here, rows = instant(request), rows_around(found)
    now = Now(here.at, here.wall, here.registry.clock)
    return handover_page(
        request.actor,
        found,
        rows,
        exchange(request.actor, found),
        lifecycle.next_actions(request.actor, found),
        at=here.at,
        zone=here.zone,
        overdue=[row.pk for row in rows.deadlines if is_overdue(row, now)],
        opened=opened,
    )


def times(request: ActorRequest, found: Handover) -> dict[str, Any]:
    """What every form of an act is made with."""
    here = instant(request)
    return {"zone": here.zone, "now": here.at, "version": found.version}


def _nothing(_request: ActorRequest, _found: Handover) -> dict[str, Any]:
    return {}


def _answer(request: ActorRequest, found: Handover) -> dict[str, Any]:
    return {"permitted": permitted(gate_view(found, instant(request).at))}


def _decide(request: ActorRequest, found: Handover) -> dict[str, Any]:
    """A posted form keeps all answers, so that a repeated one is recognised after the state has moved on."""
    possible = lifecycle.next_actions(request.actor, found)
    every = (Action.ACCEPT, Action.PUT_CONDITIONS, Action.DECLINE)
    own = found.receiver_country_id in found.case.person.citizenships
    return {
        "actions": [a for a in every if request.method == "POST" or a in possible],
        "child": found.child,
        "asked": asked_there(found),
        # Only a return that the person chose tells the receiver whose national it is.
        "own_return": own and found.purpose == Purpose.RETURN_CHOSEN,
    }


def _receive(_request: ActorRequest, found: Handover) -> dict[str, Any]:
    return {"earliest": found.departed_at}


def _other_country(_request: ActorRequest, found: Handover) -> dict[str, Any]:
    return {"without": {found.sender.country_id or "", found.receiver_country_id}}


def _hold(request: ActorRequest, _found: Handover) -> dict[str, Any]:
    guards = request.actor.role is Role.CHILD_PROTECTION
    return {"reasons": (HoldReason.CHILD_OBJECTS, *detours.CHOSEN_BY_SENDER)} if guards else {}


def _child(_request: ActorRequest, found: Handover) -> dict[str, Any]:
    return {"child": found.child}


def _journey(_request: ActorRequest, found: Handover) -> dict[str, Any]:
    """What was planned stands in the form: a departure confirms it, and whoever plans anew changes what has changed."""
    planned = {name: getattr(found, name) for name in TRANSITIONS[Action.PLAN_TRAVEL].facts}
    return {"child": found.child, "initial": planned}


def _search(_request: ActorRequest, found: Handover) -> dict[str, Any]:
    return {"child": found.child, "home": found.sender.country_id or ""}


def _departure(request: ActorRequest, found: Handover) -> dict[str, Any]:
    return _journey(request, found) | {"opened": found.case.opened_at}


def _held_back(request: ActorRequest, found: Handover) -> dict[str, dict[str, Any]]:
    """What the person permits for this country and was not sent yet."""
    at = instant(request).at
    codes = [c.value for c in permitted(gate_view(found, at))]
    return not_sent_yet(found, codes, at)


def _supplement(request: ActorRequest, found: Handover) -> dict[str, Any]:
    """A posted form keeps what was permitted, so that a repeated one is recognised when nothing is left to send."""
    if request.method == "POST":
        return {"held": sorted(permitted(gate_view(found, instant(request).at)))}
    return {"held": [Compartment(code) for code in _held_back(request, found)]}


def _waive(request: ActorRequest, found: Handover) -> dict[str, Any]:
    rows = owed_by_others(request.actor, found, closed=request.method == "POST")
    side = side_of(request.actor, found)
    owed = [(str(row.pk), str(task_word(DeadlineKind(row.kind), side))) for row in rows]
    return {"owed": owed, "initial": {"deadline": request.GET.get("deadline", "")}}


def _drop(request: ActorRequest, found: Handover) -> dict[str, Any]:
    only = next((str(row.pk) for row in open_proposals(request.actor, found)), "")
    return {"initial": {"proposal": request.GET.get("proposal", only)}}


def act_page(
    *actions: Action,
    form_class: type[ActForm] = PressForm,
    extra: Extra = _nothing,
    packet: bool = False,
    panels: bool = False,
) -> View:
    """The view of one act, or of a decision between several; with the packet or what stands on the handover beside it."""
    act = Act(actions, form_class, extra, packet, panels)

    @requires(actions[0])
    @require_http_methods(["GET", "POST"])
    def view(request: ActorRequest, reference: str) -> HttpResponse:
        try:
            found = get_handover(request, reference, actions[0])
        except Http404:
            if again := _ended_by_this(request, reference):
                return again
            raise
        proposal = _proposal(request, found, act)
        if request.method == "GET" and (refusal := _not_now(request, found, act, proposal)):
            messages.warning(request, refusal)
            return redirect(handover_url(reference))
        form = _form(request, found, act, proposal)
        answer = _attempt(request, found, form, act, proposal) if form.is_valid() else Refused()
        return _show(request, found, form, act, proposal, answer) if isinstance(answer, Refused) else answer

    return view


def _ended_by_this(request: ActorRequest, reference: str) -> HttpResponse | None:
    """The answer to a form that was posted twice, where its first post has ended what let the actor see the handover."""
    if request.method != "POST":
        return None
    here = instant(request)
    press = PressForm(request.POST, zone=here.zone, now=here.at)
    before = recorded(request.actor, press.cleaned_data["submission"]) if press.is_valid() else None
    if before is None or before.handover is None or before.handover.reference != reference:
        return None
    say_done(request, "", repeated=True)
    return redirect("referral:inbox")


def _proposal(request: ActorRequest, found: Handover, act: Act) -> Proposal | None:
    """What waits for a second person on this page."""
    if not TRANSITIONS[act.actions[0]].second_person:
        return None
    return next((row for row in open_proposals(request.actor, found) if row.action == act.actions[0]), None)


def _not_now(request: ActorRequest, found: Handover, act: Act, proposal: Proposal | None) -> str:
    """Why this page cannot be opened now; empty when it can."""
    if not set(act.actions) & set(lifecycle.next_actions(request.actor, found)):
        return str(NotInThisState.sentence)
    if proposal is not None and proposal.proposed_by_id == request.actor.user_id:
        return str(SecondPersonNeeded.sentence)
    if act.actions[0] is Action.DROP_PROPOSAL and not open_proposals(request.actor, found):
        return str(NothingProposed.sentence)
    return ""


def _form(request: ActorRequest, found: Handover, act: Act, proposal: Proposal | None) -> ActForm:
    data = request.POST if request.method == "POST" else None
    press = PressForm(data, **times(request, found))
    if proposal is not None or (TRANSITIONS[act.actions[0]].second_person and _posted_before(request, press)):
        return press
    more = act.asks(request, found)
    if issubclass(act.form, HeardForm):
        more["heard"] = _heard(request, found, act)
    return act.form(data, **times(request, found), **more)


def _posted_before(request: ActorRequest, press: PressForm) -> bool:
    """A second person's button that is pressed twice: by now nothing is proposed, and the page would ask anew."""
    return press.is_valid() and recorded(request.actor, press.cleaned_data["submission"]) is not None


def _heard(request: ActorRequest, found: Handover, act: Act) -> bool:
    """Whether the sender writes down what a country without a seat answered."""
    own = found.sender_id == request.actor.institution_id
    return found.outside and own and TRANSITIONS[act.actions[0]].outside


def _attempt(
    request: ActorRequest, found: Handover, form: ActForm, act: Act, proposal: Proposal | None
) -> HttpResponse | Refused:
    action: Action = getattr(form, "action", act.actions[0])
    row, words = TRANSITIONS[action], WORDS[action]

    def do() -> lifecycle.Outcome:
        hidden = {name: form.cleaned_data.get(name) for name in ("submission", "version")}
        return lifecycle.apply(request.actor, found.pk, action, form.facts(), **hidden)

    done = words.outcomes.get(getattr(form, "outcome", ""), words.done)
    if row.second_person and proposal is None:
        done = PROPOSED
    elif _heard(request, found, act):
        done = HEARD
    sentence = plain(done, **names_in(found, getattr(found, "packet", None)))
    return attempt(request, form, found, do, sentence, _onward(request, found, row.target))


def _onward(request: ActorRequest, found: Handover, target: HandoverState | None) -> str:
    """Whoever works beside the two sides reads a handover while it is open; after its end the inbox is next."""
    beside = request.actor.institution_id not in (found.sender_id, found.receiver_id)
    over = target is not None and target not in OPEN_STATES
    return reverse("referral:inbox") if beside and over else handover_url(found.reference)


def _show(
    request: ActorRequest, found: Handover, form: ActForm, act: Act, proposal: Proposal | None, refused: Refused
) -> HttpResponse:
    action = act.actions[0]
    page, words = page_of(request, found), WORDS[action]
    names = names_of(page)
    sends = side_of(request.actor, found) is Side.SENDER
    heard = _heard(request, found, act)
    results = check(gate_view(found, instant(request).at), refused.gates, action) if refused.gates and sends else ()
    title = HEARD_TITLES[action] if heard else words.title
    lead = CONFIRM_LEAD if proposal else HEARD_LEAD if heard else words.lead
    button = CONFIRM if proposal else HEARD_BUTTON if heard else words.button
    preview = _held_back(request, found) if action is Action.SUPPLEMENT else {}
    nothing_new = action is Action.SUPPLEMENT and not preview
    context = {
        "form": form,
        "page": page,
        "facts": facts_of(page),
        "title": plain(title, **names),
        "heading": say(title, **names),
        "lead": say(lead, **names),
        "next": "" if heard else say(words.next, **names),
        "tone": words.tone,
        "button": "" if nothing_new else plain(button, **names),
        "back": handover_url(found.reference),
        "gates": gate_tasks(found, results),
        "shows_packet": act.shows_packet,
        "open_question": next((q for q in page.questions if q.waits), None) if action is Action.ANSWER else None,
        "panels": [proposal_panel(proposal, request.actor, found, on_its_page=True)]
        if proposal
        else page.panels
        if act.shows_panels
        else [],
        "preview": packet_view(preview, instant(request).zone) if preview else None,
    }
    return render(request, "referral/handover/act.html", context)


A = Action
VIEWS: Mapping[str, View] = {
    "decide": act_page(
        A.ACCEPT, A.DECLINE, A.PUT_CONDITIONS, form_class=forms.DecideForm, extra=_decide, packet=True, panels=True
    ),
    "ask": act_page(A.ASK, form_class=forms.QuestionForm),
    "answer": act_page(A.ANSWER, form_class=forms.AnswerForm, extra=_answer),
    "holding_reply": act_page(A.HOLDING_REPLY, form_class=forms.HoldingForm),
    "plan_travel": act_page(A.PLAN_TRAVEL, form_class=forms.TravelPlanForm, extra=_journey),
    "travel": act_page(A.DEPART, form_class=forms.DepartureForm, extra=_departure),
    "receive": act_page(A.RECEIVE, form_class=forms.ReceiveForm, extra=_receive),
    "feedback": act_page(A.GIVE_FEEDBACK, form_class=forms.FeedbackForm),
    "recall": act_page(A.WITHDRAW, form_class=forms.RecallForm),
    "stop": act_page(A.STOP),
    "confirm_stop": act_page(A.CONFIRM_STOP, panels=True),
    "go_on": act_page(A.CONTINUE, panels=True),
    "conditions": act_page(A.AGREE_CONDITIONS, A.REFUSE_CONDITIONS, form_class=detours.ConditionsForm, panels=True),
    "propose_forward": act_page(A.PROPOSE_FORWARD, form_class=detours.ForwardForm, extra=_other_country),
    "answer_forward": act_page(A.AGREE_FORWARD, A.REFUSE_FORWARD, form_class=detours.ForwardAnswerForm, panels=True),
    "revoke": act_page(A.REVOKE, form_class=detours.RevokeForm),
    "hold": act_page(A.HOLD, form_class=detours.HoldForm, extra=_hold),
    "resume": act_page(A.RESUME, panels=True),
    "turn_back": act_page(A.TURN_BACK, form_class=detours.TurnBackForm),
    "already_here": act_page(A.ACCEPT_AND_RECEIVE, form_class=forms.ReceiveForm),
    "not_arrived": act_page(A.REPORT_NOT_ARRIVED),
    "end_search": act_page(A.END_SEARCH, form_class=detours.EndSearchForm, extra=_search, panels=True),
    "divert": act_page(A.DIVERT, form_class=detours.DivertForm, extra=_other_country),
    "object": act_page(A.OBJECT),
    "disengage": act_page(A.DISENGAGE),
    "death": act_page(A.DEATH, form_class=detours.DeathForm),
    "ask_correction": act_page(A.ASK_CORRECTION, form_class=detours.CorrectionForm),
    "answer_correction": act_page(
        A.AGREE_CORRECTION, A.REFUSE_CORRECTION, form_class=detours.CorrectionAnswerForm, panels=True
    ),
    "arrived_outside": act_page(A.RECEIVE_OUTSIDE, form_class=forms.ArrivalForm, extra=_receive),
    "follow_up": act_page(A.FOLLOW_UP, form_class=detours.FollowUpForm),
    "supplement": act_page(A.SUPPLEMENT, form_class=detours.SupplementForm, extra=_supplement),
    "child_answer": act_page(A.CHILD_ANSWER, form_class=detours.ChildAnswerForm, packet=True, panels=True),
    "waive": act_page(A.WAIVE, form_class=detours.WaiveForm, extra=_waive),
    "write": act_page(A.WRITE_MESSAGE, form_class=detours.MessageForm),
    "call": act_page(A.RECORD_CALL, form_class=detours.CallForm),
    "drop_proposal": act_page(A.DROP_PROPOSAL, form_class=detours.DropForm, extra=_drop),
}
"""The view of each act, by the name of its address."""

ACKNOWLEDGE = act_page(A.ACKNOWLEDGE, form_class=detours.AcknowledgeForm)
"""For a country without a seat, whose officer is written down; within the system it is one tap."""
