"""Taking a new key into use, being interrupted in it, losing a key, and finding what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common.cipher import Keyring, new_key, read_keys, written
from config import env, secretfiles
from referral.models import FrozenIdentity, Packet, PersonIdentity
from referral.selectors.identity import sent_by, values_of
from referral.services import identity_keys
from tests.factories import make_case
from tests.referral.identities import IDENTITY, TOLD, draft_with_identity, open_identified
from tests.scenes import advance, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(as_owner: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The owner's rights inside the transaction of the test, which another connection would not see into."""
    monkeypatch.setattr(identity_keys, "OWNER", "default")
    with as_owner():
        yield as_owner


def say(*arguments: str) -> str:
    output = StringIO()
    call_command("identity", *arguments, stdout=output, no_color=True)
    return output.getvalue()


def people(count: int) -> list[PersonIdentity]:
    scene = two_countries("NG")
    cases = [make_case(scene.institutions["NG"]) for _n in range(count)]
    return [PersonIdentity.objects.create(person=c.person, name=f"Name {n}") for n, c in enumerate(cases)]


def second_key(settings: Any) -> Keyring:
    """A new key stands before the old one, as during a rotation."""
    settings.IDENTITY_KEYS = Keyring((new_key(), *settings.IDENTITY_KEYS.keys))
    return settings.IDENTITY_KEYS


def under(number: str) -> int:
    return PersonIdentity.objects.filter(key_id=number).count()


def test_after_a_rotation_the_old_key_is_not_needed(settings: Any, request: pytest.FixtureRequest) -> None:
    scene = two_countries("NG", "NE")
    handover = advance(scene, draft_with_identity(scene, open_identified(scene)), "offered")
    digest, revision = Packet.objects.get().digest, PersonIdentity.objects.get().revision
    request.getfixturevalue("owner")
    ring = second_key(settings)
    said = say("rotate")
    assert "2 more rows" in said
    assert f"Every row is under key {ring.current}" in said
    settings.IDENTITY_KEYS = Keyring(ring.keys[:1])
    assert sent_by(handover) == TOLD
    assert values_of(PersonIdentity.objects.get())["contact"] == IDENTITY["contact"]
    assert (Packet.objects.get().digest, PersonIdentity.objects.get().revision) == (digest, revision), (
        "nothing else changed"
    )
    assert "0 more rows" in say("rotate")
    assert f"2 rows under key {ring.current}" in say("check")


def test_a_rotation_that_was_interrupted_goes_on_where_it_stopped(settings: Any, owner: Any) -> None:
    rows = people(7)
    old, ring = settings.IDENTITY_KEYS.current, second_key(settings)

    def stop(done: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        identity_keys.rotate(batch=2, progress=stop)
    assert (under(ring.current), under(old)) == (4, 3)
    assert [row.name for row in PersonIdentity.objects.order_by("pk")] == [row.name for row in rows], (
        "all is read meanwhile"
    )
    assert identity_keys.rotate(batch=2).done == 3
    assert (under(ring.current), under(old)) == (7, 0)
    settings.IDENTITY_KEYS = Keyring(ring.keys[:1])
    assert [row.name for row in PersonIdentity.objects.order_by("pk")] == [f"Name {n}" for n in range(7)]


def test_a_lost_key_is_refused_in_a_sentence_before_anything_is_written(settings: Any, owner: Any) -> None:
    people(2)
    lost = settings.IDENTITY_KEYS.current
    settings.IDENTITY_KEYS = Keyring((new_key(),))
    for action in ("ready", "rotate", "check"):
        with pytest.raises(CommandError, match=f"a key that is not here: {lost}") as refusal:
            say(action)
        assert "\n" not in str(refusal.value)
    assert under(lost) == 2


def test_a_web_process_does_not_start_without_the_key_and_asks_as_itself(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from config import identity_start

    identity_start.refuse_lost_keys()
    people(1)
    settings.IDENTITY_KEYS = Keyring((new_key(),))
    with pytest.raises(SystemExit) as ended:
        identity_start.refuse_lost_keys()
    assert ended.value.code == identity_start.BOOT_ERROR
    assert capsys.readouterr().err.startswith("alongside: Names are encrypted under a key that is not here")


def test_what_was_written_before_there_were_keys_is_encrypted_before_serving(settings: Any, owner: Any) -> None:
    row = people(1)[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referral_personidentity SET key_id = '', name = 'Old Name', birth_date = '2001-02-03', contact = ''"
        )
    assert "Names encrypted: 1." in say("ready")
    found = PersonIdentity.objects.get(pk=row.pk)
    assert values_of(found) == {"name": "Old Name", "birth_date": "2001-02-03"}
    assert found.key_id == settings.IDENTITY_KEYS.current
    assert say("ready") == ""


def test_a_single_name_in_clear_among_encrypted_ones_is_not_taken_for_true(owner: Any) -> None:
    forged, _true = people(2)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referral_personidentity SET key_id = '', name = 'Forged' WHERE person_id = %s", [forged.pk]
        )
    with pytest.raises(CommandError, match=r"1 name\(s\) stand in clear among encrypted ones"):
        say("ready")
    assert under("") == 1


def test_serving_does_not_rotate(settings: Any, owner: Any) -> None:
    people(2)
    old, ring = settings.IDENTITY_KEYS.current, second_key(settings)
    say("ready")
    assert (under(old), under(ring.current)) == (2, 0)


def test_what_was_changed_outside_is_found_named_and_left_alone(settings: Any, owner: Any) -> None:
    one, two = people(2)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referral_personidentity t SET name = s.name FROM referral_personidentity s "
            "WHERE t.person_id = %s AND s.person_id = %s", [two.pk, one.pk],
        )  # fmt: skip
    place = f"person:{two.pk}"
    output = StringIO()
    with pytest.raises(CommandError, match="1 value"):
        call_command("identity", "check", stdout=output, no_color=True)
    assert f"{place}:name" in output.getvalue()
    old, ring = settings.IDENTITY_KEYS.current, second_key(settings)
    with pytest.raises(CommandError, match=r"1 row\(s\) did not open"):
        say("rotate", "--batch", "1")
    assert (under(ring.current), under(old)) == (1, 1)
    assert "Name" not in output.getvalue()


