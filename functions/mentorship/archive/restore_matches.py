"""
Which matches of a backup come back, and which ones its applications still name.

A match that is open or running comes back only along with both of its applications, each of which
names it: one that neither finds would wait, or run, for good. So an application comes back naming
only matches that take a place once all is done.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.archive.backup import Backup
from mentorship.change import forgotten_mark_id
from mentorship.matches.match import Match
from mentorship.matches.pair import Pair
from mentorship.store import application_records, match_records
from mentorship.store.records import APPLICATIONS, MATCHES, type_of

if TYPE_CHECKING:
    from mentorship.store.store import Store


@dataclass(frozen=True, kw_only=True)
class MatchesSeen:
    """
    What becomes of matches.

    Attributes:
        forgotten: the ids of those of people who were forgotten, and of what lies between them and
            others.
        unnamed: the ids of those that were open or running, and that someone in them left since.
        live: the ids of those that applications in the backup name, and that take a place.

    """

    forgotten: frozenset[str]
    unnamed: frozenset[str]
    live: frozenset[str]

    def naming(self, application: Application) -> Application:
        """Return an application as it comes back: in no match that does not."""
        left = tuple(each for each in application.open_matches if each in self.live)
        waits = application.status.traits.is_matched and not left
        status = Status.WAITING if waits else application.status
        return replace(application, open_matches=left, status=status)


def look_at_matches(
    backup: Backup,
    store: "Store",
    *,
    there: Mapping[str, set[str]],
    gone: set[str],
    forgotten_at: Mapping[str, datetime],
    comes_back: Callable[[Application], bool],
) -> MatchesSeen:
    """
    Return what becomes of the matches in a backup.

    Args:
        backup: what was read.
        store: what is there.
        there: the ids that each table has.
        gone: the ids of the applications that were forgotten.
        forgotten_at: when something was forgotten, by the ids of marks.
        comes_back: tells whether an application in the backup comes back.

    """
    naming: dict[str, set[str]] = defaultdict(set)
    open_ones: dict[str, set[str]] = {}
    forgotten = set[str]()
    for table, _, record, _ in backup.lines():
        kind = type_of(table, record["id"])
        if kind is Application:
            application = application_records.read_application(record)
            if application.open_matches and comes_back(application):
                for each in application.open_matches:
                    naming[each].add(application.id)
        elif kind is Match:
            match = match_records.read_match(record)
            parties = {party.application for party in match.parties.values()}
            if gone & parties:
                forgotten.add(match.id)
            elif match.state.takes_a_place and match.id not in there[MATCHES]:
                open_ones[match.id] = parties
        elif kind is Pair and _is_forgotten(match_records.read_pair(record), forgotten_at):
            forgotten.add(record["id"])
    unnamed = {
        each
        for each, parties in open_ones.items()
        if not parties <= naming[each] | _naming(each, parties & there[APPLICATIONS], store)
    }
    live = {*open_ones} - unnamed | _taking_a_place(naming.keys() & there[MATCHES], store)
    return MatchesSeen(
        forgotten=frozenset(forgotten), unnamed=frozenset(unnamed), live=frozenset(live)
    )


def _is_forgotten(pair: Pair, forgotten_at: Mapping[str, datetime]) -> bool:
    """Tell whether one of two people was forgotten, and has not met the other since."""
    times = (pair.proposed_at, pair.lapsed_at, pair.matched_at, pair.apart_at)
    last = max(filter(None, times), default=None)
    marked = (forgotten_at.get(forgotten_mark_id(each)) for each in pair.people)
    return any(at and (last is None or last <= at) for at in marked)


def _naming(match_id: str, application_ids: Iterable[str], store: "Store") -> set[str]:
    """Return the ids of the applications that are there and name a match."""
    found = (store.get(Application, each) for each in application_ids)
    return {each.id for each in found if each and match_id in each.open_matches}


def _taking_a_place(match_ids: Iterable[str], store: "Store") -> set[str]:
    """Return the ids of the matches that are there and not over."""
    found = (store.get(Match, each) for each in match_ids)
    return {each.id for each in found if each and each.state.takes_a_place}
