"""Who a password belongs to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.selectors import may_sign_in, user_by_email, with_second_factor
from common import prepared


class AccountBackend(ModelBackend):
    """Sign-in by e-mail address.

    A missing account, an inactive one and a demonstration login outside demonstration mode get the same answer, None,
    after the same work: one run of the password hasher. allauth's own backend tells an inactive account apart.
    """

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        email: str = "",
        password: str = "",
        **kwargs: Any,
    ) -> User | None:
        """The account with this address and password, or None. Needs both; there are no user names."""
        if not email or not password:
            return None
        user = user_by_email(email)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        """The account of an open session, with `second_factor` already asked: who needs one is decided at each request."""
        user: User | None = prepared.first(_account, user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Asked at sign-in and again with every request, so that a closed account loses its open sessions at once."""
        return may_sign_in(user)


def _account(pk: int) -> QuerySet[User]:
    return with_second_factor(User.objects.filter(pk=pk))
