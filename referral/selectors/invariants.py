"""The invariants that the registry must hold, each as one query that finds what breaks it (`assurance.md` section 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from referral.chain import GENESIS, commitment_of, link
from referral.models import CaseEvent


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
        "WHERE k.reason = 'received' AND h.state NOT IN ('received','completed')",
    ),
    Check(
        "I4",
        "A notice has no row in the outbox.",
        "SELECT 'notice ' || n.id FROM referral_notice n WHERE NOT EXISTS (SELECT 1 FROM referral_mail m WHERE m.notice_id = n.id)",
    ),
    Check(
        "I5",
        "A deadline does not have its five rungs.",
        "SELECT 'deadline ' || d.id FROM referral_deadline d WHERE "
        "(SELECT count(*) FROM referral_reminder r WHERE r.deadline_id = d.id) <> 5",
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
        "I9",
        "An open handover has no event that sent it.",
        "SELECT 'handover ' || h.reference FROM referral_handover h WHERE h.state NOT IN ('draft','discarded') AND NOT EXISTS "
        "(SELECT 1 FROM referral_caseevent e WHERE e.handover_id = h.id AND e.kind = 'offer')",
    ),
    Check(
        "I9",
        "The state of a handover is not what its last event says.",
        "SELECT 'handover ' || h.reference FROM referral_handover h JOIN LATERAL (SELECT e.to_state FROM referral_caseevent e "
        "WHERE e.handover_id = h.id AND e.to_state <> '' ORDER BY e.seq DESC LIMIT 1) l ON true WHERE l.to_state <> h.state",
    ),
    Check(
        "I10",
        "The events of a case are not numbered one after the other.",
        "SELECT 'case ' || case_id FROM referral_caseevent GROUP BY case_id HAVING count(*) <> max(seq) OR min(seq) <> 1",
    ),
    Check(
        "I13",
        "An event lies before the one it follows.",
        "SELECT 'case ' || case_id || ' event ' || seq FROM (SELECT case_id, seq, at, lag(at) OVER (PARTITION BY case_id "
        "ORDER BY seq) AS before FROM referral_caseevent) e WHERE before > at",
    ),
)


def findings(limit: int = 20) -> Iterator[Finding]:
    """Everything that is wrong, at most `limit` places per check. Nothing found means that the invariants hold."""
    for check in CHECKS:
        with connection.cursor() as cursor:
            cursor.execute(f"{check.sql} LIMIT %s", [limit])
            for (where,) in cursor.fetchall():
                yield Finding(check.invariant, check.words, where)
    yield from broken_links(limit)


def broken_links(limit: int = 20) -> Iterator[Finding]:
    """Walk the chain of every case: each hash follows from the one before, each payload still matches its commitment."""
    found, case_id, previous = 0, 0, GENESIS
    rows = CaseEvent.objects.order_by("case_id", "seq").values_list(
        "case_id", "seq", "commitment", "previous_hash", "hash", "payload__salt", "payload__content"
    )
    for row_case, seq, commitment, before, own, salt, content in rows.iterator(chunk_size=2000):
        if row_case != case_id:
            case_id, previous = row_case, GENESIS
        where = f"case {row_case} event {seq}"
        if bytes(before) != previous or bytes(own) != link(previous, seq, bytes(commitment)):
            yield Finding("I10", "The hash of an event does not follow from the one before.", where)
            found += 1
        elif salt is not None and commitment_of(bytes(salt), content) != bytes(commitment):
            yield Finding("I10", "What an event says is not what it committed to.", where)
            found += 1
        if found >= limit:
            return
        previous = bytes(own)
