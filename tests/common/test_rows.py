"""Rows that become objects without the constructor: the same objects as Django's own."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.db.models.signals import post_init, pre_init

from accounts.models import User
from common.rows import QuickRow

QUICK = [model for model in apps.get_models() if issubclass(model, QuickRow)]


@pytest.mark.parametrize("model", QUICK, ids=lambda model: model.__name__)
def test_nothing_waits_for_the_making_of_such_an_object(model: type[models.Model]) -> None:
    assert model.__init__ is models.Model.__init__
    assert not pre_init.has_listeners(model)
    assert not post_init.has_listeners(model)


def test_a_row_is_the_same_object_as_djangos() -> None:
    names = [field.attname for field in User._meta.concrete_fields]
    values = [field.get_default() for field in User._meta.concrete_fields]
    quick, usual = User.from_db("default", names, values), models.Model.from_db.__func__(User, "default", names, values)
    assert {**quick.__dict__, "_state": None} == {**usual.__dict__, "_state": None}
    assert quick._state.__dict__ == usual._state.__dict__


@pytest.mark.django_db
def test_a_column_that_was_not_fetched_is_fetched_when_it_is_read(django_assert_num_queries) -> None:
    made = User.objects.create(email="somebody@example.org", display_name="Somebody")
    found = User.objects.only("email").get(pk=made.pk)
    assert found.get_deferred_fields() == {f.attname for f in User._meta.concrete_fields} - {"id", "email"}
    with django_assert_num_queries(1):
        assert found.display_name == "Somebody"


@pytest.mark.django_db
def test_an_object_that_was_read_is_changed_and_not_made_again() -> None:
    made = User.objects.create(email="somebody@example.org")
    found = User.objects.get(pk=made.pk)
    found.display_name = "Somebody else"
    found.save()
    assert list(User.objects.values_list("pk", "display_name")) == [(made.pk, "Somebody else")]
