"""What only the owner of the tables can look at: whether the second wall stands, and who reaches which file (I11)."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import connections, transaction

from common.second_wall_checks import weaknesses
from referral.selectors.invariants import Finding

OWNER = "owner"
WALL = "The second wall in the database has a gap."
REACH = "Who reaches a file is not who should reach it."
REACHED = """
WITH due AS (
  SELECT x.case_id, c.person_id, p.code_word, p.public_code, x.institution_id, max(x.level) AS level FROM (
    SELECT id AS case_id, holder_id AS institution_id, 2 AS level FROM referral_case
    UNION ALL SELECT id, opened_by_id, 2 FROM referral_case WHERE taken_at IS NULL
    UNION ALL SELECT case_id, institution_id, 2 FROM referral_assignment WHERE until_at IS NULL
    UNION ALL SELECT case_id, institution_id, 2 FROM referral_breakglass WHERE state = 'opened'
    UNION ALL SELECT case_id, institution_id, 1 FROM referral_custody
    UNION ALL SELECT case_id, institution_id, 1 FROM referral_continuingtask WHERE until_at IS NULL
    UNION ALL SELECT case_id, sender_id, 1 FROM referral_homereferral
    UNION ALL SELECT case_id, provider_id, 1 FROM referral_homereferral
    UNION ALL SELECT case_id, receiver_id, 1 FROM referral_enquiry
    UNION ALL SELECT case_id, sender_id, 1 FROM referral_handover
    UNION ALL SELECT case_id, receiver_id, 1 FROM referral_handover WHERE state NOT IN ('draft', 'discarded')
    UNION ALL SELECT h.case_id, i.id, 1 FROM referral_handover h
      JOIN referral_institution i ON i.registry_id = h.registry_id AND i.country_id = h.receiver_country_id
     WHERE h.child AND h.closed_at IS NULL AND h.state NOT IN ('draft', 'discarded')
       AND EXISTS (SELECT 1 FROM referral_membership m WHERE m.institution_id = i.id AND m.role = 'child_protection')
  ) x JOIN referral_case c ON c.id = x.case_id JOIN referral_person p ON p.id = c.person_id
  WHERE x.institution_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5
)
SELECT 'case ' || coalesce(d.case_id, r.case_id) || ' institution ' || coalesce(d.institution_id, r.institution_id)
  FROM due d FULL JOIN referral_casereach r ON r.case_id = d.case_id AND r.institution_id = d.institution_id
 WHERE (d.level, d.person_id, d.code_word, d.public_code) IS DISTINCT FROM (r.level, r.person_id, r.code_word, r.public_code)
 LIMIT %s
"""
"""Said once more, apart from the triggers that write it (docs/decisions/0050): each statement that leaves a wrong row shows."""


def behind_the_wall(limit: int = 20, using: str = OWNER) -> Iterator[Finding]:
    """What is wrong with the second wall and with the table that it asks, at most `limit` places of that table."""
    for sentence in weaknesses(connections[using]):
        yield Finding("I11", WALL, sentence.rstrip("."))
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # The policies of the table show an institution its own rows; the guard alone sees all.
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_GUARD}"')
        cursor.execute(REACHED, [limit])
        found = [where for (where,) in cursor.fetchall()]
        cursor.execute("RESET ROLE")
    for where in found:
        yield Finding("I11", REACH, where)
