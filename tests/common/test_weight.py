"""What a phone must load before it shows a page, compressed. The budget stands in docs/design-system.md."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.conf import settings

from common.static_storage import STYLESHEETS

STATIC = Path(settings.BASE_DIR) / "static"


def compressed(paths: list[Path]) -> int:
    """Bytes of the joined files as the worst-equipped browser gets them."""
    return len(gzip.compress(b"\n".join(path.read_bytes() for path in paths), 9))


@pytest.mark.parametrize(
    ("paths", "budget"),
    [
        ([STATIC / path for path in STYLESHEETS], 12_000),
        (sorted(STATIC.glob("js/*.js")), 3_000),
        ([STATIC / "img/icons.svg"], 5_000),
    ],
    ids=["stylesheet", "scripts", "icons"],
)
def test_each_kind_of_file_keeps_its_budget(paths: list[Path], budget: int) -> None:
    assert paths
    assert compressed(paths) <= budget


def test_every_stylesheet_is_one_of_the_joined_parts() -> None:
    assert {f"css/{path.name}" for path in STATIC.glob("css/*.css")} == set(STYLESHEETS)


@pytest.mark.parametrize("path", sorted(STATIC.glob("css/*.css")), ids=lambda path: path.name)
def test_the_stylesheet_knows_no_left_and_right_and_nothing_too_new(path: Path) -> None:
    import re

    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    physical = (
        r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)|left|right|float)\s*:|text-align:\s*(?:left|right)"
    )
    assert not re.findall(physical, text)
    assert ":has(" not in text
    assert "@container" not in text
    assert "@import" not in text
    assert "&" not in text


def test_only_the_tokens_hold_raw_colours() -> None:
    import re

    allowed = {"#000", "#fff"}
    for name in ("base", "components", "pages"):
        found = set(re.findall(r"#[0-9a-f]{3,8}\b", (STATIC / f"css/{name}.css").read_text()))
        assert found <= allowed, name
