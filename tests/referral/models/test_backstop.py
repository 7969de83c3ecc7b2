"""What the database refuses by itself, tried with plain SQL as the role that the product connects with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from referral.enums import Action, HandoverState, OverduePhrase, Role
from referral.models import (
    Amendment,
    AuditReview,
    Case,
    Deadline,
    Denial,
    Handover,
    HealthEntry,
    Identification,
    Institution,
    OutsideAnswer,
    OverdueAsk,
    Person,
    Voice,
)
from referral.models.ledger import LedgerModel
from referral.services import clock as clocks
from tests.factories import EXERCISE, make_case, make_handover, make_institution, make_registry
from tests.scenes import advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HOUR = timedelta(hours=1)
LEDGERS = [model for model in apps.get_app_config("referral").get_models() if issubclass(model, LedgerModel)]


def run(sql: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)


def at_commit() -> None:
    """What a commit would check."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def refused(*words: str) -> Iterator[None]:
    """The database itself says no, for this reason."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        yield
    said = str(error.value)
    assert any(word in said for word in words), said


@dataclass
class World:
    case: Case
    sender: Institution
    receiver: Institution
    third: Institution

    def link(self, **given: Any) -> None:
        """A custody link after the first, written with plain SQL."""
        values = {
            "case_id": self.case.pk, "seq": 2, "since_at": EXERCISE + HOUR, "institution_id": self.receiver.pk, "previous_seq": 1,
            "previous_since_at": EXERCISE, "reason": "received", "handover_id": None,
        } | given  # fmt: skip
        run(
            f"INSERT INTO referral_custody ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",
            *values.values(),
        )

    def closed(self, **given: Any) -> None:
        """A link that ends the chain, which needs no handover."""
        self.link(**{"reason": "closed", "institution_id": None} | given)

    def received(self, **given: Any) -> Handover:
        """A handover whose columns say that it was received an hour after the start."""
        handover = make_handover(self.case, self.receiver, **{"sender": self.sender} | given)
        Handover.objects.filter(pk=handover.pk).update(state="received", received_at=EXERCISE + HOUR)
        return handover


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A case in Nigeria. What a test writes by hand is forgotten before anything would be committed."""
    registry = make_registry()
    places = [make_institution(registry, code) for code in ("NG", "NE", "IT")]
    case = make_case(places[0])
    with transaction.atomic():
        yield World(case, *places)
        transaction.set_rollback(True)


class TestHandovers:
    def test_a_second_open_handover_of_a_case(self, world: World) -> None:
        for first in ("offered", "held", "departed", "whereabouts_unknown"):
            with transaction.atomic():
                make_handover(world.case, world.receiver, state=first)
                with refused("one_open_handover"):
                    make_handover(world.case, world.third, state="offered")
                transaction.set_rollback(True)

    def test_any_number_of_closed_ones_and_drafts_beside_an_open_one(self, world: World) -> None:
        for state in ("draft", "draft", "withdrawn", "declined", "stopped", "offered"):
            make_handover(world.case, world.receiver, state=state)

    def test_opening_a_draft_while_another_is_open(self, world: World) -> None:
        make_handover(world.case, world.receiver)
        draft = make_handover(world.case, world.third, state="draft")
        with refused("one_open_handover"):
            run("UPDATE referral_handover SET state = 'offered' WHERE id = %s", draft.pk)

    def test_a_handover_to_oneself(self, world: World) -> None:
        with refused("handover_between_two"):
            make_handover(world.case, world.sender)

    def test_an_arrival_before_the_departure_or_after_the_receipt(self, world: World) -> None:
        handover = make_handover(world.case, world.receiver, departed_at=EXERCISE + HOUR)
        with refused("handover_arrives_after_departure"):
            run("UPDATE referral_handover SET arrived_at = %s WHERE id = %s", EXERCISE, handover.pk)
        with refused("handover_arrives_before_receipt"):
            run(
                "UPDATE referral_handover SET arrived_at = %s, received_at = %s WHERE id = %s",
                EXERCISE + 3 * HOUR,
                EXERCISE + 2 * HOUR,
                handover.pk,
            )

    def test_received_without_a_time(self, world: World) -> None:
        handover = make_handover(world.case, world.receiver)
        with refused("handover_received_has_time"):
            run("UPDATE referral_handover SET state = 'received' WHERE id = %s", handover.pk)

    @pytest.mark.parametrize("state", ["received", "completed"])
    def test_received_without_moving_custody(self, world: World, state: str) -> None:
        handover = make_handover(world.case, world.receiver)
        with refused("moves custody"):
            run(
                "UPDATE referral_handover SET state = %s, received_at = %s WHERE id = %s",
                state,
                EXERCISE + HOUR,
                handover.pk,
            )
            at_commit()


