"""Every word stands only where the field map and the compartments let it: pages, mails, logs, files, messages, dumps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection

from referral.addresses import Answer
from referral.enums import Compartment, Role
from referral.fieldmap import FIELD_MAP
from referral.services import outbox, sweep
from referral.services.caseload import export_cases
from tests.assurance.canaries import CANARY, Canary, Eyes, plant
from tests.assurance.cells import cell_of, labels_of, of_the_registry
from tests.assurance.knocking import Knocker, listening, tables
from tests.assurance.stage import Stage, undone
from tests.fixtures.figures import counted

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def canaries(stage: Stage) -> dict[str, Canary]:
    """The words in their fields, by word."""
    return {canary.word: canary for canary in plant(stage)}


def looks(stage: Stage) -> Iterator[tuple[str, str, str, Role]]:
    """Pages that are served: each address in each standing, with roles in turn, and some pages with every role."""
    often = {f"referral:{name}" for name in ("person", "history", "handover", "desk", "inbox", "referral", "identity")}
    for place, (name, address) in enumerate(of_the_registry().items()):
        method = address.methods.split()[0]
        for turn, label in enumerate(labels_of(address)):
            served = [role for role in Role if cell_of(stage, name, method, label, role).expected is Answer.SERVED]
            some = served if name in often else served[(place + turn) % max(len(served), 1) :][:1]
            for role in some:
                yield method, name, label, role


def test_a_page_shows_only_words_for_its_readers_eyes(stage: Stage, door: Knocker, canaries: dict[str, Canary]) -> None:
    eyes, wrong, seen, pages = Eyes(stage), Counter[str](), set[str](), 0
    with listening() as log:
        for method, name, label, role in looks(stage):
            with undone():
                heard = door.knock(stage.session(label, role), method, stage.address(name, label))
            pages += 1
            for word in {found.decode() for found in CANARY.findall(heard.body)}:
                seen.add(word)
                if not eyes.may_read(canaries[word], label, role):
                    wrong[f"{name} shows {canaries[word].title} to {label}: {role}"] += 1
    fields = {canary.title for canary in canaries.values()}
    shown = {canaries[word].title for word in seen}
    counted(
        "canaries on pages", checks=pages * len(canaries), pages=pages, words=len(canaries), fields=len(fields),
        words_that_some_page_showed=len(seen), fields_that_some_page_showed=len(shown),
    )  # fmt: skip
    assert not wrong, "\n".join(f"{line} ({number})" for line, number in sorted(wrong.items()))
    assert len(seen) > 50
    assert not CANARY.search(log.text().encode())


def test_a_refusal_shows_no_word(stage: Stage, door: Knocker, canaries: dict[str, Canary]) -> None:
    number = 0
    for place, (name, address) in enumerate(of_the_registry().items()):
        for turn, label in enumerate(labels_of(address)):
            for role in (Role.FOCAL_POINT, Role.OBSERVER)[(place + turn) % 3 :][:1]:
                cell = cell_of(stage, name, address.methods.split()[0], label, role)
                if cell.expected in (Answer.NOT_FOUND, Answer.REFUSED):
                    heard = door.knock(stage.session(label, role), cell.method, stage.address(name, label))
                    number += 1
                    assert not CANARY.search(heard.body), cell.title
    counted("canaries on refusals", checks=number * len(canaries), pages=number)


def test_no_mail_notice_or_line_of_the_log_holds_a_word(
    stage: Stage, door: Knocker, canaries: dict[str, Canary]
) -> None:
    mail.outbox.clear()
    with listening() as log, stage.scene.clock(), undone():
        sweep.sweep_registry(stage.scene.registry.pk)
        outbox.deliver()
        letters = [f"{letter.subject}\n{letter.body}\n{letter.alternatives}" for letter in mail.outbox]
    assert letters
    assert not CANARY.search("\n".join(letters).encode())
    assert not CANARY.search(log.text().encode())
    counted("canaries in mails", checks=len(letters) * len(canaries), mails=len(letters))


EXPORTED = {
    "Person.adaptation (D2)", "Person.wishes (D2)", "Person.call_tonight (D2)", "Service.payer (D2)", "Case.source_id (D0)",
    "BlockedRecipient.reason (D7)", "Case.exploitation (D3)",
}  # fmt: skip
"""Free texts that a file of cases carries (docs/standards.md). No name, contact, place, consent or health."""


def test_a_file_of_cases_carries_no_other_word(stage: Stage, canaries: dict[str, Canary]) -> None:
    file = BytesIO()
    export_cases(file, stage.scene.registry)
    found = {canaries[word.decode()] for word in CANARY.findall(file.getvalue())}
    assert found
    assert {canary.title for canary in found} <= EXPORTED
    ours = {case.pk for key, case in stage.cases.items() if key != "elsewhere"}
    assert {canary.case for canary in found} <= ours
    counted("canaries in exports", checks=len(canaries))


def test_no_message_to_a_worker_holds_a_word(canaries: dict[str, Canary], tmp_path: Path) -> None:
    """What lies in the broker's folder says that there is something to do, and nothing else."""
    from common import doorbell
    from config.celery import app

    folder = tmp_path / "broker"
    folder.mkdir()
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(tmp_path / "control"),
    }
    before = app.conf.broker_url, app.conf.broker_transport_options
    app.conf.update(broker_url="filesystem://", broker_transport_options=options)
    try:
        for task in ("referral.sweep", "referral.deliver", "referral.anchor"):
            doorbell._ring(task)
    finally:
        app.conf.update(broker_url=before[0], broker_transport_options=before[1])
    files = [file.read_bytes() for file in folder.iterdir()]
    assert files
    assert not any(CANARY.search(text) for text in files)
    counted("canaries in the broker", checks=len(files) * len(canaries), messages=len(files))


def _in_tables() -> set[str]:
    """The words that stand readable in any table, as a dump writes it."""
    names = sorted({model._meta.db_table for model in tables()})
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        cursor.execute(" UNION ALL ".join(f'SELECT t::text FROM "{name}" t' for name in names))
        found = {word.decode() for (text,) in cursor.fetchall() for word in CANARY.findall(text.encode())}
        cursor.execute("RESET ROLE")
    return found


def test_a_dump_holds_no_readable_identity(stage: Stage, canaries: dict[str, Canary]) -> None:
    found = _in_tables()
    identity = {word for word, canary in canaries.items() if canary.model == "PersonIdentity"}
    assert identity
    assert found & identity == set()
    assert set(canaries) - identity <= found
    counted("canaries in a dump", checks=len(canaries), readable=len(found), sealed=len(identity))


def test_the_worker_has_no_column_of_identity(stage: Stage) -> None:
    """Who reads which column: whatever the field map puts into D1 or D8 is closed to the processes that send reminders."""
    places = (Compartment.D1, Compartment.D8)
    wanted = [
        (model, field)
        for model in apps.get_app_config("referral").get_models()
        for field in model._meta.concrete_fields
        if FIELD_MAP[model.__name__].get(field.name) in places
    ]
    role, open_to_it = settings.DATABASE_ROLES["worker"], []
    with connection.cursor() as cursor:
        for model, field in wanted:
            cursor.execute(
                "SELECT has_column_privilege(%s, %s, %s, 'SELECT')", [role, model._meta.db_table, field.column]
            )
            if cursor.fetchone()[0]:
                open_to_it.append(f"{model.__name__}.{field.name}")
    assert wanted
    assert open_to_it == []
    counted("columns closed to the worker", columns=len(wanted))
