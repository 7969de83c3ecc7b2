"""Addresses of the desks, of requests to services at home, and of what some roles write about a person."""

from __future__ import annotations

from django.urls import URLPattern, path

from referral.views import desk, home_help, referrals

REFERRAL = "referrals/<str:reference>/"

urlpatterns: list[URLPattern] = [
    path("desk/", desk.desk, name="desk"),
    path("people/<code>/referrals/", referrals.referrals, name="referrals"),
    path("people/<code>/identification/", home_help.identification, name="identification"),
    path("people/<code>/identification/confirm/", home_help.confirm_no, name="confirm_no"),
    path("people/<code>/identification/drop/", home_help.drop_no, name="drop_no"),
    path("people/<code>/health/", home_help.health, name="health"),
    path("people/<code>/voices/", home_help.voices, name="voices"),
    path(REFERRAL, referrals.referral, name="referral"),
    path(f"{REFERRAL}identity/", referrals.show_identity, name="told_identity"),
    path(f"{REFERRAL}acknowledge/", referrals.acknowledge, name="referral_acknowledge"),
    *(path(f"{REFERRAL}{answer}/", view, name=f"referral_{answer}") for answer, view in referrals.VIEWS.items()),
]
