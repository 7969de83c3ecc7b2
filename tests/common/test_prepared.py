"""A prepared query answers as the composed one does, and is composed once."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from common import prepared, second_wall
from referral.models import Case, Custody, Handover, Institution
from tests.factories import EXERCISE, make_case, make_handover, make_institution, make_registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal() -> Institution:
    """A focal point with three cases, beside another with one."""
    registry = make_registry()
    found, other = make_institution(registry), make_institution(registry, "NE")
    for number in range(3):
        make_case(found, opened_at=EXERCISE + timedelta(hours=number))
    make_case(other)
    return found


def cases(holder: int, at: datetime) -> QuerySet[Any]:
    """Cases of a holder opened by then, with much around them."""
    return (
        Case.objects.filter(Q(holder=holder) | Q(pk__in=()), opened_at__lte=at)
        .select_related("person", "holder__country")
        .prefetch_related(Prefetch("custody", Custody.objects.order_by("seq")), "assignments")
        .annotate(
            held=Exists(Custody.objects.filter(case=OuterRef("pk"), institution=holder)), code=F("person__public_code")
        )
        .order_by("-opened_at")
    )


def values(holder: int) -> QuerySet[Any, Any]:
    return (
        Case.objects.filter(holder=holder).values("holder").annotate(number=Count("pk")).values_list("holder", "number")
    )


def test_it_finds_what_the_query_itself_finds_for_every_value(focal: Institution) -> None:
    other = Institution.objects.exclude(pk=focal.pk).get()
    for holder in (focal, other, focal):
        for hours in (0, 1, 5):
            at = EXERCISE + timedelta(hours=hours)
            found, wanted = prepared.rows(cases, holder.pk, at), list(cases(holder.pk, at))
            assert found == wanted
            assert [(row.held, row.code, row.person.code_word) for row in found] == [
                (row.held, row.code, row.person.code_word) for row in wanted
            ]
    assert prepared.rows(values, focal.pk) == [(focal.pk, 3)]


def test_rows_come_with_their_relations_and_what_is_prefetched(focal: Institution) -> None:
    with CaptureQueriesContext(connection) as asked:
        for row in prepared.rows(cases, focal.pk, EXERCISE + timedelta(days=1)):
            assert row.holder.country.code == "NG"
            assert list(row.assignments.all()) == []
    assert len(asked) == 3


def test_a_query_is_composed_once_for_each_shape(focal: Institution) -> None:
    composed = []

    def newest(holder: int) -> QuerySet[Any]:
        composed.append(holder)
        return Case.objects.filter(holder=holder).order_by("-pk")[: len(limit)]

    for limit, number in (("a", 1), ("ab", 2), ("a", 1)):
        assert len(prepared.rows(newest, focal.pk, shape=limit)) == number
    assert len(composed) == 2
    assert focal.pk not in composed


def test_no_more_statements_are_kept_than_a_process_has_room_for(
    focal: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST", 3)
    monkeypatch.setattr(prepared, "_known", {})
    for shape in range(10):
        assert len(prepared.rows(values, focal.pk, shape=shape)) == 1
        assert len(prepared._known) <= 3


def test_a_query_that_can_find_nothing_finds_nothing(focal: Institution) -> None:
    def none(holder: int) -> QuerySet[Any]:
        return Case.objects.filter(pk__in=[], holder=holder)

    assert prepared.rows(none, focal.pk) == []


def test_a_query_that_calculates_with_a_value_is_refused(focal: Institution) -> None:
    def recent(at: datetime) -> QuerySet[Any]:
        return Case.objects.filter(opened_at__gte=at - timedelta(days=7))

    def shouted(word: str) -> QuerySet[Any]:
        return Case.objects.filter(person__code_word=word.upper())

    def next_one(holder: int) -> QuerySet[Any]:
        return Case.objects.filter(holder=holder + 100)

    with pytest.raises(prepared.ValueChanged):
        prepared.rows(recent, EXERCISE)
    with pytest.raises(prepared.ValueChanged):
        prepared.rows(next_one, focal.pk)
    with pytest.raises(prepared.ValueChanged):
        prepared.rows(shouted, "acacia")


def test_a_text_may_be_the_beginning_of_another_and_its_signs_mean_themselves(focal: Institution) -> None:
    def beginning(word: str) -> QuerySet[Any]:
        return Case.objects.filter(person__code_word__startswith=word)

    def exactly(word: str) -> QuerySet[Any]:
        return Case.objects.filter(person__code_word=word)

    for case, word in zip(Case.objects.order_by("pk"), ("OAK 1", "OAK 2", "100% OAK", "A_B"), strict=True):
        case.person.code_word = word
        case.person.save()
    for compose in (beginning, exactly):
        for text in ("OAK", "OAK 1", "100%", "%", "_", "A_B", "A_", "", "\\", "'"):
            assert set(prepared.rows(compose, text)) == set(compose(text)), text
    assert known_to_the_server("referral_case") == 1, "a pattern is planned for its text each time"


def test_a_row_may_be_found_by_what_a_form_carries(focal: Institution) -> None:
    """A UUID goes to the query as it is, and `first` gives one row or none; also one that is locked."""
    family = uuid4()
    case, receiver = Case.objects.filter(holder=focal).earliest("pk"), Institution.objects.exclude(pk=focal.pk).get()
    handover = make_handover(case, receiver, family_group=family)

    def linked(group: UUID) -> QuerySet[Any]:
        return Handover.objects.select_for_update().filter(family_group=group)

    def beside(group: UUID) -> QuerySet[Any]:
        return Handover.objects.filter(family_group=UUID(int=group.int + 7))

    assert prepared.first(linked, uuid4()) is None
    assert prepared.first(linked, family) == handover
    with pytest.raises(prepared.ValueChanged):
        prepared.first(beside, family)


def test_the_server_prepares_a_statement_once_and_it_serves_every_value(focal: Institution) -> None:
    other = Institution.objects.exclude(pk=focal.pk).get()
    for holder, number in ((focal, 3), (other, 1), (focal, 3)) * 4:
        with transaction.atomic():
            assert len(prepared.rows(cases, holder.pk, EXERCISE + timedelta(days=1))) == number
            assert known_to_the_server("referral_case") == 1
    with transaction.atomic():
        transaction.set_rollback(True)
    assert len(prepared.rows(cases, focal.pk, EXERCISE + timedelta(days=1))) == 3, (
        "after a rollback it is prepared anew"
    )


def test_a_prepared_plan_shows_each_context_its_own_rows(focal: Institution) -> None:
    """The plan is kept by the connection, whose context changes from one transaction to the next: it must not stick."""
    other = Institution.objects.exclude(pk=focal.pk).get()
    registry = focal.registry_id

    def every_case(registry: int) -> QuerySet[Any]:
        return Case.objects.filter(registry=registry)

    for _round in range(8):
        for holder, number in ((focal.pk, 3), (other.pk, 1), (0, 0)):
            with second_wall.transaction_of_its_own():
                second_wall.set_context(second_wall.Context(registry=registry, institution=holder))
                assert len(prepared.rows(every_case, registry)) == number
        assert len(prepared.rows(every_case, registry)) == 4, "as the system"
    assert known_to_the_server("referral_case") == 1


def known_to_the_server(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f'%FROM "{table}"%'])
        (number,) = cursor.fetchone()
        return int(number)


@pytest.mark.parametrize("word", ["100% %s", "it's", 'a "b"', "%%", "back\\slash", "{}"])
def test_what_is_written_in_means_what_it_meant(focal: Institution, word: str) -> None:
    """Lists, signs of patterns, quotes and placeholders in what is the same each time."""
    person = Case.objects.filter(holder=focal).earliest("pk").person
    person.code_word = word
    person.save()

    def exactly(holder: int) -> QuerySet[Any]:
        return Case.objects.filter(Q(holder=holder) | Q(pk__in=[1, 2]), person__code_word=word)

    def containing(holder: int) -> QuerySet[Any]:
        return Case.objects.filter(holder=holder, person__code_word__contains=word)

    for compose in (exactly, containing):
        assert [case.person for case in prepared.rows(compose, focal.pk, shape=word)] == [person], compose


def test_a_connection_keeps_no_more_plans_than_it_has_room_for(
    focal: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST_PREPARED", 3)
    for shape in range(10):

        def newest(holder: int, most: int = shape + 1) -> QuerySet[Any]:
            return Case.objects.filter(holder=holder).order_by("-pk")[:most]

        assert len(prepared.rows(newest, focal.pk, shape=shape)) == min(3, shape + 1)
    assert 1 <= known_to_the_server("referral_case") <= 3


def test_what_one_thread_composed_another_asks_on_its_own_connection(focal: Institution) -> None:
    def beginning(word: str) -> QuerySet[Any]:
        return Case.objects.filter(person__code_word__startswith=word)

    found: list[Any] = []

    def ask() -> None:
        found.extend((prepared.rows(beginning, "OAK"), prepared.rows(values, focal.pk)))
        connection.close()

    assert prepared.rows(values, focal.pk) == [(focal.pk, 3)]
    prepared.rows(beginning, "OAK")
    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [[], []], "another transaction sees nothing of this one"
