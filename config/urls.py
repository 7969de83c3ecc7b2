"""Every address of the product."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz
from referral.views.demonstration import home


def _if_present(module: str, prefix: str) -> list[URLPattern | URLResolver]:
    return [path(prefix, include(module))] if find_spec(module) is not None else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    *_if_present("accounts.sign_in_urls", ""),
    *_if_present("accounts.urls", ""),
    *_if_present("referral.urls", ""),
]
