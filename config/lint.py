"""`make lint`: every check of style and structure, all of them run even when one fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from config.env import PROJECT

BIN = Path(sys.executable).parent


def commands() -> list[list[str]]:
    """The checks, in the order of how quickly they answer."""
    return [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["lint-imports"],
        ["djlint", "--quiet", "--lint", "templates"],
        ["python", "manage.py", "check_translations"],
    ]


def main() -> None:
    failed = []
    for program, *arguments in commands():
        print(f"— {program} {arguments[0] if arguments else ''}", flush=True)
        if subprocess.run([BIN / program, *arguments], cwd=PROJECT, check=False).returncode:
            failed.append(program)
    if failed:
        sys.exit(f"alongside: not clean: {', '.join(failed)}")


if __name__ == "__main__":
    main()
