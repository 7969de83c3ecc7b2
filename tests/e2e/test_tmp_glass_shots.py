import pytest
from tests.e2e.world import prepared, routes
from tests.e2e.pages import FIRST, FURTHER
from axe_playwright_python.sync_playwright import Axe
from tests.fixtures.browser import WCAG
pytestmark = pytest.mark.browser

@pytest.fixture
def world(live_server, transactional_db):
    return prepared()

def test_shots(world, live_server, new_page, settings):
    page = new_page()
    looks = [l for l in (*FIRST, *FURTHER) if any(w in l.name for w in ("glass","sealed","audit","overdue")) or l.key == "glass"]
    bad = []
    for look in looks:
        page.context.clear_cookies()
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": world.session(look.seat), "url": live_server.url}])
        for width in (1200, 320):
            page.set_viewport_size({"width": width, "height": 900})
            r = page.goto(live_server.url + look.address(world))
            name = look.name.split(":")[1] + "-" + str(look.seat) + look.query.replace("?","-").replace("=","-")
            page.screenshot(path=f"/tmp/glass_shots/{name}-{width}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth")
            found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
            bad.append((look.title, width, r.status, wide, [(v["id"], v["nodes"][0]["html"][:120]) for v in found]))
    for b in bad: print(b)
