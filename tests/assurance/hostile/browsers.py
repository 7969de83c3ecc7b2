"""Who sends hostile input, and what was wrong with the answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.template.base import Template
from django.test import Client

from tests.assurance.hostile import logins
from tests.assurance.hostile.judging import faults
from tests.e2e.world import World


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, so that the next value meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def undrawn() -> Any:
    """Pages are made and not drawn: for the many values of which a few have been looked at on the page."""
    return patch.object(Template, "render", lambda _template, _context: "")


class Browsers:
    """One signed-in browser for each seat, and what was wrong with the answers."""

    def __init__(self, world: World) -> None:
        self.world, self.known, self.wrong, self.asked = world, dict[str, Client](), list[str](), 0

    def of(self, seat: str) -> Client:
        if seat not in self.known:
            self.known[seat] = logins.browser(seat) or self.world.browser(seat)
            self.known[seat].raise_request_exception = False
        return self.known[seat]

    def ask(
        self,
        seat: str,
        url: str,
        value: str,
        what: str,
        *,
        typed: bool = False,
        drawn: bool = True,
        token: bool = False,
        **sending: Any,
    ) -> Any:
        """Send it, take back what it did, and note what is wrong with the answer. A page read is not taken back.

        The `token` of a form is looked at only where it is what this is about, as the test client has it.
        """
        self.asked += 1
        browser = self.of(seat)
        browser.handler.enforce_csrf_checks = token
        cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
        with undone() if sending else nullcontext(), nullcontext() if drawn else undrawn():
            # `post` of the test client would write the body anew in the alphabet that its kind names.
            response = browser.generic("POST", url, **sending) if sending else browser.get(url)
            fault = faults(response, value, typed=typed, drawn=drawn)
        if {name: morsel.value for name, morsel in browser.cookies.items()} != cookies:
            browser.cookies = SimpleCookie(cookies)  # the session that these name is there again
        if fault:
            reason = getattr(response, "exc_info", None)
            because = f" because of {reason[0].__name__}: {reason[1]}"[:200] if reason else ""
            self.wrong.append(f"{what} given {value[:40]!r}: {', '.join(fault)}{because}")
        return response

    def report(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        with capsys.disabled():
            print(f"\nhostile input: {self.asked} {name}")
        self.judge()

    def judge(self) -> None:
        """Fails with what was wrong so far."""
        assert not self.wrong, f"{len(self.wrong)} faults:\n" + "\n".join(self.wrong[:60])
