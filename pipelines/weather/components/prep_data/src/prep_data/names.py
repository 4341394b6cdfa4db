"""Which names a file of a source may have, and what a name says. Pure."""

import unicodedata
from collections.abc import Sequence

from prep_data.errors import SourceError

_LITTER = frozenset(
    {
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "icon\r",
        "__macosx",
        "@eadir",
        "$recycle.bin",
        "system volume information",
        "lost+found",
    }
)


def is_litter(part: str) -> bool:
    """Whether a file or folder name is hidden, or is what operating systems leave behind; such are not looked at."""
    return (part.startswith(".") and part not in (".", "..")) or part.casefold() in _LITTER


def is_wanted(name: str) -> bool:
    """Whether no part of a path is litter."""
    return not any(is_litter(part) for part in name.split("/"))


def label_of(name: str) -> str:
    """The class of a photo: the first folder of its path below the source."""
    return name.partition("/")[0]


def check_name(uri: str, name: str) -> None:
    """Check that a path below the source, with forward slashes, is one on every system and stays below the source.

    Raises:
        SourceError: it is absolute, has an empty, ``.`` or ``..`` part, a backslash or a control character, or is
            no valid Unicode.
    """
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise SourceError(f"{uri}: the name {name!r} leads out of the source or has an empty part; rename it")
    if "\\" in name or any(unicodedata.category(character) == "Cc" for character in name):
        raise SourceError(f"{uri}: the name {name!r} has a backslash or a control character in it; rename it")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise SourceError(f"{uri}: the name {name!r} is not valid Unicode; rename it") from None


def check_classes(uri: str, names: Sequence[str], folders: Sequence[str] = ()) -> None:
    """Check that files lie in class folders, and in more than one.

    Args:
        uri: the source, for messages.
        names: paths of all files below the source, sorted.
        folders: the folders directly below the source, where the source has such a thing as an empty folder.

    Raises:
        SourceError: there is no file, a file lies in no class folder, a class folder is empty, or there is only
            one class.
    """
    if not names and not folders:
        raise SourceError(f"{uri} is empty; it must hold one folder of photos for each class, such as rain/ and snow/")
    loose = [name for name in names if "/" not in name]
    if loose:
        others = f" (and {len(loose) - 1:,} more)" if len(loose) > 1 else ""
        hint = (
            "it holds no class folder; is it one itself? Then give the folder above it"
            if len(loose) == len(names) and not folders
            else f"move it into the folder of its class, such as rain/{loose[0]}, or out of the source"
        )
        raise SourceError(f"{uri}: {loose[0]!r}{others} lies directly in the source: {hint}")
    labels = sorted({label_of(name) for name in names})
    empty = sorted(set(folders) - set(labels))
    if empty:
        raise SourceError(f"{uri}: class folder {empty[0]!r} has no photo in it; add photos or remove the folder")
    if len(labels) < 2:
        raise SourceError(
            f"{uri}: {labels[0]!r} is its only class; at least two are needed, each a folder directly below the "
            "source (if that is the folder that holds the classes, give its path)"
        )
