"""Secrets of this installation: made at first start, kept as files that only the starting user can read."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from common.cipher import KeyMalformed, Keyring, new_key, read_keys, written
from config.env import EnvironmentRefused

IDENTITY_FILE = "identity-keys"
# No 0/O and 1/l: the demonstration password is read from a wall and typed on a phone.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def kept(folder: Path, name: str, value: str | None = None) -> str:
    """The secret `name` below `folder`; made (or taken from `value`) the first time, the same ever after.

    Two processes that ask at once get the same answer: the file appears whole or not at all.
    """
    path = folder / name
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(value if value is not None else secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")


def demonstration_password(data: Path, given: str | None) -> str:
    """The one password of the demonstration logins: the one given, or one made at the first start and kept."""
    return given or kept(data / "secrets", "demonstration-password", readable_password())


def identity_keys(data: Path, given: str | None) -> Keyring:
    """The keys of names, contact and places: those given, or the ones in the data folder, made at the first start.

    Raises EnvironmentRefused when the file was changed into something that is no key.
    """
    text = given or kept(data / "secrets", IDENTITY_FILE, written(new_key()) + "\n")
    try:
        return read_keys(text)
    except KeyMalformed as error:
        raise EnvironmentRefused(
            f"The file {data / 'secrets' / IDENTITY_FILE} does not hold the keys of the identity: {error}. "
            "Put back the file that was there before."
        ) from error


def readable_password() -> str:
    """Three groups of four characters that are hard to mix up: about 59 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))
