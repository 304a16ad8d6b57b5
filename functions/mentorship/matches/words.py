"""Counts and lists within the sentences about matches."""

from collections.abc import Sequence


def counted(number: int, what: str) -> str:
    """Return a number of something in words."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def points(number: int) -> str:
    """Return a number of points in words."""
    return ("−" if number < 0 else "") + counted(abs(number), "point")


def in_all(less: int) -> str:
    """Return how much less all matches are worth, as a sentence."""
    if not less:
        return "All in all, that’s just as good."
    return f"That’s {points(abs(less))} {'less' if less > 0 else 'more'} in all."


def listed(texts: Sequence[str], last: str = "and") -> str:
    """Return some texts as a list within a sentence."""
    if len(texts) <= 2:
        return f" {last} ".join(texts)
    return f"{', '.join(texts[:-1])}, {last} {texts[-1]}"
