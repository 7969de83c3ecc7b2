"""Addresses of enquiries, of requests about a person, and of the officers; `referral.urls` includes them."""

from __future__ import annotations

from django.urls import URLPattern, path

from referral.views import enquiries, requests, staff

urlpatterns: list[URLPattern] = [
    path("people/<code>/enquiry/", enquiries.ask, name="ask_enquiry"),
    path("enquiries/", enquiries.enquiry_list, name="enquiries"),
    path("enquiries/<str:reference>/", enquiries.enquiry, name="enquiry"),
    path("enquiries/<str:reference>/record/", enquiries.record, name="record_enquiry"),
    path("enquiries/<str:reference>/withdraw/", enquiries.withdraw, name="withdraw_enquiry"),
    path("requests/", requests.request_list, name="requests"),
    path("requests/new/", requests.ask, name="request_new"),
    path("requests/<str:reference>/", requests.decide, name="request"),
    path("requests/<str:reference>/sent/", requests.sent, name="request_sent"),
    path("staff/", staff.officers, name="staff"),
    path("staff/back/", staff.back, name="staff_back"),
    path("staff/digest/", staff.digest, name="digest"),
    path("staff/<seat:pk>/replace/", staff.replace, name="replace_officer"),
    path("deadlines/<deadline:pk>/take/", staff.take_on, name="take_on"),
    path("deadlines/<deadline:pk>/leave/", staff.let_go, name="let_go"),
]
