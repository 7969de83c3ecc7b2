"""Queries about an actor, composed once for each role and asked with who and where she is and when (`common.prepared`)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from common import prepared
from referral.actor import Actor
from referral.models import Institution


def rows(
    compose: Callable[..., QuerySet[Any, Any]], actor: Actor, *values: prepared.Value, shape: Hashable = ()
) -> list[Any]:
    """What the query `compose(actor, *values)` finds, as a list.

    `compose` may decide by the actor's role, by her other institutions, and by whether she has a country. By anything else
    it decides, `shape` must tell apart: the number of a page, for one. Her keys, her country and the other values go to
    the query and nowhere else. The instant at which she acts is not among them: what is open for a while only
    (break-glass) is on no list.
    """

    return rows_of_several(
        lambda marked, *rest: compose(marked[0], *rest), [actor], *values, shape=(_name(compose), shape)
    )


def rows_of_several(
    compose: Callable[..., QuerySet[Any, Any]], actors: Sequence[Actor], *values: prepared.Value, shape: Hashable = ()
) -> list[Any]:
    """What the query `compose(actors, *values)` finds, as a list; see `rows`. It may decide by how many actors there are."""
    keys = [_keys(actor) for actor in actors]

    def composed(*given: Any) -> QuerySet[Any, Any]:
        rest = iter(given)
        marked = [
            replace(actor, **{name: next(rest) for name in own}, wall=None)
            for actor, own in zip(actors, keys, strict=True)
        ]
        return compose(marked, *rest)

    flat = [key for own in keys for key in own.values()]
    decided_by = tuple((actor.role, bool(actor.country_code), actor.also_acts_for) for actor in actors)
    return prepared.rows(composed, *flat, *values, shape=(_name(compose), decided_by, shape))


KEYS = ("user_id", "membership_id", "registry_id", "institution_id")
"""What is each actor's own. Her country too, where she has one: a text for each of them would be kept otherwise."""


def _keys(actor: Actor) -> dict[str, Any]:
    names = (*KEYS, "country_code") if actor.country_code else KEYS
    return {name: getattr(actor, name) for name in names}


def _name(compose: Callable[..., QuerySet[Any, Any]]) -> tuple[str, str]:
    return compose.__module__, compose.__qualname__


AT_ONCE = 32
NO_KEY = 0


def by_keys(compose: Callable[[Sequence[int]], QuerySet[Any]], keys: Sequence[int], cut: slice) -> list[Any]:
    """The rows of `compose(keys)` inside `cut`. The keys are filled up with one that no row has, so that one text fits."""
    if not keys:
        return []
    filled = [*keys, *[NO_KEY] * (-len(keys) % AT_ONCE)]
    shape = (compose.__module__, compose.__qualname__, cut.start, cut.stop)
    return prepared.rows(lambda *given: compose(given)[cut], *filled, shape=shape)


def institutions(keys: Iterable[int]) -> dict[int, Institution]:
    """The institutions of these keys, by key. One query."""
    return {row.pk: row for row in by_keys(_institutions, sorted(keys), slice(None))}


def _institutions(keys: Sequence[int]) -> QuerySet[Institution]:
    return Institution.objects.filter(pk__in=keys)
