"""The reader's language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User


class ReaderLanguageMiddleware:
    """The setting of the person signed in comes before the cookie and the browser, which Django has looked at by then.

    A demonstration login is shared and one visitor sits on both sides: there the language belongs to the browser, and
    the login's own language is that of its mails.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _chosen(request)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def _chosen(request: HttpRequest) -> str:
    user = request.user
    if not isinstance(user, User) or user.demonstration:
        return ""
    return user.language if user.language in dict(settings.LANGUAGES) else ""
