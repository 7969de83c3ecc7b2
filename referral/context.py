"""What the frame shows to whoever is signed in: navigation, country, exercise time. A fixed number of cheap queries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.countries import country_name
from common.addresses import address
from common.phrases import exercise_day
from referral.actor import Actor
from referral.enums import Action
from referral.pages.frame import navigation
from referral.policy import allowed
from referral.selectors.waiting_count import waiting_count
from referral.views.access import ActorRequest
from referral.views.instant import instant


def referral_frame(request: ActorRequest) -> dict[str, Any]:
    """Context processor. Nothing for the signed-out, and nothing is asked when a page has no frame."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {}
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request, actor)),
        "frame_country": country_name(actor.country_code) if actor.country_code else actor.institution_name,
        "frame_staff_url": address("referral:staff") if allowed(actor, Action.REPLACE_OFFICER) else "",
        "frame_exercise_time": SimpleLazyObject(lambda: _time(request)),
        "frame_seats_url": "/?seats=1"
        if settings.DEMONSTRATION and getattr(request.user, "demonstration", False)
        else "",
    }


def _navigation(request: ActorRequest, actor: Actor) -> list[Any]:
    known: int | None = getattr(request, "waiting", None)  # the inbox has counted already
    waiting = waiting_count(actor, instant(request).at) if known is None else known
    return navigation(actor, request.path, waiting=waiting, demonstration=settings.DEMONSTRATION)


def _time(request: ActorRequest) -> str:
    here = instant(request)
    return exercise_day(here.at, here.registry.starts_at, here.zone)
