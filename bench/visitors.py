"""Visitors over HTTP, as a proxy would pass them on, and the stretches in which they are measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from itertools import cycle, islice
from threading import Barrier
from time import perf_counter
from urllib.parse import urlencode
from uuid import uuid4

from bench.figures import Block, Sample
from bench.plan import Form, Operation, Plan, Request

ORIGIN_HOST = "alongside.example.org"
ORIGIN = f"https://{ORIGIN_HOST}"
SIGN_IN = "/sign-in/"
SECONDS_FOR_AN_ANSWER = 60
QUERIES = "X-Bench-Queries"


class BenchRefused(Exception):
    """The measurement cannot go on; the message is one plain sentence."""


@dataclass
class Visitor:
    """One browser: a connection that is kept open, and its cookies."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: HTTPConnection | None = None

    def begin(self) -> None:
        """A fresh connection: between two stretches the server may have closed an idle one."""
        if self.connection is not None:
            self.connection.close()
        self.connection = HTTPConnection(self.host, self.port, timeout=SECONDS_FOR_AN_ANSWER)
        self.connection.connect()

    def sign_in(self, email: str, password: str) -> None:
        """Get a session. Raises BenchRefused when the server does not give one."""
        self.begin()
        self.ask(Request(SIGN_IN))
        self.ask(Request(SIGN_IN, {"login": email, "password": password}))

    def sign_out(self) -> None:
        """Forget the session, as a browser does that is closed."""
        self.cookies = {name: value for name, value in self.cookies.items() if not name.endswith("-session")}

    def ask(self, request: Request) -> Sample:
        """One request and its whole answer. A page read answers 200, a form posted leads on (302).

        Raises BenchRefused for any other answer.
        """
        assert self.connection is not None
        method, body = ("GET", None) if request.form is None else ("POST", self._encoded(request.form))
        began = perf_counter()
        self.connection.request(method, request.path, body, self._headers(body))
        answer = self.connection.getresponse()
        content = answer.read()
        seconds = perf_counter() - began
        self._keep(answer)
        if answer.status != (200 if request.form is None else 302):
            raise BenchRefused(f"{method} {request.path} was answered with {answer.status}: {_said(answer, content)}")
        return Sample(seconds, int(answer.headers.get(QUERIES, 0)), len(content))

    def _encoded(self, form: Form) -> bytes:
        return urlencode({"csrfmiddlewaretoken": self._token(), **form}, doseq=True).encode()

    def _token(self) -> str:
        return next((value for name, value in self.cookies.items() if name.endswith("-csrf")), "")

    def _headers(self, body: bytes | None) -> dict[str, str]:
        found = {
            "Host": ORIGIN_HOST,
            "X-Forwarded-Proto": "https",
            "Accept-Encoding": "gzip",
            "Accept-Language": "en",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            found |= {"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
        return found

    def _keep(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


def _said(answer: HTTPResponse, content: bytes) -> str:
    """The beginning of what the page says, without its marks."""
    import gzip
    import re

    text = gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content
    words = re.sub(r"(?s)<(script|style|header|head).*?</\1>|<[^>]+>", " ", text.decode(errors="replace"))
    return " ".join(words.split())[:300] or answer.headers.get("Location", "nothing")


class Errand:
    """One operation on its way: the visitors who run it, and the requests that are left."""

    def __init__(self, operation: Operation, visitors: Sequence[Visitor]) -> None:
        self.operation, self.visitors = operation, visitors
        requests = operation.requests
        self._left: Iterator[Request] = iter(requests) if operation.writes else cycle(requests)

    def stretch(self, requests: int, concurrency: int) -> Block:
        """So many requests by so many visitors at once. Raises BenchRefused when there are not enough left."""
        wanted = [_fresh(request) for request in islice(self._left, requests)]
        if len(wanted) < requests:
            raise BenchRefused(f"There are not enough requests prepared for “{self.operation.name}”.")
        visitors = self.visitors[:concurrency]
        shares = [wanted[number::concurrency] for number in range(concurrency)]
        for visitor in visitors:
            visitor.begin()
        together = Barrier(len(visitors) + 1)

        def run(visitor: Visitor, share: Sequence[Request]) -> list[Sample]:
            together.wait(SECONDS_FOR_AN_ANSWER)
            return [self._ask(visitor, request) for request in share]

        with ThreadPoolExecutor(len(visitors)) as pool:
            waiting = [pool.submit(run, visitor, share) for visitor, share in zip(visitors, shares, strict=True)]
            together.wait(SECONDS_FOR_AN_ANSWER)
            began = perf_counter()
            samples = tuple(sample for future in waiting for sample in future.result())
            return Block(perf_counter() - began, samples)

    def _ask(self, visitor: Visitor, request: Request) -> Sample:
        if not self.operation.signed_in:
            visitor.sign_out()
        return visitor.ask(request)


def _fresh(request: Request) -> Request:
    """A form carries a key of its own, as each form that is drawn does."""
    if request.form is None:
        return request
    return Request(request.path, {"submission": str(uuid4()), **request.form})


def errands(plan: Plan, host: str, port: int, concurrency: int) -> dict[str, Errand]:
    """Every operation of the plan with as many visitors as may run at once, signed in where it needs that.

    Operations share their visitors: an account that is named several times has so many browsers.
    """
    known: dict[tuple[str, int], Visitor] = {}
    found = {}
    for operation in plan.operations:
        browsers = Counter[str]()
        visitors = []
        for email in islice(cycle(operation.accounts), concurrency):
            browsers[email] += 1
            name = email if operation.signed_in else f"nobody yet, {email}"
            if (name, browsers[email]) not in known:
                known[name, browsers[email]] = _visitor(host, port, email if operation.signed_in else "", plan.password)
            visitors.append(known[name, browsers[email]])
        found[operation.name] = Errand(operation, visitors)
    return found


def _visitor(host: str, port: int, email: str, password: str) -> Visitor:
    """Somebody who has signed in, or who has read the sign-in page and no more."""
    found = Visitor(host, port)
    if email:
        found.sign_in(email, password)
    else:
        found.begin()
        found.ask(Request(SIGN_IN))
    return found
