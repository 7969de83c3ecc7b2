"""Deadlines, reminders and mail."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeadlineKind(TextChoices):
    TONIGHT = "tonight", _("Make the person safe tonight")
    TAKE = "take", _("Take the case")
    RELEASE = "release", _("Release to protection")
    SCREEN = "screen", _("Screen")
    CENTRE = "centre", _("Find the way on from the arrival centre")
    CHILD_NOTICE = "child_notice", _("Tell child protection")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge")
    DECIDE = "decide", _("Decide")
    ANSWER = "answer", _("Answer the question")
    TRAVEL_PLAN = "travel_plan", _("Send the travel plan")
    CONFIRM_ARRIVAL = "confirm_arrival", _("Confirm arrival")
    FEEDBACK = "feedback", _("Give feedback")
    CONFIRM_STOP = "confirm_stop", _("Ask the person in private")
    REVIEW_RISK = "review_risk", _("Review the risk")
    STALE_DRAFT = "stale_draft", _("Finish or discard the draft")
    ANSWER_ENQUIRY = "answer_enquiry", _("Answer the enquiry")
    CONDITIONS = "conditions", _("Answer the conditions")
    FORWARD = "forward", _("Answer the proposal of another country")
    SEARCH = "search", _("Search for the person")
    OBJECTION = "objection", _("Hear the person's objection")
    CORRECTION = "correction", _("Answer the request to correct the receipt")
    CHILD_ANSWER = "child_answer", _("Child protection's answer")
    FOLLOW_UP_30 = "follow_up_30", _("Follow up after 30 days")
    FOLLOW_UP_90 = "follow_up_90", _("Follow up after 90 days")
    REQUEST = "request", _("Decide about a request for a case")
    REFERRAL = "referral", _("Answer the referral")
    REFERRAL_REPORT = "referral_report", _("Say how the help goes")
    IDENTIFY = "identify", _("Decide on the identification")
    REVIEW_CHILD = "review_child", _("Review the child's best interests")


QUIET_UNTIL_HALF: tuple[DeadlineKind, ...] = (
    DeadlineKind.REVIEW_RISK,
    DeadlineKind.FOLLOW_UP_30,
    DeadlineKind.FOLLOW_UP_90,
)
"""Work that lies far ahead; it joins the inbox when half of its time has passed, as the first reminder does."""

READ_APART: tuple[DeadlineKind, ...] = (DeadlineKind.TONIGHT, *QUIET_UNTIL_HALF)
"""Kinds that the inbox does not read by due time: a first night waits as a person who is not covered."""


class DeadlineState(TextChoices):
    """Running, soon and overdue are computed from the clock and never stored."""

    OPEN = "open", pgettext_lazy("deadline", "Open")
    MET = "met", pgettext_lazy("deadline", "Met")
    MET_LATE = "met_late", pgettext_lazy("deadline", "Met late")
    WAIVED = "waived", pgettext_lazy("deadline", "Waived")
    CANCELLED = "cancelled", pgettext_lazy("deadline", "No longer needed")
    CENSORED = "censored", pgettext_lazy("deadline", "Exercise ended first")


class Rung(TextChoices):
    """The ladder of `domain.md` section 4, as parts of the time allowed."""

    HALF = "half", pgettext_lazy("reminder", "Half of the time has passed")
    NINE_TENTHS = "nine_tenths", pgettext_lazy("reminder", "Little time is left")
    OVERDUE = "overdue", pgettext_lazy("reminder", "The time has passed")
    DEPUTY = "deputy", pgettext_lazy("reminder", "The deputy is told")
    COORDINATOR = ("coordinator", pgettext_lazy("reminder", "The regional coordinator is told"))


class ReminderState(TextChoices):
    PENDING = "pending", pgettext_lazy("reminder", "Waiting")
    FIRED = "fired", pgettext_lazy("reminder", "Sent")
    CANCELLED = "cancelled", pgettext_lazy("reminder", "Not needed")


class MailState(TextChoices):
    PENDING = "pending", pgettext_lazy("mail", "Waiting")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    DEAD = "dead", pgettext_lazy("mail", "Could not be sent")
    CANCELLED = "cancelled", pgettext_lazy("mail", "Cancelled")