def test_a_new_key_is_one_that_the_variable_takes() -> None:
    line = say("new-key").strip()
    assert written(read_keys(line).keys[0]) == line
    assert line != say("new-key").strip()
    assert env.read({env.IDENTITY_VARIABLE: f"{line},{say('new-key').strip()}"}).identity_keys is not None


class TestTheKeysOfAnInstallation:
    def test_are_made_at_the_first_start_and_stay(self, tmp_path: Path) -> None:
        first = secretfiles.identity_keys(tmp_path, None)
        assert secretfiles.identity_keys(tmp_path, None).keys == first.keys

    def test_are_those_of_the_variable_where_one_is_given(self, tmp_path: Path) -> None:
        given = written(new_key())
        assert secretfiles.identity_keys(tmp_path, given).keys == read_keys(given).keys
        assert not (tmp_path / "secrets").exists()

    def test_a_file_that_was_changed_is_refused_in_a_sentence_that_names_it(self, tmp_path: Path) -> None:
        secretfiles.identity_keys(tmp_path, None)
        path = tmp_path / "secrets" / secretfiles.IDENTITY_FILE
        path.write_text(path.read_text().swapcase())
        with pytest.raises(env.EnvironmentRefused, match=str(path)) as refusal:
            secretfiles.identity_keys(tmp_path, None)
        assert "\n" not in str(refusal.value)
        assert path.read_text().strip()[9:40] not in str(refusal.value)

    def test_a_mistyped_variable_is_refused_in_a_sentence_that_names_it(self) -> None:
        line = written(new_key())
        for wrong in ("secret", line[:-3], line.swapcase(), f"{line},{line}"):
            with pytest.raises(env.EnvironmentRefused, match=env.IDENTITY_VARIABLE) as refusal:
                env.read({env.IDENTITY_VARIABLE: wrong})
            assert "\n" not in str(refusal.value)
            assert line[9:40] not in str(refusal.value)

    def test_a_worker_is_given_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from config.settings.installation import settings_of

        monkeypatch.setenv(env.IDENTITY_VARIABLE, written(new_key()))
        found = {kind: env.for_child(kind).get(env.IDENTITY_VARIABLE) for kind in ("web", "worker", "command")}
        assert (found["worker"], bool(found["web"]), bool(found["command"])) == (None, True, True)
        for kind, given in (("web", True), ("command", True), ("worker", False)):
            read = env.read({"ALONGSIDE_DATA": str(tmp_path), "ALONGSIDE_PROCESS": kind})
            assert (settings_of(read)["IDENTITY_KEYS"] is not None) is given


def test_the_copy_in_a_packet_cannot_be_changed_by_the_web_role() -> None:
    from django.db import transaction
    from django.db.utils import ProgrammingError

    scene = two_countries("NG", "NE")
    advance(scene, draft_with_identity(scene, open_identified(scene)), "offered")
    for statement in ("UPDATE {} SET name = ''", "DELETE FROM {}"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(FrozenIdentity._meta.db_table))
