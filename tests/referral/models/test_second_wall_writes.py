"""No row gets into the case or registry of others: not by a new row, not by moving one, not by a second row that it names.

PostgreSQL asks the policy before it looks for missing values and after triggers. So a row that has nothing but its
parents is enough, of every table, whether a scene fills it or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from common import second_wall
from common.second_wall import SYSTEM, Context
from common.second_wall_sql import ANCHORS
from referral.actor import actor_of, context_of
from referral.enums import Role
from referral.models import (
    Case,
    CaseReach,
    FrozenIdentity,
    Handover,
    Institution,
    Notice,
    Packet,
    Person,
    PullRequest,
    Registry,
)
from referral.second_wall import NAMELESS, POLICIES
from tests.assurance.conftest import stage  # noqa: F401 - the fixture
from tests.assurance.stage import Stage, undone

pytestmark = [pytest.mark.database]

NOWHERE = 999_999_999
Keys = Mapping[type, int]
STOPPED = ("policy", "right")
FIRST = ("case", "handover", "event", "deadline", "person", "from_case")
"""The row on which another hangs, by which its policy goes, in this order."""

MODELS = [
    m for m in apps.get_app_config("referral").get_models(include_auto_created=True) if m._meta.db_table in POLICIES
]


@pytest.fixture(autouse=True)
def _taken_back(stage: Stage) -> Any:  # noqa: F811
    with undone():
        yield


def keys_of(case: Case) -> dict[type, int]:
    """For each table the key of a row that belongs to the case, or to its registry; one that nobody has where there is none."""
    found: dict[type, int] = {}
    for model in MODELS:
        names = {f.name for f in model._meta.concrete_fields}
        owners = {"case": case.pk, "handover__case": case.pk, "deadline__case": case.pk, "event__case": case.pk,
                  "person": case.person_id, "notice__registry": case.registry_id, "registry": case.registry_id,
                  "institution__registry": case.registry_id}  # fmt: skip
        path = next((path for path in owners if path.partition("__")[0] in names), None)
        row = model._base_manager.filter(**{path: owners[path]}).order_by("pk").first() if path else None
        found[model] = row.pk if row is not None else NOWHERE
    user = apps.get_model("accounts.User")
    seat = apps.get_model("referral.Membership").objects.filter(institution=case.holder_id).earliest("pk")
    return found | {
        Case: case.pk,
        Person: case.person_id,
        Registry: case.registry_id,
        Institution: case.holder_id,
        user: seat.user_id,
        type(seat): seat.pk,
        Handover: Handover.objects.filter(case=case).earliest("pk").pk,
    }


def context_at(institution: Institution) -> Context:
    seat = apps.get_model("referral.Membership").objects.filter(institution=institution).earliest("pk")
    actor = actor_of(seat.user, wall=None, membership_id=seat.pk)  # type: ignore[arg-type]
    assert actor is not None
    return context_of(actor)


def parents(model: Any, keys: Keys) -> dict[str, int]:
    """The columns that name another row of ours, filled with these keys; those that name the table itself are left out."""
    named = [f for f in model._meta.concrete_fields if f.remote_field and f.remote_field.model in keys]
    found = {f.column: keys[f.remote_field.model] for f in named if f.remote_field.model is not model}
    return found | ({"id": keys[Case]} if model is Case else {})


def outcome(context: Context, statement: str, values: list[Any]) -> str:
    """Who stopped the statement: the policy, a missing right, a trigger, or none of them; it is taken back in any case."""
    second_wall.set_context(context)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            told = "past" if cursor.rowcount else "no row"
            transaction.set_rollback(True)
    except DatabaseError as error:
        said = str(error)
        told = "policy" if "row-level security" in said else "right" if "permission denied" in said else "past"
        if told == "past" and not isinstance(error, IntegrityError):
            told = "trigger"
    finally:
        second_wall.set_context(SYSTEM)
    return told


def added(context: Context, model: Any, values: Mapping[str, int]) -> str:
    names = ", ".join(f'"{column}"' for column in values)
    marks = ", ".join(["%s"] * len(values))
    return outcome(context, f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})', list(values.values()))


OF_THE_REGISTRY = {
    "referral_clocksegment", "referral_rulepack", "referral_agreement", "referral_agreement_parties", "referral_institution",
    "referral_capacity", "referral_membership",
}  # fmt: skip
"""What belongs to the registry itself: which role may change it is the first wall's."""


