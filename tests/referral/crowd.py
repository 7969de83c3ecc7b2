"""A full registry in a second or two: rows by SQL, as many as a test asks for, without passing through the services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from referral.actor import Actor, actor_of
from referral.enums import InstitutionKind, Role
from referral.models import Institution, Registry
from tests.factories import EXERCISE, WALL, make_institution, make_member, make_registry, make_user

CODES = ("NG", "NE", "IT", "MR", "TN", *(f"{first}{second}" for first in "QX" for second in "ABCDEFGHIJKLMNOPQR"))


@dataclass
class Crowd:
    """A registry whose institutions stand in the order of `CODES`; the first country is the reader's."""

    registry: Registry
    focal_points: list[Institution]
    user: Any
    other_user: Any
    cases: int = 0

    @property
    def actor(self) -> Actor:
        found = actor_of(self.user, wall=WALL)
        assert found is not None
        return found

    def grow(self, cases: int, *, ours: int = 1) -> None:
        """So many more cases, spread over the countries; the first one holds `ours` times as many as any other.

        Each has a review of its risk far ahead and a handover that was declined; of every five one person is not
        covered, and one has an open handover to another country with its deadlines; every third is not screened yet.
        """
        keys = [institution.pk for institution in self.focal_points] + [self.focal_points[0].pk] * (ours - 1)
        countries = {institution.pk: institution.country_id for institution in self.focal_points}
        with connection.cursor() as cursor:
            # The tables are not analysed yet: without statistics PostgreSQL may compare every row with every other.
            cursor.execute("SET LOCAL enable_nestloop = off")
            for statement in STATEMENTS:
                cursor.execute("DISCARD PLANS")  # what triggers planned while the tables were smaller
                cursor.execute(
                    statement,
                    {
                        "registry": self.registry.pk, "keys": keys, "all": [row.pk for row in self.focal_points], "at": EXERCISE,
                        "wall": WALL, "countries": [countries[key] for key in keys], "first": self.cases + 1,
                        "last": self.cases + cases, "user": self.user.pk,
                        "other_user": self.other_user.pk,
                    },
                )  # fmt: skip
            cursor.execute("SET LOCAL enable_nestloop = on")
        self.cases += cases


def crowd(countries: int = 2) -> Crowd:
    """An empty registry with a focal point in each of so many countries, and an officer in the first."""
    registry = make_registry()
    focal_points = [make_institution(registry, code) for code in CODES[:countries]]
    user = make_user()
    make_member(focal_points[0], Role.FOCAL_POINT, user=user)
    make_institution(registry, CODES[0], kind=InstitutionKind.SHELTER)
    return Crowd(registry, focal_points, user, make_user())


NUMBERS = """
  WITH n AS (
    SELECT i, (%(keys)s::bigint[])[1 + i %% cardinality(%(keys)s::bigint[])] AS holder,
           (%(countries)s::text[])[1 + i %% cardinality(%(keys)s::bigint[])] AS country,
           (SELECT x FROM unnest(%(all)s::bigint[]) x WHERE x <> (%(keys)s::bigint[])[1 + i %% cardinality(%(keys)s::bigint[])]
            ORDER BY (x + i) %% 7, x LIMIT 1) AS other,
           %(at)s::timestamptz - i * interval '1 minute' AS opened
    FROM generate_series(%(first)s::int, %(last)s::int) i
  )
"""
CASES = """
  , c AS (SELECT k.id, k.opened_at, k.holder_id, n.* FROM n JOIN referral_person p
          ON p.registry_id = %(registry)s AND p.code_word = 'WORD' || n.i JOIN referral_case k ON k.person_id = p.id)
"""
HANDOVERS = CASES + ", h AS (SELECT h.id AS handover, h.state, c.* FROM c JOIN referral_handover h ON h.case_id = c.id)"

