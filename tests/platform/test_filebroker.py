"""A message that is taken while it is still being written stops no worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError

from config import filebroker


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    filebroker.install()
    folders = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    return Connection("filesystem://localhost", transport_options=folders)


def test_an_empty_message_file_is_no_message(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "1_half.doorbell.msg").write_bytes(b"")
    with connection.SimpleQueue("doorbell") as queue, pytest.raises(queue.Empty):
        queue.get(timeout=0.1)


def test_a_whole_message_arrives(connection: Connection) -> None:
    # A name of its own: kombu remembers bindings per process, and this folder is new.
    with connection.SimpleQueue("whole") as queue:
        queue.put({"ring": 1})
        assert queue.get(timeout=20).payload == {"ring": 1}


def test_without_the_guard_the_error_reaches_the_worker(tmp_path: Path) -> None:
    (tmp_path / "1_half.doorbell.msg").write_bytes(b"")
    folders = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    transport = "kombu.transport.filesystem:Transport"
    with (
        Connection(transport=transport, transport_options=folders) as connection,
        connection.SimpleQueue("doorbell") as queue,
        pytest.raises((ValueError, OperationalError)),
    ):
        queue.get(timeout=0.1)