@pytest.mark.wide
def test_no_row_is_added_to_the_case_or_registry_of_another(stage: Stage) -> None:  # noqa: F811
    main = stage.cases["main"]
    keys = keys_of(main)
    opened = frozenset({stage.cases["abroad"].pk, stage.cases["elsewhere"].pk})
    near = replace(context_at(stage.institutions["stranger"]), cases=opened)
    far = replace(context_at(stage.institutions["other registry"]), cases=opened)
    told = {
        who: {model._meta.db_table: added(context, model, parents(model, keys) or {"id": NOWHERE}) for model in MODELS}
        for who, context in (("near", near), ("far", far), ("system", SYSTEM))
    }
    assert {t for t, said in told["far"].items() if said not in STOPPED} == set()
    assert {t for t, said in told["near"].items() if said not in STOPPED} == OF_THE_REGISTRY
    # For the system the same rows get past the policy, so it was the policy that stopped the others.
    assert {t for t, said in told["system"].items() if said in STOPPED} == {"referral_casereach"}


POLICED = {
    "referral_case_linked": {"to_case_id"},
    "referral_personlink": {"other_id"},
    "referral_case": {"person_id"},
    "referral_custody": {"handover_id"},
    "referral_proposal": {"handover_id"},
    "referral_disclosure": {"handover_id"},
    "referral_deadline": {"handover_id"},
    "referral_caseevent": {"handover_id"},
    "referral_frozenidentity": {"packet_id", "supplement_id", "referral_id", "seal_id"},
}
"""Second rows that the policy looks at, because whoever reads those would read this one, or the other way round."""

NAMES_ONLY = {
    "referral_case.merged_into_id": "the page asks for the other file by that one's own policy",
    "referral_caseevent.amends_id": "an amendment is shown beside an event of the same list, which was read by its own policy",
    "referral_continuingtask.track_id": "reach comes from the task's own institution and case",
    "referral_deadline.enquiry_id": "who owes and who waits stand in the deadline itself",
    "referral_deadline.question_id": "who owes and who waits stand in the deadline itself",
    "referral_deadline.referral_id": "who owes and who waits stand in the deadline itself",
    "referral_deadline.request_id": "who owes and who waits stand in the deadline itself",
    "referral_disclosure.consent_id": "a ledger row of one's own file; the consent is read by its own policy",
    "referral_disclosure.referral_id": "a ledger row of one's own file; the request is read by its own policy",
    "referral_handover.forwarded_from_id": "the way it came is read by the earlier handover's own policy",
    "referral_mail.notice_id": "a mail is its reader's own, and so is the notice",
    "referral_notice.case_id": "a notice is its reader's own; the case is read by its own policy",
    "referral_notice.event_id": "a notice is its reader's own; the event is read by its own policy",
    "referral_notice.handover_id": "a notice is its reader's own; the handover is read by its own policy",
    "referral_pullrequest.case_id": "asker and holder read it whatever case it names, and no case is read by it",
    "referral_pullrequest.handover_id": "the handover that answers is read by its own policy",
}
"""Second rows at which no policy looks, because nobody reads more for having named one."""


def second_columns() -> set[str]:
    """Columns that name a row that belongs to a case or person, besides the one by which the policy goes."""
    bound = {m for m in MODELS if {f.name for f in m._meta.concrete_fields} & {*FIRST}} | {Case, Person}
    found = set()
    for model in MODELS:
        named = {
            f.name: f.column for f in model._meta.concrete_fields if f.remote_field and f.remote_field.model in bound
        }
        if model not in (
            Case,
            Notice,
            PullRequest,
        ):  # whose policies go by the case itself, the reader and the two sides
            named.pop(next((name for name in FIRST if name in named), ""), None)
        found |= {f"{model._meta.db_table}.{column}" for column in named.values() if model is not CaseReach}
    return found - {f"{table}.{column}" for table, columns in POLICED.items() for column in columns}


