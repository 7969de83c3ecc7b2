"""The ground that every other test stands on."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, connections, transaction


def who(using: str = "default") -> tuple[str, str]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        return cursor.fetchone()


@pytest.mark.database
@pytest.mark.django_db(databases=["default", "owner"])
def test_default_is_the_web_role_and_owner_the_owner_on_one_test_database() -> None:
    assert who("default")[0] == "alongside_web"
    assert who("owner")[0] == "alongside_owner"
    assert who("default")[1] == who("owner")[1]
    assert who("default")[1].startswith("test_alongside")


@pytest.mark.database
@pytest.mark.django_db
def test_the_web_role_can_make_no_table() -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TABLE intruder (id int)")


@pytest.mark.database
@pytest.mark.django_db
def test_a_user_is_written_and_read_as_the_web_role(django_user_model: type) -> None:
    django_user_model.objects.create_user("focal.ng@example.org", "correct horse battery")
    assert django_user_model.objects.get().email == "focal.ng@example.org"
