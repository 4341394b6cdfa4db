"""Makes the three splits of exactly what a fingerprint says that a source holds."""

import errno
import logging
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weather_splits import Photo, SplitWriter

from prep_data.errors import NoSpaceError, SourceChangedError
from prep_data.fingerprint import fingerprint_of, with_content
from prep_data.near_duplicates import NearDuplicates, near_duplicate_groups
from prep_data.photos import ReadPhoto, check_photos, read_photos
from prep_data.report import render_near_duplicates
from prep_data.source import Source, SourceFile, open_source
from prep_data.split import SPLITS, Candidate, Ratios, SplitName, conflicts, split_photos
from prep_data.spool import Slot, Spool

_log = logging.getLogger(__name__)

_PROGRESS_SECONDS = 5.0


@dataclass(frozen=True)
class Snapshot:
    """What was made of a source.

    Attributes:
        source: where the photos came from.
        fingerprint: what the source held.
        seed: what the split was drawn with.
        ratios: the shares that were asked for.
        classes: all classes, sorted.
        counts: photos by split, then by class.
        duplicates: photos whose bytes another photo has too, that one not counted.
        conflicts: names of byte-identical photos that stand in more than one class.
        near_duplicates: photos that look alike though their bytes differ.
        near_duplicates_page: these as an HTML page.
    """

    source: str
    fingerprint: str
    seed: int
    ratios: Ratios
    classes: tuple[str, ...]
    counts: Mapping[SplitName, Mapping[str, int]]
    duplicates: int
    conflicts: tuple[tuple[str, ...], ...]
    near_duplicates: NearDuplicates
    near_duplicates_page: str

    def metrics(self) -> dict[str, float]:
        """Photos in all, by split, and by split and class, such as ``train/rain``; classes; duplicates.

        ``near_duplicates`` are the photos that look like another one though their bytes differ;
        ``near_duplicates_train_test`` the test photos among them that look like one of the training split, and
        ``near_duplicates_train_validation`` the validation photos that do.
        """
        metrics: dict[str, float] = {
            "photos": sum(sum(classes.values()) for classes in self.counts.values()),
            "classes": len(self.classes),
            "duplicates": self.duplicates,
            "near_duplicates": self.near_duplicates.photos(),
            "near_duplicates_train_test": self.near_duplicates.like_train("test"),
            "near_duplicates_train_validation": self.near_duplicates.like_train("validation"),
        }
        for split in SPLITS:
            metrics[split] = sum(self.counts[split].values())
        for split in SPLITS:
            metrics |= {f"{split}/{label}": self.counts[split][label] for label in self.classes}
        return metrics

    def metadata(self, split: SplitName) -> dict[str, Any]:
        """What is written beside a split's artifact.

        Nothing of where the photos came from: that is among the task's parameters, and here it would make the same
        photos from another place another artifact, and train on them anew.
        """
        return {
            "split": split,
            "photos": sum(self.counts[split].values()),
            "photos_by_class": dict(self.counts[split]),
            "classes": list(self.classes),
            "source_duplicates": self.duplicates,
            "random_seed": self.seed,
            "train_ratio": self.ratios.train,
            "val_ratio": self.ratios.validation,
            "test_ratio": self.ratios.test,
            "format": "parquet",
        }


def prepare(
    data_uri: str,
    fingerprint: str,
    ratios: Ratios,
    seed: int,
    directories: Mapping[SplitName, Path],
    group_near_duplicates: bool = False,
) -> Snapshot:
    """Read a source once, check every photo, and write the splits.

    Args:
        data_uri: the source; see ``open_source``.
        fingerprint: what ``fingerprint_source`` said of it.
        ratios: the shares of the splits.
        seed: any number; another one gives another split.
        directories: the folder of each split; none may exist yet. After an error none does.
        group_near_duplicates: whether photos that look alike share a split.

    Raises:
        SourceChangedError: the source is not, or no longer, what the fingerprint says.
        PrepDataError: anything else in its tree.
    """
    source = open_source(data_uri)
    files = source.files()
    labels = {file.label for file in files}
    _log.info("%s holds %s files in %d classes", source.uri, f"{len(files):,}", len(labels))
    try:
        with Spool() as spool:
            photos, slots = _read(source, files, spool)
            _check_unchanged(source, files, photos, fingerprint)
            _warn_of_conflicts(photos)
            groups = near_duplicate_groups(photos)
            splits = split_photos(photos, ratios, seed, groups if group_near_duplicates else ())
            found = NearDuplicates(groups, splits)
            page = render_near_duplicates(found, lambda name: spool.get(slots[name]), group_near_duplicates)
            _write(photos, splits, spool, slots, directories)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            needed = sum(file.size for file in files)
            raise NoSpaceError(
                f"no space left on the disk: the splits of {source.uri} take {needed:,} bytes, and as much again for "
                "a while in the temporary folder (TMPDIR)"
            ) from error
        raise
    return _summary(source.uri, fingerprint, ratios, seed, photos, found, page)


