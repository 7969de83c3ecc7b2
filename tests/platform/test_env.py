"""The environment is checked once, and every refusal is a sentence that names the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import env

URLS = {
    "DATABASE_URL": "postgres://web:a@db.example.org:5432/alongside",
    "DATABASE_OWNER_URL": "postgres://owner:b@db.example.org:5432/alongside",
    "DATABASE_WORKER_URL": "postgres://worker:c@db.example.org:5432/alongside",
}


def test_nothing_set_means_this_machine_alone_and_everything_embedded() -> None:
    found = env.read({})
    assert (found.host, found.port, found.origin) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert (found.databases, found.broker_url, found.email) == (None, None, None)
    assert found.data == env.PROJECT / "var"
    assert found.training


def test_an_empty_variable_counts_as_not_set() -> None:
    assert env.read({"PORT": "", "DATABASE_URL": ""}) == env.read({})


def test_the_data_folder_may_be_anywhere() -> None:
    assert env.read({"ALONGSIDE_DATA": "/srv/alongside"}).data == Path("/srv/alongside")


def test_three_database_addresses_give_three_roles() -> None:
    found = env.read(URLS).databases
    assert found is not None
    assert {role: settings["USER"] for role, settings in found.items()} == {
        "web": "web",
        "owner": "owner",
        "worker": "worker",
    }
    assert found["web"]["HOST"] == "db.example.org"


@pytest.mark.parametrize("process", ["web", "worker"])
@pytest.mark.parametrize("given", [URLS, {name: URLS[name] for name in ("DATABASE_URL", "DATABASE_WORKER_URL")}])
def test_neither_web_nor_worker_needs_the_owner_or_gets_it(given: dict[str, str], process: str) -> None:
    found = env.read({**given, "ALONGSIDE_PROCESS": process}).databases
    assert found is not None
    assert sorted(found) == ["web", "worker"]


def test_a_child_is_handed_neither_the_owner_nor_keys_that_it_does_not_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*URLS, env.IDENTITY_VARIABLE):
        monkeypatch.setenv(name, "given")
    kept = {kind: {*URLS, env.IDENTITY_VARIABLE} & set(env.for_child(kind)) for kind in ("web", "worker", "command")}
    assert kept["command"] == {*URLS, env.IDENTITY_VARIABLE}
    assert kept["web"] == {"DATABASE_URL", "DATABASE_WORKER_URL", env.IDENTITY_VARIABLE}
    assert kept["worker"] == {"DATABASE_URL", "DATABASE_WORKER_URL"}


def test_a_socket_folder_can_be_an_address() -> None:
    urls = {
        name: url.replace("db.example.org:5432/", "/").replace("@/", "@//run/postgresql/") for name, url in URLS.items()
    }
    found = env.read(urls).databases
    assert found is not None
    assert (found["web"]["HOST"], found["web"]["NAME"]) == ("/run/postgresql", "alongside")


def test_https_follows_the_origin() -> None:
    assert env.read({"ALONGSIDE_ORIGIN": "https://alongside.example.org/"}).https
    assert env.read({"ALONGSIDE_ORIGIN": "https://alongside.example.org/"}).origin == "https://alongside.example.org"
    assert not env.read({}).https


@pytest.mark.parametrize("missing", sorted(URLS))
def test_one_missing_database_address_is_named(missing: str) -> None:
    with pytest.raises(env.EnvironmentRefused, match=rf"all three .* missing: {missing}\."):
        env.read({name: url for name, url in URLS.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠"),
        ("ALONGSIDE_ORIGIN", "alongside.example.org"),
        ("ALONGSIDE_ORIGIN", "https://alongside.example.org/path"),
        ("ALONGSIDE_ORIGIN", "https://alongside.example.org:port"),
        ("ALONGSIDE_TRAINING", "perhaps"),
        ("ALONGSIDE_PROCESS", "everything"),
        ("CELERY_BROKER_URL", "carrier-pigeon://"),
        ("EMAIL_URL", "http://mail.example.org"),
        ("DEMO_PASSWORD", "short"),
        ("ALONGSIDE_BREACHED_PASSWORDS", "/nowhere/at/all"),
        ("ALONGSIDE_BREACHED_PASSWORDS", str(env.PROJECT / "README.md")),
        ("ALONGSIDE_BREACHED_PASSWORDS", str(env.PROJECT)),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence_that_names_it(name: str, value: str) -> None:
    with pytest.raises(env.EnvironmentRefused) as refusal:
        env.read({name: value})
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["mysql://a:b@c/d", "postgres://db.example.org", "postgres://user@host:port/x", "alongside"]
)
def test_an_address_that_is_no_postgresql_is_refused(url: str) -> None:
    with pytest.raises(env.EnvironmentRefused, match="DATABASE_URL must look like postgres://"):
        env.read({**URLS, "DATABASE_URL": url})


def test_a_list_of_breached_passwords_is_looked_at_before_it_is_taken(tmp_path: Path) -> None:
    lines = [f"{digit * 40}:1" for digit in "0123456789ABCDEF"]
    listed = tmp_path / "breached.txt"
    listed.write_text("\n".join(lines))
    assert env.read({"ALONGSIDE_BREACHED_PASSWORDS": str(listed)}).breached_passwords == listed
    for unfit in (lines[::-1], ["short"], [], [*lines, "F" * 300]):
        listed.write_text("\n".join(unfit))
        with pytest.raises(env.EnvironmentRefused, match="is none"):
            env.read({"ALONGSIDE_BREACHED_PASSWORDS": str(listed)})