class TestCustody:
    def test_a_case_without_custody_at_commit(self, world: World) -> None:
        with refused("responsible institution from its first moment"):
            person = Person.objects.create(registry=world.case.registry, public_code="AAAAAAAA", code_word="ALONE")
            Case.objects.create(
                registry=world.case.registry,
                person=person,
                opened_at=EXERCISE,
                opened_by=world.sender,
                found_by="border",
                found_in_id="NG",
            )
            at_commit()

    def test_a_gap(self, world: World) -> None:
        with refused("custody_previous_link", "a custody chain that has ended does not go on"):
            world.closed(seq=3, previous_seq=2, previous_since_at=EXERCISE + HOUR)
            at_commit()

    def test_a_link_that_does_not_begin_where_the_one_before_says(self, world: World) -> None:
        with refused("custody_previous_link"):
            world.closed(previous_since_at=EXERCISE + HOUR)
            at_commit()

    def test_a_link_numbered_out_of_turn(self, world: World) -> None:
        with refused("custody_chain_links"):
            world.closed(seq=5)

    def test_an_overlap(self, world: World) -> None:
        with refused("custody_chain_links"):
            world.closed(since_at=EXERCISE - HOUR)

    def test_a_branch(self, world: World) -> None:
        world.link(handover_id=world.received().pk)
        with refused("custody_seq_once", "custody_link_target"):
            world.closed(since_at=EXERCISE + 2 * HOUR)

    def test_a_chain_that_has_ended_and_goes_on(self, world: World) -> None:
        world.closed()
        handover = world.received(received_at=EXERCISE + 2 * HOUR)
        with refused("a custody chain that has ended does not go on"):
            world.link(seq=3, previous_seq=2, previous_since_at=EXERCISE + HOUR, handover_id=handover.pk)

    def test_nobody_answers_only_for_a_closed_or_joined_file(self, world: World) -> None:
        with refused("only a joined or closed file has nobody who answers"):
            world.link(institution_id=None, handover_id=world.received().pk)
        for reason in ("closed", "merged"):
            with refused("only a joined or closed file has nobody who answers"):
                world.link(reason=reason)

    def test_a_second_beginning(self, world: World) -> None:
        with refused("custody_seq_once", "custody_link_target"):
            world.link(seq=1, previous_seq=None, previous_since_at=None, reason="intake", since_at=EXERCISE)

    def test_a_chain_that_begins_with_nobody(self, world: World) -> None:
        with refused("custody_chain_links", "only a joined or closed file has nobody who answers"):
            world.link(seq=1, previous_seq=None, previous_since_at=None, reason="intake", institution_id=None)

    def test_custody_that_moves_under_the_name_of_an_intake(self, world: World) -> None:
        with refused("begins at intake and nowhere else"):
            world.link(reason="intake")

    def test_custody_that_moves_without_a_handover(self, world: World) -> None:
        with refused("custody moves only by a received handover", "custody_received_by_handover"):
            world.link(reason="received")

    @pytest.mark.parametrize("state", [s.value for s in HandoverState if s.value not in ("received", "completed")])
    def test_custody_by_a_handover_that_was_not_received(self, world: World, state: str) -> None:
        handover = make_handover(world.case, world.receiver, state=state, received_at=EXERCISE + HOUR)
        with refused("custody moves only by a received handover"):
            world.link(reason="received", handover_id=handover.pk)

    def test_custody_to_somebody_else_than_the_receiver(self, world: World) -> None:
        handover = world.received()
        with refused("custody moves only by a received handover"):
            world.link(reason="received", handover_id=handover.pk, institution_id=world.third.pk)

    def test_custody_at_another_time_than_the_receipt(self, world: World) -> None:
        handover = world.received()
        with refused("custody moves only by a received handover"):
            world.link(reason="received", handover_id=handover.pk, since_at=EXERCISE + 2 * HOUR)

    def test_custody_by_the_handover_of_another_case(self, world: World) -> None:
        other = make_handover(make_case(world.sender), world.receiver)
        Handover.objects.filter(pk=other.pk).update(state="received", received_at=EXERCISE + HOUR)
        with refused("custody moves only by a received handover"):
            world.link(reason="received", handover_id=other.pk)

    def test_custody_sent_by_somebody_who_did_not_hold_it(self, world: World) -> None:
        handover = world.received(sender=world.third)
        with refused("custody moves only by a received handover"):
            world.link(reason="received", handover_id=handover.pk)

    def test_one_receipt_moves_custody_once(self, world: World) -> None:
        handover = world.received()
        world.link(reason="received", handover_id=handover.pk)
        with refused("custody moves only by a received handover"):
            world.link(
                seq=3, previous_seq=2, previous_since_at=EXERCISE + HOUR, reason="received", handover_id=handover.pk
            )
        at_commit()

    def test_a_holder_changed_by_hand(self, world: World) -> None:
        for holder in (world.third.pk, None):
            with refused("what its custody chain says"):
                run("UPDATE referral_case SET holder_id = %s WHERE id = %s", holder, world.case.pk)

    def test_the_holder_follows_the_chain_by_itself(self, world: World) -> None:
        world.link(reason="received", handover_id=world.received().pk)
        world.case.refresh_from_db()
        assert world.case.holder == world.receiver
        world.link(
            seq=3,
            previous_seq=2,
            previous_since_at=EXERCISE + HOUR,
            since_at=EXERCISE + 2 * HOUR,
            reason="closed",
            institution_id=None,
        )
        world.case.refresh_from_db()
        assert world.case.holder is None
        at_commit()


