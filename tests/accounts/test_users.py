import pytest
from django.db import IntegrityError

from accounts.models import User
from accounts.selectors import user_by_email


@pytest.mark.django_db
def test_an_address_is_kept_in_lower_case_and_found_in_any() -> None:
    user = User.objects.create_user("Amina@Example.ORG", "correct horse battery")
    assert user.email == "amina@example.org"
    assert user_by_email(" AMINA@example.org") == user


@pytest.mark.database
@pytest.mark.django_db
def test_two_accounts_cannot_differ_by_capitals_alone() -> None:
    User.objects.create(email="amina@example.org")
    with pytest.raises(IntegrityError):
        User.objects.create(email="AMINA@example.org")


@pytest.mark.django_db
def test_an_account_without_a_password_opens_to_no_password() -> None:
    user = User.objects.create_user("amina@example.org")
    assert not user.has_usable_password()
    assert not user.check_password("")


@pytest.mark.django_db
def test_an_administrator_is_made_by_address() -> None:
    user = User.objects.create_superuser("admin@example.org", "correct horse battery")
    assert user.is_staff
    assert user.is_superuser
    assert str(user) == "admin@example.org"
