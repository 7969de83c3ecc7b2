"""The role of Celery's processes, on a connection of its own: what it cannot read and cannot change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections, models

from common.grants import rights_of
from referral.models import FrozenIdentity, PersonIdentity, Seal
from referral.models.ledger import LedgerModel
from tests.conftest import PASSWORD

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


def test_the_grants_say_the_same() -> None:
    for model in (PersonIdentity, FrozenIdentity, Seal):
        assert rights_of(model, "worker") == ((), None)
