"""Addresses by name: the same as Django's `reverse`, whatever the page and the parts."""

from __future__ import annotations

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.urls.base import clear_script_prefix

from common.addresses import address

SOME = [
    ("referral:inbox", ()),
    ("account_login", ()),
    ("accounts:help", ()),
    ("referral:person", ("ABC-234",)),
    ("referral:person", ("a b%é?#&+",)),
    ("referral:draft", ("ABC-234", "R-7")),
    ("referral:take_on", (77,)),
    ("referral:audit_line", ("glass", 7)),
    ("account_reset_password_from_key", ("uid", "key")),
]


@pytest.mark.parametrize(("name", "parts"), SOME)
def test_an_address_is_the_one_that_django_gives(name: str, parts: tuple[object, ...]) -> None:
    assert address(name, *parts) == reverse(name, args=parts)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("referral:no_such_page", ()),
        ("nobody:inbox", ()),
        ("no_such_page", ()),
        ("referral:person", ()),
        ("referral:person", ("",)),
        ("referral:person", ("two/parts",)),
        ("referral:inbox", ("too much",)),
        ("referral:take_on", ("no key",)),
    ],
)
def test_an_address_that_no_page_has_is_refused(name: str, parts: tuple[object, ...]) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name, args=parts)
    with pytest.raises(NoReverseMatch):
        address(name, *parts)


def test_a_site_under_a_prefix_of_its_own_has_its_own_addresses() -> None:
    before = address("referral:inbox")
    set_script_prefix("/100%/")
    try:
        assert address("referral:inbox") == reverse("referral:inbox") != before
        assert address("referral:person", "ABC") == reverse("referral:person", args=["ABC"])
    finally:
        clear_script_prefix()
    assert address("referral:inbox") == before


def test_other_pages_have_other_addresses() -> None:
    with override_settings(ROOT_URLCONF="bench.urls"):
        assert address("bare") == "/bare/"
    with pytest.raises(NoReverseMatch):
        address("bare")
