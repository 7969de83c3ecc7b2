"""What no template and no stylesheet contains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.env import PROJECT
from tests.architecture.sources import relative, templates

INLINE = {
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE),
    "another origin": re.compile(r"\b(?:src|action)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off"),
    "the word victim": re.compile(r"\bvictims?\b", re.IGNORECASE),
}
PHYSICAL = re.compile(
    r"(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right)\b|left\s*:|right\s*:|text-align\s*:\s*(?:left|right)|float\s*:\s*(?:left|right))"
)


# Help texts are ours, may hold a link, and never hold what a person typed.
TRUSTED = {"unescaped text": "bootstrap5"}


def found(what: str, path: Path) -> list[str]:
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return INLINE[what].findall(text)


@pytest.mark.parametrize("what", sorted(INLINE))
def test_no_template_contains_it(what: str) -> None:
    looked_at = [path for path in templates() if TRUSTED.get(what) not in path.parts]
    assert {relative(path): hits for path in looked_at if (hits := found(what, path))} == {}


def test_layout_has_no_left_and_no_right() -> None:
    def physical(path: Path) -> list[str]:
        return PHYSICAL.findall(re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))

    sheets = sorted((PROJECT / "static").rglob("*.css"))
    assert {relative(path): hits for path in sheets if (hits := physical(path))} == {}
