"""The second wall in the database: what it shows, refuses and closes, whatever the application does."""

from __future__ import annotations

import ast
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from common import second_wall
from common.second_wall import Context
from common.second_wall_sql import unsaid
from config.env import PROJECT
from referral.actor import context_of
from referral.enums import Action, AssignmentKind, Compartment, NeedKind, Role, Urgency
from referral.middleware import ActorMiddleware, StreamingRefused
from referral.models import Assignment, Case, Handover, Need, Person, PersonIdentity
from referral.policy import COMPARTMENTS, Right
from referral.second_wall import NAMELESS, POLICIES, WITHOUT
from tests import conftest
from tests.factories import WALL
from tests.scenes import Scene, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def scene() -> Scene:
    return two_countries()


@contextmanager
def works_as(scene: Scene, name: str) -> Iterator[None]:
    with second_wall.transaction_of_its_own():
        second_wall.set_context(context_of(scene.actor(name)))
        yield


@contextmanager
def refused() -> Iterator[None]:
    """The database says no, and the transaction goes on."""
    with pytest.raises(ProgrammingError), transaction.atomic():
        yield


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def sent(scene: Scene) -> Handover:
    handover = ready_draft(scene, open_case(scene))
    scene.do("NG", handover, Action.OFFER)
    handover.refresh_from_db()
    return handover


# What stands


def test_every_table_has_a_policy_or_a_reason() -> None:
    assert unsaid(connection.introspection.table_names()) == []
    assert not set(POLICIES) & set(WITHOUT)
    assert all(len(reason) > 10 for reason in WITHOUT.values())
    assert {m._meta.db_table for m in apps.get_app_config("referral").get_models(include_auto_created=True)} == set(
        POLICIES
    )


def test_nobody_who_logs_in_owns_bypasses_or_is_superuser_but_the_owner_and_the_copier() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, EXISTS (SELECT 1 FROM pg_class WHERE relowner = pg_roles.oid) "
            "FROM pg_roles WHERE rolcanlogin AND rolname LIKE 'alongside%' ORDER BY rolname"
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = %s AND privilege_type <> 'SELECT'",
            [settings.DATABASE_BACKUP],
        )
        assert cursor.fetchone() == (0,)
    assert rows == [
        ("alongside_backup", False, True, False),
        ("alongside_owner", False, False, True),
        ("alongside_web", False, False, False),
        ("alongside_worker", False, False, False),
    ]


# The context


def test_without_a_context_there_is_no_row_in_any_table(scene: Scene) -> None:
    sent(scene)
    filled = [table for table in POLICIES if count(table)]
    assert len(filled) > 20
    with second_wall.nobody():
        assert [table for table in POLICIES if count(table)] == []


def test_before_the_seat_is_known_a_user_finds_her_own_institution_and_who_sits_there(scene: Scene) -> None:
    sent(scene)
    with second_wall.transaction_of_its_own():
        second_wall.set_context(Context(user=scene.users["NG"].pk))
        assert {table: count(table) for table in POLICIES if count(table)} == {
            "referral_membership": 2,
            "referral_institution": 1,
        }


@pytest.mark.parametrize("part", range(9))
def test_a_context_with_any_part_changed_is_refused(scene: Scene, part: int) -> None:
    value = second_wall.signed(connection, context_of(scene.actor("NG"))).split("|")
    value[part] = {5: "*", 8: "0" * 64}.get(part, value[part] + "1")
    with refused(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [second_wall.SETTING, "|".join(value)])
        cursor.execute("SELECT count(*) FROM referral_registry")


