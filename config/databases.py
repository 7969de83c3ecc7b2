"""Database addresses by role, for settings and for the embedded server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.env import Environment
from config.secretfiles import kept

NAME = "alongside"
ROLE_NAMES = {"owner": "alongside_owner", "web": "alongside_web", "worker": "alongside_worker"}
GUARD, BACKUP = "alongside_guard", "alongside_backup"
"""The role without a login that owns what must count past row level security, and the one that copies everything."""
POOL = {"min_size": 1, "max_size": 10, "timeout": 10}
"""Connections of one web process; more threads than connections wait their turn, at most `timeout` seconds."""

PLANNING = "-c plan_cache_mode=force_generic_plan -c random_page_cost=1.1"
"""What is prepared is planned once for each connection, for all values. A page read out of turn costs little more than the next one,
as on every disk without a needle: then lists are read in the order of their index, and no further than they are shown."""

QUIET_LOG = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
}
"""A statement holds what somebody typed, the details of an error hold the row, and its first line may quote a value: PostgreSQL's log
gets none of them. The product's own line names the class of the error and the place in the code."""


def passwords(data: Path) -> dict[str, str]:
    """Passwords of the embedded server by role, made at first use."""
    return {role: kept(data / "secrets", f"database-{role}") for role in ("superuser", "backup", *ROLE_NAMES)}


def settings_for(env: Environment, socket_folder: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` is the web role (the worker role in Celery); commands alone have `owner`, which makes tables."""
    if env.databases is not None:
        by_role = {role: dict(settings) for role, settings in env.databases.items()}
    else:
        secret = passwords(env.data)
        by_role = {role: embedded(role, secret[role], socket_folder) for role in ROLE_NAMES}
    default = by_role["worker" if env.process == "worker" else "web"]
    given = default.get("OPTIONS", {})
    pool = {"pool": dict(POOL)} if env.process == "web" else {}
    default["OPTIONS"] = {**given, "options": f"{given.get('options', '')} {PLANNING}".strip(), **pool}
    return {"default": default, "owner": by_role["owner"]} if env.process == "command" else {"default": default}


def embedded(role: str, password: str, socket_folder: Path) -> dict[str, Any]:
    """Settings of one role on a server that listens in `socket_folder` only."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "HOST": str(socket_folder),
        "USER": ROLE_NAMES[role],
        "PASSWORD": password,
    }
