"""Cases in files and in numbers: `generate`, `import`, `export`, and `fill` for a whole registry of them."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from common import second_wall
from common.clock import ClockChange, ClockMode, wall_now
from referral.enums import RegistryKind
from referral.models import ClockSegment, Registry
from referral.services.bulk import fill, look_after
from referral.services.caseload import Refused, export_cases, import_cases
from referral.standards import csvfile
from referral.standards.htcds import to_cells
from referral.standards.htcds_table import HEADER
from referral.synthetic.caseload import EPOCH, MOST_CASES, MOST_SEED, generate

TOLD_EVERY = 2_000
FILLED, FEWEST_FILLED = "full", 100


class Command(BaseCommand):
    """Every failure is one plain sentence, or one per line of the file, and a non-zero exit."""

    help = (
        "Generate invented cases, import or export them (docs/standards.md), or fill a registry (docs/operations.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, title="actions")
        writes = actions.add_parser("generate", help="Write invented cases to standard output.")
        writes.add_argument("--cases", required=True, help=f"How many, from 1 to {MOST_CASES:,}.")
        writes.add_argument("--seed", required=True, help="A whole number; the same seed gives the same file.")
        writes.add_argument("--until", help=f"Day on which their history ends, such as {EPOCH:%Y-%m-%d} (the default).")
        takes = actions.add_parser("import", help="Take the cases of a file into a registry, all or none.")
        gives = actions.add_parser("export", help="Write the cases of a registry to a file.")
        for action in (takes, gives):
            action.add_argument("file", metavar="FILE.csv")
            action.add_argument("--registry", metavar="SLUG", help="Which registry; the demonstration when not given.")
        takes.add_argument("--create", action="store_true", help="Make the registry when there is none of that name.")

        fills = actions.add_parser("fill", help="Make a registry full of invented cases, for measurements.")
        fills.add_argument("--cases", required=True, help=f"How many, from {FEWEST_FILLED} to {MOST_CASES:,}.")
        fills.add_argument("--seed", required=True, help="A whole number; the same seed gives the same registry.")
        fills.add_argument("--registry", metavar="SLUG", default=FILLED, help=f"Its name; {FILLED} when not given.")
        fills.add_argument("--open-handovers", help="How many cases have one open; a fifth of them when not given.")
        fills.add_argument("--due", default="0", help="How many reminders are due and have not gone out yet.")

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        if action == "generate":
            self._generate(**options)  # needs no database
            return
        actions: dict[str, Callable[..., None]] = {"import": self._import, "export": self._export, "fill": self._fill}
        with second_wall.system():
            actions[action](**options)

    def _generate(self, *, cases: str, seed: str, until: str | None, **_options: Any) -> None:
        number = _whole(cases, 1, MOST_CASES, "--cases")
        start = _whole(seed, 0, MOST_SEED, "--seed")
        end = _day(until) if until else EPOCH
        write = self._bytes_out()
        try:
            for line in csvfile.lines([HEADER]):
                write(line)
            for line in csvfile.lines(to_cells(record) for record in generate(number, start, end)):
                write(line)
        except BrokenPipeError:
            # Whoever reads has read enough, as `head` does. Python would complain once more when it closes the pipe.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _bytes_out(self) -> Callable[[bytes], Any]:
        """Standard output as bytes, because the terminal's own encoding must not change a file."""
        out: Any = self.stdout._out
        raw = getattr(out, "buffer", None)
        return raw.write if raw is not None else lambda line: out.write(line.decode())

    def _import(self, *, file: str, registry: str | None, create: bool, **_options: Any) -> None:
        try:
            # One transaction with --create too, so that a refused file leaves no empty registry behind.
            with open(file, "rb") as opened, transaction.atomic() if create else nullcontext():
                into = _registry(registry, create=create)
                outcome = import_cases(opened, into, self._progress)
        except OSError as problem:
            raise CommandError(_file_sentence(file, problem, "read")) from problem
        except Refused as refused:
            raise CommandError("\n".join(refused.sentences)) from refused
        self.stdout.write(
            f"{outcome.added:,} cases imported into {into.slug}; {outcome.unchanged:,} were there already, unchanged."
        )

    def _export(self, *, file: str, registry: str | None, **_options: Any) -> None:
        source = _registry(registry, create=False)
        try:
            number = _replacing(Path(file), lambda opened: export_cases(opened, source, self._progress))
        except OSError as problem:
            raise CommandError(_file_sentence(file, problem, "written")) from problem
        self.stdout.write(f"{number:,} cases of {source.slug} exported to {file}.")

    def _fill(
        self, *, cases: str, seed: str, registry: str, open_handovers: str | None, due: str, **_options: Any
    ) -> None:
        if not (settings.DEMONSTRATION and settings.DEMO_PASSWORD):
            raise CommandError(
                "A registry is filled in training mode only (ALONGSIDE_TRAINING), with DEMO_PASSWORD set."
            )
        number = _whole(cases, FEWEST_FILLED, MOST_CASES, "--cases")
        open_ones = _whole(open_handovers, 0, MOST_CASES, "--open-handovers") if open_handovers else number // 5
        try:
            done = fill(
                _named(registry),
                cases=number,
                seed=_whole(seed, 0, MOST_SEED, "--seed"),
                open_handovers=open_ones,
                due=_whole(due, 0, MOST_CASES, "--due"),
                password=settings.DEMO_PASSWORD,
                wall=wall_now(),
                progress=lambda rows: self._progress("written", rows),
            )
        except Refused as refused:
            raise CommandError("\n".join(refused.sentences)) from refused
        look_after()
        self.stdout.write(
            f"{done.cases:,} cases in {registry}, {done.open_handovers:,} with an open handover; {done.due:,} reminders are "
            f"due. Log in as focal.pt.{registry}@example.org with the demonstration password."
        )

    def _progress(self, what: str, rows: int) -> None:
        if rows % TOLD_EVERY == 0:
            self.stderr.write(f"{rows:,} rows {what}", str)


