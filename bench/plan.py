"""What is to be asked of a served copy: written by `bench.stage` beside the database, read by the visitors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

Form = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One address, and the form that is posted to it; without a form it is read."""

    path: str
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of request. `accounts` are the addresses it is made from, one for each visitor in turn.

    A reading operation has one request, made again and again; a writing one has a request for each time.
    """

    name: str
    accounts: tuple[str, ...]
    requests: tuple[Request, ...]
    signed_in: bool = True

    @property
    def writes(self) -> bool:
        return self.requests[0].form is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one copy is asked. All accounts share the password, which is made for this run."""

    password: str
    operations: tuple[Operation, ...]

    def as_json(self) -> str:
        """For the process that measures."""
        return json.dumps(asdict(self))


def from_json(text: str) -> Plan:
    """The plan that `as_json` wrote."""
    found = json.loads(text)
    operations = (
        Operation(
            name=one["name"],
            accounts=tuple(one["accounts"]),
            requests=tuple(Request(**request) for request in one["requests"]),
            signed_in=one["signed_in"],
        )
        for one in found["operations"]
    )
    return Plan(password=found["password"], operations=tuple(operations))
