"""What never reaches the product: an address of a megabyte, a line that is no header, at the web server that serves it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fixtures.services import ProductProcesses, free_port

pytestmark = [pytest.mark.long, pytest.mark.processes]

MEGABYTE = b"a" * 1_000_000


@pytest.fixture
def processes(tmp_path: Path, transactional_db: None) -> Iterator[ProductProcesses]:
    """Processes of the product; what they write is in their `output`."""
    found = ProductProcesses(tmp_path)
    yield found
    found.end()


@pytest.fixture
def port(processes: ProductProcesses) -> int:
    """Where the web server listens, with the options that decide what it reads left as the product leaves them."""
    found = free_port()
    processes.start("-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{found}", "--no-control-socket")
    give_up = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", found), 1).close()
            break
        except OSError:
            if time.monotonic() > give_up:
                pytest.fail(f"the web server did not start: {processes.output()[-500:]}")
            time.sleep(0.1)
    return found


def said(port: int, line: bytes, *headers: bytes) -> bytes:
    """What the server answers to a request with this first line, and these headers before its own."""
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        answer = b""
        with suppress(OSError):  # it may say no and hang up before all of it was sent
            first = b"\r\n".join((line + b" HTTP/1.1", *headers))
            connection.sendall(first + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        with suppress(ConnectionResetError):
            while part := connection.recv(65_536):
                answer += part
    return answer


def test_an_address_of_a_megabyte_is_refused_and_the_server_goes_on(port: int) -> None:
    assert said(port, b"GET /people/?q=" + MEGABYTE[:5_000]).startswith(b"HTTP/1.1 414 ")
    for line in (b"GET /people/?q=" + MEGABYTE, b"GET /persons/" + MEGABYTE + b"/", MEGABYTE + b" /"):
        answer = said(port, line)
        assert answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 414 ")), answer[:80]
        assert MEGABYTE[:100] not in answer
    assert said(port, b"TRACE /").startswith(b"HTTP/1.1 405 ")


def test_what_is_no_http_leaves_neither_its_words_nor_its_sender_in_the_log(
    port: int, processes: ProductProcesses
) -> None:
    assert said(port, b"TRACE /").startswith(b"HTTP/1.1 405 ")
    before = len(processes.output())
    broken = (
        (b"GET /sign-in/", b"Cookie amina: typed-by-somebody"),
        (b"typed-by-somebody@",),
        (b"GET  /typed-by-somebody",),
    )
    for line, *headers in broken:
        assert said(port, line, *headers).startswith(b"HTTP/1.1 400 ")
    written = processes.output()[before:]
    assert written.count("The web server could not go on as usual: gunicorn.http.errors.Invalid") == len(broken)
    assert "typed-by-somebody" not in written
    assert "127.0.0.1" not in written
