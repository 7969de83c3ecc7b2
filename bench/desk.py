"""What is asked of a filled registry: the pages of one focal point. Run beside a copy: `python -m bench.desk SLUG COUNTRY PASSWORD`."""

from __future__ import annotations

import sys
from urllib.parse import quote

import django

django.setup()

from bench.plan import Operation, Plan, Request  # noqa: E402 - models need the settings
from common import second_wall  # noqa: E402
from referral.enums import InstitutionKind  # noqa: E402
from referral.models import Case  # noqa: E402

PEOPLE = 10
"""People whose pages are read in turn."""


@second_wall.system()
def main(slug: str, country: str, password: str) -> None:
    """Print the plan."""
    held = Case.objects.filter(
        registry__slug=slug,
        holder__kind=InstitutionKind.FOCAL_POINT,
        holder__country=country,
        closed_at__isnull=True,
    )
    found = held.select_related("person").order_by("-opened_at", "pk")[:PEOPLE]
    people = [case.person for case in found]
    account = (f"focal.{country.lower()}.{slug}@example.org",)
    reads = {
        "inbox": ["/inbox/"],
        "person page": [f"/people/{person.public_code}/" for person in people],
        "list": ["/people/"],
        "search": [f"/people/?q={person.code_word.partition(' ')[0]}" for person in people],
        "search for one": [f"/people/?q={quote(person.code_word)}" for person in people],
    }
    operations = (Operation(name, account, tuple(map(Request, paths))) for name, paths in reads.items())
    print(Plan(password, tuple(operations)).as_json())


if __name__ == "__main__":
    main(*sys.argv[1:4])
