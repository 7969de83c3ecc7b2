"""`manage.py anchor`: keep the ends of all chains outside the database, list them, and check them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock, second_wall
from referral import anchor_file
from referral.anchor_file import Anchor, AnchorsUnreadable, short
from referral.selectors.anchored import lost
from referral.services import anchors


class Command(BaseCommand):
    """Every failure is one plain sentence and a non-zero exit."""

    help = "Writes the heads of all chains to a file outside the database, lists these anchors, and checks them."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, title="actions")
        actions.add_parser("write", help="Anchor every chain that grew since the last time.")
        actions.add_parser("list", help="One line per anchor: number, time, how many heads, short digest.")
        checks = actions.add_parser("check", help="Whether the anchors follow each other and their heads re-appear.")
        checks.add_argument("digest", nargs="*", help="A printed digest: whether there is an anchor that has it.")
        gives_up = actions.add_parser("give-up", help="After a restore or a removal: note what is known to be gone.")
        gives_up.add_argument("--reason", required=True, help="Why; it stays in the file.")

    @second_wall.system()
    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        acts = {"write": self._write, "list": self._list, "check": self._check, "give-up": self._give_up}
        try:
            acts[action](options)
        except AnchorsUnreadable as problem:
            raise CommandError(str(problem)) from problem

    def _write(self, _options: dict[str, Any]) -> None:
        written = anchors.write(clock.wall_now())
        if not written:
            self.stdout.write("No chain grew since the last anchor.")
        for anchor in written:
            self.stdout.write(_line(anchor))

    def _list(self, _options: dict[str, Any]) -> None:
        for anchor in anchor_file.read(anchors.folder()):
            self.stdout.write(_line(anchor))

    def _check(self, options: dict[str, Any]) -> None:
        wanted = "".join(options["digest"]).replace(" ", "").replace("-", "").lower()
        found = list(lost(anchors.folder()))
        for missing in found:
            self.stdout.write(f"{missing.words} ({missing.where})")
        if found:
            raise CommandError(f"{len(found)} finding(s). The record is not what was anchored.")
        every = list(anchor_file.read(anchors.folder()))
        if not wanted:
            self.stdout.write(self.style.SUCCESS(f"Anchors: {len(every)}. All anchored events are there."))
            return
        if len(wanted) < anchor_file.SHORT:
            raise CommandError(f"A digest has {anchor_file.SHORT} digits at least.")
        hit = next((anchor for anchor in every if anchor.digest.startswith(wanted)), None)
        if hit is None:
            raise CommandError("No anchor has this digest: the file was cut off or made anew, or it is another one.")
        self.stdout.write(self.style.SUCCESS(f"{_line(hit)} All anchored events are there."))

    def _give_up(self, options: dict[str, Any]) -> None:
        gone = anchors.give_up(clock.wall_now(), options["reason"])
        self.stdout.write(f"Heads given up: {len(gone)}.")


def _line(anchor: Anchor) -> str:
    told = f"{anchor.number}. {anchor.wall}, {len(anchor.heads)} heads: {short(anchor.digest)}."
    return f"{told} Given up: {len(anchor.given_up)}, {anchor.reason}." if anchor.given_up else told
