"""The stylesheet's parts become one file when static files are collected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template import Context, Template

from common.static_storage import JOINED_STYLESHEET, STYLESHEETS


def test_collected_pages_ask_for_one_stylesheet_with_all_rules_in_order(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "common.static_storage.JoinedStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)

    html = Template("{% load ui %}{% stylesheets %}").render(Context())
    assert html.count("<link") == 1
    name = staticfiles_storage.stored_name(JOINED_STYLESHEET)
    assert name in html
    joined = (tmp_path / name).read_text()
    parts = [(settings.BASE_DIR / "static" / path).read_text() for path in STYLESHEETS]
    places = [joined.index(part.strip()[:60]) for part in parts]
    assert places == sorted(places)
    assert (tmp_path / f"{name}.gz").exists()


def test_collecting_twice_gives_the_same_file(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "common.static_storage.JoinedStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    first = sorted(path.name for path in tmp_path.glob("css/alongside*.css"))
    call_command("collectstatic", interactive=False, verbosity=0)
    assert sorted(path.name for path in tmp_path.glob("css/alongside*.css")) == first


def test_without_collecting_the_parts_are_asked_for_one_by_one() -> None:
    html = Template("{% load ui %}{% stylesheets %}").render(Context())
    assert html.count("<link") == len(STYLESHEETS)
