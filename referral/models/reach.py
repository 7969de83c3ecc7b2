"""Which institution reaches which case, kept by the database itself for its row level security."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.rows import QuickRow
from referral.models.case import Case
from referral.models.person import Person
from referral.models.registry import Institution


class CaseReach(QuickRow):
    """One institution that reaches one case: by its file (2), or by a glance at what concerns it (1).

    Triggers write it from holder, opener, work, custody chain, tasks that stayed, handovers, referrals, enquiries and openings; nobody else
    may. So an access ends in the statement that ends what it rests on (docs/decisions/0050). The keys are no foreign
    keys of the database: the triggers see to them, and a bulk load does not pay for them twice.
    """

    kept_by_triggers: ClassVar[bool] = True

    case = models.ForeignKey(Case, models.DO_NOTHING, related_name="reached_by", db_constraint=False)
    person = models.ForeignKey(Person, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    institution = models.ForeignKey(
        Institution, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    level = models.PositiveSmallIntegerField()
    # The person's own, so that a search reads one index of what the institution reaches, however many others there are.
    code_word = models.CharField(max_length=24)
    public_code = models.CharField(max_length=8)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("institution", "case"), name="one_reach_of_a_case"),
            models.CheckConstraint(condition=Q(level__in=(1, 2)), name="reach_level_known"),
        )
        indexes = (
            models.Index(fields=("person", "institution"), name="reach_of_a_person"),
            models.Index(
                fields=("institution", "code_word"),
                opclasses=("int8_ops", "varchar_pattern_ops"),
                name="reached_by_code_word",
            ),
            models.Index(
                fields=("institution", "public_code"),
                opclasses=("int8_ops", "varchar_pattern_ops"),
                name="reached_by_code",
            ),
        )