def test_every_second_row_that_is_named_is_looked_at_or_opens_nothing() -> None:
    assert second_columns() == set(NAMES_ONLY)


@pytest.mark.wide
def test_no_row_is_moved_into_the_case_or_registry_of_another(stage: Stage) -> None:  # noqa: F811
    """Of the case's own rows, by its holder, in a command on it."""
    main, elsewhere = stage.cases["main"], stage.cases["elsewhere"]
    holder = replace(context_at(stage.institutions["holder"]), cases=frozenset({main.pk}))
    here, there = keys_of(main), keys_of(elsewhere)
    got_past, tried = set(), 0
    for model in MODELS:
        for name in ("registry", *FIRST):
            field = next((f for f in model._meta.concrete_fields if f.name == name), None)
            if field is None or here[model] == NOWHERE:
                continue
            tried += 1
            told = outcome(
                holder,
                f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE "{model._meta.pk.column}" = %s',
                [there[field.remote_field.model], here[model]],
            )
            if told not in (*STOPPED, "trigger", "no row"):
                got_past.add(f"{model._meta.db_table}.{field.column}")
    assert got_past == GIVEN_LATER
    assert tried > 40


GIVEN_LATER = {"referral_pullrequest.handover_id"}
"""Empty in the row that is tried: a request is given its handover when the holder offers one."""

MOVABLE = {"referral_need.case_id", "referral_deadline.case_id", "referral_handover.case_id"}
"""What a reader could carry into a case of its own, were there no trigger: policies see the new row alone."""


def carried_in(stage: Stage) -> tuple[set[str], int]:  # noqa: F811
    """Columns by which some institution carries a row of the main case into another that it has opened, and how many were tried."""
    main, own = stage.cases["main"], stage.cases["abroad"]
    here, there = keys_of(main), keys_of(own)
    got_past, tried = set(), 0
    for institution in stage.institutions.values():
        reader = replace(context_at(institution), cases=frozenset({own.pk}))
        for model in MODELS:
            for field in model._meta.concrete_fields:
                if field.column not in ANCHORS or not field.remote_field or here[model] == NOWHERE:
                    continue
                if here[field.remote_field.model] == there[field.remote_field.model]:
                    continue
                tried += 1
                statement = (
                    f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE "{model._meta.pk.column}" = %s'
                )
                told = outcome(reader, statement, [there[field.remote_field.model], here[model]])
                if told == "past":
                    got_past.add(f"{model._meta.db_table}.{field.column}")
    return got_past, tried


@pytest.mark.wide
def test_no_row_of_others_is_carried_into_a_case_of_ones_own(stage: Stage, as_owner: Any) -> None:  # noqa: F811
    """The control at the end: without the trigger, whoever reads a row carries it off."""
    got_past, tried = carried_in(stage)
    assert got_past <= GIVEN_LATER
    assert tried > 300
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'wall_stays'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER wall_stays ON {table}")
    assert carried_in(stage)[0] >= MOVABLE


def test_a_row_of_ones_own_case_names_no_handover_case_or_person_of_others(stage: Stage) -> None:  # noqa: F811
    main = stage.cases["main"]
    holder = replace(context_at(stage.institutions["holder"]), cases=frozenset({main.pk}))
    here, there = keys_of(main), keys_of(stage.cases["elsewhere"])
    for model in MODELS:
        for column in POLICED.get(model._meta.db_table, ()):
            field = next(f for f in model._meta.concrete_fields if f.column == column)
            mine = {
                f.column: here[f.remote_field.model]
                for f in model._meta.concrete_fields
                if f.remote_field and f.remote_field.model in here and f.column not in POLICED[model._meta.db_table]
            }
            if model is Case:
                mine["id"] = main.pk
            own, foreign = ({**mine, column: keys[field.remote_field.model]} for keys in (here, there))
            assert added(holder, model, foreign) in STOPPED, column
            if own[column] != NOWHERE:
                assert added(holder, model, own) == "past", column


