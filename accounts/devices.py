"""Which browser on which system, in a few codes: enough to tell one's own devices apart, too little to be followed by."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

# The first mark found decides, so a browser that also names its ancestors stands before them.
BROWSERS: Mapping[str, tuple[str, str]] = {
    "edge": ("Edg", "Edge"),
    "opera": ("OPR/", "Opera"),
    "samsung": ("SamsungBrowser/", "Samsung Internet"),
    "firefox": ("Firefox/", "Firefox"),
    "firefox-ios": ("FxiOS/", "Firefox"),
    "chrome-ios": ("CriOS/", "Chrome"),
    "chrome": ("Chrome/", "Chrome"),
    "safari": ("Safari/", "Safari"),
}
SYSTEMS: Mapping[str, tuple[str, str]] = {
    "android": ("Android", "Android"),
    "iphone": ("iPhone", "iPhone"),
    "ipad": ("iPad", "iPad"),
    "windows": ("Windows", "Windows"),
    "mac": ("Macintosh", "Mac"),
    "chromeos": ("CrOS", "ChromeOS"),
    "linux": ("Linux", "Linux"),
}


def device_code(user_agent: str) -> str:
    """Browser and system of a User-Agent header, as `browser/system`; either may be empty."""
    return f"{_first(BROWSERS, user_agent)}/{_first(SYSTEMS, user_agent)}"


def device_words(code: str) -> str:
    """The words for a code of `device_code`, in the reader's language."""
    browser, _slash, system = code.partition("/")
    names = {"browser": BROWSERS.get(browser, ("", ""))[1], "system": SYSTEMS.get(system, ("", ""))[1]}
    if names["browser"] and names["system"]:
        return _("%(browser)s on %(system)s") % names
    if names["system"]:
        return _("A browser on %(system)s") % names
    return names["browser"] or _("A device that does not say what it is")


def _first(marks: Mapping[str, tuple[str, str]], text: str) -> str:
    return next((code for code, (mark, _name) in marks.items() if mark in text), "")
