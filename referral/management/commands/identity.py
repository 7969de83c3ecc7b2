"""The keys of the identity: make a new one, take it into use, and look whether everything opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.cipher import new_key, written
from common.encrypted import keyring
from common.errors import Refusal
from referral.services import identity_keys

SHOWN = 20
"""Places that are named at most; the count says how many there are."""


class Command(BaseCommand):
    help = "Keys of names, birth dates, contact and exact location, which stand encrypted (docs/operations.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        rotates = actions.add_parser(
            "rotate", help="Bring every row under the current key; may be stopped and run again."
        )
        rotates.add_argument("--batch", type=int, default=identity_keys.BATCH, help="Rows in one transaction.")
        actions.add_parser("check", help="Open everything and say what does not open; exit 1 when there is any.")
        actions.add_parser(
            "ready", help="Before serving: refuse a lost key, encrypt what was written before there were keys."
        )
        actions.add_parser("new-key", help="Print a new key, to stand before the others.")

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        actions: dict[str, Callable[..., None]] = {
            "rotate": self._rotate,
            "check": self._check,
            "ready": self._ready,
            "new-key": self._new_key,
        }
        try:
            actions[action](**options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _rotate(self, *, batch: int, **_options: Any) -> None:
        done = identity_keys.rotate(batch=batch, progress=lambda rows: self.stdout.write(f"{rows:,} rows ..."))
        self.stdout.write(f"Under key {keyring().current} now: {done.done:,} more rows.")
        if done.from_clear:
            self.stdout.write(f"{done.from_clear:,} of them were written before there were keys and stood in clear.")
        self._refuse(done.left, "row(s) did not open and stand as they were")
        self.stdout.write(
            self.style.SUCCESS(f"Every row is under key {keyring().current}. Older keys are not needed any more.")
        )

    def _check(self, **_options: Any) -> None:
        found = identity_keys.check()
        for number, rows in sorted(found.rows.items()):
            name = f"key {number}" if number else "no key (run “manage.py identity rotate”)"
            self.stdout.write(f"{rows:,} rows under {name}.")
        self._refuse(
            found.broken, "value(s) do not open: changed outside the system, or in another place than they were written"
        )
        self.stdout.write(self.style.SUCCESS("Everything opens."))

    def _ready(self, **_options: Any) -> None:
        identity_keys.refuse_unknown_keys()
        rows = identity_keys.numbers_in_use()
        clear = rows.pop(identity_keys.IN_CLEAR, 0)
        if clear and rows:
            # Only an upgrade finds all of them in clear; taking in single ones by itself would make a forged name a true one.
            raise CommandError(
                f"{clear:,} name(s) stand in clear among encrypted ones: an upgrade was interrupted, or somebody wrote past the "
                "system. Look at them; “manage.py identity rotate” encrypts them as they stand."
            )
        if clear:
            self.stdout.write(f"Names encrypted: {identity_keys.rotate().from_clear:,}.")

    def _new_key(self, **_options: Any) -> None:
        self.stdout.write(written(new_key()))

    def _refuse(self, places: list[str], what: str) -> None:
        for place in places[:SHOWN]:
            self.stdout.write(place)
        if places:
            raise CommandError(f"{len(places):,} {what}.")
