"""Whatever is taken from the second wall, added to it or changed in it is named, and `install` puts it back."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from common.second_wall_checks import weaknesses
from common.second_wall_sql import changed_parts, raise_wall

pytestmark = [pytest.mark.django_db, pytest.mark.database]

OURS = {settings.DATABASE_ROLES["owner"], settings.DATABASE_GUARD}
"""What the tests' own web role may become, so that a test can be the owner for a while (tests/conftest.py)."""

OF_A_TRIGGER = "public.referral_reach_by_seat()"

GAPS = {
    "ALTER TABLE referral_case NO FORCE ROW LEVEL SECURITY": "the table referral_case",
    "ALTER TABLE referral_person DISABLE ROW LEVEL SECURITY": "the table referral_person",
    "ALTER TABLE referral_handover DISABLE TRIGGER reach_updated": "the table referral_handover",
    "DROP TRIGGER wall_stays ON referral_need": "the trigger wall_stays of the table referral_need",
    "DROP POLICY wall_reads ON referral_handover": "the policy wall_reads of the table referral_handover",
    "ALTER POLICY wall_reads ON referral_case USING (true)": "the policy wall_reads of the table referral_case",
    "ALTER POLICY wall_adds ON referral_need WITH CHECK (true)": "the policy wall_adds of the table referral_need",
    "ALTER POLICY wall_guards ON referral_need TO PUBLIC": "the policy wall_guards of the table referral_need",
    "CREATE POLICY more ON referral_need FOR SELECT USING (true)": "the policy more of the table referral_need",
    "CREATE OR REPLACE FUNCTION wall.cases() RETURNS bigint[] LANGUAGE sql AS $$ SELECT NULL::bigint[] $$": (
        "the function wall.cases()"
    ),
    "CREATE OR REPLACE FUNCTION wall.reads_event(wanted bigint) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$": (
        "the function wall.reads_event(wanted bigint)"
    ),
    f"ALTER FUNCTION {OF_A_TRIGGER} SECURITY INVOKER": f"the function {OF_A_TRIGGER}",
    f"ALTER FUNCTION {OF_A_TRIGGER} RESET ALL": f"the function {OF_A_TRIGGER}",
    f"ALTER FUNCTION {OF_A_TRIGGER} OWNER TO alongside_owner": f"the function {OF_A_TRIGGER}",
    # What a later migration would do.
    f"CREATE OR REPLACE FUNCTION {OF_A_TRIGGER} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$": (
        f"the function {OF_A_TRIGGER}"
    ),
    "CREATE FUNCTION accounts_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$": (
        "the function public.accounts_more()"
    ),
    "UPDATE wall.key SET inner_block = outer_block": "ALONGSIDE_CONTEXT_KEY",
    "UPDATE wall.standing SET fingerprint = ''": "another version",
    "GRANT SELECT ON wall.key TO alongside_worker": "alongside_worker reads the key",
    "DROP TABLE wall.key": "is not in the database",
    "DROP TABLE wall.part": "is not in the database",
}
"""What somebody did to the wall, and the words that name it."""


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_wall_stands_and_putting_it_up_again_changes_nothing(as_owner: Any) -> None:
    with as_owner():
        assert weaknesses(connection, may_become=OURS) == []
        assert not raise_wall(connection)


@pytest.mark.wide
@pytest.mark.parametrize("statement", GAPS)
def test_a_gap_is_named_and_put_right(as_owner: Any, statement: str) -> None:
    with as_owner():
        run(statement)
        found = weaknesses(connection, may_become=OURS)
        assert len(found) == 1
        assert GAPS[statement] in found[0]
        raise_wall(connection)
        assert weaknesses(connection, may_become=OURS) == []


def test_a_table_about_which_nothing_is_said_is_named(as_owner: Any) -> None:
    with as_owner():
        run("CREATE TABLE public.notes (text text)")
        assert weaknesses(connection, may_become=OURS) == ["Nothing is said about the table notes."]


def test_every_function_that_counts_past_the_policies_runs_as_the_guard_whatever_its_name(as_owner: Any) -> None:
    with as_owner():
        run("CREATE FUNCTION accounts_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        raise_wall(connection)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype "
                "AND prosrc !~ 'current_user' AND NOT (prosecdef AND pg_get_userbyid(proowner) = %s "
                "AND proconfig @> ARRAY['search_path=public, pg_temp', 'enable_seqscan=off'])",
                [settings.DATABASE_GUARD],
            )
            assert cursor.fetchall() == []
            cursor.execute("SELECT prosecdef FROM pg_proc WHERE proname = 'accounts_more'")
            assert cursor.fetchone() == (True,)


def test_a_policy_that_opens_everything_is_gone_again(as_owner: Any) -> None:
    with as_owner():
        run("CREATE POLICY more ON referral_need FOR SELECT USING (true)")
        assert changed_parts_here() == ["the policy more of the table referral_need"]
        assert raise_wall(connection)
        assert changed_parts_here() == []


def changed_parts_here() -> list[str]:
    with connection.cursor() as cursor:
        return changed_parts(cursor)


def test_a_member_of_the_owner_or_the_guard_is_refused_although_it_inherits_nothing(as_owner: Any) -> None:
    """The tests' own web role is one: SET ROLE asks for membership and not for inheritance."""
    with as_owner():
        assert weaknesses(connection) == [
            f"The role alongside_web may act as {', '.join(sorted(OURS))}, so no policy stops it."
        ]
