"""A letter that is about to be sent, and what its words are looked up from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mentorship.applications.application import Application
from mentorship.applications.conflicts import Viewer
from mentorship.applications.shown import ShownApplication
from mentorship.applications.status import Status, Trait
from mentorship.form.question import Audience, Role
from mentorship.letters.letter import Letter
from mentorship.mail.readers import concerns_any, seen_by_all
from mentorship.matches.match import OTHER, Match
from mentorship.services import Services

Values = dict[str, Any]


@dataclass(frozen=True)
class Several:
    """
    Some applications.

    Attributes:
        number: how many there were when the letter was written.
        found: what coordinators may read of those that it lists, and that are still what it says.
        more: how many there were besides those that it lists.

    """

    number: int
    found: list[ShownApplication]
    more: int


@dataclass(frozen=True)
class Sides:
    """A match that a letter is about, and both applications; `None` is one that is gone."""

    match: Match
    applications: Mapping[Role, Application | None]

    @property
    def there(self) -> list[Application]:
        """Those applications that are there."""
        return [each for each in self.applications.values() if each]

    def other_of(self, application_id: str) -> Application | None:
        """Return the application of the other side, if it is there."""
        role = self.match.role_of(application_id)
        return self.applications[OTHER[role]] if role else None


@dataclass(frozen=True)
class Draft:
    """A letter to be sent, what it is about, and the coordinators who will read it."""

    letter: Letter
    application: Application | None
    services: Services
    now: datetime
    viewers: Sequence[Viewer] = ()
    sides: Sides | None = None

    def fact(self, name: str) -> str:
        """Return a fact of the letter as text, "" if it has none of that name."""
        return str(self.letter.facts.get(name, ""))

    def several(self, number: str, ids: str, trait: Trait) -> Several:
        """
        Return the applications that the letter names and whose status still has a *trait*.

        Args:
            number: the fact that says how many there were.
            ids: the fact that has the ids of the first ones.
            trait: what makes them still what the letter says.

        """
        listed = self.fact(ids).split()
        found = [
            self.shown(each) for each in self.listed(ids) if each.status in Status.those(trait)
        ]
        counted = int(self.fact(number))
        return Several(counted, found, counted - len(listed))

    def listed(self, ids: str) -> list[Application]:
        """Return the applications whose ids are in a fact, if they are there."""
        store = self.services.store
        stored = (store.application(each, now=self.now) for each in self.fact(ids).split())
        return [each for each in stored if each]

    def named(self, application_id: str) -> ShownApplication | None:
        """Return an application, if it is there and has a name."""
        store = self.services.store
        found = store.application(application_id, now=self.now) if application_id else None
        return self.shown(found) if found and found.answers else None

    def is_about_a_reader(self, letter: Letter) -> bool:
        """Tell whether a letter is about a reader's application, or about someone they know."""
        store = self.services.store
        named = letter.listed_with
        about = store.application(named, now=self.now) if named else None
        return about is not None and concerns_any(about, self.viewers)

    def shown(self, application: Application) -> ShownApplication:
        """Return what all coordinators who will read the letter may read of an application."""
        return self.services.renderer.application(self.seen(application), Audience.COORDINATOR)

    def seen(self, application: Application) -> Application:
        """Return an application without what any coordinator who will read the letter may not."""
        return seen_by_all(application, self.viewers)

    @property
    def days(self) -> Callable[[ShownApplication], int]:
        """How many days someone has waited."""
        today, local = self.today, self.services.program.local
        return lambda application: (today - local(application.waiting_since).date()).days

    def end(self, application: Application) -> date | None:
        """Return the day on which someone will be deleted, if they were warned of it."""
        until = application.kept_until if application.is_leaving else None
        return self._day(until) if until else None

    @property
    def today(self) -> date:
        """The present date, in the program's own zone."""
        return self._day(self.now)

    def _day(self, when: datetime) -> date:
        return self.services.program.local(when).date()
