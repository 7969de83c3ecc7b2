"""The first page: in the demonstration it offers the seats, otherwise the way to sign in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from referral.pages.demonstration import seats
from referral.pages.desk import first_screen
from referral.selectors.seats import demonstration_seats, waiting_at_seats
from referral.services.moment import moment_of


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Seats to continue as, a sign-in, or the first screen of whoever is signed in.

    `?seats=1` shows the seats to a signed-in demonstration login as well: the other side is one press away.
    """
    user = request.user
    switching = "seats" in request.GET and getattr(user, "demonstration", False)
    if user.is_authenticated and not switching:
        actor = request.actor  # type: ignore[attr-defined]
        return redirect(first_screen(actor) if actor is not None else "accounts:profile")
    rows = demonstration_seats() if settings.DEMONSTRATION else []
    if not rows:
        return render(request, "referral/demonstration/welcome.html")
    registry = rows[0].institution.registry
    moment = moment_of(registry)
    waits = waiting_at_seats(rows, moment.at, moment.ran)
    context = {
        "countries": seats(rows, waits, getattr(user, "email", "")),
        "registry": registry,
        "password": settings.DEMO_PASSWORD,
        "switching": switching,
    }
    return render(request, "referral/demonstration/seats.html", context)
