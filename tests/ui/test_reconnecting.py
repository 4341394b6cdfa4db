"""Pages that stay open while the server is gone say so, and go on when it is back."""

import os
import signal
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.server.conftest import new_folder, serving
from tests.server.running import begun, resting, start
from tests.ui.conftest import visit


def test_pages_outlive_the_server(browser: Browser, tmp_path: Path, environments: Path) -> None:
    folder, file = new_folder(tmp_path / "workspace", environments), tmp_path / "there"
    with serving(folder) as server, visit(browser, server) as page:
        run = start(server, resting, "outlives the server", file=str(file))
        begun(server, run, "rest")
        page.goto("/runs")
        expect(stream(page)).to_have_text("Live")
        other = page.context.new_page()
        other.goto("/runs")
        expect(stream(other)).to_have_text("Live")

        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        expect(stream(page)).to_have_text("Reconnecting…")
        page.get_by_label("Search runs by name").fill("the server")
        expect(page.get_by_role("alert")).to_contain_text("The server can't be reached.")
        other.get_by_role("link", name="Pipelines").click()
        expect(other.get_by_role("alert")).to_contain_text("It could not be loaded: the server can't be reached")
        other.get_by_role("button", name="Try again").click()
        expect(stream(other)).to_have_text("Reconnecting…")  # the page stays as long as nobody is there

        with serving(folder, "--port", server.url.rpartition(":")[2]) as again:
            expect(stream(page)).to_have_text("Live")
            page.get_by_role("button", name="Try again").click()
            row = page.get_by_role("row", name="outlives the server")
            expect(row).to_contain_text("Running")
            file.touch()
            expect(row).to_contain_text("Succeeded")
            page.get_by_role("button", name="Clear the search").click()
            start(again, resting, "started since", file=str(file))
            expect(page.get_by_role("row", name="started since")).to_contain_text("Succeeded")

            other.get_by_role("button", name="Try again").click()
            expect(other.get_by_text("There is no pipeline yet")).to_be_visible()


def stream(page: Page) -> Locator:
    """Where the page says whether what happens is told to it."""
    return page.get_by_role("banner").get_by_role("status")
