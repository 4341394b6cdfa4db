"""Tags: the limits that KFP sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import RequestError
from barograph.registry.tags import check_tags, parse_tags

KEYS = st.text(st.characters(exclude_characters='."\\=', categories=("L", "N", "P", "S")), min_size=1, max_size=63)
TAGS = st.dictionaries(KEYS, st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=63), max_size=20)


@given(TAGS)
def test_tags_are_read_as_they_were_written(tags: dict[str, str]) -> None:
    assert parse_tags(f"{key}={value}" if value else key for key, value in tags.items()) == tags


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({str(number): "" for number in range(21)}, "21 tags are too many"),
        ({"": "x"}, "needs a key"),
        ({"v1.2": ""}, "such as '.'"),
        ({'a"b': ""}, "no tag's key has"),
        ({"a\\b": ""}, "no tag's key has"),
        ({"a\nb": ""}, "no tag's key has"),
        ({"k" * 64: ""}, "too long"),
        ({"k": "v" * 64}, "too long"),
        ({"k": "a\0b"}, "no text"),
    ],
)
def test_what_no_tag_can_be_is_refused(tags: dict[str, str], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        check_tags(tags)
