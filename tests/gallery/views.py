"""Pages that show every component, in order and in error."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.phrases import exercise_day
from tests.gallery import examples


def _page(request: HttpRequest, form: examples.DecisionForm, status: int) -> HttpResponse:
    context = examples.context()
    frame_time = exercise_day(examples.NOW, examples.START)
    return render(
        request, "gallery/gallery.html", {**context, "form": form, "frame_exercise_time": frame_time}, status=status
    )


def gallery(request: HttpRequest) -> HttpResponse:
    """All components in their ordinary state."""
    messages.success(request, "Mali is told. Nothing more is needed from you now.")
    return _page(request, examples.DecisionForm(), 200)


def gallery_errors(request: HttpRequest) -> HttpResponse:
    """The same with a form that was sent empty."""
    return _page(
        request, examples.DecisionForm({"arrives_day": "31", "arrives_month": "2", "arrives_year": "2026"}), 200
    )


def poll(request: HttpRequest) -> HttpResponse:
    """Version 1 is old, version 2 is the newest."""
    if request.GET.get("v") == "2":
        return HttpResponse(status=204)
    return render(
        request,
        "components/status_line.html",
        {"text": "2 new things.", "show_url": "#new", "poll_url": "/gallery/poll/?v=2"},
    )


def broken(request: HttpRequest, status: int) -> HttpResponse:
    """The error page of `status`."""
    return render(request, f"{status}.html", status=status)
