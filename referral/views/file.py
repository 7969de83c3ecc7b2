"""The file itself: its page, the second person's answer, an entry put right, a task that stayed here."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal
from referral.enums import Action
from referral.errors import NotAllowed
from referral.forms.file import CorrectionForm, TaskForm
from referral.models import CaseEvent, Proposal
from referral.pages.file import file_page, stayed
from referral.selectors.file import joined_into, proposals_on, tasks_of
from referral.services import amendments, closing, continuing, merge, second_person
from referral.views.access import ActorRequest, get_case, requires
from referral.views.answers import say_done
from referral.views.case_page import attempt, form_for, person_page, pressed, viewed
from referral.views.instant import instant


@requires(Action.VIEW_CASE)
@require_GET
def file(request: ActorRequest, code: str) -> HttpResponse:
    """The file: open or closed, joined with which, what waits, what stayed here."""
    view = viewed(request, code, whole=False)
    joined = joined_into(view.case) if view.full else []
    page = file_page(view, proposals_on(request.actor, view.case), tasks_of(request.actor, view.case), joined)
    return person_page(request, view, "file", "file", page=page)


@requires(Action.VIEW_CASE)
@require_POST
def proposal(request: ActorRequest, code: str, pk: int, answer: str) -> HttpResponse:
    """A second person, or the holder of the other file, says yes or no."""
    case = get_case(request, code, Action.VIEW_CASE)
    asked = next((row for row in proposals_on(request.actor, case) if row.pk == pk), None)
    if asked is None or answer not in ("yes", "no"):
        raise Http404
    try:
        _answered(request, case.pk, asked, yes=answer == "yes")
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, _("Your answer is recorded."), repeated=False)
    return redirect("referral:file", code)


def _answered(request: ActorRequest, case_id: int, asked: Proposal, *, yes: bool) -> None:
    key = pressed(request).cleaned_data.get("submission")
    if asked.action == Action.MERGE:
        merge.answer(request.actor, asked.pk, yes=yes, submission=key)
    elif yes:
        closing.close(request.actor, case_id, {}, submission=key)
    else:
        second_person.drop_on_case(request.actor, case_id, asked.pk, submission=key)


@requires(Action.AMEND)
@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """An entry of the own institution is put right by another one; it stays readable."""
    view = viewed(request, code, Action.AMEND)
    wrong = CaseEvent.objects.filter(pk=pk, case=view.case, institution=request.actor.institution_id).first()
    if wrong is None:
        raise Http404
    form = form_for(request, CorrectionForm, view.case)
    if form.is_valid():
        key = form.cleaned_data["submission"]
        outcome = attempt(
            form, lambda: amendments.amend(request.actor, view.case.pk, pk, form.facts(), submission=key), view.case
        )
        if outcome is not None:
            say_done(
                request, _("The correction is recorded. The entry stays readable beside it."), repeated=outcome.repeated
            )
            return redirect("referral:history", code)
    return person_page(request, view, "correct", form=form, number=wrong.seq, back=view.url("history"))


@requires(Action.CONTINUE_TASK)
@require_http_methods(["GET", "POST"])
def task(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """A task that stayed with a former holder goes on, or ends."""
    view = viewed(request, code, Action.CONTINUE_TASK, whole=False)
    row = next((task for task in tasks_of(request.actor, view.case) if task.pk == pk), None)
    if row is None:
        raise Http404
    here = instant(request)
    data = request.POST if request.method == "POST" else None
    form = TaskForm(data, actor=request.actor, zone=here.zone, now=here.at, case=view.case, track=row.track)
    if form.is_valid():
        key = form.cleaned_data["submission"]
        outcome = attempt(
            form, lambda: continuing.progress(request.actor, view.case.pk, pk, form.facts(), submission=key), view.case
        )
        if outcome is not None:
            say_done(request, _("The task is recorded."), repeated=outcome.repeated)
            return redirect("referral:file", code)
    return person_page(request, view, "task", form=form, task=stayed(row, view), back=view.url("file"))