def _whole(written: str, lowest: int, highest: int, option: str) -> int:
    written = str(written).strip()
    if not (written.isascii() and written.isdigit() and len(written) < 20 and lowest <= int(written) <= highest):
        raise CommandError(f"Give {option} a whole number from {lowest} to {highest:,}.")
    return int(written)


def _day(written: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(written), time(), UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"Give --until a day such as {EPOCH:%Y-%m-%d}.") from None


def _registry(slug: str | None, *, create: bool) -> Registry:
    found = Registry.objects.filter(slug=slug) if slug else Registry.objects.filter(kind=RegistryKind.DEMONSTRATION)
    registry = found.order_by("pk").first()
    if registry is not None:
        return registry
    if create:
        if not slug:
            raise CommandError("Name the registry to make with --registry.")
        return _create(slug)
    others = ", ".join(Registry.objects.order_by("slug").values_list("slug", flat=True)[:20])
    if not others:
        raise CommandError("There is no registry yet. Start the product once, or add --registry NAME --create.")
    missing = f"There is no registry named {slug}." if slug else "There is no demonstration registry."
    raise CommandError(f"{missing} Choose one with --registry: {others}.")


def _named(slug: str) -> str:
    if not slug.replace("-", "").replace("_", "").isalnum() or not slug.isascii() or len(slug) > 50:
        raise CommandError("Give --registry a name of at most 50 letters, digits, hyphens and underscores.")
    return slug


def _create(slug: str) -> Registry:
    """An empty registry whose clock stands at real time, stopped until somebody starts it."""
    slug, wall = _named(slug), wall_now()
    with transaction.atomic():
        registry = Registry.objects.create(
            name=slug,
            slug=slug,
            kind=RegistryKind.WORKSHOP,
            starts_at=wall.replace(hour=0, minute=0, second=0, microsecond=0),
            created_wall=wall,
            anchor_wall=wall,
            anchor_exercise_at=wall,
            mode=ClockMode.STOPPED,
        )
        ClockSegment.objects.create(
            registry=registry,
            version=registry.clock_version,
            kind=ClockChange.START,
            wall=wall,
            from_at=wall,
            to_at=wall,
            rate=registry.rate,
        )
    return registry


def _replacing(path: Path, write: Callable[[IO[bytes]], int]) -> int:
    """Write a file beside `path` and put it in its place at the end, so that half a file is never taken for a whole one."""
    if path.is_dir():
        raise IsADirectoryError
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with open(handle, "wb") as opened:
            number = write(opened)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    return number


def _file_sentence(name: str, problem: OSError, verb: str) -> str:
    if isinstance(problem, FileNotFoundError):
        return f"There is no file {name}." if verb == "read" else f"The folder of {name} does not exist."
    if isinstance(problem, IsADirectoryError):
        return f"{name} is a folder, not a file."
    return f"{name} cannot be {verb}: {problem.strerror or problem}."
