"""Addresses of the account's own pages and of the pages for everybody; signing in is in `accounts.sign_in_urls`."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("account/", views.profile, name="profile"),
    path("account/sessions/end/", views.end_other_sessions, name="end_other_sessions"),
    path("language/", views.language, name="language"),
    path("continue/", views.continue_as, name="continue_as"),
    path("help/", views.page("help"), name="help"),
    path("about/", views.page("about"), name="about"),
    path("accessibility/", views.page("accessibility"), name="accessibility"),
    path("privacy/", views.page("privacy"), name="privacy"),
]