class TestLedgers:
    """Every append-only table, with rows in it."""

    @pytest.fixture
    def filled(self, db: None) -> Handover:
        scene = two_countries()
        handover = advance(scene, ready_draft(scene, open_case(scene)), "departed")
        Person.objects.filter(pk=handover.case.person_id).update(adaptation="Ground floor")
        advance(scene, handover, "received")
        scene.do("NE", handover, Action.WRITE_MESSAGE, {"phrase": "person_well"})
        scene.do("NG", handover, Action.SUPPLEMENT, {"compartments_more": ["D2"]})
        at, by = scene.moment().at, {"case": handover.case, "institution": handover.receiver}
        OutsideAnswer.objects.create(
            handover=handover, action="accept", officer="An officer", answered_at=at, recorded_at=at
        )
        Amendment.objects.create(
            event=handover.events.latest("seq"), reason="Wrong hour", text="At nine", compartment="D0"
        )
        Identification.objects.create(
            step="reasonable_grounds", decision="positive", reasons="Told in the talk.", decided_at=at, **by
        )
        HealthEntry.objects.create(text="Rests.", recorded_at=at, **by)
        Voice.objects.create(kind="rate", permitted=True, recorded_at=at, **by)
        who = {"registry": scene.registry, "user": scene.users["NG"], "institution": handover.sender}
        when = {"at": at, "wall": scene.moment().wall}
        AuditReview.objects.create(source="glass", row=1, remark="Looked at.", submission=uuid4(), **who, **when)
        Denial.objects.create(page="person", answer="404", role=Role.FOCAL_POINT, **who, **when)
        due = Deadline.objects.filter(case=handover.case).earliest("pk")
        OverdueAsk.objects.create(deadline=due, phrase=OverduePhrase.values[0], submission=uuid4(), **who, **when)
        with scene.clock():
            clocks.pause(scene.registry.pk, user=None)
        return handover

    def test_nobody_updates_or_deletes_a_row(self, filled: Handover, as_owner: Any) -> None:
        assert len(LEDGERS) == 21
        for model in LEDGERS:
            table, key = model._meta.db_table, model._meta.pk.column
            assert model._default_manager.exists(), f"{table} is empty, so nothing was shown"
            for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
                with refused("permission denied"):
                    run(statement)
                with as_owner(), refused("is append-only"):
                    run(statement)

    def test_the_web_role_truncates_nothing(self, filled: Handover) -> None:
        for model in apps.get_models():
            if model._meta.managed:
                with refused("permission denied"):
                    run(f"TRUNCATE {model._meta.db_table} CASCADE")

    def test_the_switch_for_wiping_is_for_the_owner_alone(self, filled: Handover, as_owner: Any) -> None:
        run("SELECT set_config('alongside.wipe', 'on', true)")
        with refused("permission denied"):
            run("DELETE FROM referral_eventpayload")
        with as_owner(), refused("is append-only"):
            run("UPDATE referral_eventpayload SET salt = salt")
        with as_owner():
            run("DELETE FROM referral_eventpayload")

    def test_the_web_role_switches_no_guard_off(self, filled: Handover) -> None:
        for statement in (
            "ALTER TABLE referral_custody DISABLE TRIGGER ALL",
            "ALTER TABLE referral_handover DROP CONSTRAINT handover_state_known",
            "DROP INDEX one_open_handover",
            "DROP TRIGGER append_only ON referral_caseevent",
            "CREATE OR REPLACE FUNCTION referral_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "SET session_replication_role = replica",
        ):
            with refused("must be owner", "permission denied", "must be superuser"):
                run(statement)

    def test_the_models_refuse_before_the_database_has_to(self, filled: Handover) -> None:
        for model in LEDGERS:
            row = model._default_manager.first()
            assert row is not None
            for act in (row.save, row.delete, model.objects.all().delete, lambda m=model: m.objects.update(pk=1)):
                with pytest.raises(TypeError):
                    act()


def test_a_registry_is_always_synthetic_and_its_clock_in_range() -> None:
    registry = make_registry()
    for change in ("synthetic = false", "rate = 0", "rate = 300"):
        with refused("registry_always_synthetic", "registry_rate_in_range"):
            run(f"UPDATE referral_registry SET {change} WHERE id = %s", registry.pk)


def test_refusals_of_the_database_are_integrity_or_permission_errors() -> None:
    """So that a race shows as a conflict, not as a fault of the server."""
    world = make_case(make_institution(make_registry()))
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE referral_case SET holder_id = NULL WHERE id = %s", world.pk)
    with pytest.raises(ProgrammingError), transaction.atomic():
        run("DELETE FROM referral_custody WHERE case_id = %s", world.pk)
