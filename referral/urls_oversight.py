"""Addresses of break-glass and of those who watch over the registry; `referral.urls` includes them."""

from __future__ import annotations

from django.urls import URLPattern, path

from referral.views import glass, oversight

GLASS = "break-glass/<str:reference>/"

urlpatterns: list[URLPattern] = [
    path("break-glass/", glass.glass_list, name="glass"),
    path("break-glass/new/", glass.ask, name="glass_new"),
    path(GLASS, glass.glass_request, name="glass_request"),
    path(f"{GLASS}confirm/", glass.confirm, name="glass_confirm"),
    path(f"{GLASS}drop/", glass.drop, name="glass_drop"),
    path(f"{GLASS}end/", glass.end, name="glass_end"),
    path("people/<code>/sealed/", glass.sealed, name="sealed"),
    path("people/<code>/sealed/identity/", glass.show_sealed_identity, name="sealed_identity"),
    path("audit/", oversight.audit, name="audit"),
    path("audit/<slug:kind>/<watched:pk>/", oversight.audit_line, name="audit_line"),
    path("overdue/", oversight.overdue, name="overdue"),
    path("overdue/<deadline:pk>/", oversight.overdue_stub, name="overdue_stub"),
]
