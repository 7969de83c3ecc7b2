"""Settings that follow from the environment."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config import env
from config.databases import PLANNING
from config.settings.installation import settings_of


def settings_with(data: Path, **variables: str) -> dict:
    return settings_of(env.read({"ALONGSIDE_DATA": str(data), **variables}))


def test_https_cookies_are_host_bound_and_secure(tmp_path: Path) -> None:
    found = settings_with(tmp_path, ALONGSIDE_ORIGIN="https://alongside.example.org")
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert found[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert found[f"{kind}_COOKIE_SECURE"] is True
    assert found["PLAIN_HTTP"] is False


def test_plain_http_has_a_flag_for_the_banner_and_cookie_names_of_its_own(tmp_path: Path) -> None:
    plain = settings_with(tmp_path, PORT="8001")
    secure = settings_with(tmp_path, ALONGSIDE_ORIGIN="https://localhost:8001")
    assert plain["PLAIN_HTTP"] is True
    assert plain["SESSION_COOKIE_NAME"] != secure["SESSION_COOKIE_NAME"]
    assert plain["SESSION_COOKIE_NAME"] != settings_with(tmp_path, PORT="8002")["SESSION_COOKIE_NAME"]


def test_secrets_are_made_once_and_readable_by_their_user_alone(tmp_path: Path) -> None:
    first, second = settings_with(tmp_path), settings_with(tmp_path)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) > 40
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    for path in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


@pytest.mark.parametrize(
    ("process", "role"), [("web", "alongside_web"), ("command", "alongside_web"), ("worker", "alongside_worker")]
)
def test_each_process_connects_as_its_role(process: str, role: str, tmp_path: Path) -> None:
    databases = settings_with(tmp_path, ALONGSIDE_PROCESS=process)["DATABASES"]
    assert databases["default"]["USER"] == role
    assert {name: found["USER"] for name, found in databases.items() if name != "default"} == (
        {} if process != "command" else {"owner": "alongside_owner"}
    )
    assert ("pool" in databases["default"]["OPTIONS"]) == (process == "web")


def test_what_is_prepared_is_planned_once_and_options_of_ones_own_are_kept(tmp_path: Path) -> None:
    urls = {
        f"DATABASE_{role}URL": f"postgres://{role or 'WEB_'}@db.example.org/alongside?options=-c%20lock_timeout%3D5s"
        for role in ("", "OWNER_", "WORKER_")
    }
    for given, own in (({}, ""), (urls, "-c lock_timeout=5s")):
        databases = settings_with(tmp_path, **given)["DATABASES"]
        assert databases["default"]["OPTIONS"]["options"] == f"{own} {PLANNING}".strip()
        assert databases["owner"].get("OPTIONS", {}).get("options", "") == own


def test_mail_goes_to_files_unless_an_address_is_given(tmp_path: Path) -> None:
    assert settings_with(tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    found = settings_with(tmp_path, EMAIL_URL="smtp+tls://user:pass@mail.example.org:587")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example.org", 587, True)


def test_celery_takes_json_only_and_periodic_messages_expire(tmp_path: Path) -> None:
    found = settings_with(tmp_path)
    assert found["CELERY_ACCEPT_CONTENT"] == ["json"]
    assert found["CELERY_TASK_ACKS_LATE"]
    assert found["CELERY_WORKER_PREFETCH_MULTIPLIER"] == 1
    assert found["CELERY_WORKER_ENABLE_REMOTE_CONTROL"] is False
    assert all(entry["options"]["expires"] <= 60 for entry in found["CELERY_BEAT_SCHEDULE"].values())
    rung_for = {entry["task"] for entry in found["CELERY_BEAT_SCHEDULE"].values()}
    assert rung_for == {"referral.sweep", "referral.deliver", "referral.anchor"}


def test_serving_a_room_answers_to_the_machines_own_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.addresses.room_addresses", lambda: ["192.0.2.7"])
    assert "192.0.2.7" in settings_with(tmp_path, HOST="0.0.0.0")["ALLOWED_HOSTS"]
    assert "192.0.2.7" not in settings_with(tmp_path)["ALLOWED_HOSTS"]
    assert "*" not in settings_with(tmp_path, HOST="0.0.0.0")["ALLOWED_HOSTS"]


def test_nothing_but_env_reads_the_environment() -> None:
    edges = {"env.py", "wsgi.py", "celery.py", "bootstrap.py", "prepare.py"}
    readers = {
        path.name
        for path in (env.PROJECT / "config").rglob("*.py")
        if "os.environ" in path.read_text().replace("`os.environ`", "")
    }
    assert readers <= edges
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "config.settings.test"
