"""Queries about an actor, composed once for each role and asked with who she is and when (`common.prepared`)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from common import prepared
from referral.actor import Actor


def rows(
    compose: Callable[..., QuerySet[Any, Any]], actor: Actor, *values: prepared.Value, shape: Hashable = ()
) -> list[Any]:
    """What the query `compose(actor, *values)` finds, as a list.

    `compose` may decide by the actor's role, country and other institutions. By anything else it decides, `shape` must
    tell apart: the number of a page, for one. Her keys and the other values go to the query and nowhere else. The instant
    at which she acts is not among them: what is open for a while only (break-glass) is on no list.
    """

    return rows_of_several(
        lambda marked, *rest: compose(marked[0], *rest), [actor], *values, shape=(_name(compose), shape)
    )


def rows_of_several(
    compose: Callable[..., QuerySet[Any, Any]], actors: Sequence[Actor], *values: prepared.Value, shape: Hashable = ()
) -> list[Any]:
    """What the query `compose(actors, *values)` finds, as a list; see `rows`. It may decide by how many actors there are."""
    keys = [key for actor in actors for key in _keys(actor)]

    def composed(*given: Any) -> QuerySet[Any, Any]:
        marked = [
            replace(actor, **dict(zip(KEYS, given[place * len(KEYS) :], strict=False)), wall=None)
            for place, actor in enumerate(actors)
        ]
        return compose(marked, *given[len(keys) :])

    decided_by = tuple((actor.role, actor.country_code, actor.also_acts_for) for actor in actors)
    return prepared.rows(composed, *keys, *values, shape=(_name(compose), decided_by, shape))


KEYS = ("user_id", "membership_id", "registry_id", "institution_id")


def _keys(actor: Actor) -> list[int]:
    return [getattr(actor, name) for name in KEYS]


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
