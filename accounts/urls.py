"""Addresses of the account's own pages and of the pages for everybody; signing in is in `accounts.sign_in_urls`."""

from django.urls import path

from accounts import session_views, views

app_name = "accounts"

urlpatterns = [
    path("account/", views.profile, name="profile"),
    path("account/sessions/", session_views.devices, name="devices"),
    path("account/sessions/end/", session_views.end_others, name="end_other_sessions"),
    path("account/sessions/end-one/", session_views.end_one, name="end_one_session"),
    path("account/time-left/", session_views.time_left, name="time_left"),
    path("account/leave/", session_views.leave, name="leave"),
    path("account/kept/discard/", session_views.discard_kept, name="discard_kept"),
    path("account/second-factor/needed/", session_views.second_factor_needed, name="second_factor_needed"),
    path("language/", views.language, name="language"),
    path("continue/", views.continue_as, name="continue_as"),
    path("help/", views.page("help"), name="help"),
    path("about/", views.page("about"), name="about"),
    path("accessibility/", views.page("accessibility"), name="accessibility"),
    path("privacy/", views.page("privacy"), name="privacy"),
]
