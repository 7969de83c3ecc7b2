"""The environment, read once and checked. Nothing else in the product reads `os.environ`.

Every bad value raises `EnvironmentRefused` with one sentence that names the variable and says what would be right.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import environ

from common.cipher import KeyMalformed, read_keys

PROJECT = Path(__file__).resolve().parents[1]

Process = Literal["command", "web", "worker"]
ROLES = ("web", "owner", "worker")
DATABASE_VARIABLES = {"web": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "worker": "DATABASE_WORKER_URL"}
IDENTITY_VARIABLE = "ALONGSIDE_IDENTITY_KEYS"
WITHHELD: Mapping[Process, tuple[str, ...]] = {
    "command": (),
    "web": (DATABASE_VARIABLES["owner"],),
    "worker": (DATABASE_VARIABLES["owner"], IDENTITY_VARIABLE),
}
"""What a process is not given: none that serves pages or runs jobs makes tables, and a worker opens no name."""
BROKER_SCHEMES = ("redis", "rediss", "amqp", "amqps", "filesystem", "memory")
SHA1 = re.compile(rb"[0-9A-F]{40}")
BEGINNING_OF_LIST, LONGEST_OF_LIST = 100, 200
"""How many lines of a list of breached passwords are looked at before it is taken for one, and how many bytes of each."""
EMAIL_SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "filemail", "consolemail", "memorymail", "dummymail")


class EnvironmentRefused(Exception):
    """A variable has a value that the product cannot work with. The message is one plain sentence."""


@dataclass(frozen=True)
class Environment:
    """What the environment asks for, already checked and typed."""

    data: Path
    host: str
    port: int
    process: Process
    databases: Mapping[str, dict[str, Any]] | None
    """Database settings by role, or None for the embedded server."""
    broker_url: str | None
    email: Mapping[str, Any] | None
    origin: str
    """Scheme, host and port under which people reach the product, without a slash at the end."""
    training: bool
    demonstration_password: str | None
    context_key: str | None
    """What the context of each transaction is signed with, where several machines share one database."""
    identity_keys: str | None
    """The keys of names, contact and places, the current one first; None for those kept in the data folder."""
    breached_passwords: Path | None
    """A list of breached passwords: SHA-1 in hexadecimal, a line each, in order."""

    @property
    def https(self) -> bool:
        return self.origin.startswith("https://")


def declare_process(kind: Process) -> None:
    """Say which kind of process this is, before settings are read. The first one to say so is right."""
    os.environ.setdefault("ALONGSIDE_PROCESS", kind)


def read(variables: Mapping[str, str] | None = None, *, training_by_default: bool = True) -> Environment:
    """The checked environment; raises `EnvironmentRefused`."""
    given = {name: value for name, value in (os.environ if variables is None else variables).items() if value != ""}
    host = given.get("HOST", "127.0.0.1")
    process = _process(given.get("ALONGSIDE_PROCESS", "command"))
    port = _port(given.get("PORT", "8000"))
    return Environment(
        data=_folder(given.get("ALONGSIDE_DATA", "var")),
        host=host,
        port=port,
        process=process,
        databases=_databases(given, process),
        broker_url=_broker(given.get("CELERY_BROKER_URL")),
        email=_email(given.get("EMAIL_URL")),
        origin=_origin(given.get("ALONGSIDE_ORIGIN", f"http://localhost:{port}")),
        training=_switch("ALONGSIDE_TRAINING", given.get("ALONGSIDE_TRAINING"), training_by_default),
        demonstration_password=_password(given.get("DEMO_PASSWORD")),
        context_key=_key(given.get("ALONGSIDE_CONTEXT_KEY")),
        identity_keys=_identity_keys(given.get(IDENTITY_VARIABLE)),
        breached_passwords=_breached(given.get("ALONGSIDE_BREACHED_PASSWORDS")),
    )


def for_child(process: Process, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child process of the given kind, without what is withheld from it."""
    kept = {name: value for name, value in os.environ.items() if name not in WITHHELD[process]}
    return {**kept, "ALONGSIDE_PROCESS": process, **(extra or {})}


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise EnvironmentRefused(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return int(text)


def _folder(text: str) -> Path:
    folder = Path(text).expanduser()
    return folder if folder.is_absolute() else PROJECT / folder


def _breached(text: str | None) -> Path | None:
    if text is None:
        return None
    wanted = "ALONGSIDE_BREACHED_PASSWORDS must be a file with one SHA-1 in hexadecimal at the beginning of each line, in order"
    try:
        with _folder(text).open("rb") as lines:
            beginnings = [lines.readline(LONGEST_OF_LIST) for _line in range(BEGINNING_OF_LIST)]
    except OSError as error:
        raise EnvironmentRefused(f"{wanted}; “{text}” cannot be read.") from error
    present = [line[:40].upper() for line in beginnings if line]
    endless = any(len(line) == LONGEST_OF_LIST for line in beginnings)
    if not present or endless or present != sorted(present) or not all(SHA1.fullmatch(line) for line in present):
        raise EnvironmentRefused(f"{wanted}; “{text}” is none.")
    return _folder(text)


def _process(text: str) -> Process:
    if text not in ("command", "web", "worker"):
        raise EnvironmentRefused(f"ALONGSIDE_PROCESS must be command, web or worker, not “{text}”.")
    return cast("Process", text)


def _switch(name: str, text: str | None, default: bool) -> bool:
    if text is None:
        return default
    if text.lower() in ("1", "yes", "true", "on"):
        return True
    if text.lower() in ("0", "no", "false", "off"):
        return False
    raise EnvironmentRefused(f"{name} must be yes or no, not “{text}”.")


def _databases(given: Mapping[str, str], process: Process) -> Mapping[str, dict[str, Any]] | None:
    """Settings by role; without the owner where it is withheld, whether or not the address was given."""
    present = {role: given[name] for role, name in DATABASE_VARIABLES.items() if name in given}
    if not present:
        return None
    wanted = [role for role in ROLES if DATABASE_VARIABLES[role] not in WITHHELD[process]]
    absent = ", ".join(DATABASE_VARIABLES[role] for role in wanted if role not in present)
    if absent:
        raise EnvironmentRefused(
            f"Your own database needs all three of DATABASE_URL, DATABASE_OWNER_URL and DATABASE_WORKER_URL; missing: {absent}."
        )
    return {role: _database(DATABASE_VARIABLES[role], present[role]) for role in wanted}


def _database(name: str, url: str) -> dict[str, Any]:
    wanted = f"{name} must look like postgres://user:password@host:5432/database."
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise EnvironmentRefused(wanted)
    try:
        parsed = dict(environ.Env.db_url_config(url))
    except (ValueError, KeyError) as error:
        raise EnvironmentRefused(wanted) from error
    if not parsed.get("NAME") or not parsed.get("USER"):
        raise EnvironmentRefused(wanted)
    return parsed


def _broker(url: str | None) -> str | None:
    if url is not None and urlsplit(url).scheme not in BROKER_SCHEMES:
        raise EnvironmentRefused("CELERY_BROKER_URL must look like redis://host:6379/0 or amqp://user:password@host//.")
    return url


def _email(url: str | None) -> Mapping[str, Any] | None:
    if url is None:
        return None
    if urlsplit(url).scheme not in EMAIL_SCHEMES:
        raise EnvironmentRefused(
            "EMAIL_URL must look like smtp://user:password@host:25 or smtp+tls://user:password@host:587."
        )
    try:
        return dict(environ.Env.email_url_config(url))
    except (ValueError, KeyError) as error:
        raise EnvironmentRefused("EMAIL_URL must look like smtp://user:password@host:25.") from error


def _origin(text: str) -> str:
    parts = urlsplit(text.rstrip("/"))
    try:
        well_formed = (
            parts.scheme in ("http", "https") and parts.hostname and not (parts.path or parts.query or parts.fragment)
        )
        _ = parts.port
    except ValueError:
        well_formed = False
    if not well_formed:
        raise EnvironmentRefused(f"ALONGSIDE_ORIGIN must look like https://alongside.example.org, not “{text}”.")
    return f"{parts.scheme}://{parts.netloc}"


def _password(text: str | None) -> str | None:
    if text is not None and len(text) < 8:
        raise EnvironmentRefused("DEMO_PASSWORD must have at least 8 characters.")
    return text


def _key(text: str | None) -> str | None:
    if text is not None and len(text) < 32:
        raise EnvironmentRefused("ALONGSIDE_CONTEXT_KEY must have at least 32 characters, the same on every machine.")
    return text


def _identity_keys(text: str | None) -> str | None:
    if text is not None:
        try:
            read_keys(text)
        except KeyMalformed as error:
            raise EnvironmentRefused(
                f"{IDENTITY_VARIABLE} must hold the keys that “manage.py identity new-key” prints: {error}."
            ) from error
    return text
