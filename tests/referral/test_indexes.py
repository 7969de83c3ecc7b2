"""What the inbox, the list and the search read comes from an index, in a registry with thousands of people.

Shown by the plan of every query that they ask, on analysed tables: never by the time it takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql
from psycopg.types.numeric import Int8

from common import prepared
from referral.enums import DeadlineKind
from referral.selectors import inbox
from referral.selectors.cases import case_by_code
from referral.selectors.people import Asked, find
from referral.selectors.person import owed
from referral.selectors.waiting_count import waiting_count
from tests.factories import EXERCISE, WALL
from tests.referral.crowd import Crowd, crowd

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.database]

BIG = (
    "referral_case",
    "referral_casereach",
    "referral_person",
    "referral_custody",
    "referral_whereabouts",
    "referral_riskassessment",
    "referral_handover",
    "referral_deadline",
    "referral_notice",
)
TWINS = {"one_notice_per_cause": "notices_of_a_user"}
"""The second wall makes PostgreSQL expect fewer notices of a reader than there are: then any index that begins with the reader will do."""
MOST = 3 * 101
"""No step of a plan yields more rows than the longest list that is counted, from three sources."""


@pytest.fixture
def full(as_owner: Any) -> Crowd:
    """6,000 people in 36 countries, a third of them the reader's own: analysed."""
    found = crowd(36)
    found.grow(6000, ours=20)
    with as_owner(), connection.cursor() as cursor:
        # What other tests rolled back still fills tables and indexes, and the planner counts their pages.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in BIG:
            cursor.execute(f"CLUSTER {table} USING {table}_pkey")
        cursor.execute(f"ANALYZE {', '.join(BIG)}, referral_institution, referral_assignment")
    return found


def plans_for_values(read: Callable[[], Any]) -> list[dict[str, Any]]:
    """The plan, as it was carried out, of every query that a read asks, made for its values."""
    with CaptureQueriesContext(connection) as asked:
        read()
    return [explained(query["sql"]) for query in asked.captured_queries]


TYPES = {Int8: "bigint", str: "text", datetime: "timestamptz", timedelta: "interval", UUID: "uuid"}
PLACE = re.compile("%s|%%")


def plans_that_are_kept(read: Callable[[], Any]) -> list[dict[str, Any]]:
    """The plan, as it was carried out, of every query that a read asks: where it was prepared, the one for all values."""
    prepared_ones: list[tuple[str, tuple[Any, ...]]] = []
    others: list[str] = []

    def execute(self: prepared._Cursor, query: Any, params: Any = None, **options: Any) -> prepared._Cursor:
        prepared_ones.append((query, params or ()))
        return by_the_server(self, query, params, **options)

    def look(run: Any, query: str, params: Any, many: bool, context: Any) -> Any:
        before = len(prepared_ones)
        answer = run(query, params, many, context)
        if len(prepared_ones) == before:
            others.append(connection.ops.last_executed_query(context["cursor"], query, params))
        return answer

    by_the_server = prepared._Cursor.execute
    with pytest.MonkeyPatch.context() as patched, connection.execute_wrapper(look):
        patched.setattr(prepared._Cursor, "execute", execute)
        read()
    return [*(_kept(query, values) for query, values in prepared_ones), *map(explained, others)]


def _kept(query: str, values: tuple[Any, ...]) -> dict[str, Any]:
    numbers = iter(range(1, len(values) + 1))
    text = PLACE.sub(lambda place: f"${next(numbers)}" if place.group() == "%s" else "%", query)
    types = ", ".join(TYPES[type(value)] for value in values)
    given = ", ".join(
        sql.Literal(int(value) if isinstance(value, Int8) else value).as_string(connection.connection)
        for value in values
    )
    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE looked_at {f'({types})' if types else ''} AS {text}")
        try:
            return explained(f"EXECUTE looked_at {f'({given})' if given else ''}")
        finally:
            cursor.execute("DEALLOCATE looked_at")


def explained(statement: str) -> dict[str, Any]:
    """The plan of a statement, as it was carried out."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
        (plan,) = cursor.fetchone()
    found: dict[str, Any] = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return found


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.parametrize("plans", [plans_for_values, plans_that_are_kept])
def test_every_list_is_read_from_its_index_and_no_further_than_it_is_shown(
    full: Crowd, plans: Callable[..., Any]
) -> None:
    actor, at = full.actor, EXERCISE
    now, small = inbox.Now(at, WALL, full.registry.clock), full.focal_points[1]
    other = replace(actor, institution_id=small.pk, country_code=small.country_id or "")
    code = find(actor, at, Asked()).rows[0].person.public_code
    reads: dict[str, tuple[Callable[[], Any], set[str]]] = {
        "numbers of the inbox": (
            lambda: inbox.tally(actor, at),
            {
                "deadlines_of_an_institution", "uncovered_people_of_a_holder", "deadlines_that_others_owe",
                "decided_of_a_sender", "decided_of_a_receiver", "unread_notices_of_a_user", "notices_of_a_user",
            },
        ),
        "number in the bar": (lambda: waiting_count(actor, at), {"deadlines_of_an_institution", "uncovered_people_of_a_holder"}),
        "what is due": (lambda: inbox.waiting(actor, now), {"deadlines_of_an_institution", "reviews_of_an_institution"}),
        "one kind of work": (lambda: inbox.waiting(actor, now, 1, [DeadlineKind.SCREEN]), {"deadlines_of_an_institution"}),
        "people who are not covered": (lambda: inbox.uncovered_people(actor, now), {"uncovered_people_of_a_holder"}),
        "what others owe": (lambda: inbox.waiting_for_others(actor, now), {"deadlines_that_others_owe"}),
        "what is decided": (lambda: inbox.decided(actor), {"decided_of_a_sender", "decided_of_a_receiver"}),
        "what was told": (lambda: inbox.notices(actor), {"notices_of_a_user"}),
        "the status line": (lambda: inbox.news(actor, 1), {"notices_of_a_user"}),
        "the list": (lambda: find(actor, at, Asked()), set()),
        "the list of a smaller country": (lambda: find(other, at, Asked()), {"cases_ever_held"}),
        "its own people": (lambda: find(other, at, Asked(ours=True)), set()),
        "a stage": (lambda: find(actor, at, Asked(stage="missing")), {"cases_of_a_holder_by_stage"}),
        "search for a word": (lambda: find(actor, at, Asked(text="WORD5001")), {"reached_by_code_word", "reached_by_code"}),
        "search for a code": (lambda: find(actor, at, Asked(text=code)), {"reached_by_code_word", "reached_by_code"}),
        "search for nothing there": (lambda: find(actor, at, Asked(text="ZZZZ")), {"reached_by_code_word"}),
        "a person": (lambda: owed(actor, case_by_code(actor, code)), set()),
    }  # fmt: skip
    for name, (read, wanted) in reads.items():
        found = [node for plan in plans(read) for node in nodes(plan)]
        assert found, name
        assert wanted <= {
            TWINS.get(node["Index Name"], node["Index Name"]) for node in found if "Index Name" in node
        }, name
        whole = [
            node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG
        ]
        assert not whole, (name, whole)
        for node in found:
            if node["Node Type"] in ("Bitmap Index Scan", "Materialize"):
                # The first yields places to look at, whose rows are those of the scan above it; the second hands out
                # again, from memory, what the scan below it has read once.
                continue
            rows = node["Actual Rows"] * node["Actual Loops"]
            assert rows <= MOST, (name, node["Node Type"], node.get("Index Name"), rows)