STATEMENTS = (
    NUMBERS + """
  INSERT INTO referral_person (registry_id, public_code, code_word, sex, gender, age_low, age_high, age_basis, maybe_child,
    citizenships, feared_countries, languages, dependants, accompanied, wishes, safe_contact, needs_interpreter, adaptation,
    no_family_contact, no_location, safe_tonight, call_tonight)
  SELECT %(registry)s, upper(substr(md5(i::text), 1, 8)), 'WORD' || i, 'female', '', 15 + i %% 20, 18 + i %% 20, 'statement', false,
    '{}', '{}', '{en}', 0, 'unknown', '', '', false, '', false, true, 'yes', '' FROM n""",
    NUMBERS + """
  INSERT INTO referral_case (registry_id, person_id, stage, status, version, opened_at, opened_by_id, found_by, found_in_id,
    exploited_in, exploitation, route, immediate_danger, non_punishment, carried_safeguards, taken_at, source_id, place,
    place_supported, closure_reason)
  SELECT %(registry)s, p.id, CASE WHEN i %% 50 = 0 THEN 'missing' ELSE 'supported' END, 'presumed', 1, opened, holder, 'border',
    country, '{}', '', '{}', false, false, '{}', opened, '', '', false, ''
  FROM n JOIN referral_person p ON p.registry_id = %(registry)s AND p.code_word = 'WORD' || n.i ORDER BY i""",
    NUMBERS + CASES.replace("k.holder_id, ", "") + """
  INSERT INTO referral_custody (case_id, seq, since_at, institution_id, reason) SELECT id, 1, opened_at, holder, 'intake' FROM c""",
    NUMBERS + CASES + """
  INSERT INTO referral_whereabouts (case_id, kind, country_id, happened_at, recorded_at, institution_id, support_running)
  SELECT id, CASE WHEN i %% 5 = 0 THEN 'no_safe_place' ELSE 'safe_place' END, country, opened_at, opened_at, holder, true FROM c""",
    NUMBERS + CASES + """
  INSERT INTO referral_riskassessment (case_id, level, domains, fears, measures, assessed_at, valid_until_at, institution_id)
  SELECT id, 'high', '{}', '', '', opened_at, opened_at + interval '90 days', holder FROM c""",
    NUMBERS + CASES + """
  INSERT INTO referral_handover (registry_id, case_id, reference, state, held_from, version, sender_id, receiver_id, receiver_country_id,
    outside, purpose, urgency, child, options_compared, needs_on_arrival, compartments, message, capacity_confirmed_by, safety_plan,
    medicine_lasts, preview_digest, overrides, offered_at, closed_at, place_confirmed, reception_contact, child_protection_yes,
    decline_reason, withdraw_reason, travel_means, escort, travel_documents, certificate, arrived_safely, person_content, received_by,
    objected, message_back, feedback, feedback_services, reflection, vital_interests, transfer_basis, conditions, conditions_text,
    forward_reason, revoke_reason, hold_reason, alert, search_end, correction_reason)
  SELECT %(registry)s, c.id, 'H' || i || k, s.state, '', 1, holder, other, o.country_id,
    false, 'safety', 'standard', false, '{}', '{shelter}', '{}', '', '', '',
    'yes', '', '[]', opened_at, CASE WHEN s.over THEN opened_at + interval '1 day' END, false, '', '{}',
    '', '', '', '', '', '', '', '', '', false, '', '', '{}', '', '', '', '{}', '', '', '', '', '', '', ''
  FROM c JOIN referral_institution o ON o.id = c.other
  CROSS JOIN LATERAL (VALUES (1, 'declined', true), (2, CASE WHEN i %% 2 = 0 THEN 'offered' ELSE 'accepted' END, false)) s(k, state, over)
  WHERE s.over OR i %% 5 = 1""",
    NUMBERS + HANDOVERS + """
  INSERT INTO referral_deadline (registry_id, case_id, handover_id, kind, owes_id, other_side_id, opened_at, due_at, opened_ran, floor,
    state, reason, basis, basis_text)
  SELECT %(registry)s, id, handover, d.kind, CASE WHEN d.theirs THEN other ELSE holder END, CASE WHEN d.theirs THEN holder ELSE other END,
    opened_at, opened_at + d.allowed, interval '0', interval '3 minutes', 'open', '', 'default', ''
  FROM h JOIN (VALUES ('offered', 'acknowledge', true, interval '2 days'), ('offered', 'decide', true, interval '14 days'),
    ('accepted', 'travel_plan', false, interval '5 days')) d(state, kind, theirs, allowed) ON d.state = h.state""",
    NUMBERS + CASES + """
  INSERT INTO referral_deadline (registry_id, case_id, kind, owes_id, opened_at, due_at, opened_ran, floor, state, reason, basis, basis_text)
  SELECT %(registry)s, id, d.kind, holder, opened_at, opened_at + d.allowed, interval '0', interval '3 minutes', 'open', '', 'default', ''
  FROM c JOIN (VALUES ('review_risk', interval '90 days', 1), ('screen', interval '1 day', 3)) d(kind, allowed, every)
  ON i %% d.every = 0""",
    NUMBERS + HANDOVERS + """
  INSERT INTO referral_deadline (registry_id, case_id, handover_id, kind, owes_id, other_side_id, opened_at, due_at, opened_ran, floor,
    state, closed_at, reason, basis, basis_text)
  SELECT %(registry)s, id, handover, 'acknowledge', other, holder, opened_at, opened_at + interval '2 days', interval '0',
    interval '3 minutes', 'met', opened_at, '', 'default', '' FROM h WHERE h.state = 'declined'""",
    NUMBERS + CASES + """
  INSERT INTO referral_notice (registry_id, user_id, institution_id, kind, case_id, cause, at, wall, read_wall)
  SELECT %(registry)s, CASE WHEN i %% 10 = 0 THEN %(user)s ELSE %(other_user)s END, holder, 'offer', id, 'cause ' || i, opened_at, %(wall)s,
    CASE WHEN i %% 40 <> 0 THEN %(wall)s::timestamptz END FROM c""",
)  # fmt: skip
