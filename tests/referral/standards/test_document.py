from pathlib import Path

from referral.standards.document import render
from referral.standards.htcds_table import HEADER

PAGE = Path(__file__).parents[3] / "docs" / "standards.md"


def test_the_page_is_what_the_table_says() -> None:
    stale = "docs/standards.md is stale: python -m referral.standards.document > docs/standards.md"
    assert PAGE.read_text(encoding="utf-8") == render(), stale


def test_the_page_names_every_column_and_the_source() -> None:
    page = render()
    assert all(f"`{name}`" in page for name in HEADER)
    for words in (
        "International Organization for Migration",
        "Creative Commons Attribution 4.0",
        "does not\nendorse",
        "logo is not used",
    ):
        assert words in page
