"""Which processes run, from the kernel's own list."""

from __future__ import annotations

import os
from pathlib import Path


def runs(pid: int) -> bool:
    """Whether the process exists and is more than an entry waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def of_copy(data: Path) -> dict[int, str]:
    """Pid and command line of every process that belongs to the copy with this data folder."""
    mark = f"ALONGSIDE_DATA={data}".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if runs(int(entry.name)) and (mark in variables or os.fsencode(data) in command):
            found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found
