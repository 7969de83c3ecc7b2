"""What people wrote is shown as they wrote it: scripts stored in every text of every table run nowhere, in a real browser.

Pages are shown without their content security policy, so that only escaping stands between a text and the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat, Left

from common.encrypted import EncryptedRow
from tests.assurance.hostile.browsers import undone
from tests.assurance.hostile.corpus import MARK, SCRIPTS
from tests.assurance.hostile.places import EVERY_LOOK
from tests.assurance.knocking import tables
from tests.e2e.world import World

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.xdist_group("hostile")]

ROOM = 60
"""Shorter texts are codes."""
SITE = "http://testserver"
KEPT = frozenset({"email", "password", "slug", "digest", "name_key", "cause"})


def texts() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every column in which somebody's own words can stand."""
    for model in tables():
        for column in model._meta.concrete_fields:
            worded = isinstance(column, models.CharField | models.TextField) and not column.choices
            roomy = isinstance(column, models.TextField) or (column.max_length or 0) >= ROOM
            if worded and roomy and column.name not in KEPT:
                yield model, column


def spoil(number: int) -> int:
    """Write one script of the corpus into every text, another for each column, and into every packet. Says how many."""
    count = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        for turn, (model, column) in enumerate(texts()):
            table = connection.ops.quote_name(model._meta.db_table)
            script = SCRIPTS[(number + turn) % len(SCRIPTS)]
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            _write(model, column, script)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            count += 1
        count += _spoil_documents(cursor, SCRIPTS[number % len(SCRIPTS)])
        cursor.execute("RESET ROLE")
    return count


def _write(model: type[models.Model], column: models.Field[Any, Any], script: str) -> None:
    """The script and the key of the row, in every row; what is encrypted is bound to its row and written with it."""
    if issubclass(model, EncryptedRow) and column.name in model.encrypted_names():
        for row in model._base_manager.all():
            setattr(row, column.name, f"{script}{row.pk}"[: column.max_length])
            row.save(update_fields=[column.name])
        return
    own = Concat(Value(script), Cast(F("pk"), models.CharField()), output_field=models.TextField())
    written = {column.name: Left(own, column.max_length) if column.max_length else own}
    try:
        with transaction.atomic():
            model._base_manager.update(**written)
    except IntegrityError:  # a constraint says when there is such a text: an answer, once it was given
        model._base_manager.exclude(**{column.name: ""}).update(**written)


def _spoil_documents(cursor: Any, script: str) -> int:
    """Texts inside packets, supplements and payloads: whatever is no code there."""
    count = 0
    for name in ("Packet", "Supplement", "EventPayload"):
        model = apps.get_model("referral", name)
        column = "content" if name == "EventPayload" else "contents"
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for row in model._base_manager.all():
            setattr(row, column, _spoiled(getattr(row, column), script))
            models.Model.save_base(row, force_update=True)
            count += 1
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return count


def _spoiled(found: Any, script: str) -> Any:
    if isinstance(found, dict):
        return {key: _spoiled(value, script) for key, value in found.items()}
    if isinstance(found, list):
        return [_spoiled(value, script) for value in found]
    return script if isinstance(found, str) and " " in found else found


SOME = pytest.param((0, 11, 23), id="three in each text")
MARATHON = pytest.param(tuple(range(len(SCRIPTS))), marks=pytest.mark.marathon, id="all in each text")


@pytest.mark.parametrize("numbers", [SOME, MARATHON])
def test_no_stored_script_runs_on_any_page(
    world: World, browser: Any, capsys: pytest.CaptureFixture[str], numbers: tuple[int, ...]
) -> None:
    page = browser.new_page()
    shown, wrong, kept = {"": ""}, list[str](), 0
    page.route("**/*", lambda route: _answer(route, shown))
    page.on("dialog", lambda dialog: dialog.dismiss())
    for number in numbers:
        with undone():
            kept = spoil(number)
            for look in EVERY_LOOK:
                response = world.browser(look.seat).get(look.address(world))
                assert response.status_code == 200, look.title
                shown["page"] = response.content.decode()
                page.goto(f"{SITE}/page")
                made = page.evaluate(f"[document.querySelectorAll('[{MARK}]').length, window.ran === undefined]")
                if made != [0, True]:
                    wrong.append(f"{look.title}: {made[0]} elements made, {'no' if made[1] else 'a'} script ran")
    page.close()
    with capsys.disabled():
        print(
            f"\nhostile input: {kept} texts with scripts, {len(numbers)} of {len(SCRIPTS)} in each, "
            f"shown on {len(numbers) * len(EVERY_LOOK)} pages in a browser"
        )
    assert not wrong, "\n".join(wrong)


def test_a_page_that_forgot_to_escape_is_found(browser: Any) -> None:
    """The control: the same look at a page that shows a script as it stands."""
    page = browser.new_page()
    shown = {"page": f"<h1>{SCRIPTS[8]}</h1>"}
    page.route("**/*", lambda route: _answer(route, shown))
    page.goto(f"{SITE}/page")
    page.wait_for_function("window.ran === 1")
    assert page.evaluate(f"document.querySelectorAll('[{MARK}]').length") == 1
    page.close()


def _answer(route: Any, shown: dict[str, str]) -> None:
    if route.request.url == f"{SITE}/page":
        route.fulfill(status=200, content_type="text/html; charset=utf-8", body=shown["page"])
    else:
        route.fulfill(status=404, body="")
