"""Tags of pipelines and versions: ``KEY`` or ``KEY=VALUE``. Pure."""

from collections.abc import Iterable, Mapping

from barograph.errors import RequestError

_MOST, _LONGEST = 20, 63


def check_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    """``tags``, if they may be one pipeline's or version's (``ValidateTags`` in ``model/pipeline_tags.go``).

    Raises:
        RequestError: they are too many or too long, or a key has a character that no key has.
    """
    if len(tags) > _MOST:
        raise RequestError(f"{len(tags)} tags are too many; a pipeline or version has up to {_MOST}")
    for key, value in tags.items():
        if not key:
            raise RequestError("a tag needs a key: KEY or KEY=VALUE")
        # Filters write a tag as `tags.KEY`; a database's JSON path can't hold the others.
        if not key.isprintable() or set(key) & set('."\\'):
            raise RequestError(f"the tag {key!r} has a character that no tag's key has, such as '.'; write 1-2 for 1.2")
        if max(len(key), len(value)) > _LONGEST:
            raise RequestError(
                f"the tag {key[:_LONGEST]!r} is too long; key and value have up to {_LONGEST} characters"
            )
        if "\0" in value:
            raise RequestError(f"the tag {key!r} has a value that is no text")
    return tags


def parse_tags(written: Iterable[str]) -> dict[str, str]:
    """Tags from ``KEY`` and ``KEY=VALUE``.

    Raises:
        RequestError: one can't be a tag.
    """
    tags = {key: value for key, _, value in (each.partition("=") for each in written)}
    check_tags(tags)
    return tags
