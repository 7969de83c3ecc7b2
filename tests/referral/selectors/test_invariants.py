"""Every invariant finds what breaks it, and says nothing of a healthy registry."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from referral.chain import digest
from referral.enums import OPEN_STATES, Action
from referral.models import Case, CaseEvent, Packet, Supplement
from referral.selectors.invariants import CHECKS, Finding, findings
from referral.selectors.sent import CONTENTS_DIFFER
from referral.services import glass, reminders
from tests.referral.glass_scene import opened
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EVENT = "(SELECT id FROM referral_caseevent WHERE case_id = {case} ORDER BY seq LIMIT 1 OFFSET 2)"

TAMPERINGS: dict[str, str] = {
    "A case has no responsible institution from its first moment on.": "UPDATE referral_custody SET since_at = since_at + interval '1 hour' WHERE case_id = {case} AND seq = 1",
    "A custody chain has a gap or two links with one number.": "UPDATE referral_custody SET seq = 5 WHERE case_id = {case} AND seq = 2",
    "A link of a custody chain does not begin where the one before says.": "UPDATE referral_custody SET previous_since_at = previous_since_at - interval '1 minute' WHERE case_id = {case} AND seq = 2",
    "The holder shown for a case is not the one its custody chain names.": "UPDATE referral_case SET holder_id = {sender} WHERE id = {case}",
    "A file that was joined to another still has somebody who answers.": "UPDATE referral_case SET merged_into_id = id WHERE id = {case}",
    "The place shown for a case is not the last one that was recorded.": "UPDATE referral_case SET place = 'alone' WHERE id = {case}",
    "The place shown for a case is not the newest of its whereabouts, or its cover is not what follows from it.": "ALTER TABLE referral_case DISABLE TRIGGER USER; UPDATE referral_case SET uncovered_from_at = opened_at, place = 'missing' WHERE id = {case}",
    "A case has more than one open handover.": "DROP INDEX one_open_handover; UPDATE referral_handover SET state = 'offered' WHERE id IN ({draft}, {spare})",
    "A received handover did not move custody to its receiver at its received time.": "UPDATE referral_handover SET received_at = received_at + interval '1 second' WHERE id = {handover}",
    "Custody moved by a handover that was not received.": "UPDATE referral_handover SET state = 'withdrawn' WHERE id = {handover}",
    "A notice has no row in the outbox.": "DELETE FROM referral_mail WHERE notice_id = (SELECT min(id) FROM referral_notice)",
    "A step of a handover told nobody on the other side, where somebody sat who had been told before.": "DELETE FROM referral_mail WHERE notice_id IN (SELECT id FROM referral_notice WHERE handover_id = {handover} AND kind = 'accept'); DELETE FROM referral_notice WHERE handover_id = {handover} AND kind = 'accept'",
    "Something in a file was begun or ended, and no event has that time.": "UPDATE referral_assignment SET since_at = since_at - interval '1 second' WHERE id = (SELECT min(id) FROM referral_assignment)",
    "An entry was put right, and its event does not say so.": "INSERT INTO referral_amendment (event_id, reason, text, language, compartment) VALUES (" + EVENT + ", 'x', 'x', 'en', 'D0')",
    "A deadline does not have each of its five rungs once.": "ALTER TABLE referral_reminder DROP CONSTRAINT one_reminder_per_rung; UPDATE referral_reminder SET rung = 'half' WHERE id = (SELECT min(id) FROM referral_reminder WHERE rung = 'deputy')",
    "Whether a deadline is shown does not fit the state of its handover.": "UPDATE referral_deadline SET ready = NOT ready WHERE state = 'open' AND handover_id IS NOT NULL",
    "A mail was cancelled and nothing says why, or was sent at no time.": "UPDATE referral_mail SET state = 'cancelled', last_error = '' WHERE id = (SELECT min(id) FROM referral_mail)",
    "The instant from which quiet work is shown is not half of its time.": "UPDATE referral_deadline SET shown_from_at = opened_at WHERE id = (SELECT min(id) FROM referral_deadline)",
    "A reminder waits for a deadline that is closed.": "UPDATE referral_reminder SET state = 'pending', fired_at = NULL WHERE id = (SELECT min(r.id) FROM referral_reminder r JOIN referral_deadline d ON d.id = r.deadline_id WHERE d.state <> 'open')",
    "A reminder went out after its deadline was closed.": "UPDATE referral_reminder r SET state = 'fired', fired_at = d.closed_at + interval '1 second' FROM referral_deadline d WHERE d.id = r.deadline_id AND d.state <> 'open'",
    "A reader was told twice of one thing.": "ALTER TABLE referral_notice DROP CONSTRAINT one_notice_per_cause; UPDATE referral_notice SET cause = 'one'",
    "Two mails have one identifier.": "ALTER TABLE referral_mail DROP CONSTRAINT referral_mail_message_id_key; UPDATE referral_mail SET message_id = 'one'",
    "A handover was escalated and is no longer answered for by its sender.": "DROP INDEX one_open_handover; UPDATE referral_handover SET state = 'accepted', escalated_at = offered_at WHERE id = {handover}",
    "A deadline went past its last reminder, and the system did not note it.": "UPDATE referral_reminder SET state = 'fired', fired_at = due_at WHERE id = (SELECT min(r.id) FROM referral_reminder r JOIN referral_deadline d ON d.id = r.deadline_id WHERE r.rung = 'coordinator' AND d.state = 'open')",
    "An open handover has no event that sent it.": "UPDATE referral_caseevent SET kind = 'other' WHERE kind = 'offer' AND handover_id = {handover}",
    "The state of a handover is not what its last event says.": "UPDATE referral_handover SET state = 'completed' WHERE id = {handover}",
    "An event of a handover does not begin in the state in which the one before ended.": "UPDATE referral_caseevent SET from_state = 'held' WHERE kind = 'accept' AND handover_id = {handover}",
    "A time of a handover is not the time of an event that sets it.": "UPDATE referral_handover SET departed_at = departed_at - interval '1 second' WHERE id = {handover}",
    "Something was disclosed, and no event of the case has that time.": "UPDATE referral_disclosure SET at = at + interval '1 second' WHERE id = (SELECT min(id) FROM referral_disclosure)",
    "What a packet or supplement held is not what the disclosures say was sent, to whom.": "UPDATE referral_disclosure SET fields = fields[2:] WHERE handover_id = {handover} AND compartment = 'D0'",
    "The event of an offer names another packet.": "UPDATE referral_packet SET digest = 'other'",
    "No event names a supplement as it is, though what the events say was not erased.": "UPDATE referral_supplement SET digest = 'other'",
    "A person was received from an institution that did not answer for the person.": "UPDATE referral_custody SET institution_id = {receiver} WHERE case_id = {case} AND seq = 1",
    "Something was recorded, and no event of the case has that time.": "UPDATE referral_packet SET frozen_at = frozen_at + interval '1 second'",
    "The events of a case are not numbered one after the other.": "UPDATE referral_caseevent SET seq = 900 WHERE id = " + EVENT,
    "An event does not go on from the hash of the one before.": "UPDATE referral_caseevent SET hash = set_byte(hash, 0, (get_byte(hash, 0) + 1) % 256) WHERE id = " + EVENT,
    "An event stands in the name of somebody who had no seat in that institution.": "UPDATE referral_caseevent SET institution_id = {sender} WHERE handover_id = {handover} AND kind = 'receive'",
    "One form was recorded twice.": "DROP INDEX one_event_per_submission; UPDATE referral_caseevent SET submission = '00000000-0000-0000-0000-000000000001' WHERE user_id IS NOT NULL",
    "An event lies before the one it follows.": "UPDATE referral_caseevent SET at = at - interval '1 year', happened_at = happened_at - interval '2 years' WHERE id = (SELECT max(id) FROM referral_caseevent WHERE case_id = {case})",
    "A break-glass opening has no second person, no case, or lasts longer than an hour.": "ALTER TABLE referral_breakglass DISABLE TRIGGER USER; ALTER TABLE referral_breakglass DROP CONSTRAINT glass_open_for_an_hour; UPDATE referral_breakglass SET until_wall = until_wall + interval '1 second'",
    "A case was read under break-glass while nothing was open to the reader.": "UPDATE referral_caseevent SET wall = wall + interval '61 minutes' WHERE kind = 'glass_read'",
    "The beginning or the end of a break-glass opening does not stand in the history of its case.": "UPDATE referral_caseevent SET kind = 'other' WHERE kind = 'glass_opened'",
}  # fmt: skip
"""What the owner of the tables would have to do, by the words that tell of it."""


def seen_under_glass(scene: Scene) -> None:
    """Niger reads another case of Nigeria under break-glass, once."""
    other = open_case(scene)
    opened(scene, other)
    with scene.clock():
        glass.read(scene.actor("NE"), other.pk, "person")


@pytest.fixture
def places(db: None) -> dict[str, int]:
    """A handover received and another drafted twice, with reminders sent."""
    scene = two_countries()
    case = open_case(scene)
    handover = advance(scene, ready_draft(scene, case), "accepted")
    Case.objects.filter(pk=case.pk).update(exploitation="Known by now.")
    scene.do("NG", handover, Action.SUPPLEMENT, {"compartments_more": ["D3"]})
    advance(scene, handover, "received")
    scene.after(days=12)
    reminders.settle(scene.registry, scene.moment())
    draft, spare = ready_draft(scene, case, "NE", "IT"), ready_draft(scene, case, "NE", "NG")
    seen_under_glass(scene)
    return {
        "case": case.pk,
        "handover": handover.pk,
        "draft": draft.pk,
        "spare": spare.pk,
        "sender": scene.institutions["NG"].pk,
        "receiver": scene.institutions["NE"].pk,
    }


@pytest.fixture
def tamper(as_owner: Any) -> Callable[..., list[Finding]]:
    """Do it with every trigger of the owner's off, ask what is wrong, and forget it."""

    def do(sql: str, **places: int) -> list[Finding]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with as_owner():
                cursor.execute("ALTER TABLE referral_custody DROP CONSTRAINT custody_previous_link")
                cursor.execute("ALTER TABLE referral_custody DROP CONSTRAINT custody_chain_links")
                for table in (
                    "custody",
                    "case",
                    "handover",
                    "caseevent",
                    "eventpayload",
                    "deadline",
                    "disclosure",
                    "packet",
                    "supplement",
                ):
                    cursor.execute(f"ALTER TABLE referral_{table} DISABLE TRIGGER USER")
                cursor.execute(sql.format(**places))
                assert cursor.rowcount != 0, "nothing was tampered with"
            found = list(findings())
            transaction.set_rollback(True)
        return found

    return do


