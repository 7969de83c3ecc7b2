"""Headers of every answer: everything comes from our own origin, nothing is inline, nobody frames us or reads along.

The policy is written as django-csp 4 and Django 6 both take it. What Django sets itself (nosniff, referrer policy, opener
policy, frames, https only) stands in `config.settings`; tests/common/test_headers.py looks at all of it together.
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
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

HEADERS: dict[str, str] = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), browsing-topics=()",
}
"""Nothing of a device is asked for, and no other site may draw anything of ours."""
