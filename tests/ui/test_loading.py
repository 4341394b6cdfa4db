"""A page whose parts don't all arrive is loaded again by itself; if they never do, it says so."""

from collections import Counter

import pytest
from playwright.sync_api import Browser, Request, Route, expect

from tests.server.conftest import Server
from tests.ui.conftest import visit


@pytest.mark.parametrize("part", ["index-*.js", "jsx-runtime-*.js", "index-*.css"])
def test_a_page_of_which_a_part_is_lost_is_loaded_again(browser: Browser, server: Server, part: str) -> None:
    with visit(browser, server) as page:
        pages = Counter[str]()

        def lose(route: Route) -> None:
            if pages.total() == 1:
                route.abort("connectionreset")
            else:
                route.continue_()

        page.on("request", lambda request: pages.update([request.url] * request.is_navigation_request()))
        page.route(f"**/assets/{part}", lose)
        page.goto("/experiments")
        expect(page.get_by_role("heading", name="Experiments", exact=True)).to_be_visible()
        assert pages == {f"{server.url}/experiments": 2}


def test_a_page_of_which_a_part_never_comes_says_so(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        pages: list[Request] = []
        page.on("request", lambda request: pages.extend([request] * request.is_navigation_request()))
        page.route("**/assets/jsx-runtime-*.js", lambda route: route.abort("connectionreset"))
        page.goto("/experiments")
        expect(page.get_by_text("The server does not give all that this page is made of.")).to_be_visible()
        assert len(pages) == 4
