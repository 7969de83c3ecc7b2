"""Every column that holds the code of a state is checked by the database: generated from the models."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from referral.models import Custody
from referral.models.ledger import LedgerModel
from tests.referral.models.test_backstop import refused, run
from tests.scenes import advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

STATE_NAMES = {"state", "stage", "status", "mode", "held_from", "decision", "level", "reason", "role", "kind"}


def coded_columns() -> list[tuple[type[models.Model], Any]]:
    """Every column that holds the code of a state, generated from the models."""
    found = []
    for model in apps.get_app_config("referral").get_models():
        for field in model._meta.concrete_fields:
            if field.name in STATE_NAMES and (field.choices or field.name == "mode"):
                found.append((model, field))
    return found


COLUMNS = coded_columns()


def checks_of(model: type[models.Model]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(pg_get_constraintdef(c.oid), ' ') FROM pg_constraint c WHERE c.contype = 'c' AND c.conrelid = %s::regclass",
            [model._meta.db_table],
        )
        return cursor.fetchone()[0] or ""


def test_no_state_column_lacks_a_check() -> None:
    assert {f"{m.__name__}.{f.name}" for m, f in COLUMNS} >= {
        "Registry.state", "Registry.mode", "Case.stage", "Case.status", "Handover.state", "Handover.held_from", "Deadline.state",
        "Reminder.state", "Mail.state", "Service.state", "LegalTrack.state", "Consent.decision", "Enquiry.state", "PullRequest.state",
        "Agreement.state", "Membership.role", "Custody.reason", "Whereabouts.kind", "RiskAssessment.level",
    }  # fmt: skip
    missing = [
        f"{model.__name__}.{field.name}"
        for model, field in COLUMNS
        if f"({field.column})::text" not in checks_of(model)
    ]
    assert missing == []


def test_every_check_on_a_state_names_exactly_the_codes_of_its_enumeration() -> None:
    """A code that was added to an enumeration but not to the database would only show at run time."""
    for model, field in COLUMNS:
        if field.choices and field.name != "held_from":
            checks = checks_of(model)
            for code, _label in field.choices:
                assert f"'{code}'::character varying" in checks or f"'{code}'::text" in checks, (
                    model.__name__,
                    field.name,
                    code,
                )


def test_an_unknown_code_is_refused_in_every_state_column() -> None:
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "received")
    tried = 0
    for model, field in COLUMNS:
        if not model._default_manager.exists() or issubclass(model, LedgerModel):
            continue
        tried += 1
        with refused("violates check constraint"):
            run(f"UPDATE {model._meta.db_table} SET {field.column} = 'nonsense'")
    assert tried >= 8
    assert Custody.objects.filter(handover=handover).exists()
