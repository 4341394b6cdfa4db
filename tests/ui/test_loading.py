"""A page whose parts don't all arrive is loaded again by itself; if they never do, it says so."""

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.server.conftest import Server
from tests.ui.conftest import visit


@pytest.mark.parametrize("part", ["index-*.js", "jsx-runtime-*.js", "index-*.css"])
def test_a_page_of_which_a_part_is_lost_is_loaded_again(browser: Browser, server: Server, part: str) -> None:
    with visit(browser, server) as page:
        loads = loads_of(page)

        def lose(route: Route) -> None:
            if len(loads) == 1:
                route.abort("connectionreset")
            else:
                route.continue_()

        page.route(f"**/assets/{part}", lose)
        page.goto("/experiments")
        expect(page.get_by_role("heading", name="Experiments", exact=True)).to_be_visible()
        assert loads == [f"{server.url}/experiments"] * 2


def test_a_page_of_which_a_part_never_comes_says_so(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        loads = loads_of(page)
        page.route("**/assets/jsx-runtime-*.js", lambda route: route.abort("connectionreset"))
        page.goto("/experiments")
        expect(page.get_by_text("The server does not give all that this page is made of.")).to_be_visible()
        assert len(loads) == 4


def loads_of(page: Page) -> list[str]:
    """The addresses that the page is loaded from, as it is."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.is_navigation_request():
            found.append(request.url)

    page.on("request", note)
    return found
