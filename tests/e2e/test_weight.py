"""What a page weighs on a slow line, with static files as production serves them. The budget: docs/design-system.md."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from referral.models import Notice
from tests.e2e.pages import FIRST, FURTHER, Look
from tests.e2e.world import World, prepared

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]

HTML, COLD, REQUESTS, POLL = 12_000, 35_000, 6, 1_000
FILES = re.compile(r'(?:src|href)="/static/([^"#?]+)')
SENT_BY_THE_SERVER = 150
"""Status line, date and server name, which the test client leaves out."""


@pytest.fixture
def static_files(settings: Any, tmp_path: Path) -> Path:
    """The folder of collected files, each beside its compressed copy."""
    settings.STATIC_ROOT = tmp_path
    backend = {"BACKEND": "common.static_storage.JoinedStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


@pytest.fixture
def world() -> World:
    return prepared()


def head_of(response: Any) -> int:
    """Bytes of the headers of a response."""
    cookies = sum(len(morsel.OutputString()) + len("Set-Cookie: \r\n") for morsel in response.cookies.values())
    return SENT_BY_THE_SERVER + cookies + sum(len(f"{name}: {value}\r\n") for name, value in response.items())


def over_budget(look: Look, html: bytes, static_files: Path) -> list[str]:
    """What is too heavy about a page, in words."""
    page = len(gzip.compress(html, 6))
    files = set(FILES.findall(html.decode()))
    whole = page + sum((static_files / f"{name}.gz").stat().st_size for name in files)
    measured = (("kB of HTML", page, HTML), ("kB cold", whole, COLD), ("requests", 1 + len(files), REQUESTS))
    return [f"{look.title}: {found} {unit}, {most} allowed" for unit, found, most in measured if found > most]


@pytest.mark.long
def test_every_page_keeps_the_budget_of_a_slow_line(world: World, static_files: Path) -> None:
    seats: dict[str, Client] = {}
    found = []
    for look in (*FIRST, *FURTHER):
        client = seats.get(look.seat) or world.browser(look.seat)
        seats[look.seat] = client
        response = client.get(look.address(world))
        assert response.status_code == 200, look.title
        assert FILES.search(response.content.decode()), look.title
        found += over_budget(look, response.content, static_files)
    assert not found, "\n".join(found)


def test_a_poll_with_no_news_is_smaller_than_a_kilobyte(world: World) -> None:
    client = world.browser("NG")
    newest = Notice.objects.latest("pk").pk
    response = client.get(f"/inbox/status/?v={newest}&since={newest}", headers={"x-poll": "1"})
    assert (response.status_code, response.content) == (204, b"")
    assert head_of(response) < POLL
