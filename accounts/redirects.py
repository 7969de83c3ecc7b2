"""Where a person may be sent on to."""

from typing import TypeGuard

from django.utils.http import url_has_allowed_host_and_scheme


def is_own_path(url: str | None) -> TypeGuard[str]:
    """Whether `url` is a path on this site: one slash, no host, no scheme, nothing that a browser reads as another site."""
    return url is not None and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
