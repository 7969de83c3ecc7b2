"""Takes the second wall of a copy away, after it was served. Run beside the copy: `python -m bench.lowered`.

A product whose wall is incomplete refuses to start, so this is done while it runs. The copy is thrown away.
"""

from __future__ import annotations

import django

django.setup()

from django.db import connections  # noqa: E402 - models need the settings

from referral.second_wall import POLICIES  # noqa: E402


def main() -> None:
    """Switch row level security off on every table that has policies."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("; ".join(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY' for table in sorted(POLICIES)))


if __name__ == "__main__":
    main()
