"""Photos that look alike as one HTML page that needs nothing else: no network, no other file, no script."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from jinja2 import Environment, PackageLoader, StrictUndefined

from prep_data.near_duplicates import DISTANCE, Group, NearDuplicates
from prep_data.pictures import Thumbnail, thumbnail
from prep_data.split import SPLITS, Candidate, SplitName

SHOWN_GROUPS = 100
"""Groups that a page shows at most."""

SHOWN_PHOTOS = 6
"""Photos of a group that a page shows at most; it has about 6 KB for each."""

_PLACES: tuple[frozenset[SplitName], ...] = (
    frozenset({"train", "test"}),
    frozenset({"train", "validation"}),
    frozenset({"validation", "test"}),
)


@dataclass(frozen=True)
class ShownPhoto:
    """A photo of a group.

    Attributes:
        name, label, split: the photo's.
        picture: a small picture of it.
    """

    name: str
    label: str
    split: SplitName
    picture: Thumbnail


@dataclass(frozen=True)
class ShownGroup:
    """A group as the page shows it.

    Attributes:
        photos: the first of its photos.
        more: how many others it has.
        distances: the least and the greatest distance between two of the shown whose files differ.
        classes: all of its classes with their numbers of photos, where it has more than one.
    """

    photos: list[ShownPhoto]
    more: int
    distances: tuple[int, int]
    classes: dict[str, int]


@dataclass(frozen=True)
class Section:
    """The groups that stand in the same splits, those of more than one class first.

    Attributes:
        splits: the two splits, as the page names them; an empty text for groups within one split.
        count: how many groups.
        shown: the first of them.
    """

    splits: str
    count: int
    shown: list[ShownGroup]


def render_near_duplicates(found: NearDuplicates, read: Callable[[str], bytes], together: bool) -> str:
    """The page; the same photos always give the same text.

    Args:
        found: what it shows.
        read: gives the bytes of a photo, by name.
        together: whether photos that look alike were made to share a split.
    """
    environment = Environment(
        loader=PackageLoader("prep_data"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sizes = Counter(found.splits.values())
    return environment.get_template("near_duplicates.html.j2").render(
        found=found,
        sections=_sections(found, read),
        distance=DISTANCE,
        photos=len(found.splits),
        sizes={split: sizes[split] for split in SPLITS},
        together=together,
    )


def _sections(found: NearDuplicates, read: Callable[[str], bytes]) -> list[Section]:
    places = {group: _place(found, group) for group in found.groups}
    conflicts = set(found.conflicts())
    ranked = sorted(found.groups, key=lambda group: (places[group], group not in conflicts))
    shown = {group: _shown(found, group, read) for group in ranked[:SHOWN_GROUPS]}
    counts = Counter(places.values())
    return [
        Section(
            " and ".join(split for split in SPLITS if split in _PLACES[place]) if place < len(_PLACES) else "",
            counts[place],
            [shown[group] for group in ranked if group in shown and places[group] == place],
        )
        for place in sorted(counts)
    ]


def _place(found: NearDuplicates, group: Group) -> int:
    """Where a group comes: what spoils a test first."""
    splits = {found.splits[photo.name] for photo in group}
    return next((place for place, pair in enumerate(_PLACES) if pair <= splits), len(_PLACES))


def _shown(found: NearDuplicates, group: Group, read: Callable[[str], bytes]) -> ShownGroup:
    chosen = _chosen(found, group)
    distances = [
        (one.looks ^ other.looks).bit_count()
        for one, other in combinations(chosen, 2)
        if one.looks is not None and other.looks is not None and one.sha256 != other.sha256
    ]
    classes = Counter(photo.label for photo in group)
    return ShownGroup(
        [
            ShownPhoto(photo.name, photo.label, found.splits[photo.name], thumbnail(read(photo.name)))
            for photo in chosen
        ],
        len(group) - len(chosen),
        (min(distances), max(distances)),
        dict(sorted(classes.items())) if len(classes) > 1 else {},
    )


def _chosen(found: NearDuplicates, group: Group) -> list[Candidate]:
    """The photos to show of a group: all of them, or as many different ones of as many splits and classes as fit."""
    left = list(group)
    chosen: list[Candidate] = []
    bytes_seen: Counter[str] = Counter()
    homes_seen: Counter[tuple[SplitName, str]] = Counter()
    while left and len(chosen) < SHOWN_PHOTOS:
        photo = min(
            left,
            key=lambda photo: (bytes_seen[photo.sha256], homes_seen[found.splits[photo.name], photo.label], photo.name),
        )
        left.remove(photo)
        chosen.append(photo)
        bytes_seen[photo.sha256] += 1
        homes_seen[found.splits[photo.name], photo.label] += 1
    return sorted(chosen, key=lambda photo: (SPLITS.index(found.splits[photo.name]), photo.name))
