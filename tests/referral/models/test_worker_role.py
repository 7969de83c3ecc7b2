"""The role of Celery's processes, on a connection of its own: what it cannot read and cannot change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, connections, models

from common import clock
from common.grants import rights_of
from referral import tasks
from referral.demonstration.load import load
from referral.demonstration.stage import NOW, wall_of
from referral.models import CaseEvent, FrozenIdentity, PersonIdentity, Registry, Seal
from referral.models.ledger import LedgerModel
from referral.services import clock as clocks
from tests.conftest import PASSWORD
from tests.platform.documented import speaking_to

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LEDGERS = [model for model in apps.get_app_config("referral").get_models() if issubclass(model, LedgerModel)]


@pytest.fixture
def worker(db: None) -> Iterator[psycopg.Connection[Any]]:
    database = connections["owner"].settings_dict
    with psycopg.connect(
        host=database["HOST"],
        dbname=database["NAME"],
        user=settings.DATABASE_ROLES["worker"],
        password=PASSWORD,
        autocommit=True,
    ) as found:
        yield found


@pytest.mark.parametrize("model", [PersonIdentity, FrozenIdentity, Seal])
def test_it_reads_no_identity_and_no_seal(worker: psycopg.Connection[Any], model: type[models.Model]) -> None:
    for statement in ("SELECT 1 FROM {}", "DELETE FROM {}", "COPY {} TO STDOUT", "SELECT count(*) FROM {}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            worker.execute(statement.format(model._meta.db_table))


def test_it_changes_no_ledger(worker: psycopg.Connection[Any]) -> None:
    for model in LEDGERS:
        for statement in ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                worker.execute(statement.format(model._meta.db_table, model._meta.pk.column))


def test_it_reads_what_its_work_needs(worker: psycopg.Connection[Any]) -> None:
    for table in (
        "referral_reminder",
        "referral_deadline",
        "referral_mail",
        "referral_notice",
        "referral_handover",
    ):
        worker.execute(f"SELECT count(*) FROM {table}")


CLOSED = [
    "mfa_authenticator",
    "accounts_signindelay",
    "accounts_session",
    "shared_cache",
    "account_emailaddress",
    "auth_group",
]
"""What signing in keeps, which no reminder and no mail needs."""
ONLY_READ = ["accounts_user", "accounts_user_groups", "accounts_country", "referral_membership", "referral_institution"]
"""Who there is: whoever changes it gives herself an account or a seat."""


@pytest.mark.parametrize("table", CLOSED)
@pytest.mark.parametrize("statement", ["SELECT 1 FROM {}", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES"])
def test_it_has_no_part_in_signing_in(worker: psycopg.Connection[Any], table: str, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute(statement.format(table))


def test_it_reads_no_password(worker: psycopg.Connection[Any]) -> None:
    worker.execute("SELECT id, email, language, is_active, reads_slowly FROM accounts_user")
    for columns in ("password", "*"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            worker.execute(f"SELECT {columns} FROM accounts_user")


@pytest.mark.parametrize("table", ONLY_READ)
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "SELECT 1 FROM {} FOR UPDATE"]
)
def test_it_makes_and_changes_no_account_and_no_seat(
    worker: psycopg.Connection[Any], table: str, statement: str
) -> None:
    worker.execute(f"SELECT count(*) FROM {table}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute(statement.format(table))


@pytest.mark.parametrize("change", ["password = 'x'", "is_superuser = true", "email = 'x@example.org'"])
def test_it_rewrites_no_account(worker: psycopg.Connection[Any], change: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute(f"UPDATE accounts_user SET {change}")


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_with_these_rights_it_does_all_its_work(settings: Any, tmp_path: Path) -> None:
    """A sweep with everything due, the act that the demonstration plays by itself, mails and anchors."""
    settings.DATA_DIR = tmp_path
    registry = load(PASSWORD)
    clocks.resume(registry.pk, user=None, reason="test")
    registry.refresh_from_db()
    late = wall_of(registry, NOW) + timedelta(hours=9) / 60
    Registry.objects.update(last_seen_wall=late)  # a clock that nobody looks at stops by itself
    with speaking_to("default", USER=settings.DATABASE_ROLES["worker"]), clock.moved_wall(late):
        tasks.sweep()
        tasks.deliver()
        tasks.anchor()
        assert connection.settings_dict["USER"] == settings.DATABASE_ROLES["worker"]
    assert CaseEvent.objects.filter(case__person__code_word="ALIZE", kind="stop").count() == 1
    assert mail.outbox
    assert list((tmp_path / "anchors").iterdir())


def test_the_grants_say_the_same() -> None:
    for model in (PersonIdentity, FrozenIdentity, Seal):
        assert rights_of(model, "worker") == ((), None)