def test_a_context_of_another_connection_is_refused(scene: Scene) -> None:
    context = context_of(scene.actor("NG"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert f"|{cursor.fetchone()[0]}|" in second_wall.signed(connection, context)

    class Elsewhere:
        class connection:  # noqa: N801
            second_wall_offset = 4_000_000_000.0

            class info:  # noqa: N801
                backend_pid = 1

    with refused(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [second_wall.SETTING, second_wall.signed(Elsewhere, context)])
        cursor.execute("SELECT count(*) FROM referral_registry")


def test_a_context_is_over_after_a_while(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_wall, "REQUEST_SECONDS", -1)
    with refused(), works_as(scene, "NG"):
        count("referral_registry")


def test_the_roles_of_the_product_cannot_read_the_key() -> None:
    with refused(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.key")


# What is shown


def test_an_institution_reads_its_own_case_and_a_stranger_reads_nothing_of_it(scene: Scene) -> None:
    open_case(scene)
    with works_as(scene, "NG"):
        assert (Case.objects.count(), Person.objects.count(), PersonIdentity.objects.count()) == (1, 1, 1)
    with works_as(scene, "IT"):
        assert (Case.objects.count(), Person.objects.count(), PersonIdentity.objects.count()) == (0, 0, 0)


def test_a_receiver_reads_the_handover_and_never_the_file(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    with works_as(scene, "NE"):
        assert not Handover.objects.exists()
    scene.do("NG", draft, Action.OFFER)
    with works_as(scene, "NE"):
        assert Handover.objects.get().packet is not None
        closed = ("referral_personidentity", "referral_need", "referral_riskassessment", "referral_legaltrack",
                  "referral_consent", "referral_service", "referral_seal", "referral_screening")  # fmt: skip
        assert [table for table in closed if count(table)] == []


def test_roles_without_names_read_no_identity_in_the_database(scene: Scene) -> None:
    assert {role.value for role in Role if COMPARTMENTS[role][Compartment.D1] is Right.NONE} == set(NAMELESS)
    case = open_case(scene)
    with second_wall.transaction_of_its_own():
        second_wall.set_context(context_of(scene.actor("NG")))
        assert PersonIdentity.objects.filter(person=case.person_id).exists()
        for role in NAMELESS:
            second_wall.set_context(replace(context_of(scene.actor("NG")), role=role))
            assert not PersonIdentity.objects.exists(), role
            assert Person.objects.filter(pk=case.person_id).exists()


def test_access_ends_in_the_statement_that_ends_it(scene: Scene) -> None:
    case, italy = open_case(scene), scene.institutions["IT"]
    work = Assignment.objects.create(
        case=case, kind=AssignmentKind.CASE_MANAGER, institution=italy, since_at=scene.moment().at
    )
    with works_as(scene, "IT"):
        assert PersonIdentity.objects.exists()
    Assignment.objects.filter(pk=work.pk).update(until_at=scene.moment().at)
    with works_as(scene, "IT"):
        assert not PersonIdentity.objects.exists()
        assert not Case.objects.exists()


# What may be written


def need(case: Case, scene: Scene) -> Need:
    return Need(
        case_id=case.pk,
        kind=NeedKind.SHELTER,
        urgency=Urgency.STANDARD,
        institution=scene.institutions["NG"],
        opened_at=scene.moment().at,
    )


def test_the_holder_writes_inside_a_command_on_that_case_and_nowhere_else(scene: Scene) -> None:
    case, other = open_case(scene), open_case(scene)
    rows = [need(case, scene), need(other, scene), need(case, scene)]
    with works_as(scene, "NG"):
        with refused():
            rows[0].save()
        with second_wall.command():
            second_wall.open_cases(case.pk)
            rows[0].save()
            with refused():
                rows[1].save()
        with refused():
            rows[2].save()
        with pytest.raises(second_wall.SecondWallBreached):
            second_wall.open_cases(case.pk)


# Requests


def test_an_answer_that_streams_is_refused(scene: Scene) -> None:
    request = RequestFactory().get("/")
    request.user, request.session, request.wall = scene.users["NG"], {}, WALL  # type: ignore[attr-defined,assignment]
    middleware = ActorMiddleware(lambda _request: StreamingHttpResponse(["late"]))  # type: ignore[arg-type,return-value]
    with pytest.raises(StreamingRefused):
        middleware(request)


def test_an_answer_of_500_takes_back_what_was_written(scene: Scene) -> None:
    case = open_case(scene)

    def view(request: Any) -> HttpResponse:
        with second_wall.command():
            second_wall.open_cases(case.pk)
            need(case, scene).save()
        return HttpResponse(status=request.GET["status"])

    for status, kept in ((200, 1), (500, 1), (404, 2)):
        request = RequestFactory().get("/", {"status": status})
        request.user, request.session, request.wall = scene.users["NG"], {}, scene.wall  # type: ignore[attr-defined,assignment]
        with scene.clock():
            ActorMiddleware(view)(request)
        assert Need.objects.count() == kept


# Crossings


CROSSINGS = {
    "seats": 2, "mails": 1, "health": 2, "intake": 1, "code": 2, "request": 1, "merge": 5, "telling": 1, "glass": 2,
    "children": 1, "stubs": 9, "audit": 7, "clock": 2, "staff": 1,
}  # fmt: skip
"""How often each purpose is named in the product. A new crossing is a decision: write it down in 0050 and here."""


@pytest.mark.wide
def test_every_crossing_of_the_wall_is_known() -> None:
    found: Counter[str] = Counter()
    for path in PROJECT.glob("*/**/*.py"):
        if path.parts[len(PROJECT.parts)] not in ("referral", "accounts", "common", "config"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                named = [k.value for k in node.keywords if k.arg == "beyond"]
                if name in ("across", "open_beyond"):
                    named += node.args[:1]
                for value in named:
                    found.update(n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and n.value)
    assert dict(found) == CROSSINGS
    assert set(CROSSINGS) == set(second_wall.PURPOSES)


# Pool


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_no_connection_of_a_pool_carries_a_context_to_the_next_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    scenes = [two_countries() for _number in range(3)]
    held = {scene.registry.pk: {open_case(scene).pk, open_case(scene).pk} for scene in scenes}
    contexts = [context_of(scene.actor("NG")) for scene in scenes]
    wrong: list[str] = []

    def turn(number: int, context: Context | None) -> None:
        with second_wall.transaction_of_its_own():
            if context is not None:
                second_wall.set_context(context)
            seen = set(Case.objects.values_list("pk", flat=True))
            if seen != (held[context.registry] if context else set()):
                wrong.append(f"{context}: {seen}")
            if number % 7 == 0:
                raise RuntimeError

    def work(number: int) -> None:
        for place in range(30):
            try:
                turn(place, contexts[(number + place) % 3] if place % 5 else None)
            except RuntimeError:
                pass
            except Exception as error:
                wrong.append(repr(error))
            connections["default"].close()

    pool = {"pool": {"min_size": 1, "max_size": 5, "timeout": 60}}
    monkeypatch.setattr(conftest, "tests_work_for_the_system", False)
    monkeypatch.setitem(connections.databases["default"], "OPTIONS", pool)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    DatabaseWrapper._connection_pools.pop("default").close()
    assert wrong == []