KINDS_OF_PLACES = (
    "case",
    "handover",
    "notice",
    "mail",
    "deadline",
    "reminder",
    "event",
    "assignment",
    "user",
    "disclosure",
    "packet",
    "supplement",
    "opening",
)


def test_every_check_is_tried() -> None:
    assert {check.words for check in CHECKS} == set(TAMPERINGS)


def test_a_healthy_registry_yields_nothing(places: dict[str, int]) -> None:
    assert list(findings()) == []
    assert CaseEvent.objects.filter(case=places["case"]).count() > 10


@pytest.mark.wide
def test_each_check_finds_its_tampering(places: dict[str, int], tamper: Callable[..., list[Finding]]) -> None:
    for check in CHECKS:
        found = tamper(TAMPERINGS[check.words], **places)
        named = [finding for finding in found if finding.words == check.words]
        assert named, (check.words, found)
        assert {finding.invariant for finding in named} == {check.invariant}
        assert all(finding.where.split()[0] in KINDS_OF_PLACES for finding in named), named
    assert list(findings()) == [], "the tampering was forgotten"


CHAIN_TAMPERINGS = {
    "one byte of what was committed to": "UPDATE referral_caseevent SET commitment = set_byte(commitment, 0, (get_byte(commitment, 0) + 1) % 256) WHERE id = " + EVENT,
    "one byte of a hash": "UPDATE referral_caseevent SET hash = set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256) WHERE id = " + EVENT,
    "one word of what an event says": "UPDATE referral_eventpayload SET content = jsonb_set(content, '{{kind}}', '\"forged\"') WHERE event_id = " + EVENT,
    "the salt": "UPDATE referral_eventpayload SET salt = set_byte(salt, 0, (get_byte(salt, 0) + 1) % 256) WHERE event_id = " + EVENT,
    "an event taken out and the rest renumbered": (
        "DELETE FROM referral_eventpayload WHERE event_id = " + EVENT + ";"
        "WITH gone AS (DELETE FROM referral_caseevent WHERE id = " + EVENT + " RETURNING case_id, seq) "
        "SELECT 1 FROM gone; ALTER TABLE referral_caseevent DROP CONSTRAINT event_seq_once; "
        "UPDATE referral_caseevent SET seq = seq - 1 WHERE case_id = {case} AND seq > 3"
    ),
    "two events swapped": (
        "ALTER TABLE referral_caseevent DROP CONSTRAINT event_seq_once; "
        "UPDATE referral_caseevent SET seq = CASE seq WHEN 3 THEN 4 ELSE 3 END, at = (SELECT min(at) FROM referral_caseevent WHERE case_id = {case}), "
        "happened_at = (SELECT min(happened_at) FROM referral_caseevent WHERE case_id = {case}) WHERE case_id = {case} AND seq IN (3, 4)"
    ),
    "the first event taken out": (
        "DELETE FROM referral_eventpayload WHERE event_id = (SELECT id FROM referral_caseevent WHERE case_id = {case} AND seq = 1);"
        "DELETE FROM referral_caseevent WHERE case_id = {case} AND seq = 1"
    ),
}  # fmt: skip


