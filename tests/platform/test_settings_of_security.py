"""Settings that every installation has, whatever the tests change for speed."""

from __future__ import annotations

from pathlib import Path

from django.conf import global_settings
from django.utils.module_loading import import_string

from config.env import PROJECT
from config.settings import base

FILES = sorted((PROJECT / "config" / "settings").glob("*.py"))


def mentioning(name: str) -> list[str]:
    return [path.name for path in FILES if f"{name} =" in Path(path).read_text(encoding="utf-8")]


def test_passwords_are_hashed_slowly_everywhere_but_in_tests() -> None:
    assert mentioning("PASSWORD_HASHERS") == ["test.py"]
    hasher = import_string(global_settings.PASSWORD_HASHERS[0])()
    assert hasher.algorithm == "pbkdf2_sha256"
    assert hasher.iterations >= 600_000


def test_debugging_is_off_everywhere() -> None:
    assert base.DEBUG is False
    assert mentioning("DEBUG") == ["base.py"]


def test_only_tests_open_identity_without_a_second_factor() -> None:
    assert base.SECOND_FACTOR_FOR_IDENTITY is True
    assert mentioning("SECOND_FACTOR_FOR_IDENTITY") == ["base.py", "test.py"]


def test_sessions_end_with_the_browser_at_the_latest() -> None:
    assert base.SESSION_EXPIRE_AT_BROWSER_CLOSE is True
    assert base.SESSION_ENGINE == "accounts.session_store"


def test_the_log_is_written_discreetly_and_refusals_without_traceback() -> None:
    assert base.LOGGING["formatters"] == {
        "line": {"()": "common.log_lines.DiscreetFormatter", "format": base.log_lines.FORMAT}
    }
    assert {handler["formatter"] for handler in base.LOGGING["handlers"].values()} == {"line"}
    assert base.LOGGING["loggers"]["django.security"] == {"level": "CRITICAL"}
