"""What a measurement may never do: be reached from outside, or leave a trace in the product."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from bench.__main__ import main
from bench.middleware import HEADER, CountQueries
from bench.serving import Served, loopback
from bench.visitors import QUERIES, BenchRefused
from config.env import PROJECT
from tests.architecture.sources import imports, python_files


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", "localhost.example.org", ""])
def test_an_address_that_others_could_reach_is_refused(host: str) -> None:
    with pytest.raises(BenchRefused, match="on this machine alone"):
        loopback(host)
    with pytest.raises(BenchRefused):
        Served(host).__enter__()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_loopback_is_served(host: str) -> None:
    assert loopback(host) == host


def test_the_command_refuses_in_one_sentence_before_it_starts_anything() -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--host", "0.0.0.0"])
    assert str(refused.value).startswith("bench: A measurement is served on this machine alone")


def test_the_bare_view_has_no_address_in_the_product(client: Client) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("bare")
    with pytest.raises(Resolver404):
        resolve("/bare/")
    assert resolve("/bare/", urlconf="bench.urls").func.__module__ == "bench.views"


@pytest.mark.django_db
@pytest.mark.urls("bench.urls")
def test_the_bare_view_is_for_those_who_have_signed_in(client: Client) -> None:
    assert client.get("/bare/").status_code == 302


def test_the_product_knows_nothing_of_its_measurement() -> None:
    product = python_files("common", "accounts", "referral", "config")
    assert [path for path in product if any(name.split(".")[0] == "bench" for name in imports(path))] == []


def test_nothing_is_measured_with_the_help_of_tests() -> None:
    assert [
        path for path in python_files("bench") if any(name.split(".")[0] == "tests" for name in imports(path))
    ] == []


@pytest.mark.django_db
def test_every_statement_of_a_request_is_counted() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            for _number in range(3):
                cursor.execute("SELECT 1")
        return HttpResponse()

    assert CountQueries(view)(HttpRequest()).headers[HEADER] == "3"
    assert HEADER == QUERIES


def test_it_is_served_with_the_settings_of_production() -> None:
    text = (PROJECT / "bench" / "settings.py").read_text()
    assert "from config.settings.prod import *" in text