def test_a_changed_record_shows(places: dict[str, int], tamper: Callable[..., list[Finding]]) -> None:
    for what, sql in CHAIN_TAMPERINGS.items():
        found = tamper(sql, **places)
        assert [f for f in found if f.invariant == "I10" and f.where.startswith(f"case {places['case']}")], (
            what,
            found,
        )


def test_a_changed_packet_shows(places: dict[str, int], tamper: Callable[..., list[Finding]]) -> None:
    """Also when somebody makes the digest anew: the event of the offer still names the one that was sent."""
    contents = Packet.objects.get(handover=places["handover"]).contents
    contents["D0"][min(contents["D0"])] = "something else"
    said = json.dumps(contents).replace("{", "{{").replace("}", "}}")
    changed = f"UPDATE referral_packet SET contents = '{said}'"
    assert {f.words for f in tamper(changed, **places)} == {CONTENTS_DIFFER}
    made_anew = f"{changed}, digest = '{digest(contents)}'"
    assert {f.words for f in tamper(made_anew, **places)} == {"The event of an offer names another packet."}


def test_a_changed_supplement_shows(places: dict[str, int], tamper: Callable[..., list[Finding]]) -> None:
    sent = Supplement.objects.get(handover=places["handover"]).contents
    assert sent == {"D3": {"exploitation": "Known by now."}}
    forged = {"D3": {"exploitation": "Something else."}}
    said = json.dumps(forged).replace("{", "{{").replace("}", "}}")
    changed = f"UPDATE referral_supplement SET contents = '{said}'"
    assert {f.words for f in tamper(changed, **places)} == {CONTENTS_DIFFER}
    made_anew = f"{changed}, digest = '{digest(forged)}'"
    assert {f.words for f in tamper(made_anew, **places)} == {
        "No event names a supplement as it is, though what the events say was not erased."
    }


def test_a_payload_that_is_gone_shows_unless_it_was_erased(
    places: dict[str, int], tamper: Callable[..., list[Finding]]
) -> None:
    (found,) = tamper("DELETE FROM referral_eventpayload WHERE event_id = " + EVENT, **places)
    assert (found.invariant, found.words) == ("I10", "What an event said is gone, and nobody erased it.")
    assert found.where == f"case {places['case']} event 3"


def test_a_limit_bounds_what_is_said(
    places: dict[str, int], tamper: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "__defaults__", (3, None))
    found = tamper("UPDATE referral_caseevent SET hash = previous_hash", **places)
    assert set(Counter(finding.words for finding in found).values()) == {3}


def test_open_states_are_written_out_once_more_in_the_query() -> None:
    """The query of I2 is plain SQL; it must follow the enumeration."""
    (check,) = [check for check in CHECKS if check.invariant == "I2"]
    assert all(f"'{state}'" in check.sql for state in OPEN_STATES)
    assert check.sql.count("'") == 2 * (len(OPEN_STATES) + 1)
