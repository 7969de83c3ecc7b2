"""Every word stands only where the field map and the compartments let it: pages, mails, logs, files, messages, dumps."""

from __future__ import annotations

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, connections
from django.test import TestCase

from common import clock, doorbell
from config.celery import app
from referral.addresses import Answer
from referral.enums import Action, Compartment, Role
from referral.fieldmap import FIELD_MAP
from referral.models import Mail
from referral.policy import readable
from referral.services import drafts, outbox, sweep
from referral.services.caseload import export_cases
from tests.assurance.canaries import NO_WORD, Canary, Eyes, plant, worded, words_in
from tests.assurance.cells import cell_of, labels_of, of_the_registry
from tests.assurance.knocking import Knocker, listening, tables
from tests.assurance.stage import Stage, undone
from tests.fixtures.database import server_log
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
            for word in words_in(heard.body):
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
    assert not words_in(log.text().encode())
    assert not words_in(server_log().read_bytes())


def test_every_text_of_every_table_holds_a_word_or_says_why_not(canaries: dict[str, Canary]) -> None:
    every = {f"{model.__name__}.{field.name}" for model in tables() for field in worded(model)}
    planted = {f"{canary.model}.{canary.field}" for canary in canaries.values()}
    assert planted & NO_WORD == set()
    assert sorted(every - planted - NO_WORD) == []
    assert every >= NO_WORD


def test_a_form_drawn_again_shows_no_other_word(stage: Stage, door: Knocker, canaries: dict[str, Canary]) -> None:
    """Every form sent empty, by whoever reads least of those who may send it."""
    eyes, wrong, again, posted = Eyes(stage), set[str](), 0, 0
    for name, address in of_the_registry().items():
        served = [
            (label, role)
            for label in labels_of(address)
            for role in Role
            if cell_of(stage, name, "POST", label, role).expected is Answer.SERVED
        ]
        if not served:
            continue
        label, role = min(served, key=lambda seat: len(readable(seat[1])))
        with undone():
            heard = door.knock(stage.session(label, role), "POST", stage.address(name, label))
        posted += 1
        again += b"error-summary" in heard.body
        for word in words_in(heard.body):
            if not eyes.may_read(canaries[word], label, role):
                wrong.add(f"{name} shows {canaries[word].title} to {label}: {role}")
    counted("canaries on forms drawn again", checks=posted * len(canaries), posted=posted, drawn_again=again)
    assert not wrong, "\n".join(sorted(wrong))
    assert again > 40


def test_a_refusal_shows_no_word(stage: Stage, door: Knocker, canaries: dict[str, Canary]) -> None:
    number = 0
    for place, (name, address) in enumerate(of_the_registry().items()):
        for turn, label in enumerate(labels_of(address)):
            for role in (Role.FOCAL_POINT, Role.OBSERVER)[(place + turn) % 3 :][:1]:
                cell = cell_of(stage, name, address.methods.split()[0], label, role)
                if cell.expected in (Answer.NOT_FOUND, Answer.REFUSED):
                    heard = door.knock(stage.session(label, role), cell.method, stage.address(name, label))
                    number += 1
                    assert not words_in(heard.body), cell.title
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
    assert not words_in("\n".join(letters).encode())
    assert not words_in(log.text().encode())
    assert not words_in(server_log().read_bytes())
    counted("canaries in mails", checks=len(letters) * len(canaries), mails=len(letters))


EXPORTED = {
    "Person.adaptation (D2)", "Person.wishes (D2)", "Person.call_tonight (D2)", "Service.payer (D2)", "Case.source_id (D0)",
    "BlockedRecipient.reason (D7)", "Case.exploitation (D3)",
}  # fmt: skip
"""Free texts that a file of cases carries (docs/standards.md). No name, contact, place, consent or health."""


def test_a_file_of_cases_carries_no_other_word(stage: Stage, canaries: dict[str, Canary]) -> None:
    file = BytesIO()
    export_cases(file, stage.scene.registry)
    found = {canaries[word] for word in words_in(file.getvalue())}
    assert found
    assert {canary.title for canary in found} <= EXPORTED
    ours = {case.pk for key, case in stage.cases.items() if key != "elsewhere"}
    assert {canary.case for canary in found} <= ours
    counted("canaries in exports", checks=len(canaries))


