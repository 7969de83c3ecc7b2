"""The gallery of components in Chromium: axe, widths, both directions, keyboard, with and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.gallery.urls")]

PAGES = ("/gallery/", "/gallery/errors/", "/gallery/broken/404/", "/gallery/broken/500/")

# WCAG 1.4.12: what a reader may set without anything being cut off.
TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-block-end: 2em !important }
"""
TARGETS = ".btn, .form-control, .form-select, .form-check, .tabs a, .pagination a, .menu summary, .foot button"


@pytest.fixture
def gallery(new_page: Callable[..., Page], settings: Any) -> Callable[..., Page]:
    """Opens a page of the gallery: `gallery("/gallery/", width=320, language="ar", script=False)`."""
    own = settings.BASE_DIR / "tests" / "gallery" / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], own]}]

    def opened(
        path: str = "/gallery/",
        *,
        width: int = 1200,
        language: str = "en-GB",
        script: bool = True,
        still: bool = False,
        **options: Any,
    ) -> Page:
        viewport = {"width": width, "height": 800}
        page = new_page(viewport=viewport, locale=language, java_script_enabled=script, **options)
        if still:
            page.clock.install()
        page.goto(path)
        return page

    return opened


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.long
@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("language", ["en-GB", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(
    gallery: Any, axe: Any, path: str, language: str, width: int
) -> None:
    page = gallery(path, width=width, language=language)
    axe(page)
    assert sideways(page) == 0


@pytest.mark.long
def test_the_opened_phone_menu_is_free_of_faults_too(gallery: Any, axe: Any) -> None:
    page = gallery(width=320)
    page.locator(".menu summary").click()
    axe(page)


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 640, 768, 960, 1024])
def test_no_width_between_phone_and_desk_scrolls_sideways(gallery: Any, width: int) -> None:
    assert sideways(gallery(width=width)) == 0


@pytest.mark.long
def test_wider_text_spacing_cuts_nothing_off(gallery: Any) -> None:
    page = gallery(width=320, bypass_csp=True)
    page.add_style_tag(content=TEXT_SPACING)
    assert sideways(page) == 0
    cut = "[...document.querySelectorAll('.item, .btn, .tag, .card')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert page.evaluate(cut) == 0


@pytest.mark.long
def test_icons_are_drawn_from_the_one_sprite(gallery: Any) -> None:
    page = gallery()
    page.wait_for_load_state("networkidle")
    drawn = page.evaluate(
        "[...document.querySelectorAll('svg.icon use')].every(u => u.getBoundingClientRect().width > 0 || !u.checkVisibility())"
    )
    assert drawn is True
    wanted = page.evaluate("[...new Set([...document.querySelectorAll('use')].map(u => u.getAttribute('href')))]")
    sprite = page.evaluate("fetch('/static/img/icons.svg').then(answer => answer.text())")
    assert all(f'id="{href.split("#")[1]}"' in sprite for href in wanted)


@pytest.mark.long
def test_the_error_summary_has_the_focus_and_its_links_lead_to_the_controls(gallery: Any) -> None:
    page = gallery("/gallery/errors/")
    expect(page).to_have_title("Error: Gallery · Alongside")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Choose a decision").click()
    expect(page.locator("#id_decision_0")).to_be_focused()
    page.get_by_role("link", name="Enter a date that exists").click()
    expect(page.locator("#id_arrives_0")).to_be_focused()


@pytest.mark.long
def test_the_error_summary_has_the_focus_without_a_script_too(gallery: Any) -> None:
    page = gallery("/gallery/errors/", script=False)
    expect(page.locator(".error-summary")).to_be_focused()


@pytest.mark.long
def test_a_question_opens_under_its_answer(gallery: Any) -> None:
    page = gallery()
    question = page.get_by_label("What do you need to know?")
    expect(question).to_be_hidden()
    page.get_by_label("Ask a question first").check()
    expect(question).to_be_visible()
    page.get_by_label("Decline: cannot receive now").check()
    expect(question).to_be_hidden()


@pytest.mark.long
def test_without_a_script_every_question_is_there_and_no_dead_button(gallery: Any) -> None:
    page = gallery(script=False)
    expect(page.get_by_label("What do you need to know?")).to_be_visible()
    expect(page.locator("[data-print]")).to_be_hidden()


@pytest.mark.long
def test_the_phone_menu_opens_by_keyboard_without_a_script(gallery: Any) -> None:
    page = gallery(width=320, script=False)
    link = page.locator(".menu").get_by_role("link", name="Directory")
    expect(link).to_be_hidden()
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()


@pytest.mark.long
def test_the_first_tab_stop_leads_to_the_content(gallery: Any) -> None:
    page = gallery()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.long
def test_an_inbox_item_is_one_link_that_covers_the_whole_item(gallery: Any) -> None:
    page = gallery(width=320)
    item = page.locator(".item").first
    assert item.locator("a").count() == 1
    box = item.bounding_box()
    hit = "([x, y]) => document.elementFromPoint(x, y)?.closest('a') !== null"
    item.scroll_into_view_if_needed()
    box = item.bounding_box()
    assert page.evaluate(hit, [box["x"] + box["width"] - 20, box["y"] + box["height"] - 10])
    assert item.get_by_role("link").inner_text().startswith("Decide")


@pytest.mark.long
def test_buttons_and_fields_are_large_enough_for_a_thumb(gallery: Any) -> None:
    page = gallery(width=320)
    heights = page.evaluate(
        "targets => [...document.querySelectorAll(targets)].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect().height)",
        TARGETS,
    )
    assert len(heights) > 20
    assert min(heights) >= 44


@pytest.mark.long
def test_news_fill_the_status_line_and_move_nothing_else(gallery: Any) -> None:
    page = gallery(still=True)
    before = page.locator(".item").first.bounding_box()
    page.clock.run_for(10_500)
    expect(page.locator(".status-line")).to_contain_text("2 new things.")
    assert page.locator(".item").first.bounding_box() == before


@pytest.mark.long
def test_unchanged_news_leave_the_line_as_it_is(gallery: Any) -> None:
    page = gallery(still=True)
    page.clock.run_for(10_500)
    line = page.locator(".status-line")
    expect(line).to_contain_text("2 new things.")
    with page.expect_response("**/gallery/poll/?v=2") as answer:
        page.clock.run_for(10_500)
    assert answer.value.status == 204
    expect(line).to_contain_text("2 new things.")


def test_a_form_pressed_twice_is_sent_once(gallery: Any) -> None:
    sent: list[str] = []

    def stay(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)  # keeps the page, as while a slow server works

    page = gallery()
    page.route("**/gallery/", stay)
    button = page.get_by_role("button", name="Send the decision to Mali")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    page.wait_for_timeout(300)
    assert sent == ["POST"]
