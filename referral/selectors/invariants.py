"""The invariants that the registry must hold, each as one query that finds what breaks it (`assurance.md` section 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from referral.chain import commitment_of
from referral.models import EventPayload

AT_ONCE = 2_000
"""Payloads in memory at a time."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which invariant, in plain words, and where."""

    invariant: str
    words: str
    where: str


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant with its query. The query returns one text column: where it is broken."""

    invariant: str
    words: str
    sql: str


CHECKS: tuple[Check, ...] = (
    Check(
        "I1",
        "A case has no responsible institution from its first moment on.",
        "SELECT 'case ' || c.id FROM referral_case c WHERE NOT EXISTS "
        "(SELECT 1 FROM referral_custody k WHERE k.case_id = c.id AND k.seq = 1 AND k.since_at <= c.opened_at)",
    ),
    Check(
        "I1",
        "A custody chain has a gap or two links with one number.",
        "SELECT 'case ' || case_id FROM referral_custody GROUP BY case_id HAVING count(*) <> max(seq) OR min(seq) <> 1",
    ),
    Check(
        "I1",
        "A link of a custody chain does not begin where the one before says.",
        "SELECT 'case ' || k.case_id || ' link ' || k.seq FROM referral_custody k LEFT JOIN referral_custody p "
        "ON p.case_id = k.case_id AND p.seq = k.previous_seq AND p.since_at = k.previous_since_at "
        "WHERE k.seq > 1 AND (p.id IS NULL OR k.since_at < p.since_at)",
    ),
    Check(
        "I1",
        "The holder shown for a case is not the one its custody chain names.",
        "SELECT 'case ' || c.id FROM referral_case c WHERE c.holder_id IS DISTINCT FROM "
        "(SELECT k.institution_id FROM referral_custody k WHERE k.case_id = c.id ORDER BY k.seq DESC LIMIT 1)",
    ),
    Check(
        "I1",
        "A file that was joined to another still has somebody who answers.",
        "SELECT 'case ' || id FROM referral_case WHERE merged_into_id IS NOT NULL AND holder_id IS NOT NULL",
    ),
    Check(
        "I1",
        "The place shown for a case is not the last one that was recorded.",
        "SELECT 'case ' || c.id FROM referral_case c LEFT JOIN (SELECT DISTINCT ON (case_id) case_id, kind, country_id, "
        "happened_at, support_running FROM referral_whereabouts ORDER BY case_id, happened_at DESC, id DESC) w "
        "ON w.case_id = c.id WHERE (c.place, c.place_country_id, c.place_since_at, c.place_supported) IS DISTINCT FROM "
        "(coalesce(w.kind, ''), w.country_id, w.happened_at, coalesce(w.support_running, false))",
    ),
    Check(
        "I1",
        "The place shown for a case is not the newest of its whereabouts, or its cover is not what follows from it.",
        "SELECT 'case ' || c.id FROM referral_case c JOIN referral_person p ON p.id = c.person_id "
        "LEFT JOIN referral_institution i ON i.id = c.holder_id LEFT JOIN LATERAL (SELECT w.* FROM referral_whereabouts w "
        "WHERE w.case_id = c.id ORDER BY w.happened_at DESC, w.id DESC LIMIT 1) w ON true "
        "WHERE (c.place, c.place_country_id, c.place_since_at, c.place_supported) IS DISTINCT FROM "
        "(coalesce(w.kind, ''), w.country_id, w.happened_at, coalesce(w.support_running, false)) "
        "OR c.uncovered_from_at IS DISTINCT FROM CASE WHEN w.kind = 'escorted' THEN NULL "
        "WHEN w.kind = 'arrived' AND w.support_running OR w.country_id = i.country_id "
        "AND (w.kind = 'safe_place' OR w.kind = 'supported_place' AND w.support_running) THEN p.bed_until_at "
        "ELSE coalesce(w.happened_at, c.opened_at) END",
    ),
    Check(
        "I2",
        "A case has more than one open handover.",
        "SELECT 'case ' || case_id FROM referral_handover WHERE state IN ('offered','acknowledged','clarifying',"
        "'conditions_put','accepted','held','departed','whereabouts_unknown') GROUP BY case_id HAVING count(*) > 1",
    ),
    Check(
        "I3",
        "A received handover did not move custody to its receiver at its received time.",
        "SELECT 'handover ' || h.reference FROM referral_handover h WHERE h.state IN ('received','completed') AND NOT EXISTS "
        "(SELECT 1 FROM referral_custody k WHERE k.handover_id = h.id AND k.institution_id = h.receiver_id "
        "AND k.since_at = h.received_at AND k.case_id = h.case_id)",
    ),
    Check(
        "I3",
        "Custody moved by a handover that was not received.",
        "SELECT 'case ' || k.case_id || ' link ' || k.seq FROM referral_custody k JOIN referral_handover h ON h.id = k.handover_id "
        "LEFT JOIN referral_custody n ON n.case_id = k.case_id AND n.seq = k.seq + 1 AND n.handover_id = k.handover_id "
        "AND n.reason = 'corrected' WHERE k.reason = 'received' AND h.state NOT IN ('received','completed') AND n.id IS NULL",
    ),
    Check(
        "I4",
        "A notice has no row in the outbox.",
        "SELECT 'notice ' || n.id FROM referral_notice n WHERE NOT EXISTS (SELECT 1 FROM referral_mail m WHERE m.notice_id = n.id)",
    ),
    Check(
        "I5",
        "A deadline does not have its five rungs.",
        "SELECT 'deadline ' || d.id FROM referral_deadline d LEFT JOIN (SELECT deadline_id, count(*) AS rungs "
        "FROM referral_reminder GROUP BY deadline_id) r ON r.deadline_id = d.id WHERE coalesce(r.rungs, 0) <> 5",
    ),
    Check(
        "I5",
        "Whether a deadline is shown does not fit the state of its handover.",
        "SELECT 'deadline ' || d.id FROM referral_deadline d JOIN referral_handover h ON h.id = d.handover_id "
        "WHERE d.state = 'open' AND d.ready IS DISTINCT FROM referral_act_is_possible(d.kind, h.state)",
    ),
    Check(
        "I6",
        "A reminder waits for a deadline that is closed.",
        "SELECT 'reminder ' || r.id FROM referral_reminder r JOIN referral_deadline d ON d.id = r.deadline_id "
        "WHERE r.state = 'pending' AND d.state <> 'open'",
    ),
    Check(
        "I6",
        "A reminder went out after its deadline was closed.",
        "SELECT 'reminder ' || r.id FROM referral_reminder r JOIN referral_deadline d ON d.id = r.deadline_id "
        "WHERE r.state = 'fired' AND d.closed_at IS NOT NULL AND r.fired_at > d.closed_at",
    ),
    Check(
        "I7",
        "A reader was told twice of one thing.",
        "SELECT 'user ' || user_id || ' cause ' || cause FROM referral_notice GROUP BY user_id, cause HAVING count(*) > 1",
    ),
    Check(
        "I8",
        "A deadline went past its last reminder, and the system did not note it.",
        "SELECT 'reminder ' || r.id FROM referral_reminder r JOIN referral_deadline d ON d.id = r.deadline_id "
        "WHERE r.rung = 'coordinator' AND r.state = 'fired' AND NOT EXISTS (SELECT 1 FROM referral_caseevent e "
        "WHERE e.kind = 'lapse' AND e.user_id IS NULL AND e.case_id = d.case_id AND e.code = d.kind "
        "AND coalesce(e.handover_id, 0) = coalesce(d.handover_id, 0))",
    ),
    Check(
        "I9",
        "An open handover has no event that sent it.",
        "SELECT 'handover ' || h.reference FROM referral_handover h WHERE h.state NOT IN ('draft','discarded') AND NOT EXISTS "
        "(SELECT 1 FROM referral_caseevent e WHERE e.handover_id = h.id AND e.kind = 'offer')",
    ),
    Check(
        "I9",
        "The state of a handover is not what its last event says.",
        "SELECT 'handover ' || h.reference FROM referral_handover h JOIN (SELECT DISTINCT ON (handover_id) handover_id, "
        "to_state FROM referral_caseevent WHERE handover_id IS NOT NULL AND to_state <> '' ORDER BY handover_id, seq DESC) l "
        "ON l.handover_id = h.id WHERE l.to_state <> h.state",
    ),
    Check(
        "I10",
        "The events of a case are not numbered one after the other.",
        "SELECT 'case ' || case_id FROM referral_caseevent GROUP BY case_id HAVING count(*) <> max(seq) OR min(seq) <> 1",
    ),
    Check(
        "I10",
        "The hash of an event does not follow from the one before.",
        "SELECT 'case ' || case_id || ' event ' || seq FROM (SELECT case_id, seq, commitment, previous_hash, hash, "
        "lag(hash, 1, decode(repeat('00', 32), 'hex')) OVER (PARTITION BY case_id ORDER BY seq) AS before "
        "FROM referral_caseevent) e WHERE previous_hash <> before OR hash <> sha256(before || int8send(seq) || commitment)",
    ),
    Check(
        "I13",
        "An event lies before the one it follows.",
        "SELECT 'case ' || case_id || ' event ' || seq FROM (SELECT case_id, seq, at, lag(at) OVER (PARTITION BY case_id "
        "ORDER BY seq) AS before FROM referral_caseevent) e WHERE before > at",
    ),
)


def findings(limit: int = 20) -> Iterator[Finding]:
    """Everything that is wrong, at most `limit` places per check. Nothing found means that the invariants hold.

    Each check is one statement over whole tables: its cost grows with the registry and not with its square, and what
    it cannot hold in memory PostgreSQL puts on disk.
    """
    for check in CHECKS:
        for where in _broken(check, limit):
            yield Finding(check.invariant, check.words, where)
    yield from broken_commitments(limit)


def _broken(check: Check, limit: int) -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Room to sort and join a large registry in memory; compiling a plan takes longer than it saves here.
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
        cursor.execute(f"{check.sql} LIMIT %s", [limit])
        return [where for (where,) in cursor.fetchall()]


def broken_commitments(limit: int = 20) -> Iterator[Finding]:
    """Events whose payload is no longer what they committed to. An erased payload breaks nothing.

    Only here the rows come to Python, a few at a time: PostgreSQL writes JSON in another form than the one that is hashed.
    """
    found = 0
    rows = EventPayload.objects.values_list(
        "event__case_id", "event__seq", "event__commitment", "salt", "content"
    ).order_by()
    for case_id, seq, commitment, salt, content in rows.iterator(chunk_size=AT_ONCE):
        if commitment_of(bytes(salt), content) != bytes(commitment):
            yield Finding("I10", "What an event says is not what it committed to.", f"case {case_id} event {seq}")
            found += 1
            if found >= limit:
                return
