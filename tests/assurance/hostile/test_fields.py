"""Every field of every form takes or refuses every hostile value with a sentence; nothing of ours breaks."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from allauth.core.context import request_context
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.forms import BaseForm, Field
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assurance.hostile.asked import form_classes
from tests.assurance.hostile.corpus import HOSTILE
from tests.assurance.hostile.places import Places

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("hostile")]


class SameEverywhere(QueryDict):
    """Posted values in which every name has the same one."""

    def __init__(self, value: str) -> None:
        super().__init__("", mutable=True)
        self.value = value

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> str:
        return self.value

    def get(self, name: str, default: Any = None) -> str:
        return self.value

    def getlist(self, name: str, default: Any = None) -> list[str]:
        return [self.value]


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(set(HOSTILE)) >= 150


def test_every_class_of_forms_of_the_product_is_among_them(open_to_all: Places) -> None:
    """Or is a part of one of them: what is only ever inherited."""
    known = {form for made in open_to_all.classes for form in made.__mro__}
    assert len(form_classes()) > 90
    assert {f"{form.__module__}.{form.__qualname__}" for form in form_classes() - known} == set()


def fields(found: Places) -> Iterator[tuple[str, BaseForm, str, Field]]:
    for label, form in found.django_forms.items():
        for name, field in form.fields.items():
            yield label, form, name, field


def verdict(form: BaseForm, name: str, field: Field, value: str) -> str | None:
    """What is wrong with how the field answers `value`; None for a value taken or a sentence."""
    given = field.widget.value_from_datadict(SameEverywhere(value), {}, form.add_prefix(name))
    try:
        field.clean(given)
    except ValidationError as refusal:
        sentences = [str(message) for message in refusal.messages]
        return None if sentences and all(len(sentence) > 5 for sentence in sentences) else f"refuses with {sentences}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return None


def test_every_field_answers_every_value(open_to_all: Places, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, asked, count = [], 0, 0
    for label, form, name, field in fields(open_to_all):
        count += 1
        for value in HOSTILE:
            asked += 1
            fault = verdict(form, name, field, value)
            if fault is not None:
                wrong.append(f"{label}.{name} given {value[:40]!r}: {fault}")
    with capsys.disabled():
        print(f"\nhostile input: {count} fields of {len(open_to_all.django_forms)} forms, {asked} values")
    assert count > 300
    assert not wrong, f"{len(wrong)} faults:\n" + "\n".join(wrong[:60])


def test_every_form_checks_every_value_in_all_its_fields_at_once(open_to_all: Places) -> None:
    """What a form does across its fields (`clean`) meets values that single fields have taken."""
    wrong = []
    for label, form in open_to_all.django_forms.items():
        for value in HOSTILE:
            fault = checked(form, value)
            if fault is not None:
                wrong.append(f"{label} given {value[:40]!r}: {fault}")
    assert not wrong, f"{len(wrong)} faults:\n" + "\n".join(wrong[:60])


def checked(form: BaseForm, value: str) -> str | None:
    kept = form.data, form.is_bound
    form.data, form.is_bound = SameEverywhere(value), True
    try:
        with request_context(_request()):
            form.full_clean()
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        form.data, form.is_bound = kept
    return None


def _request() -> Any:
    """What the forms of the library for accounts look at beside what was typed."""
    request: Any = RequestFactory().get("/")
    request.session, request.user = import_module(django_settings.SESSION_ENGINE).SessionStore(), AnonymousUser()
    return request


@settings(max_examples=40, deadline=None)
@given(value=st.text(max_size=300))
def test_any_text_is_answered_by_every_field(open_to_all: Places, value: str) -> None:
    for label, form, name, field in fields(open_to_all):
        assert verdict(form, name, field, value) is None, (label, name)
