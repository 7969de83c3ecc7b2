"""What the code itself asks for: the parameters of each address, and the forms of the product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.forms import BaseForm
from django.http import QueryDict

from config.env import PROJECT
from tests.assurance.knocking import our_apps

IN_WORDS = re.compile(r"""request\.GET(?:\.get\(|\.getlist\(|\[)\s*["']([^"']+)["']|["']([^"']+)["'] in request\.GET""")
"""A parameter that stands by its name in a view."""


@contextmanager
def names_asked() -> Iterator[set[str]]:
    """The names that code asks of the parameters of an address inside the block, whoever asks and whatever was sent."""
    asked: set[str] = set()

    class Noting(QueryDict):
        told = False

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.told = True

        def __getitem__(self, key: str) -> Any:
            asked.add(key)
            return super().__getitem__(key)

        def __contains__(self, key: object) -> bool:
            if self.told:
                asked.add(str(key))
            return super().__contains__(key)

        def getlist(self, key: str, default: Any = None) -> Any:
            asked.add(key)
            return super().getlist(key, default)

    with patch("django.core.handlers.wsgi.QueryDict", Noting):
        yield asked


@contextmanager
def forms_made() -> Iterator[list[BaseForm]]:
    """Every form that is made inside the block."""
    made: list[BaseForm] = []
    begin = BaseForm.__init__

    def noted(form: BaseForm, *given: Any, **named: Any) -> None:
        begin(form, *given, **named)
        made.append(form)

    with patch.object(BaseForm, "__init__", noted):
        yield made


def our_modules() -> frozenset[str]:
    """The packages of the project that are apps."""
    return frozenset(Path(app.path).name for app in our_apps())


def in_words() -> set[tuple[str, str]]:
    """(module, parameter) wherever a module of ours asks for one by its name."""
    found = set()
    for app in our_modules():
        for file in (PROJECT / app).rglob("*.py"):
            module = ".".join(file.relative_to(PROJECT).with_suffix("").parts)
            for match in IN_WORDS.finditer(file.read_text(encoding="utf-8")):
                found.add((module, match[1] or match[2]))
    return found


def form_classes(base: type[BaseForm] = BaseForm) -> set[type[BaseForm]]:
    """Every class of forms that an app of ours defines and that asks something."""
    found = set()
    for form in base.__subclasses__():
        if form.__module__.split(".")[0] in our_modules():
            found.add(form)
        found |= form_classes(form)
    return found
