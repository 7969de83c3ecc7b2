"""A code of somebody else's, typed where codes are typed, is answered like a code that nobody has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote_plus

import pytest

from accounts.session_store import row_key
from referral.enums import Role
from tests.assurance.knocking import Knocker
from tests.assurance.stage import Stage, undone
from tests.assurance.test_fields import NOBODYS, OWN, alike
from tests.assurance.two_worlds.walks import TOKEN
from tests.factories import make_user
from tests.fixtures.figures import counted
from tests.scenes import open_case

pytestmark = pytest.mark.long

MASKED = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
"""Keys of forms and rows."""
ANSWERS = {
    "referral:request_new": {"kind": "presence", "reason": "She came to us.", "submission": "7" * 32},
    "referral:glass_new": {"reason": "She bleeds.", "submission": "7" * 32},
}
"""What else is sent where a code is posted."""
CODE, WORD = "public_code", "code_word"


def looks(stage: Stage) -> Iterator[tuple[str, str, Role, str, list[str]]]:
    """Name of the address, standing, role, parameter, and codes of people of another country and of another registry."""
    abroad, away = open_case(stage.scene, "MR").person, stage.cases["elsewhere"].person
    both, far = [abroad, away], [away]
    for name, label, role, field, people, spellings in (
        ("referral:request_new", "receiver", Role.FOCAL_POINT, "code", both, (CODE, WORD)),
        ("referral:glass_new", "receiver", Role.CASE_MANAGER, "code", both, (CODE, WORD)),
        ("referral:people", "holder", Role.FOCAL_POINT, "q", both, (CODE, WORD)),
        ("referral:people", "receiver", Role.DEPUTY, "q", both, (CODE, WORD)),
        ("referral:people", "provider", Role.CASE_MANAGER, "q", both, (CODE, WORD)),
        ("referral:audit", "same country", Role.DATA_PROTECTION, "person", far, (CODE, WORD)),
    ):
        yield name, label, role, field, [getattr(person, spelling) for person in people for spelling in spellings]


def test_a_code_of_others_is_answered_like_a_code_of_nobody(stage: Stage, door: Knocker, all_alike: None) -> None:
    """The answer, the page that follows on it, and the list of what one asked: byte for byte, but for the code itself."""
    typed = list(looks(stage))
    wrong, number, again = [], 0, alike()
    for name, label, role, field, values in typed:
        session, path = stage.session(label, role), stage.address(name, label)

        def told(value: str, name: str = name, session: str = session, path: str = path, field: str = field) -> str:
            with undone():
                again()
                if name in ANSWERS:
                    heard = door.knock(session, "POST", path, ANSWERS[name] | {field: value})
                    assert heard.status == 302, heard.body
                    said = [
                        heard.location,
                        *(door.knock(session, "GET", to).body.decode() for to in (heard.location, "/inbox/")),
                    ]
                else:
                    heard = door.knock(session, "GET", f"{path}?{field}={quote_plus(value)}")
                    assert heard.status == 200
                    said = [heard.body.decode()]
            text = MASKED.sub("", TOKEN.sub("", "\n".join(said)))
            return text.replace(quote_plus(value), "typed").replace(value, "typed")

        nobodys = told(NOBODYS)
        for value in values:
            number += 1
            if told(value) != nobodys:
                wrong.append(f"{name} tells {label}: {role} that {value} is somebody's")
    assert not wrong, "\n".join(wrong)
    assert number >= 22
    counted("codes of others", typed=number)


def test_nobody_ends_a_session_of_somebody_else(stage: Stage, door: Knocker) -> None:
    one, other = (stage.sign_in(make_user(email)) for email in (OWN, "other@example.org"))
    second = stage.sign_in(type(stage.scene.users["NG"]).objects.get(email=OWN))
    for session, ends in ((other, False), (second, True)):
        with undone():
            door.knock(one, "POST", "/account/sessions/end-one/", {"device": row_key(session)})
            assert (door.knock(session, "GET", "/account/").status == 302) is ends
