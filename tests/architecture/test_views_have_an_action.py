"""Every page of the registry says which action it serves; default deny begins there."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from referral.enums import Action
from referral.policy import GRANTS

PUBLIC = frozenset({"demonstration"})
"""Names of pages that anybody may open: the seats of the demonstration."""


def patterns(resolver: URLResolver, namespace: str = "", route: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Namespace, whole route and pattern of every address, nested includes too."""
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or namespace, here)
        else:
            yield namespace, here, entry


def registry_pages() -> list[tuple[str, URLPattern]]:
    return [
        (route, p)
        for namespace, route, p in patterns(get_resolver())
        if namespace == "referral" and p.name not in PUBLIC
    ]


def test_the_walk_finds_the_pages_of_the_registry() -> None:
    assert {"inbox", "handover", "draft"} <= {pattern.name for _route, pattern in registry_pages()}


def test_every_page_of_the_registry_names_its_action() -> None:
    unmarked = [
        route
        for route, pattern in registry_pages()
        if not isinstance(getattr(pattern.callback, "action", None), Action)
    ]
    assert unmarked == []


def test_every_action_that_a_page_names_is_in_the_policy() -> None:
    assert {pattern.callback.action for _route, pattern in registry_pages()} <= set(GRANTS)


def test_no_two_pages_share_a_name() -> None:
    names = [pattern.name for _route, pattern in registry_pages()]
    assert sorted(names) == sorted(set(names))
