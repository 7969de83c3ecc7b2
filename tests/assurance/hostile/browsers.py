"""Who sends hostile input, and what was wrong with the answers."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.test import Client

from tests.assurance.hostile.judging import faults
from tests.assurance.hostile.places import undone
from tests.e2e.world import World


class Browsers:
    """One signed-in browser for each seat, and what was wrong with the answers."""

    def __init__(self, world: World) -> None:
        self.world, self.known, self.wrong, self.asked = world, dict[str, Client](), list[str](), 0

    def of(self, seat: str) -> Client:
        if seat not in self.known:
            self.known[seat] = self.world.browser(seat)
            self.known[seat].raise_request_exception = False
        return self.known[seat]

    def ask(self, seat: str, url: str, value: str, what: str, *, typed: bool = False, **sending: Any) -> Any:
        """Send it, take back what it did, and note what is wrong with the answer. A page read is not taken back."""
        self.asked += 1
        browser = self.of(seat)
        with undone() if sending else nullcontext():
            # `post` of the test client would write the body anew in the alphabet that its kind names.
            response = browser.generic("POST", url, **sending) if sending else browser.get(url)
            fault = faults(response, value, typed=typed)
        if fault:
            reason = getattr(response, "exc_info", None)
            because = f" because of {reason[0].__name__}: {reason[1]}"[:200] if reason else ""
            self.wrong.append(f"{what} given {value[:40]!r}: {', '.join(fault)}{because}")
        return response

    def report(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        with capsys.disabled():
            print(f"\nhostile input: {self.asked} {name}")
        assert not self.wrong, f"{len(self.wrong)} faults:\n" + "\n".join(self.wrong[:60])
