"""When something is due, on what basis, who owes it, and the rungs of the ladder that chase it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.rows import QuickRow
from referral import enums
from referral.models.case import Case
from referral.models.enquiry import Enquiry, PullRequest
from referral.models.handover import Handover, Question
from referral.models.home import HomeReferral
from referral.models.registry import Institution, Membership, Registry


class Deadline(QuickRow):
    """A promise of time. `floor` is the least running wall time that people get (`workshop.md` section 1)."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="deadlines")
    case = models.ForeignKey(Case, models.CASCADE, related_name="deadlines")
    handover = models.ForeignKey(Handover, models.CASCADE, null=True, related_name="deadlines")
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="deadlines")
    enquiry = models.ForeignKey(Enquiry, models.CASCADE, null=True, related_name="deadlines")
    request = models.ForeignKey(PullRequest, models.CASCADE, null=True, related_name="deadlines")
    referral = models.ForeignKey(HomeReferral, models.CASCADE, null=True, related_name="deadlines")
    kind = models.CharField(max_length=16, choices=enums.DeadlineKind)
    owes = models.ForeignKey(Institution, models.PROTECT, related_name="deadlines_owed")
    other_side = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    shown_from_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text=_("When work that lies far ahead joins the list: half of its time. A trigger writes it."),
    )
    opened_ran = models.DurationField(help_text=_("Running wall time of the registry when it opened."))
    floor = models.DurationField()
    state = models.CharField(max_length=10, choices=enums.DeadlineState, default=enums.DeadlineState.OPEN)
    ready = models.BooleanField(
        default=True,
        editable=False,
        help_text=_("Whether the act is possible in the handover's state; a trigger keeps it."),
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    handled_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", help_text=_("Who said: I am on it.")
    )
    handled_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=10, choices=enums.Basis)
    basis_text = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("due_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.DeadlineState.values), name="deadline_state_known"),
            models.CheckConstraint(condition=Q(kind__in=enums.DeadlineKind.values), name="deadline_kind_known"),
            models.CheckConstraint(condition=Q(due_at__gte=F("opened_at")), name="deadline_in_order"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="deadline_closed_has_time",
            ),
            models.UniqueConstraint(
                fields=("case", "handover", "question", "enquiry", "request", "referral", "kind", "owes"),
                condition=Q(state="open"),
                name="one_open_deadline",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(fields=("owes", "due_at"), condition=Q(state="open"), name="open_deadlines_owed"),
            # Reviews lie far ahead and are many: the inbox reads what is due without stepping over them.
            models.Index(
                fields=("owes", "due_at", "id"),
                condition=Q(state="open", ready=True) & ~Q(kind__in=enums.READ_APART),
                name="deadlines_of_an_institution",
            ),
            models.Index(
                fields=("owes", "shown_from_at", "due_at", "id"),
                condition=Q(state="open", kind__in=enums.QUIET_UNTIL_HALF),
                name="reviews_of_an_institution",
            ),
            models.Index(
                fields=("other_side", "due_at", "id"),
                condition=Q(state="open", ready=True, handover__isnull=False),
                name="deadlines_that_others_owe",
            ),
            models.Index(
                fields=("other_side", "due_at", "id"),
                condition=Q(state="open", ready=True, enquiry__isnull=False),
                name="enquiries_that_others_owe",
            ),
            models.Index(fields=("handover",), condition=Q(state="open"), name="open_deadlines_of_a_handover"),
            models.Index(
                fields=("registry", "due_at"),
                condition=Q(state="open", kind="stale_draft"),
                name="stale_drafts_for_the_sweep",
            ),
        )


class Reminder(QuickRow):
    """A rung of a deadline: one row per (deadline, rung), ever; fixed at opening. `due_at` is the rung's own time."""

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="reminders")
    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="reminders")
    rung = models.CharField(max_length=12, choices=enums.Rung)
    due_at = models.DateTimeField()
    floor_ran = models.DurationField(help_text=_("Running wall time of the registry at which people had time enough."))
    state = models.CharField(max_length=10, choices=enums.ReminderState, default=enums.ReminderState.PENDING)
    fired_at = models.DateTimeField(null=True, blank=True, help_text=_("Logical exercise time, never the sweep's."))
    fired_wall = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("deadline", "rung"), name="one_reminder_per_rung"),
            models.CheckConstraint(condition=Q(state__in=enums.ReminderState.values), name="reminder_state_known"),
            models.CheckConstraint(
                condition=Q(state="fired", fired_at__isnull=False) | ~Q(state="fired") & Q(fired_at__isnull=True),
                name="reminder_fired_has_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("registry", "due_at", "id"), condition=Q(state="pending"), name="reminders_for_the_sweep"
            ),
        )