def test_the_rows_that_say_who_reaches_whom_are_written_by_triggers_alone(stage: Stage) -> None:  # noqa: F811
    mine = stage.institutions["stranger"]
    row = {
        "case_id": stage.cases["main"].pk,
        "person_id": stage.cases["main"].person_id,
        "institution_id": mine.pk,
        "level": 2,
    }
    for context in (SYSTEM, replace(context_at(mine), cases=frozenset({stage.cases["main"].pk}))):
        assert added(context, CaseReach, row) == "right"
        assert outcome(context, "UPDATE referral_casereach SET level = 2", []) == "right"
        assert outcome(context, "DELETE FROM referral_casereach", []) == "right"
    second_wall.set_context(context_at(stage.institutions["holder"]))
    institutions = set(CaseReach.objects.values_list("institution", flat=True))
    second_wall.set_context(SYSTEM)
    assert institutions == {stage.institutions["holder"].pk}


def test_roles_without_names_read_no_identity_that_was_put_aside(stage: Stage) -> None:  # noqa: F811
    packet = Packet.objects.get(handover=stage.handovers["main"])
    FrozenIdentity.objects.filter(packet=packet).exists() or FrozenIdentity.objects.create(
        case=stage.cases["main"], packet=packet, name="Invented Name"
    )
    for side in ("holder", "receiver"):
        context = context_at(stage.institutions[side])
        for role, reads in ((context.role, True), *((role, False) for role in NAMELESS)):
            second_wall.set_context(replace(context, role=role))
            assert Packet.objects.filter(pk=packet.pk).exists()
            assert FrozenIdentity.objects.filter(packet=packet).exists() is reads, role
            second_wall.set_context(SYSTEM)


def test_nobody_breaks_the_glass_by_writing_that_it_is_broken(stage: Stage) -> None:  # noqa: F811
    asks = context_at(stage.institutions["receiver"])
    inside = replace(asks, cases=frozenset({stage.cases["main"].pk}))
    other = stage.users["receiver", Role.FOCAL_POINT].pk
    opens = "UPDATE referral_breakglass SET state = 'opened', decided_by_id = %s, decided_wall = now() WHERE reference = 'G-WAITS'"
    assert outcome(asks, opens, [other]) == "policy"
    assert outcome(inside, opens, [other]) == "past"
    assert outcome(asks, "UPDATE referral_breakglass SET reason = reason WHERE reference = 'G-WAITS'", []) == "past"


OF_THE_OPENED_FILE_ALONE = (
    "referral_personidentity", "referral_frozenidentity", "referral_seal", "referral_healthentry", "referral_voice",
)  # fmt: skip
"""What no crossing of the wall reads: no purpose needs it."""


@pytest.mark.parametrize("purpose", sorted(second_wall.PURPOSES))
def test_whoever_crosses_the_wall_reads_no_name_nothing_sealed_and_no_health(stage: Stage, purpose: str) -> None:  # noqa: F811
    stranger = context_at(stage.institutions["stranger"])
    second_wall.set_context(SYSTEM)
    there = {table: _rows(table) for table in OF_THE_OPENED_FILE_ALONE}
    assert min(there[table] for table in OF_THE_OPENED_FILE_ALONE[:3]) > 0, "there is something to be kept from them"
    for here in (stranger, Context(registry=stranger.registry)):
        second_wall.set_context(here)
        before = {table: _rows(table) for table in OF_THE_OPENED_FILE_ALONE}
        with second_wall.across(purpose):
            assert {table: _rows(table) for table in OF_THE_OPENED_FILE_ALONE} == before
            assert _rows("referral_case") > 1, "it does cross"
    second_wall.set_context(SYSTEM)


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])
