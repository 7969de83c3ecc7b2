"""Remove a registry that was being filled, and look after the tables of one that is full. Both need the owner's rights."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models, transaction

from accounts.models import User
from common import second_wall
from referral.models import Membership, Registry

OWNER = "owner"


@second_wall.system(using=OWNER)
def remove(registry: Registry) -> None:
    """Remove a registry with everything in it, and the logins that sit nowhere else.

    The ledgers let their owner do so as one act (`alongside.wipe`); nobody else can, and no row can be changed.
    """
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SET LOCAL alongside.wipe = 'on'")
        users = list(
            Membership.objects.using(OWNER).filter(institution__registry=registry.pk).values_list("user_id", flat=True)
        )
        for model, path in belonging():
            # Foreign keys are looked at when all of them are gone, so the order does not matter.
            model._base_manager.using(OWNER).filter(**{path: registry.pk})._raw_delete(OWNER)
        Registry.objects.using(OWNER).filter(pk=registry.pk)._raw_delete(OWNER)
        User.objects.using(OWNER).filter(pk__in=users, memberships__isnull=True, demonstration=True)._raw_delete(OWNER)


def look_after() -> None:
    """Bring the planner's numbers up to date after a registry was filled, and note which pages everybody may read.

    `VACUUM (ANALYZE)` of every table of the registry, by its owner, outside any transaction.
    """
    with connections[OWNER].cursor() as cursor:
        for model in apps.get_app_config("referral").get_models(include_auto_created=True):
            cursor.execute(f"VACUUM (ANALYZE) {connections[OWNER].ops.quote_name(model._meta.db_table)}")


def belonging() -> Iterator[tuple[type[models.Model], str]]:
    """Every model whose rows belong to a registry, farthest first, with the shortest path of foreign keys to it.

    Only keys that every row has count: a custody link that closes a chain names no institution.
    """
    found: dict[type[models.Model], str] = {}
    ahead: deque[tuple[type[models.Model], str]] = deque([(Registry, "pk")])
    while ahead:
        target, path = ahead.popleft()
        for model in apps.get_app_config("referral").get_models(include_auto_created=True):
            keys = [f for f in model._meta.concrete_fields if f.related_model is target and not f.null]
            if keys and model not in found:
                found[model] = keys[0].name if target is Registry else f"{keys[0].name}__{path}"
                ahead.append((model, found[model]))
    yield from reversed(found.items())
