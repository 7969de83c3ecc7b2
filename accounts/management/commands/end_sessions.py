"""Signs people out everywhere, at once: one account, or everybody after an incident."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.selectors import user_by_email
from accounts.sessions import end_all, end_every


class Command(BaseCommand):
    """`manage.py end_sessions name@example.org` or `manage.py end_sessions --everybody`."""

    help = "Sign one account, or everybody, out on all devices at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """One of the two, never both and never neither."""
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("email", nargs="?", help="the account's e-mail address")
        who.add_argument("--everybody", action="store_true")

    def handle(self, *args: Any, email: str | None, everybody: bool, **options: Any) -> None:
        """Raises `CommandError` where no account has the address."""
        if everybody:
            ended = end_every()
        else:
            user = user_by_email(email or "")
            if user is None:
                raise CommandError("No account has this address.")
            ended = end_all([user.pk])
        self.stdout.write(f"Sessions ended: {ended}")
