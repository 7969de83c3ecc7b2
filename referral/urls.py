"""Addresses of the registry. Those of handovers stand in `referral.urls_handovers`."""

from django.urls import path

from referral.pages.acts_of_roles import PLACES
from referral.pages.acts_on_the_file import ALL_ACTS
from referral.urls_desk import urlpatterns as desks
from referral.urls_handovers import urlpatterns as handovers
from referral.urls_oversight import urlpatterns as oversight
from referral.urls_requests import urlpatterns as requests
from referral.views import blocked, consent, directory, file, intake, mails, people, person, records

app_name = "referral"

AT_HOME = {
    name: f"people/<code>/{place}/"
    for name, place in {
        **{name: name for name in ALL_ACTS},
        "need_new": "needs/new",
        "service_new": "services/new",
        "child_notice": "child/notice",
        "identity_change": "identity/change",
        **PLACES,
    }.items()
}

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new/", intake.person_new, name="person_new"),
    path("people/<code>/", person.person, name="person"),
    path("people/<code>/opened/", intake.person_opened, name="person_opened"),
    path("people/<code>/needs/", person.needs, name="needs"),
    path("people/<code>/needs/<need:pk>/met/", records.need_met, name="need_met"),
    path("people/<code>/services/<service:pk>/end/", records.service_end, name="service_end"),
    path("people/<code>/handovers/", person.person_handovers, name="person_handovers"),
    path("people/<code>/consent/", consent.consent, name="consent"),
    path("people/<code>/consent/new/", consent.record_consent, name="record_consent"),
    path("people/<code>/history/", person.history, name="history"),
    path("people/<code>/history/<event:pk>/correct/", file.correct, name="correct"),
    path("people/<code>/file/", file.file, name="file"),
    path("people/<code>/file/<proposal:pk>/<slug:answer>/", file.proposal, name="proposal"),
    path("people/<code>/tasks/<task:pk>/", file.task, name="task"),
    path("people/<code>/blocked/", blocked.recipients, name="blocked"),
    path("people/<code>/blocked/<blocked:pk>/lift/", blocked.lift, name="blocked_lift"),
    path("people/<code>/shared/", person.shared, name="shared"),
    path("people/<code>/identity/", records.show_identity, name="identity"),
    path("people/<code>/assign/<assignment:pk>/end/", records.unassign, name="unassign"),
    *(path(place, records.home_act(name), name=name) for name, place in AT_HOME.items()),
    path("directory/", directory.directory, name="directory"),
    path("mails/", mails.mails, name="mails"),
    *handovers,
    *requests,
    *desks,
    *oversight,
]