def _read(source: Source, files: Sequence[SourceFile], spool: Spool) -> tuple[list[Candidate], dict[str, Slot]]:
    slots = {}
    photos = []
    for photo in check_photos(source.uri, _with_progress(read_photos(source, files), files), len(files)):
        slots[photo.file.name] = spool.put(photo.image)
        photos.append(Candidate(photo.file.name, photo.file.label, photo.sha256, photo.looks))
    return photos, slots


def _with_progress(photos: Iterator[ReadPhoto], files: Sequence[SourceFile]) -> Iterator[ReadPhoto]:
    begun = told = time.monotonic()
    size = 0
    for number, photo in enumerate(photos, start=1):
        yield photo
        size += len(photo.image)
        now = time.monotonic()
        if now - told >= _PROGRESS_SECONDS or number == len(files):
            told = now
            _log.info(
                "read and checked %s of %s photos, %.1f MB, %.0f photos/s",
                f"{number:,}",
                f"{len(files):,}",
                size / 1e6,
                number / max(now - begun, 1e-9),
            )


def _check_unchanged(
    source: Source, files: Sequence[SourceFile], photos: Sequence[Candidate], fingerprint: str
) -> None:
    read = [with_content(file, photo.sha256) for file, photo in zip(files, photos, strict=True)]
    if fingerprint_of(read) != fingerprint:
        raise SourceChangedError(source.uri, f"it is not what {fingerprint} was taken of")
    if source.files() != files:
        raise SourceChangedError(source.uri, "its listing is no longer the same")


def _warn_of_conflicts(photos: Sequence[Candidate]) -> None:
    for names in conflicts(photos):
        _log.warning("the same photo stands in more than one class, so one of them is wrong: %s", ", ".join(names))


def _write(
    photos: Sequence[Candidate],
    splits: Mapping[str, SplitName],
    spool: Spool,
    slots: Mapping[str, Slot],
    directories: Mapping[SplitName, Path],
) -> None:
    classes = sorted({photo.label for photo in photos})
    try:
        with ExitStack() as stack:
            writers = {
                split: stack.enter_context(SplitWriter(directory, classes)) for split, directory in directories.items()
            }
            for photo in photos:
                image = spool.get(slots[photo.name])
                writers[splits[photo.name]].add(Photo(photo.name, photo.label, image))
    except BaseException:
        # A writer that was done before another one failed leaves a whole split, of which nobody knows.
        for directory in directories.values():
            shutil.rmtree(directory, ignore_errors=True)
        raise


def _summary(
    uri: str,
    fingerprint: str,
    ratios: Ratios,
    seed: int,
    photos: Sequence[Candidate],
    found: NearDuplicates,
    page: str,
) -> Snapshot:
    classes = tuple(sorted({photo.label for photo in photos}))
    count = Counter((found.splits[photo.name], photo.label) for photo in photos)
    snapshot = Snapshot(
        source=uri,
        fingerprint=fingerprint,
        seed=seed,
        ratios=ratios,
        classes=classes,
        counts={split: {label: count[split, label] for label in classes} for split in SPLITS},
        duplicates=len(photos) - len({photo.sha256 for photo in photos}),
        conflicts=tuple(conflicts(photos)),
        near_duplicates=found,
        near_duplicates_page=page,
    )
    for split in SPLITS:
        _log.info("%s: %s photos", split, f"{sum(snapshot.counts[split].values()):,}")
    if snapshot.duplicates:
        _log.info("%s photos are copies of others; copies share a split", f"{snapshot.duplicates:,}")
    if found.groups:
        _log.info(
            "%s photos look like others though their bytes differ; of the test photos %s look like a training photo, "
            "of the validation photos %s; %s in more than one class (see near_duplicates)",
            f"{found.photos():,}",
            f"{found.like_train('test'):,}",
            f"{found.like_train('validation'):,}",
            "1 group stands" if len(found.conflicts()) == 1 else f"{len(found.conflicts()):,} groups stand",
        )
    return snapshot
