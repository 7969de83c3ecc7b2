"""Content security policy: everything comes from our own origin, nothing is inline, nobody frames us.

Written as django-csp 4 and Django 6 both take it.
"""

from __future__ import annotations

SELF = "'self'"
NONE = "'none'"

POLICY: dict[str, dict[str, list[str]]] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "form-action": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [NONE],
    }
}
