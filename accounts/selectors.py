"""What others may read of accounts and countries."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.countries import country_name, sort_key
from accounts.models import Country, User

__all__ = (
    "countries_sorted",
    "country_name",
    "demonstration_user",
    "demonstration_users",
    "focal_point_name",
    "has_second_factor",
    "may_sign_in",
    "normal_email",
    "user_by_email",
    "with_second_factor",
)


def countries_sorted() -> list[Country]:
    """All countries of the three dialogues, in the order of their names in the reader's language."""
    return sorted(Country.objects.all(), key=lambda country: sort_key(country.name))


def focal_point_name(country: Country) -> str:
    """The institution that public sources name as the country's focal point, else a general name in the reader's language."""
    return country.focal_point_name or _("National focal point, %(country)s") % {"country": country.name}


def normal_email(email: str) -> str:
    """The one spelling of an address that accounts are found and delayed by.

    Python's lower case on both sides: PostgreSQL's own folding would let "ſ" find an "s" and slip past the delay.
    """
    return email.strip().lower()


def user_by_email(email: str) -> User | None:
    """The account with this address in any case, or None. Says nothing about whether it may sign in."""
    return User.objects.filter(email=normal_email(email)).first()


def may_sign_in(user: User) -> bool:
    """Whether the account works at all: active, and a demonstration login only while demonstration mode is on."""
    return user.is_active and (settings.DEMONSTRATION or not user.demonstration)


def demonstration_users() -> QuerySet[User]:
    """The logins of the demonstration that work now; none while demonstration mode is off."""
    if not settings.DEMONSTRATION:
        return User.objects.none()
    return User.objects.filter(demonstration=True, is_active=True).order_by("email")


def demonstration_user(email: str) -> User | None:
    """The demonstration login with this address, or None when there is none that works now."""
    return demonstration_users().filter(email=normal_email(email)).first()


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for a code as well. A demonstration login is shared and never has one."""
    return not user.demonstration and Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def with_second_factor(users: QuerySet[User]) -> QuerySet[User]:
    """Each user with `second_factor`: whether codes from an app are set up."""
    codes = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return users.annotate(second_factor=Exists(codes))
