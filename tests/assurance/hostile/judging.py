"""What an answer to hostile input may look like, and what it may not."""

from __future__ import annotations

from html import escape
from typing import Any

REFUSALS = frozenset({400, 403, 404, 405, 409, 413, 414, 422, 429})
TOO_SHORT = 3
"""A quotation mark alone stands on every page."""
SEEN_AS_TYPED = 5_000
"""Longer texts are not looked for in the answer."""


def faults(response: Any, value: str, *, typed: bool = False, drawn: bool = True) -> list[str]:
    """What is wrong with this answer to `value`; `typed` when a reader typed it into a box that the page shows again.

    Of an answer whose page was not `drawn` only status, place and headers are judged.
    """
    found = []
    status = response.status_code
    if status not in REFUSALS | {200, 204, 302}:
        found.append(f"answers {status}")
    elsewhere = response.headers.get("Location", "/")
    if not elsewhere.startswith("/") or elsewhere.startswith(("//", "/\\")):
        found.append(f"leads to {elsewhere[:80]}")
    if any("\r" in text or "\n" in text for text in response.headers.values()):
        found.append("breaks a header line")
    if not drawn:
        return found
    page = response.content.decode(errors="replace")
    if status in REFUSALS and "<h1" not in page:
        found.append(f"refuses with {status} and no sentence")
    if ("<" in value or '"' in value) and len(value.strip()) > TOO_SHORT and value in page:
        found.append("shows it unescaped")
    if (
        status == 200
        and typed
        and is_legible(value)
        and escape(value).replace("&#x27;", "&#39;") not in page.replace("&#x27;", "&#39;")
    ):
        found.append("does not keep what was typed")
    return found


def is_legible(value: str) -> bool:
    """Whether a box would show this text again letter for letter."""
    return bool(value) and value == value.strip() and value.isprintable() and len(value) < SEEN_AS_TYPED
