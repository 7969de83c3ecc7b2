"""Everything that somebody may do."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Action(TextChoices):
    """Everything that somebody may do. `referral.policy` says who; `referral.transitions` what it does to a handover."""

    VIEW_INBOX = "view_inbox", pgettext_lazy("action", "See what waits")
    VIEW_LIST = "view_list", pgettext_lazy("action", "See the list of people")
    VIEW_DIRECTORY = "view_directory", pgettext_lazy("action", "See the directory")
    VIEW_MAILS = "view_mails", pgettext_lazy("action", "See the mails sent")
    VIEW_CASE = "view_case", pgettext_lazy("action", "See the person's page")
    VIEW_IDENTITY = "view_identity", pgettext_lazy("action", "Show the identity")
    VIEW_HANDOVER = "view_handover", pgettext_lazy("action", "See the handover")
    OPEN_CASE = "open_case", pgettext_lazy("action", "Open a case")
    TAKE_CASE = "take_case", pgettext_lazy("action", "Take the case")
    RECORD_TONIGHT = "record_tonight", pgettext_lazy("action", "Record tonight")
    SCREEN = "screen", pgettext_lazy("action", "Screen")
    RECORD_FACTS = ("record_facts", pgettext_lazy("action", "Record facts about the person"))
    RECORD_CARE = "record_care", pgettext_lazy("action", "Record needs and services")
    RECORD_RISK = "record_risk", pgettext_lazy("action", "Assess the risk")
    RECORD_CONSENT = ("record_consent", pgettext_lazy("action", "Record what the person decided"))
    RECORD_CHILD = "record_child", pgettext_lazy("action", "Write the child's file")
    RECORD_LEGAL = "record_legal", pgettext_lazy("action", "Record a legal track")
    RECORD_WHEREABOUTS = ("record_whereabouts", pgettext_lazy("action", "Record where the person is"))
    ASSIGN = "assign", pgettext_lazy("action", "Ask a service to work on the case")
    RELEASE = "release", pgettext_lazy("action", "Release to protection")
    PREPARE = "prepare", pgettext_lazy("action", "Prepare a handover")
    OFFER = "offer", pgettext_lazy("action", "Send the handover")
    DISCARD = "discard", pgettext_lazy("action", "Discard the draft")
    ACKNOWLEDGE = "acknowledge", pgettext_lazy("action", "Acknowledge")
    ASK = "ask", pgettext_lazy("action", "Ask a question")
    ANSWER = "answer", pgettext_lazy("action", "Answer")
    HOLDING_REPLY = ("holding_reply", pgettext_lazy("action", "Say when the answer comes"))
    ACCEPT = "accept", pgettext_lazy("action", "Accept")
    DECLINE = "decline", pgettext_lazy("action", "Say that you cannot receive now")
    WITHDRAW = "withdraw", pgettext_lazy("action", "Withdraw")
    DEPART = "depart", pgettext_lazy("action", "Record the departure")
    RECEIVE = "receive", pgettext_lazy("action", "Confirm arrival")
    GIVE_FEEDBACK = "give_feedback", pgettext_lazy("action", "Give feedback")
    STOP = "stop", pgettext_lazy("action", "The person wants to stop")
    CONFIRM_STOP = "confirm_stop", pgettext_lazy("action", "Confirm the stop")
    CONTINUE = "continue", pgettext_lazy("action", "The person wants to go on")
    LAPSE = "lapse", pgettext_lazy("action", "Escalate")
