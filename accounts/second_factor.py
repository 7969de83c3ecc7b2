"""The second factor of one session: whether a code was given in it, and which sessions a change of the factor ends."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser

from accounts import security_log, sessions
from accounts.models import User
from accounts.selectors import has_second_factor

CODE = "mfa"
"""allauth's name, in the session's own list of how its person signed in, for a code from the app or a recovery code."""


def is_set_up(user: User) -> bool:
    """Whether `user` signs in with codes; costs no query where the row of the request brought the answer with it."""
    known: bool | None = getattr(user, "second_factor", None)
    return not user.demonstration and (has_second_factor(user) if known is None else known)


def owes_code(request: Any) -> bool:
    """Whether the account signs in with codes and none was given in this session.

    Sign-in asks for the code, so this is a session that is older than the codes are and that was not ended with them.
    """
    user: User | AnonymousUser = request.user
    if not isinstance(user, User) or not is_set_up(user):
        return False
    return CODE not in {record["method"] for record in get_authentication_records(request, user)}


def code_was_given(request: Any) -> None:
    """The code that turns codes on was right: this session has given one. At sign-in and later allauth notes it itself."""
    record_authentication(request, request.user, CODE, type=Authenticator.Type.TOTP)


def was_added(sender: Any, request: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Codes were turned on: every other session of `user` has given none, and ends."""
    if authenticator.type == Authenticator.Type.TOTP:
        _changed("second_factor_added", request, user)


def was_removed(sender: Any, request: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Codes were turned off: every other session of `user` ends."""
    if authenticator.type == Authenticator.Type.TOTP:
        _changed("second_factor_removed", request, user)


def was_renewed(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """There are new recovery codes: every other session of `user` ends; one of the old codes may have opened it."""
    _changed("recovery_codes_renewed", request, user)


def _changed(event: str, request: Any, user: User) -> None:
    security_log.note(event, user=user.pk)
    sessions.end_others(user, request.session.session_key)
