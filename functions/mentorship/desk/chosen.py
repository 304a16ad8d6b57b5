"""The pairs that a form of many matches has, as they were sent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mentorship.desk.proposals import Written
from mentorship.form.question import Refused
from mentorship.matches.personal_line import LINE

# The field of each pair that is ticked; once a page has shown it, with the revisions of both.
CHOSEN = "propose"
PAIR = re.compile(r"([0-9A-Z]{4}-[0-9A-Z]{4}\.[0-9A-Z]{4}-[0-9A-Z]{4})(?:\.(\d{1,9})\.(\d{1,9}))?")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """
    A pair as it was sent.

    Attributes:
        name: both references, the mentor's first.
        revisions: at which a page showed the two, in the same order; none before one did.
        is_ticked: whether it is to be proposed.
        written: what was typed and ticked about it.

    """

    name: str
    revisions: tuple[int, ...]
    is_ticked: bool
    written: Written

    @property
    def end(self) -> str:
        """What the names and ids of its fields end with."""
        return f":{self.name}"

    def says(self, line: str) -> bool:
        """Tell whether a line is the one that was typed."""
        try:
            return self.written.words == line
        except Refused:
            return False


def chosen(sent: Mapping[str, Sequence[str]]) -> list[Chosen]:
    """Return the pairs that a form has, ticked or not, in its order."""
    ticked = {each[1]: each for text in sent.get(CHOSEN, ()) if (each := PAIR.fullmatch(text))}
    shown = dict.fromkeys([*_shown(sent), *ticked])
    return [
        Chosen(
            name=name,
            revisions=tuple(int(each) for each in ticked[name].groups()[1:] if each)
            if name in ticked
            else (),
            is_ticked=name in ticked,
            written=Written.of(sent, f":{name}"),
        )
        for name in shown
    ]


def _shown(sent: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the pairs that have a personal line, which each has that could be ticked."""
    for field_name in sent:
        kind, _, name = field_name.partition(":")
        if kind == LINE.name and PAIR.fullmatch(name):
            yield name
