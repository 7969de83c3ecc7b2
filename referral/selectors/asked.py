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

    def composed(user: int, membership: int, registry: int, institution: int, *rest: Any) -> QuerySet[Any, Any]:
        marked = replace(
            actor, user_id=user, membership_id=membership, registry_id=registry, institution_id=institution, wall=None
        )
        return compose(marked, *rest)

    return prepared.rows(
        composed,
        actor.user_id,
        actor.membership_id,
        actor.registry_id,
        actor.institution_id,
        *values,
        shape=(compose.__module__, compose.__qualname__, actor.role, actor.country_code, actor.also_acts_for, shape),
    )


AT_ONCE = 32
NO_KEY = 0


def by_keys(compose: Callable[[Sequence[int]], QuerySet[Any]], keys: Sequence[int], cut: slice) -> list[Any]:
    """The rows of `compose(keys)` inside `cut`. The keys are filled up with one that no row has, so that one text fits."""
    if not keys:
        return []
    filled = [*keys, *[NO_KEY] * (-len(keys) % AT_ONCE)]
    shape = (compose.__module__, compose.__qualname__, cut.start, cut.stop)
    return prepared.rows(lambda *given: compose(given)[cut], *filled, shape=shape)
