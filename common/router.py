"""Which database alias does what: tables are made and changed on `owner`, everything else runs on `default`."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """Lets migrations run on the `owner` alias alone. Both aliases are one database, so relations are always allowed."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True
