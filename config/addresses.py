"""Under which names and addresses this machine is reached."""

from __future__ import annotations

import socket
from contextlib import suppress
from urllib.parse import urlsplit

from config.env import Environment

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def hosts(env: Environment) -> list[str]:
    """The Host headers that are answered: loopback, the origin, and the machine's own addresses when it serves a room."""
    found = [*LOOPBACK, urlsplit(env.origin).hostname or "localhost"]
    if env.host in EVERYWHERE:
        found += room_addresses()
    elif env.host not in found:
        found.append(env.host)
    return list(dict.fromkeys(found))


def room_addresses() -> list[str]:
    """This machine's addresses on its networks, the most useful first. No packet is sent to find them."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        # Connecting a datagram socket only asks the kernel which own address it would use (RFC 5737 address).
        probe.connect(("192.0.2.1", 9))
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [str(item[4][0]) for item in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]
