"""A button pressed twice, a form posted twice: one act, and the second time the page says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from referral.enums import Action, HandoverState
from referral.models import Case, CaseEvent, Disclosure, Handover
from tests.e2e.hands import Hands, Mouse, fill, sign_in
from tests.e2e.journey import INTAKE, live_scene
from tests.scenes import Scene, open_case, ready_draft

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(live_server: Any) -> Scene:
    return live_scene("NG", "NE")


@pytest.fixture
def ready(scene: Scene) -> Handover:
    """A draft for which every gate holds."""
    return ready_draft(scene, open_case(scene))


def check_page(handover: Handover) -> str:
    return f"/people/{handover.case.person.public_code}/handover/{handover.reference}/check/"


def seated(scene: Scene, page: Page, seat: str = "NG") -> Hands:
    hands = Mouse(page)
    sign_in(hands, scene.users[seat].email)
    return hands


def sent_once(handover: Handover) -> None:
    handover.refresh_from_db()
    assert handover.state == HandoverState.OFFERED
    assert CaseEvent.objects.filter(case=handover.case, kind=Action.OFFER).count() == 1
    told = Disclosure.objects.filter(handover=handover).values_list("compartment", flat=True)
    assert len(told) == len(set(told)) > 0


@pytest.mark.long
def test_a_double_click_on_the_send_button_sends_once(
    scene: Scene, ready: Handover, new_page: Callable[..., Page]
) -> None:
    page = seated(scene, new_page()).page
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(check_page(ready))
    page.get_by_role("button", name="Send to").dblclick()
    expect(page.get_by_role("heading", name="Sent to")).to_be_visible()
    assert len(posts) == 1
    sent_once(ready)


@pytest.mark.long
def test_two_windows_with_one_form_and_no_script_send_once(
    scene: Scene, ready: Handover, new_page: Callable[..., Page]
) -> None:
    page = seated(scene, new_page(java_script_enabled=False)).page
    page.goto(check_page(ready))
    posted_twice(page.context, page, "Send to")
    sent_once(ready)
    expect(page.get_by_role("heading", name=ready.case.person.code_word)).to_be_visible()
    expect(page.get_by_text("Already recorded.")).to_be_visible()


def posted_twice(context: BrowserContext, page: Page, button: str) -> None:
    """Press the button; the same request has reached the server once before the browser's own, whose answer is shown."""

    def first_by_another_way(route: Route) -> None:
        answer = context.request.fetch(route.request, max_redirects=0)
        assert answer.status == 302
        route.continue_()

    def posts_only(route: Route) -> None:
        (first_by_another_way if route.request.method == "POST" else Route.fallback)(route)

    page.route("**/*", posts_only)
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


@pytest.mark.long
def test_a_case_that_is_opened_twice_is_one_case(scene: Scene, new_page: Callable[..., Page]) -> None:
    hands = seated(scene, new_page(java_script_enabled=False))
    hands.page.goto("/people/new/")
    fill(hands, INTAKE)
    posted_twice(hands.page.context, hands.page, "Open the case")
    expect(hands.page.get_by_role("heading", name="The case is open")).to_be_visible()
    expect(hands.page.get_by_role("status")).to_contain_text("Already recorded.")
    assert Case.objects.count() == 1


@pytest.mark.long
def test_going_back_and_sending_again_changes_nothing(
    scene: Scene, ready: Handover, new_page: Callable[..., Page]
) -> None:
    page = seated(scene, new_page()).page
    page.goto(check_page(ready))
    page.get_by_role("button", name="Send to").click()
    expect(page.get_by_role("heading", name="Sent to")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Send to")).to_have_count(0)
    sent_once(ready)


@pytest.mark.long
def test_acknowledging_twice_is_acknowledging_once(
    scene: Scene, ready: Handover, new_page: Callable[..., Page]
) -> None:
    scene.do("NG", ready, Action.OFFER)
    page = seated(scene, new_page(java_script_enabled=False), "NE").page
    posted_twice(page.context, page, "Acknowledge")
    expect(page.get_by_role("status")).to_contain_text("Already recorded.")
    ready.refresh_from_db()
    assert ready.state == HandoverState.ACKNOWLEDGED
    assert CaseEvent.objects.filter(case=ready.case, kind=Action.ACKNOWLEDGE).count() == 1
