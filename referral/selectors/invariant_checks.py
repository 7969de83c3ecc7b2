"""The invariants of the registry, each as one query that finds what breaks it (`assurance.md` section 1).

What a query cannot say of them is told by tests: reads of identity (I9), crashes between a sending and its mark (I7),
whether a sweep came in time (I5, `/healthz`). The chain itself is looked at by `selectors.chained`.
"""

# ruff: noqa: S608 - statements are put together from names in the code alone; nothing comes from outside.

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from referral.enums import OPEN_STATES, QUIET_UNTIL_HALF, Action, Rung
from referral.transitions import TRANSITIONS, Stamp


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant with its query. The query returns one text column: where it is broken."""

    invariant: str
    words: str
    sql: str


LEDGERS: tuple[tuple[str, str, str], ...] = (
    ("custody", "since_at", "case_id"),
    ("consent", "given_at", "case_id"),
    ("riskassessment", "assessed_at", "case_id"),
    ("screening", "at", "case_id"),
    ("whereabouts", "recorded_at", "case_id"),
    ("packet", "frozen_at", "handover_id"),
    ("supplement", "frozen_at", "handover_id"),
    ("seal", "sealed_at", "handover_id"),
    ("message", "recorded_at", "handover_id"),
    ("outsideanswer", "recorded_at", "handover_id"),
    ("identification", "decided_at", "case_id"),
    ("healthentry", "recorded_at", "case_id"),
    ("voice", "recorded_at", "case_id"),
)
"""Tables that only grow: name, the column with the instant of recording, the key of what it belongs to."""

STAMPS: tuple[tuple[str, str, str], ...] = (
    ("assignment", "since_at", "case_id"),
    ("assignment", "until_at", "case_id"),
    ("release", "requested_at", "case_id"),
    ("release", "released_at", "case_id"),
    ("continuingtask", "since_at", "case_id"),
    ("continuingtask", "until_at", "case_id"),
    ("question", "asked_at", "handover_id"),
    ("question", "answered_at", "handover_id"),
)
"""The same for rows of a file that go on: each instant that an act sets. Services, legal tracks and the file of a child have
dates that somebody typed and no instant of ours; needs of an invented history have no events of their own."""


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _unexplained_row(table: str, column: str, key: str) -> str:
    """Rows without an event of their instant. What a file brought is explained by the event of its import."""
    belongs = f"e.{key} = r.{key}"
    return (
        f"SELECT '{table} ' || r.id || ' of {key.removesuffix('_id')} ' || r.{key} FROM referral_{table} r "
        f"WHERE r.{column} IS NOT NULL AND NOT EXISTS "
        f"(SELECT 1 FROM referral_caseevent e WHERE {belongs} AND e.at = r.{column})"
        + (
            f" AND NOT EXISTS (SELECT 1 FROM referral_caseevent e WHERE {belongs} AND e.seq = 1 AND e.kind = 'imported' "
            f"AND r.{column} <= e.at)"
            if key == "case_id"
            else ""
        )
    )


def _undisclosed(table: str) -> str:
    """Compartments that were sent and have no disclosure of just these fields to whom the handover goes."""
    return (
        f"SELECT '{table} of handover ' || h.reference || ', ' || c.key FROM referral_{table} p "
        "JOIN referral_handover h ON h.id = p.handover_id CROSS JOIN LATERAL jsonb_each(p.contents) c WHERE NOT EXISTS "
        "(SELECT 1 FROM referral_disclosure d WHERE d.handover_id = h.id AND d.at = p.frozen_at AND d.compartment = c.key "
        "AND d.recipient_id IS NOT DISTINCT FROM h.receiver_id AND (SELECT array_agg(f::text ORDER BY f::text) FROM "
        "unnest(d.fields) f) IS NOT DISTINCT FROM (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(c.value) k))"
    )


def _unexplained_stamp(stamp: Stamp) -> str:
    """Handovers with an instant that no event explains: one of a row of the table that sets it, at that very time."""
    kinds = [action for action, row in TRANSITIONS.items() if stamp in row.stamps]
    when = f"e.at = h.{stamp}"
    if stamp is Stamp.DEPARTED:
        when = f"e.happened_at = h.{stamp}"  # a departure may be recorded later than it was
    if stamp is Stamp.CLOSED:
        kinds.append(Action.REVOKE)  # a country that cannot receive at all has declined by it
    if stamp is Stamp.ESCALATED:
        kinds.append(Action.LAPSE)
        # Noted by a late sweep, the event takes the time of the one before it (I13).
        when = f"e.at >= h.{stamp}"
    return (
        f"SELECT 'handover ' || h.reference || ' {stamp}' FROM referral_handover h WHERE h.{stamp} IS NOT NULL AND NOT EXISTS "
        f"(SELECT 1 FROM referral_caseevent e WHERE e.handover_id = h.id AND {when} AND e.kind IN ({_listed(kinds)}))"
    )


TELLING = sorted(action for action, row in TRANSITIONS.items() if row.tells)
"""Acts on a handover that both sides hear of."""

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
        f"SELECT 'case ' || case_id FROM referral_handover WHERE state IN ({_listed(sorted(OPEN_STATES))}) "
        "GROUP BY case_id HAVING count(*) > 1",
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
        "I4",
        "A step of a handover told nobody on the other side, where somebody sat who had been told before.",
        "SELECT 'case ' || e.case_id || ' event ' || e.seq FROM referral_caseevent e JOIN referral_handover h ON h.id = e.handover_id "
        "JOIN referral_institution i ON i.id = CASE e.institution_id WHEN h.sender_id THEN h.receiver_id ELSE h.sender_id END "
        f"WHERE e.user_id IS NOT NULL AND e.from_state <> e.to_state AND e.kind IN ({_listed(TELLING)}) "
        "AND NOT EXISTS (SELECT 1 FROM referral_notice n WHERE n.event_id = e.id AND n.institution_id = i.id) "
        "AND EXISTS (SELECT 1 FROM referral_membership m JOIN accounts_user u ON u.id = m.user_id "
        "JOIN referral_notice n ON n.user_id = m.user_id AND n.institution_id = i.id "
        "WHERE m.institution_id = i.id AND m.role IN ('focal_point', 'deputy') AND u.is_active AND m.user_id <> e.user_id "
        "AND coalesce(m.until_wall, 'infinity') > e.wall AND n.wall < e.wall)",
    ),
    Check(
        "I4",
        "A mail was cancelled and nothing says why, or was sent at no time.",
        "SELECT 'mail ' || id FROM referral_mail WHERE state = 'cancelled' AND last_error = '' "
        "OR state = 'sent' AND sent_wall IS NULL",
    ),
    Check(
        "I5",
        "A deadline does not have each of its five rungs once.",
        "SELECT 'deadline ' || d.id FROM referral_deadline d LEFT JOIN (SELECT deadline_id, "
        f'array_agg(rung::text ORDER BY rung::text COLLATE "C") AS rungs FROM referral_reminder GROUP BY deadline_id) r '
        f"ON r.deadline_id = d.id WHERE r.rungs IS DISTINCT FROM ARRAY[{_listed(sorted(Rung))}]",
    ),
    Check(
        "I5",
        "Whether a deadline is shown does not fit the state of its handover.",
        "SELECT 'deadline ' || d.id FROM referral_deadline d JOIN referral_handover h ON h.id = d.handover_id "
        "WHERE d.state = 'open' AND d.ready IS DISTINCT FROM referral_act_is_possible(d.kind, h.state)",
    ),
    Check(
        "I5",
        "The instant from which quiet work is shown is not half of its time.",
        "SELECT 'deadline ' || id FROM referral_deadline WHERE shown_from_at IS DISTINCT FROM "
        f"CASE WHEN kind IN ({_listed(QUIET_UNTIL_HALF)}) THEN opened_at + (due_at - opened_at) / 2 END",
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
        "I7",
        "Two mails have one identifier.",
        "SELECT 'mail ' || min(id) || ' and mail ' || max(id) FROM referral_mail GROUP BY message_id HAVING count(*) > 1",
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
        "I8",
        "A handover was escalated and is no longer answered for by its sender.",
        "SELECT 'handover ' || h.reference FROM referral_handover h JOIN referral_case c ON c.id = h.case_id "
        f"WHERE h.escalated_at IS NOT NULL AND h.state IN ({_listed(sorted(OPEN_STATES))}) AND c.holder_id IS DISTINCT FROM h.sender_id",
    ),
    Check(
        "I9",
        "An open handover has no event that sent it.",
        "SELECT 'handover ' || h.reference FROM referral_handover h WHERE h.state NOT IN ('draft','discarded') AND NOT EXISTS "
        "(SELECT 1 FROM referral_caseevent e WHERE e.handover_id = h.id AND e.kind = 'offer')",
    ),
    Check(
        "I4",
        "A person was received from an institution that did not answer for the person.",
        "SELECT 'case ' || c.case_id || ' link ' || c.seq FROM referral_custody c JOIN referral_handover h "
        "ON h.id = c.handover_id JOIN referral_custody b ON b.case_id = c.case_id AND b.seq = c.seq - 1 "
        "WHERE c.reason = 'received' AND b.institution_id IS DISTINCT FROM h.sender_id",
    ),
    Check(
        "I9",
        "The state of a handover is not what its last event says.",
        "SELECT 'handover ' || h.reference FROM referral_handover h JOIN (SELECT DISTINCT ON (handover_id) handover_id, "
        "to_state FROM referral_caseevent WHERE handover_id IS NOT NULL AND to_state <> '' ORDER BY handover_id, seq DESC) l "
        "ON l.handover_id = h.id WHERE l.to_state <> h.state",
    ),
    Check(
        "I9",
        "An event of a handover does not begin in the state in which the one before ended.",
        "SELECT 'handover ' || h.reference || ' event ' || e.seq FROM (SELECT handover_id, seq, from_state, "
        "lag(to_state) OVER (PARTITION BY handover_id ORDER BY seq) AS before FROM referral_caseevent "
        "WHERE handover_id IS NOT NULL AND to_state <> '') e JOIN referral_handover h ON h.id = e.handover_id "
        "WHERE e.before <> e.from_state",
    ),
    Check(
        "I9",
        "A time of a handover is not the time of an event that sets it.",
        " UNION ALL ".join(_unexplained_stamp(stamp) for stamp in Stamp),
    ),
    Check(
        "I9",
        "Something was disclosed, and no event of the case has that time.",
        "SELECT 'disclosure ' || d.id || ' of case ' || d.case_id FROM referral_disclosure d WHERE NOT EXISTS "
        "(SELECT 1 FROM referral_caseevent e WHERE e.case_id = d.case_id AND e.at = d.at)",
    ),
    Check(
        "I9",
        "What a packet or supplement held is not what the disclosures say was sent, to whom.",
        " UNION ALL ".join(_undisclosed(table) for table in ("packet", "supplement")),
    ),
    Check(
        "I9",
        "The event of an offer names another packet.",
        "SELECT 'packet of handover ' || h.reference FROM referral_packet p JOIN referral_handover h ON h.id = p.handover_id "
        "JOIN referral_caseevent e ON e.handover_id = h.id AND e.kind = 'offer' JOIN referral_eventpayload y "
        "ON y.event_id = e.id WHERE y.content -> 'content' ->> 'packet' IS DISTINCT FROM p.digest",
    ),
    Check(
        "I9",
        "No event names a supplement as it is, though what the events say was not erased.",
        "SELECT 'supplement of handover ' || h.reference FROM referral_supplement s "
        "JOIN referral_handover h ON h.id = s.handover_id CROSS JOIN LATERAL (SELECT "
        "array_agg(y.content -> 'content' ->> 'supplement') AS digests FROM referral_caseevent e JOIN referral_eventpayload y "
        "ON y.event_id = e.id WHERE e.handover_id = h.id AND e.kind = 'supplement') AS named "
        "WHERE NOT s.digest = ANY (named.digests)",
    ),
    Check(
        "I9",
        "Something was recorded, and no event of the case has that time.",
        " UNION ALL ".join(_unexplained_row(*ledger) for ledger in LEDGERS),
    ),
    Check(
        "I9",
        "Something in a file was begun or ended, and no event has that time.",
        " UNION ALL ".join(_unexplained_row(*stamp) for stamp in STAMPS),
    ),
    Check(
        "I9",
        "An entry was put right, and its event does not say so.",
        "SELECT 'event ' || a.event_id FROM referral_amendment a JOIN referral_caseevent e ON e.id = a.event_id "
        f"WHERE e.kind <> '{Action.AMEND}' OR e.amends_id IS NULL",
    ),
    Check(
        "I10",
        "The events of a case are not numbered one after the other.",
        "SELECT 'case ' || case_id FROM referral_caseevent GROUP BY case_id HAVING count(*) <> max(seq) OR min(seq) <> 1",
    ),
    Check(
        "I10",
        "An event does not go on from the hash of the one before.",
        "SELECT 'case ' || case_id || ' event ' || seq FROM (SELECT case_id, seq, previous_hash, "
        "lag(hash, 1, decode(repeat('00', 32), 'hex')) OVER (PARTITION BY case_id ORDER BY seq) AS before "
        "FROM referral_caseevent) e WHERE previous_hash <> before",
    ),
    Check(
        "I11",
        "An event stands in the name of somebody who had no seat in that institution.",
        "SELECT 'case ' || e.case_id || ' event ' || e.seq FROM referral_caseevent e LEFT JOIN "
        "(SELECT user_id, institution_id, role, max(coalesce(until_wall, 'infinity')) AS until FROM referral_membership "
        "GROUP BY user_id, institution_id, role) m ON m.user_id = e.user_id AND m.institution_id = e.institution_id "
        "AND m.role = e.role WHERE e.user_id IS NOT NULL AND (m.until IS NULL OR m.until < e.wall)",
    ),
    Check(
        "I11",
        "A break-glass opening has no second person, no case, or lasts longer than an hour.",
        "SELECT 'opening ' || reference FROM referral_breakglass WHERE state IN ('opened', 'ended') AND (decided_by_id IS NULL "
        "OR decided_by_id = asked_by_id OR case_id IS NULL OR decided_wall IS NULL "
        "OR until_wall > decided_wall + interval '60 minutes' OR decided_wall > asked_wall + interval '60 minutes')",
    ),
    Check(
        "I11",
        "A case was read under break-glass while nothing was open to the reader.",
        "SELECT 'case ' || e.case_id || ' event ' || e.seq FROM referral_caseevent e WHERE e.kind = 'glass_read' AND NOT EXISTS "
        "(SELECT 1 FROM referral_breakglass g WHERE g.case_id = e.case_id AND g.asked_by_id = e.user_id "
        "AND g.institution_id = e.institution_id AND g.state IN ('opened', 'ended') AND e.wall >= g.decided_wall "
        "AND e.wall < g.until_wall)",
    ),
    Check(
        "I9",
        "The beginning or the end of a break-glass opening does not stand in the history of its case.",
        "SELECT 'opening ' || g.reference FROM referral_breakglass g WHERE g.state IN ('opened', 'ended') AND (NOT EXISTS "
        "(SELECT 1 FROM referral_caseevent e WHERE e.case_id = g.case_id AND e.kind = 'glass_opened' AND e.wall = g.decided_wall "
        "AND e.user_id = g.decided_by_id) OR g.state = 'ended' AND NOT EXISTS (SELECT 1 FROM referral_caseevent e "
        "WHERE e.case_id = g.case_id AND e.kind = 'glass_ended' AND e.wall >= g.until_wall))",
    ),
    Check(
        "I12",
        "One form was recorded twice.",
        "SELECT 'user ' || user_id || ' form ' || submission FROM referral_caseevent WHERE submission IS NOT NULL "
        "GROUP BY user_id, submission HAVING count(*) > 1",
    ),
    Check(
        "I13",
        "An event lies before the one it follows.",
        "SELECT 'case ' || case_id || ' event ' || seq FROM (SELECT case_id, seq, at, lag(at) OVER (PARTITION BY case_id "
        "ORDER BY seq) AS before FROM referral_caseevent) e WHERE before > at",
    ),
)
