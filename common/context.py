"""What every page's frame needs. Asks the settings and the request; never the database."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

# The Host header of the server's own screen. A pattern, not a parser: this also draws the page that refuses a bad Host.
LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")

# Names of addresses. Help stands first, in the same place on every page (WCAG 3.2.6).
FOOTER = (
    ("accounts:help", _("Help")),
    ("accounts:accessibility", _("Accessibility")),
    ("accounts:about", _("About Alongside")),
    ("accounts:privacy", _("Privacy")),
)


@dataclass(frozen=True)
class FrameLanguage:
    """A language one can switch to, by its own name."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """The parts of the page around its content that do not depend on who is signed in."""

    language: str
    direction: str
    languages: tuple[FrameLanguage, ...]
    language_name: str
    here: str
    plain_http: bool
    version: str
    footer: tuple[tuple[str, Any], ...]


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame`, a `Frame`.

    `plain_http` is true where other devices reach the server without encryption; on the server's own
    screen nothing leaves the machine, so no banner is needed.
    """
    active = get_language() or settings.LANGUAGE_CODE
    languages = tuple(FrameLanguage(code, str(name), code == active) for code, name in settings.LANGUAGES)
    host = request.META.get("HTTP_HOST", "")
    return {
        "frame": Frame(
            language=active,
            direction="rtl" if get_language_bidi() else "ltr",
            languages=languages,
            language_name=next((language.name for language in languages if language.current), active),
            here=request.get_full_path() if request.method == "GET" else request.path,
            plain_http=not request.is_secure() and not LOOPBACK.fullmatch(host),
            version=product_version(),
            footer=_footer(get_urlconf(), get_script_prefix()),
        )
    }


@cache
def _footer(_urlconf: str | None, _prefix: str) -> tuple[tuple[str, Any], ...]:
    """Address and label of each link: the same on every page, so looked up once."""
    return tuple((reverse(name), label) for name, label in FOOTER)


@cache
def product_version() -> str:
    """The version that `pyproject.toml` states, the only place that holds it."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
