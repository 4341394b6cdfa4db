"""Why something can't be reached, from below the layers of HTTP libraries. Pure."""

from collections.abc import Iterator


def reason(error: BaseException) -> str:
    """What the system says of it, such as ``Connection refused``; what the error itself says where it says nothing."""
    for each in below(error):
        words = getattr(each, "strerror", None)
        if isinstance(words, str) and words:
            return words
    return str(error).strip().partition("\n")[0][:300] or type(error).__name__


def below(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that it was made of or came of."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        around = (getattr(each, "reason", None), *each.args, each.__cause__, each.__context__)
        waiting += [inner for inner in around if isinstance(inner, BaseException)]
