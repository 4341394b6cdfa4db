"""The report shows the figures and the mistakes, needs nothing else, and can't be written into."""

import re
from html.parser import HTMLParser

import numpy as np
from eval_model.calibration import calibrate
from eval_model.confusions import rank_confusions, show_mistakes
from eval_model.metrics import evaluate
from eval_model.predictions import Prediction
from eval_model.report import RANKED, render_report

NASTY = "<script>alert('&')</script>"
PICTURE = "data:image/jpeg;base64,AAAA"


def page(pairs: list[tuple[int, int]], classes: tuple[str, ...] = ("dew", "rain", "snow"), score: float = 0.9) -> str:
    """The report of photos with such true and predicted classes."""
    true, predicted = np.array(pairs).T
    scores = np.full((len(pairs), len(classes)), (1 - score) / (len(classes) - 1), dtype=np.float32)
    scores[np.arange(len(pairs)), predicted] = score
    figures = evaluate(true, predicted, classes)
    wrong = [
        Prediction(f"photo{row:04d}.jpg", classes[is_], classes[taken], score, 0.05)
        for row, (is_, taken) in enumerate(pairs)
        if is_ != taken
    ]
    confusions = rank_confusions(figures)
    mistakes = show_mistakes(confusions, wrong)
    pictures = {each.name: PICTURE for group in mistakes for each in group.shown}
    return render_report(
        figures, calibrate(scores, true), confusions, mistakes, pictures, {"Network": classes[0]}
    ).replace("\u00a0", " ")


SOME = [(0, 0), (0, 1), (0, 1), (1, 0), (1, 1)]


class Tags(HTMLParser):
    """Collects open tags, and fails on one that is closed in the wrong place."""

    EMPTY = frozenset({"meta", "img", "br", "line", "rect", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def words(html: str) -> str:
    """What a reader sees, in one line."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL).split())


def test_the_page_is_whole() -> None:
    tags = Tags()
    tags.feed(page(SOME))
    assert tags.open == []
    assert tags.seen.count("img") == 3
    assert tags.seen.count("svg") == 1


def test_it_needs_nothing_from_anywhere_else() -> None:
    html = page(SOME)
    assert not re.search(r"https?://|//\w|<script|<link|@import|url\(", html)
    assert all(source.startswith("data:") for source in re.findall(r'src="([^"]*)"', html))


def test_names_are_escaped() -> None:
    html = page(SOME, classes=(NASTY, "rain", "snow"))
    assert NASTY not in html
    assert "&lt;script&gt;" in html


def test_figures_come_with_how_far_they_can_be_relied_on() -> None:
    assert re.search(r"Weighted F1 0\.400 and between 0\.\d{3} and \d\.\d{3} with 95 % confidence", words(page(SOME)))


def test_no_interval_is_made_up_where_there_is_no_mistake() -> None:
    assert "1.000 and how far that holds for other photos can't be told: none of these is wrong" in words(
        page([(0, 0)])
    )
    assert "0.000 and how far that holds for other photos can't be told: all of these are wrong" in words(
        page([(0, 1)])
    )


def test_photos_are_shown_by_confusion_and_those_of_rare_ones_together() -> None:
    text = words(page(SOME))
    assert "dew taken for rain: 2 of 3 is dew (5 %) taken for rain (90 %)" in text
    assert "Confusions that happened once is rain (5 %)" in text


def test_it_says_how_many_mistakes_it_does_not_show() -> None:
    text = words(page([(0, 1)] * 15 + SOME))
    assert "dew taken for rain: 17 of 18 (12 shown)" in text
    assert "5 more are not shown here" in text
    assert "more are not shown" not in words(page(SOME))


def test_only_the_most_frequent_confusions_are_listed_by_name() -> None:
    names = tuple(f"class{number}" for number in range(6))
    every = [(true, taken) for true in range(6) for taken in range(6)]
    text = words(page(every, classes=names))
    assert text.count("1 of 6") == RANKED
    assert f"{30 - RANKED} rarer ones" in text


def test_it_says_so_when_there_are_none() -> None:
    text = words(page([(0, 0), (1, 1)]))
    assert "The photos it got wrong None." in text
    assert "0 were put into the wrong class" in text
    assert "The confusions" not in text


def test_a_class_without_photos_is_shown_as_such() -> None:
    assert "no photos in the test split" in page(SOME)


def test_it_says_in_plain_words_whether_its_percentages_can_be_trusted() -> None:
    too_sure = words(page([(0, 0)] * 20 + [(0, 1)] * 20))
    assert "When it says 90 %, it is right 50 % of the time (20 of the 40 photos" in too_sure
    assert "it is too sure of itself" in too_sure
    assert "more careful than it needs to be" in words(page([(0, 0)] * 60, score=0.6))
    assert "on average they can be taken at their word" in words(page([(0, 0)] * 18 + [(0, 1)] * 2))


def test_it_stays_small_however_many_mistakes_there_are() -> None:
    assert len(page([(0, 1)] * 5000 + [(1, 2)] * 5000)) < 60_000
