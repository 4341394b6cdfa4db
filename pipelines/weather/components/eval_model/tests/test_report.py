"""The report shows the figures and the mistakes, needs nothing else, and can't be written into."""

import re
from html.parser import HTMLParser

import numpy as np
from eval_model.metrics import evaluate
from eval_model.predictions import Prediction
from eval_model.report import render_report

NASTY = "<script>alert('&')</script>"


def page(mistakes: int = 2, shown: int = 2, classes: tuple[str, ...] = ("dew", "rain", "snow")) -> str:
    figures = evaluate(np.array([0, 0, 1]), np.array([0, 1, 0]), classes)
    wrong = [Prediction(f"rain/{row}.jpg", "dew", "rain", 0.9, 0.05) for row in range(mistakes)]
    pictures = {mistake.name: "data:image/jpeg;base64,AAAA" for mistake in wrong[:shown]}
    return render_report(figures, wrong, pictures, {"Network": classes[0]})


class Tags(HTMLParser):
    """Collects open tags, and fails on one that is closed in the wrong place."""

    EMPTY = frozenset({"meta", "img", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole() -> None:
    tags = Tags()
    tags.feed(page())
    assert tags.open == []
    assert tags.seen.count("table") == 2
    assert tags.seen.count("figure") == 2


def test_it_needs_nothing_from_anywhere_else() -> None:
    html = page()
    assert not re.search(r"https?://|//\w|<script|<link|@import|url\(", html)
    assert all(source.startswith("data:") for source in re.findall(r'src="([^"]*)"', html))


def test_names_are_escaped() -> None:
    html = page(classes=(NASTY, "rain", "snow"))
    assert NASTY not in html
    assert "&lt;script&gt;" in html


def test_it_says_how_many_mistakes_it_does_not_show() -> None:
    assert "3 more are not shown" in page(mistakes=5, shown=2)
    assert "more are not shown" not in page()


def test_it_says_so_when_there_are_none() -> None:
    figures = evaluate(np.array([0, 1]), np.array([0, 1]), ["dew", "rain"])
    html = render_report(figures, [], {}, {})
    assert "None." in html
    assert "0\nwere put into the wrong class" in html


def test_a_class_without_photos_is_shown_as_such() -> None:
    assert "no photos in the test split" in page()
