"""`manage.py deliver`: send waiting mails, again and again; may run beside Celery and beside itself."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from referral.management import passes
from referral.services import outbox


class Command(BaseCommand):
    """Loops the same pass that Celery's beat rings for."""

    help = "Sends the mails that wait, every few seconds until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        passes.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Mails sent: {passes.repeat(outbox.deliver, options)}.")
