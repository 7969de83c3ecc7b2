"""One stage per module, in one transaction that is rolled back; every test of the module works in a savepoint of it."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.template.base import Template
from django.utils import timezone, translation

from tests.assurance.knocking import Knocker
from tests.assurance.numbers import far_apart
from tests.assurance.stage import Stage, raised, undone
from tests.assurance.visits import already_noted
from tests.fixtures.remembered import HERE


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """The people, rows and seats of the matrix. No test here may ask for `db`: it would end this transaction."""
    with django_db_blocker.unblock(), translation.override("en-gb"):
        with transaction.atomic():
            far_apart()
            HERE.steps = None  # nothing tells here what other modules left: every scene is played, none put back
            found = raised()
            already_noted()
            yield found
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def door(stage: Stage) -> Iterator[Knocker]:
    """Requests in any seat of the stage; whatever they do is rolled back after the test."""
    with undone():
        yield Knocker(stage)


@pytest.fixture
def bare_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are not drawn: for tests that look at what is answered and written, not at what is shown."""
    monkeypatch.setattr(Template, "render", lambda _template, _context: "")


@pytest.fixture
def all_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same chance and the same instant for every request, so that two of them leave the same rows behind."""
    at = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: at)
    monkeypatch.setattr(secrets, "token_bytes", lambda length=32: b"\7" * length)
    monkeypatch.setattr(secrets, "choice", random.Random(7).choice)
