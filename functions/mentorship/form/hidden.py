"""What a form sends that no one types: a trap for bots, when it was opened, its version."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from mentorship.form.question import Answer, Need, Question, Refused, tidy


@dataclass(frozen=True, kw_only=True)
class Trap(Question):
    """A box that people do not see and bots fill in; it is never stored."""

    kind: ClassVar[str] = "trap"
    need: Need = Need.OPTIONAL
    stored: bool = False

    def parse(self, given: Sequence[str]) -> Answer:
        """Tell whether the trap was filled in."""
        return True if any(map(tidy, given)) else None


@dataclass(frozen=True, kw_only=True)
class FormVersion(Question):
    """Which version of the form a page showed, for a page may have been open since an older one."""

    kind: ClassVar[str] = "version"
    need: Need = Need.OPTIONAL
    stored: bool = False
    current: int
    understood: tuple[int, ...] = field(default=())

    def parse(self, given: Sequence[str]) -> Answer:
        """Take a version that is understood; without one, the current version is meant."""
        text = self.one(given) or str(self.current)
        if text not in map(str, (self.current, *self.understood)):
            raise Refused("This page is out of date; load it again and send your answers once more")
        return text


@dataclass(frozen=True, kw_only=True)
class Stamp(Question):
    """When the form was opened, as the server signed it; only a page with JavaScript has one."""

    kind: ClassVar[str] = "stamp"
    need: Need = Need.OPTIONAL
    stored: bool = False

    def parse(self, given: Sequence[str]) -> Answer:
        """Take it as it is: whether it is genuine is checked where the keys are."""
        return next((text for text in map(tidy, given) if text), None)
