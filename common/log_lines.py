"""How a line of the log is written: when, what, where in the code. Never what somebody typed.

The message of an exception may quote a whole row ("Failing row contains (…)"), an address that a mail server refused or
the value that could not be read. So a line names the exceptions and the places in the code, and leaves their words out.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from types import FrameType, TracebackType

FORMAT = "%(asctime)sZ %(levelname)s %(name)s %(message)s"


class DiscreetFormatter(logging.Formatter):
    """Lines in UTC; an exception as its class and the places it came through, each cause after it."""

    converter = time.gmtime  # type: ignore[assignment]
    default_msec_format = "%s.%03d"

    def formatException(  # noqa: N802 - logging's own name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The exception and what it came from, without their messages."""
        found, seen, error = [], set(), ei[1]
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            kind = type(error)
            found.append(f"{kind.__module__}.{kind.__qualname__}")
            found += [f"  {at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(found)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """One message is one line: what came from outside begins none of its own."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")

    def format(self, record: logging.LogRecord) -> str:
        """One record. An earlier formatter's text of the exception is not taken over."""
        record.exc_text = None
        text = super().format(record)
        record.exc_text = None
        return text


class WordlessTasks(logging.Filter):
    """Takes the words of the exception and the arguments out of Celery's line about a task that failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through, with the task's name and number alone."""
        if isinstance(record.args, dict):
            record.msg = "Task %(name)s[%(id)s] did not end well"
            record.args = {"name": record.args.get("name", "-"), "id": record.args.get("id", "-")}
            record.__dict__.pop("data", None)
        return True


class PageNames(logging.Filter):
    """Puts the name of the page in place of its address, which may hold the code of a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through; for Django's lines about an answer: reason and page."""
        request = record.__dict__.pop("request", None)
        if request is not None and isinstance(record.args, tuple) and len(record.args) == 2:
            match = getattr(request, "resolver_match", None)
            record.args = (record.args[0], match.view_name if match else "-")
        return True


class WordlessRequests(logging.Filter):
    """Takes what was sent, and from where, out of the web server's own lines about a request that it could not serve.

    gunicorn quotes the line that is no HTTP, a cookie included, and names the computer that sent it; or the address of the page.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through: where in the server's code, and the class of what went wrong."""
        kind = (record.exc_info or sys.exc_info())[0]
        said = f"{kind.__module__}.{kind.__qualname__}" if kind else "no exception"
        record.msg, record.args = f"The web server could not go on as usual: {said} at {_place_of_the_server()}", ()
        return True


def _place_of_the_server() -> str:
    """Module and line in gunicorn that logs; not those of its wrapper, which are all that the record knows."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("gunicorn.") and module != "gunicorn.glogging":
            return f"{module}:{frame.f_lineno}"
        frame = frame.f_back
    return "an unknown place"
