"""The page of photos that look alike shows the worst first, needs nothing else, and can't be written into."""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from random import Random

import pytest
from prep_data.near_duplicates import NearDuplicates, near_duplicate_groups
from prep_data.report import SHOWN_GROUPS, SHOWN_PHOTOS, render_near_duplicates
from prep_data.split import Candidate, SplitName

Homes = Mapping[str, tuple[SplitName, int]]
"""The split and the hash of photos, by name."""

PAIRS: Homes = {
    "dew/1.jpg": ("train", 0),
    "dew/2.jpg": ("train", 1),
    "hail/1.jpg": ("train", 2**20 - 1),
    "hail/2.jpg": ("validation", 2**20 - 2),
    "rain/1.jpg": ("train", 2**40 - 1),
    "rain/2.jpg": ("test", 2**40 - 2),
    "snow/1.jpg": ("train", 2**60 - 1),
    "rime/1.jpg": ("test", 2**60 - 4),
    "snow/9.jpg": ("train", 2**62 - 2**31),
}
NASTY = "dew/<script>alert('&')</script>.jpg"


@pytest.fixture
def page(make_scene: Callable[..., bytes]) -> Callable[..., str]:
    """Makes the page of photos."""
    picture = make_scene(0, size=(40, 30))

    def make(homes: Homes, together: bool = False) -> str:
        photos = [Candidate(name, name.partition("/")[0], name, looks) for name, (_, looks) in homes.items()]
        found = NearDuplicates(near_duplicate_groups(photos), {name: split for name, (split, _) in homes.items()})
        return render_near_duplicates(found, lambda name: picture, together)

    return make


Page = Callable[..., str]


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


def names(html: str) -> list[str]:
    return re.findall(r'alt="([^"]*)"', html)


def test_the_page_is_whole(page: Page) -> None:
    tags = Tags()
    tags.feed(page(PAIRS))
    assert tags.open == []
    assert (tags.seen.count("section"), tags.seen.count("figure")) == (4, 8)


def test_it_needs_nothing_from_anywhere_else(page: Page) -> None:
    html = page(PAIRS)
    assert not re.search(r"https?://|\s//\w|<script|<link|@import|url\(", html)
    assert all(source.startswith("data:image/jpeg;base64,") for source in re.findall(r'src="([^"]*)"', html))


def test_names_are_escaped(page: Page) -> None:
    html = page({NASTY: ("train", 0), "dew/2.jpg": ("test", 1)})
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_what_spoils_the_test_comes_first_and_wrong_classes_before_the_rest(page: Page) -> None:
    shown = names(page(PAIRS))
    assert shown == [
        *("snow/1.jpg", "rime/1.jpg"),
        *("rain/1.jpg", "rain/2.jpg"),
        *("hail/1.jpg", "hail/2.jpg"),
        *("dew/1.jpg", "dew/2.jpg"),
    ]


def test_a_pair_shows_splits_classes_and_distance(page: Page) -> None:
    html = page({"dew/1.jpg": ("train", 0), "rain/2.jpg": ("test", 7)})
    assert "Distance 3" in html
    assert "Different classes: dew, rain" in html
    assert re.findall(r'<span class="split \w+">(\w+)</span>(\w+)', html) == [("train", "dew"), ("test", "rain")]
    assert '1 <span class="soft">of 1</span>' in html


def test_only_groups_of_different_classes_are_marked(page: Page) -> None:
    assert page(PAIRS).count('class="group conflict"') == 1


def test_a_large_page_is_bounded_and_says_what_it_leaves_out(page: Page) -> None:
    random = Random(0)
    homes: dict[str, tuple[SplitName, int]] = {}
    for number in range(SHOWN_GROUPS + 11):
        looks = random.getrandbits(64)
        split: SplitName = "test" if number < 2 else "train"
        homes |= {f"dew/{number}.jpg": ("train", looks), f"rain/{number}.jpg": (split, looks ^ 1)}
    html = page(homes)
    assert len(names(html)) == 2 * SHOWN_GROUPS
    assert re.findall(r"<h2>(In .*|Within .*)\n.*>(\d+ groups?)<", html) == [
        ("In train and test", "2 groups"),
        ("Within one split", f"{SHOWN_GROUPS + 9} groups"),
    ]
    assert "11 more are not shown" in html


def test_of_a_large_group_different_ones_are_shown(page: Page) -> None:
    group: dict[str, tuple[SplitName, int]] = {f"dew/{number:03d}.jpg": ("train", number) for number in range(100)}
    html = page(group | {"snow/1.jpg": ("train", 0), "dew/test.jpg": ("test", 0)})
    assert len(names(html)) == SHOWN_PHOTOS
    assert {"snow/1.jpg", "dew/test.jpg"} < set(names(html))
    assert "and 96 more" in html
    assert "dew (101), snow" in html


def test_it_says_what_to_do_about_splits_only_where_they_differ(page: Page) -> None:
    assert "Or run again with" in page(PAIRS)
    assert "Or run again with" not in page(PAIRS, together=True)


def test_it_says_so_when_there_are_none(page: Page) -> None:
    html = page({"dew/1.jpg": ("train", 0), "dew/2.jpg": ("test", 2**64 - 1)})
    assert "There is nothing to do." in html
    assert "0 of 2 photos look like another one" in html
