"""What never reaches the product: an address of a megabyte, at the web server that serves it."""

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
def port(tmp_path: Path, transactional_db: None) -> Iterator[int]:
    """Where the web server listens, with the options that decide what it reads left as the product leaves them."""
    found, processes = free_port(), ProductProcesses(tmp_path)
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
    yield found
    processes.end()


def said(port: int, line: bytes) -> bytes:
    """What the server answers to a request with this first line."""
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        answer = b""
        with suppress(OSError):  # it may say no and hang up before all of it was sent
            connection.sendall(line + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
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
