"""What axe finds on each screen, in light and in dark."""

import re

from playwright.sync_api import Page, expect

from tests.ui.conftest import ROOT
from tests.ui.story import Story

AXE = (ROOT / "web/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
SERIOUS = ("serious", "critical")
STILL = "const still = new CSSStyleSheet(); still.replaceSync('* { transition: none !important }');"
"""A colour that is on its way to another one is neither."""


def screens(story: Story, pair: tuple[str, str]) -> dict[str, str]:
    """The address of each screen, by its name."""
    run = story.run
    matrix = story.artifact("eval-model", "confusion_matrix")
    return {
        "home": "/",
        "runs": "/runs",
        "no runs": "/runs?q=nothing-is-called-that",
        "graph": f"/runs/{run}",
        "task": f"/runs/{run}?node=eval-model",
        "log": f"/runs/{run}?node=eval-model&panel=log",
        "cache": f"/runs/{run}?node=eval-model&panel=cache",
        "matrix": f"/runs/{run}?node=eval-model:confusion_matrix&cell=0,1",
        "report": f"/runs/{run}?node=eval-model:report",
        "timeline": f"/runs/{run}?tab=timeline",
        "tasks": f"/runs/{run}?tab=tasks",
        "metrics": f"/runs/{run}?tab=metrics",
        "artifacts of a run": f"/runs/{run}?tab=artifacts",
        "details": f"/runs/{run}?tab=details",
        "compare": f"/compare?runs={','.join(pair)}",
        "pipelines": "/pipelines",
        "pipeline": f"/pipelines/{story.pipeline}",
        "yaml": f"/pipelines/{story.pipeline}?tab=yaml",
        "new run": f"/runs/new?pipeline={story.pipeline}",
        "experiments": "/experiments",
        "experiment": f"/experiments/{story.experiment}",
        "recurring runs": "/recurring-runs",
        "recurring run": f"/recurring-runs/{story.recurring_run}",
        "artifacts": "/artifacts",
        "artifact": f"/artifacts/{matrix}",
        "lineage": f"/artifacts/{matrix}?tab=lineage",
        "no such page": "/nothing",
    }


def test_no_screen_has_a_serious_fault_in_light_or_in_dark(page: Page, story: Story, pair: tuple[str, str]) -> None:
    page.add_init_script(f"{AXE}; {STILL} document.adoptedStyleSheets = [still];")
    faults = {}
    for name, address in screens(story, pair).items():
        page.emulate_media(color_scheme="light")
        page.goto(address)
        settled(page)
        faults[f"{name}, light"] = serious_faults(page)
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
        faults[f"{name}, dark"] = serious_faults(page, "color-contrast")  # all else is the same
    told = [f"{name}: {each}" for name, found in faults.items() for each in found]
    assert not told, "\n".join(told)


def settled(page: Page) -> None:
    """Wait until a screen shows what it is for."""
    expect(page.locator("main h1, main h2").first).to_be_visible()
    expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
    expect(page.get_by_text(re.compile("^Drawing"))).to_have_count(0)


def serious_faults(page: Page, *rules: str) -> list[str]:
    """What axe finds serious, as its rule and where; by these rules alone, if any are named."""
    options = {"iframes": False, "resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '').splitlines()[-1].strip()}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def test_axe_itself_finds_faults(page: Page) -> None:
    page.set_content("<main><h1>x</h1><img src='data:,'><button></button><p style='color: #eee'>pale</p></main>")
    page.evaluate(AXE)
    assert any(fault.startswith("button-name") for fault in serious_faults(page))
    assert any(fault.startswith("color-contrast") for fault in serious_faults(page, "color-contrast"))
