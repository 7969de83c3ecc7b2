"""Whoever can write to every table still leaves a trace: each column, each key of a payload, each way to rewrite a chain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, models, transaction

from referral import anchor_file
from referral.chain import GENESIS, canonical, commitment_of, facts_of, link, link_before, row_digest
from referral.models import Case, CaseEvent, EventPayload
from referral.selectors import invariants
from referral.selectors.chained import COLUMNS, ERASED, HASH_DIFFERS, ROW_UNBOUND
from referral.selectors.invariants import Finding, findings
from referral.selectors.retention import NOT_DUE
from referral.services import anchors, closing, events
from referral.services.moment import Moment
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WALL = datetime(2026, 9, 8, tzinfo=UTC)
Tampered = Callable[[str], Any]


@pytest.fixture
def scene(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Two cases with a history, anchored twice: in the middle and at the end. Only the checks of the chain are asked."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(invariants, "CHECKS", tuple(c for c in invariants.CHECKS if c.invariant == "I10"))
    scene = two_countries("NG", "NE")
    handover = advance(scene, ready_draft(scene, open_case(scene)), "accepted")
    anchors.write(WALL)
    advance(scene, handover, "received")
    open_case(scene, "NE")
    anchors.write(WALL)
    return scene


@pytest.fixture
def attack(scene: Scene, as_owner: Any) -> Any:
    """`with attack() as run:` lets the owner of the tables do anything; afterwards it never happened."""

    @contextmanager
    def do() -> Iterator[Tampered]:
        with transaction.atomic(), connection.cursor() as cursor:
            yield lambda sql: cursor.execute(sql)
            transaction.set_rollback(True)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with as_owner():
            for table in ("caseevent", "eventpayload"):
                cursor.execute(f"ALTER TABLE referral_{table} DISABLE TRIGGER USER")
            for constraint in ("event_seq_once", *_checks()):
                cursor.execute(f"ALTER TABLE referral_caseevent DROP CONSTRAINT {constraint}")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            yield do
        transaction.set_rollback(True)


def _checks() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'referral_caseevent'::regclass AND contype = 'c'"
        )
        return [name for (name,) in cursor.fetchall()]


def asked() -> list[Finding]:
    return list(findings(anchors=anchors.folder()))


def case_and_events() -> tuple[int, list[int]]:
    """The case with the long history, and the keys of its events in order."""
    case = CaseEvent.objects.order_by("case_id").values_list("case_id", flat=True)[0]
    return case, list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("pk", flat=True))


def another(field: models.Field[Any, Any]) -> str:
    """An expression for a value of this column that differs from it by a byte or so."""
    column = connection.ops.quote_name(str(field.column))
    if field.is_relation or isinstance(field, models.AutoField | models.IntegerField):
        return f"coalesce({column}, 0) + 100000"
    by_kind = {
        models.BinaryField: f"set_byte({column}, 7, (get_byte({column}, 7) + 1) % 256)",
        models.CharField: f"CASE WHEN {column} = '' THEN 'x' ELSE chr(ascii({column}) + 1) || substr({column}, 2) END",
        models.DateTimeField: f"{column} + interval '1 microsecond'",
        models.UUIDField: f"md5(coalesce({column}::text, ''))::uuid",
    }
    return next(expression for kind, expression in by_kind.items() if isinstance(field, kind))


@pytest.mark.wide
def test_a_byte_in_any_column_of_any_event_is_found(attack: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked() == []
    _case, events = case_and_events()
    missed, tried = [], 0
    for event in (events[len(events) // 2], events[-1]):
        for model, key in ((CaseEvent, "id"), (EventPayload, "event_id")):
            for field in model._meta.concrete_fields:
                if isinstance(field, models.JSONField):
                    continue
                with attack() as run:
                    run(f"UPDATE {model._meta.db_table} SET {field.column} = {another(field)} WHERE {key} = {event}")
                    tried += 1
                    if not asked():
                        missed.append(f"{model.__name__}.{field.name}")
    assert missed == []
    assert asked() == []
    with capsys.disabled():
        print(f"\ncolumns of events changed by a byte: {tried}, found: {tried - len(missed)}")


def test_any_key_of_a_payload_changed_removed_or_added_is_found(
    attack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    _case, events = case_and_events()
    missed, tried = [], 0
    for event in events[-1:]:
        content = EventPayload.objects.get(event=event).content
        forgeries = [{name: value for name, value in content.items() if name != gone} for gone in content]
        forgeries += [content | {name: "forged"} for name in (*content, "one more")]
        forgeries += [{}]
        for forged in forgeries:
            with attack() as run:
                written = json.dumps(forged).replace("'", "''")
                run(f"UPDATE referral_eventpayload SET content = '{written}'::jsonb WHERE event_id = {event}")
                tried += 1
                if not asked():
                    missed.append(forged)
    assert missed == []
    with capsys.disabled():
        print(f"\npayloads forged: {tried}, found: {tried - len(missed)}")


def rechained(run: Tampered, case: int, *, forged: str = "") -> None:
    """Make the chain of a case anew with the right arithmetic, as it now stands in its rows; `forged` is a code put in."""
    previous = GENESIS
    rows = list(CaseEvent.objects.filter(case=case).order_by("seq", "pk").values("pk", *COLUMNS, "payload__content"))
    for seq, row in enumerate(rows, start=1):
        row["seq"], row["code"] = seq, forged or row["code"]
        said = (row["payload__content"] or {}).get("content", {})
        facts = facts_of(**{argument: row[column] for column, argument in COLUMNS.items()}, content=said)
        salt = bytes(16)
        commitment = commitment_of(salt, facts)
        own = link(previous, seq, commitment, row_digest(facts))
        run(
            f"UPDATE referral_caseevent SET seq = {seq}, code = '{row['code']}', commitment = '\\x{commitment.hex()}', "
            f"previous_hash = '\\x{previous.hex()}', hash = '\\x{own.hex()}' WHERE id = {row['pk']}"
        )
        written = canonical(facts).decode().replace("'", "''").replace("%", "%%")
        run(
            f"UPDATE referral_eventpayload SET salt = '\\x{salt.hex()}', content = '{written}'::jsonb WHERE event_id = {row['pk']}"
        )
        previous = own


def gone(run: Tampered, *events: int) -> None:
    listed = ", ".join(str(event) for event in events)
    run(f"DELETE FROM referral_eventpayload WHERE event_id IN ({listed})")
    run(f"DELETE FROM referral_caseevent WHERE id IN ({listed})")


def swapped(run: Tampered, one: int, other: int) -> None:
    run(
        f"UPDATE referral_caseevent e SET seq = o.seq FROM referral_caseevent o "
        f"WHERE e.id IN ({one}, {other}) AND o.id IN ({one}, {other}) AND o.id <> e.id"
    )


def emptied(run: Tampered, case: int, **time: timedelta) -> None:
    """Delete what the events say and append the erasure that the product itself would write, at this time after the last."""
    run(f"DELETE FROM referral_eventpayload USING referral_caseevent e WHERE e.id = event_id AND e.case_id = {case}")
    held = Case.objects.select_related("registry").get(pk=case)
    last = CaseEvent.objects.filter(case=case).latest("seq")
    later = Moment(
        at=last.at + time.get("exercise", timedelta()),
        wall=last.wall + time.get("wall", timedelta()),
        ran=timedelta(),
        clock=held.registry.clock,
    )
    events.record(case=held, kind=ERASED, moment=later)


REWRITINGS: dict[str, Callable[[Tampered, int, list[int]], Any]] = {
    "the last event cut off": lambda run, case, events: gone(run, events[-1]),
    "the last three cut off": lambda run, case, events: gone(run, *events[-3:]),
    "all events but the first cut off": lambda run, case, events: gone(run, *events[1:]),
    "all events gone": lambda run, case, events: gone(run, *events),
    "one in the middle gone": lambda run, case, events: gone(run, events[4]),
    "one in the middle gone, the rest chained anew": lambda run, case, events: (
        gone(run, events[4]),
        rechained(run, case),
    ),
    "the first gone, the rest chained anew": lambda run, case, events: (gone(run, events[0]), rechained(run, case)),
    "two swapped": lambda run, case, events: swapped(run, events[3], events[4]),
    "the last two swapped": lambda run, case, events: swapped(run, events[-2], events[-1]),
    "two swapped and chained anew": lambda run, case, events: (
        swapped(run, events[3], events[4]),
        rechained(run, case),
    ),
    "two payloads swapped": lambda run, case, events: [
        run("ALTER TABLE referral_eventpayload DROP CONSTRAINT referral_eventpayload_pkey CASCADE"),
        run(
            f"UPDATE referral_eventpayload SET event_id = CASE event_id WHEN {events[2]} THEN {events[3]} ELSE {events[2]} END "
            f"WHERE event_id IN ({events[2]}, {events[3]})"
        ),
    ],
    "every salt taken away and chained anew": lambda run, case, events: rechained(run, case),
    "one code forged everywhere and chained anew": lambda run, case, events: rechained(run, case, forged="forged"),
    "the whole registry chained anew": lambda run, case, events: [
        rechained(run, one, forged="forged") for one in set(CaseEvent.objects.values_list("case_id", flat=True))
    ],
    "a payload erased by nobody": lambda run, case, events: run(
        f"DELETE FROM referral_eventpayload WHERE event_id = {events[-1]}"
    ),
    "all payloads erased by nobody": lambda run, case, events: run("DELETE FROM referral_eventpayload"),
    "an event moved to another case": lambda run, case, events: run(
        f"UPDATE referral_caseevent SET case_id = (SELECT max(id) FROM referral_case), seq = 99 WHERE id = {events[-1]}"
    ),
    "a hash of the form before": lambda run, case, events: [
        run(f"UPDATE referral_caseevent SET hash = '\\x{link_before(bytes(e.previous_hash), e.seq, bytes(e.commitment)).hex()}' WHERE id = {e.pk}")
        for e in CaseEvent.objects.filter(pk=events[-1])
    ],
    "an actor, a time and a code edited under the cover of an erasure": lambda run, case, events: [
        run(f"UPDATE referral_caseevent SET user_id = user_id + 1, code = 'forged', at = at + interval '1 second' WHERE id = {events[3]}"),
        emptied(run, case),
    ],
    "an erasure that was not due": lambda run, case, events: emptied(run, case),
}  # fmt: skip


def test_a_chain_cut_off_rearranged_or_made_anew_is_found(attack: Any, capsys: pytest.CaptureFixture[str]) -> None:
    case, events = case_and_events()
    assert len(events) > 10
    missed = []
    for what, rewrite in REWRITINGS.items():
        with attack() as run:
            rewrite(run, case, events)
            if not [finding for finding in asked() if finding.invariant == "I10"]:
                missed.append(what)
    assert missed == []
    assert asked() == []
    with capsys.disabled():
        print(f"\nchains rewritten: {len(REWRITINGS)}, found: {len(REWRITINGS) - len(missed)}")

    # The control: without the anchors a chain with the right arithmetic, or one cut off, fits itself.
    with attack() as run:
        rechained(run, case, forged="forged")
        assert list(findings()) == []
        (first, *_rest) = asked()
        assert first.words.startswith("An event that was anchored is gone, or is not what it was")
        assert first.where.startswith(f"case {case} (")
    with attack() as run:
        gone(run, *events[-3:])
        assert list(findings()) == []


YEAR, MONTH = timedelta(days=366), timedelta(days=31)


@pytest.fixture
def closed(scene: Scene) -> Iterator[int]:
    """The case with the long history, closed a year of exercise time ago and anchored so."""
    case, _events = case_and_events()
    scene.after(days=20)
    with scene.clock():
        closing.close(scene.actor("NE"), case, {"reason": "wish"}, submission=uuid4())
    anchors.write(WALL)
    scene.after(days=370)
    with scene.clock():
        yield case


EDITS = {
    "who": "user_id = user_id + 1",
    "where": "institution_id = institution_id + 1",
    "as what": "role = 'observer'",
    "when": "at = at + interval '1 microsecond'",
    "when in truth": "wall = wall - interval '1 day'",
    "when it happened": "happened_at = happened_at - interval '1 day'",
    "what": "kind = 'other'",
    "which": "code = 'forged'",
    "from where to where": "from_state = to_state, to_state = 'other'",
    "about which handover": "handover_id = NULL",
}


def test_nobody_edits_a_row_under_the_cover_of_an_erasure_that_is_due(closed: int, attack: Any) -> None:
    with attack() as run:
        emptied(run, closed, exercise=YEAR, wall=YEAR / 60)
        assert asked() == [], "the forger knows how an erasure is written"
    event = CaseEvent.objects.filter(case=closed, kind="accept").get()
    for edit in EDITS.values():
        with attack() as run:
            run(f"UPDATE referral_caseevent SET {edit} WHERE id = {event.pk}")
            emptied(run, closed, exercise=YEAR, wall=YEAR / 60)
            assert [(found.words, found.where) for found in asked()] == [
                (HASH_DIFFERS, f"case {closed} event {event.seq}")
            ], edit
    with attack() as run:
        rechained_before(run, closed)
        assert list(findings()) == []
        emptied(run, closed, exercise=YEAR, wall=YEAR / 60)
        assert {found.words for found in findings()} == {ROW_UNBOUND}


def rechained_before(run: Tampered, case: int) -> None:
    """Give every event the hash that it would have had before rows were bound."""
    previous = GENESIS
    for event in CaseEvent.objects.filter(case=case).order_by("seq"):
        own = link_before(previous, event.seq, bytes(event.commitment))
        run(
            f"UPDATE referral_caseevent SET previous_hash = '\\x{previous.hex()}', hash = '\\x{own.hex()}' "
            f"WHERE id = {event.pk}"
        )
        previous = own


NOT_YET: dict[str, tuple[str, dict[str, timedelta]]] = {
    "too early": ("", {"exercise": YEAR - 2 * MONTH, "wall": YEAR / 60}),
    "a time to come": ("", {"exercise": 2 * YEAR, "wall": YEAR / 60}),
    "a real time to come": ("", {"exercise": YEAR, "wall": YEAR}),
    "closed earlier than the record says": (
        "UPDATE referral_case SET closed_at = opened_at WHERE id = {case}",
        {"exercise": YEAR - 2 * MONTH},
    ),
    "never closed": ("UPDATE referral_case SET closed_at = NULL WHERE id = {case}", {"exercise": YEAR}),
    "ended, but lately": ("UPDATE referral_registry SET state = 'ended'", {"exercise": MONTH, "wall": MONTH / 60}),
    "ended, with a real time to come": ("UPDATE referral_registry SET state = 'ended'", {"wall": MONTH}),
    "another file of the person is open": (
        "UPDATE referral_case SET person_id = (SELECT person_id FROM referral_case WHERE id = {case}), "
        "opened_at = opened_at - interval '1 year' WHERE id <> {case}",
        {"exercise": YEAR, "wall": YEAR / 60},
    ),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("what", NOT_YET)
def test_an_erasure_that_was_not_due_is_found(what: str, closed: int, attack: Any) -> None:
    prepare, time = NOT_YET[what]
    with attack() as run:
        run("ALTER TABLE referral_case DISABLE TRIGGER USER")
        if prepare:
            run(prepare.format(case=closed))
        emptied(run, closed, **time)
        last = CaseEvent.objects.filter(case=closed).latest("seq").seq
        assert [(found.words, found.where) for found in asked()] == [(NOT_DUE, f"case {closed} event {last}")]


def test_a_byte_or_a_line_anywhere_in_the_file_of_anchors_is_found(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    path = anchors.folder() / anchor_file.NAME
    whole = path.read_bytes()
    newest = list(anchor_file.read(anchors.folder()))[-1]
    missed, tried = [], 0
    for place in range(0, len(whole), 7):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        path.write_bytes(changed)
        tried += 1
        kept = list(anchor_file.read(anchors.folder()))
        # A last line made unreadable is a file cut off by one anchor: the digest printed on a report tells.
        if all(anchor.sound for anchor in kept) and newest.digest in {anchor.digest for anchor in kept}:
            missed.append(place)
    path.write_bytes(whole)
    assert missed == []
    with capsys.disabled():
        print(f"\nbytes changed in the file of anchors: {tried}, found: {tried - len(missed)}")
    first, second = whole.splitlines(keepends=True)
    path.write_bytes(second)
    assert [finding.words for finding in asked()] == [
        "The file of anchors was changed: this anchor does not follow from the one before."
    ]
    path.write_bytes(first)
    assert asked() == [], "only the digest that was printed shows that the file ends too early"