@pytest.fixture
def letterbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder in which the product's messages to its workers lie; nobody takes them out."""
    folder = tmp_path / "broker"
    folder.mkdir()
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(tmp_path / "control"),
    }
    before = app.conf.broker_url, app.conf.broker_transport_options
    app.conf.update(broker_url="filesystem://", broker_transport_options=options)
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
    before_us, connections["default"].run_on_commit = connections["default"].run_on_commit, []  # a bell rings only once
    yield folder
    connections["default"].run_on_commit = before_us
    app.conf.update(broker_url=before[0], broker_transport_options=before[1])


def messages(folder: Path) -> list[tuple[str, bytes]]:
    """The task of each message, and everything that stands in it, its body read as a worker reads it."""
    found = []
    for file in folder.iterdir():
        raw = file.read_bytes()
        message = json.loads(raw)
        found.append((message["headers"]["task"], raw + b64decode(message["body"])))
    return found


def test_no_message_to_a_worker_holds_a_word(stage: Stage, canaries: dict[str, Canary], letterbox: Path) -> None:
    """A person is offered, the other side is told and reminded: what lies in the broker says that there is work, no more."""
    mail.outbox.clear()
    draft = stage.handovers["draft"]
    with undone():
        with stage.scene.clock():  # what she saw before is not what stands there since the words do
            drafts.see_preview(stage.scene.actor("NG"), draft.pk, submission=uuid4())
        with TestCase.captureOnCommitCallbacks(execute=True):
            stage.scene.do("NG", draft, Action.OFFER)
        told = Mail.objects.count()
        late = stage.scene.wall + timedelta(hours=4)
        with TestCase.captureOnCommitCallbacks(execute=True), clock.moved_wall(late):
            sweep.sweep_registry(stage.scene.registry.pk)
            reminded = Mail.objects.count()
            outbox.deliver()
    found = messages(letterbox)
    assert reminded > told > 0
    assert mail.outbox
    assert {task for task, _text in found} >= {"referral.deliver"}
    assert [task for task, text in found if words_in(text)] == []
    counted("canaries in the broker", checks=len(found) * len(canaries), messages=len(found))


def test_a_message_that_holds_a_word_is_found(canaries: dict[str, Canary], letterbox: Path) -> None:
    """The control: the same look at a message that carries what it should not."""
    app.send_task("referral.deliver", args=[next(iter(canaries))], ignore_result=True)
    assert [task for task, text in messages(letterbox) if words_in(text)] == ["referral.deliver"]


def _in_tables() -> set[str]:
    """The words that stand readable in any table, as a dump writes it."""
    names = sorted({model._meta.db_table for model in tables()})
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        cursor.execute(" UNION ALL ".join(f'SELECT t::text FROM "{name}" t' for name in names))
        found = {word for (text,) in cursor.fetchall() for word in words_in(text.encode())}
        cursor.execute("RESET ROLE")
    return found


def test_a_dump_holds_no_readable_identity(stage: Stage, canaries: dict[str, Canary]) -> None:
    found = _in_tables()
    sealed = ("PersonIdentity", "FrozenIdentity")
    identity = {word for word, canary in canaries.items() if canary.model in sealed}
    assert {canaries[word].model for word in identity} == set(sealed)
    assert found & identity == set()
    assert set(canaries) - identity <= found
    counted("canaries in a dump", checks=len(canaries), readable=len(found), sealed=len(identity))


def test_the_worker_has_no_column_of_identity(stage: Stage) -> None:
    """Who reads which column: whatever the field map puts into D1 or D8 is closed to the processes that send reminders."""
    places = (Compartment.D1, Compartment.D8)
    wanted = [
        (model, field)
        for model in tables()
        for field in model._meta.concrete_fields
        if FIELD_MAP.get(model.__name__, {}).get(field.name) in places
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
