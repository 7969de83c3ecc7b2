"""What the visitors do with an answer, and with the requests that are prepared for them."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from bench.plan import Operation, Plan, Request, from_json
from bench.visitors import BenchRefused, Errand, Visitor, errands

PLAN = Plan(
    "secret",
    (
        Operation("page", ("a@example.org",), (Request("/page/"),)),
        Operation("act", ("a@example.org",), tuple(Request("/act/", {"number": str(n)}) for n in range(4))),
        Operation(
            "sign-in", ("b@example.org",), (Request("/sign-in/", {"login": "b@example.org"}),) * 2, signed_in=False
        ),
    ),
)


class Server(BaseHTTPRequestHandler):
    """Answers as the product would, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, dict[str, list[str]], str]] = []

    def do_GET(self) -> None:
        self._answer(200 if self.path != "/broken/" else 500, b"<p>Something went wrong.</p>")

    def do_POST(self) -> None:
        self._answer(302, b"")

    def _answer(self, status: int, body: bytes) -> None:
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        self.asked.append((self.command, self.path, form, self.headers.get("Cookie", "")))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Bench-Queries", "7")
        self.send_header("Set-Cookie", "__Host-alongside-csrf=token; Path=/; Secure")
        if self.command == "POST" and self.path == "/sign-in/":
            self.send_header("Set-Cookie", "__Host-alongside-session=mine; Path=/; Secure; HttpOnly")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    Server.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_plan_survives_being_written_down() -> None:
    assert from_json(PLAN.as_json()) == PLAN


def test_visitors_sign_in_once_and_are_shared_by_operations_of_the_same_account(port: int) -> None:
    here = errands(PLAN, "127.0.0.1", port, 2)
    signed_in = [entry for entry in Server.asked if entry[:2] == ("POST", "/sign-in/")]
    assert len(signed_in) == 2
    assert here["page"].visitors == here["act"].visitors
    assert not set(map(id, here["sign-in"].visitors)) & set(map(id, here["page"].visitors))


def test_a_stretch_asks_each_prepared_form_once_with_a_key_of_its_own(port: int) -> None:
    errand = errands(PLAN, "127.0.0.1", port, 2)["act"]
    found = errand.stretch(4, 2)
    posted = [form for command, path, form, _cookie in Server.asked if path == "/act/"]
    assert sorted(form["number"][0] for form in posted) == ["0", "1", "2", "3"]
    assert len({form["submission"][0] for form in posted}) == 4
    assert {form["csrfmiddlewaretoken"][0] for form in posted} == {"token"}
    assert [(sample.queries, sample.size) for sample in found.samples] == [(7, 0)] * 4
    with pytest.raises(BenchRefused, match="not enough"):
        errand.stretch(1, 1)


def test_who_signs_in_brings_no_session(port: int) -> None:
    errands(PLAN, "127.0.0.1", port, 1)["sign-in"].stretch(2, 1)
    assert all("session" not in cookie for command, path, _form, cookie in Server.asked[-2:])


def test_an_answer_that_is_not_the_expected_one_ends_the_measurement(port: int) -> None:
    visitor = Visitor("127.0.0.1", port)
    errand = Errand(Operation("broken", ("a@example.org",), (Request("/broken/"),)), [visitor])
    with pytest.raises(BenchRefused, match="GET /broken/ was answered with 500: Something went wrong"):
        errand.stretch(1, 1)
