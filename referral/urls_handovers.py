"""Addresses of the inbox, of drafts and of handovers; `referral.urls` includes them in its namespace."""

from __future__ import annotations

from django.urls import URLPattern, path

from referral.views import draft_place, drafts, families, handovers, inbox

DRAFT = "people/<str:code>/handover/<str:reference>/"
SENT = "handovers/<str:reference>/"
ACTS = {
    "decide": "decide/",
    "ask": "question/",
    "answer": "answer/",
    "holding_reply": "holding/",
    "plan_travel": "travel/plan/",
    "travel": "travel/",
    "receive": "receive/",
    "feedback": "feedback/",
    "recall": "recall/",
    "stop": "stop/",
    "confirm_stop": "stop/confirm/",
    "go_on": "stop/continue/",
    "conditions": "conditions/",
    "propose_forward": "forward/",
    "answer_forward": "forward/answer/",
    "revoke": "revoke/",
    "hold": "hold/",
    "resume": "hold/end/",
    "turn_back": "turn-back/",
    "already_here": "already-here/",
    "not_arrived": "not-arrived/",
    "end_search": "search/end/",
    "divert": "divert/",
    "object": "objection/",
    "disengage": "left/",
    "death": "death/",
    "ask_correction": "correction/",
    "answer_correction": "correction/answer/",
    "arrived_outside": "arrived/",
    "follow_up": "follow-up/",
    "supplement": "supplement/",
    "child_answer": "child/",
    "waive": "waive/",
    "write": "message/",
    "call": "call/",
    "drop_proposal": "proposal/drop/",
}

urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/status/", inbox.status, name="inbox_status"),
    path("inbox/notices/", inbox.notices, name="notices"),
    path("notices/<notice:pk>/", inbox.notice, name="notice"),
    path("people/<str:code>/handover/", drafts.start, name="start_handover"),
    path(DRAFT, drafts.draft, name="draft"),
    path(f"{DRAFT}options/", drafts.options, name="draft_options"),
    path(f"{DRAFT}sheet/", drafts.sheet, name="draft_sheet"),
    path(f"{DRAFT}care/", drafts.care, name="draft_care"),
    path(f"{DRAFT}place/", draft_place.place, name="draft_place"),
    path(f"{DRAFT}place/without/", draft_place.without_place, name="draft_without_place"),
    path(f"{DRAFT}place/without/drop/", draft_place.drop_override, name="draft_drop_override"),
    path(f"{DRAFT}family/", families.family, name="draft_family"),
    path(f"{SENT}alone/", families.alone, name="travel_alone"),
    path("people/<str:code>/family/", families.people, name="family"),
    path(f"{DRAFT}information/", drafts.information, name="draft_information"),
    path(f"{DRAFT}preview/", drafts.preview, name="draft_preview"),
    path(f"{DRAFT}check/", drafts.check, name="draft_check"),
    path(f"{DRAFT}discard/", drafts.discard, name="draft_discard"),
    path(SENT, handovers.handover, name="handover"),
    path(f"{SENT}sent/", handovers.sent, name="sent"),
    path(f"{SENT}identity/", handovers.show_identity, name="sent_identity"),
    path(f"{SENT}acknowledge/", handovers.acknowledge, name="acknowledge"),
    *(path(SENT + end, handovers.VIEWS[name], name=name) for name, end in ACTS.items()),
]
