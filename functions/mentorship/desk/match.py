"""
One match: how it is, what a coordinator can do about it, and what has happened.

Each act carries the revision that the page showed. If the match changed since, nothing is done: the
page shows how it is now, with what was typed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mentorship.applications.application import Application
from mentorship.desk.act import CALL, path_of
from mentorship.desk.guard import DeskRequest
from mentorship.desk.match_history import REPLIED, history, ticked
from mentorship.desk.pairs import CONFLICT, entry_about, refuse_concerned
from mentorship.desk.rows import fate_of
from mentorship.desk.seen import GONE, MATCHES, Seen, capitalized, line_of, next_path
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Audience, Question, Refused, Role
from mentorship.letters.letter import Letter
from mentorship.matches.match import NOT_NOW_MONTHS, Match, Party
from mentorship.matches.pairing import MatchChange, Pairing
from mentorship.matches.problems import ProposalClosed
from mentorship.pairings import pairing_of
from mentorship.problems import NotFound
from mentorship.program.audit import Action, add_entry
from mentorship.services import ID
from mentorship.web import http

PATH = f"{MATCHES}/{{id}}"
SIDES = (Role.MENTEE, Role.MENTOR)
# What is said of someone who has not answered: who was not asked, and who was.
OPEN = ("hasn’t been asked yet", "hasn’t answered yet")
CLOSED = ("wasn’t asked", "didn’t answer")


@dataclass(frozen=True)
class Side:
    """
    One of the two, as the page of their match shows them.

    Attributes:
        role: which side.
        name: theirs.
        path: of their own page, "" if they were forgotten.
        reply: what they answered, in words, and how; "" if the match was entered.
        was_asked: whether they can have answered.
        phone: their number, if they gave one.
        address: theirs, "" if no email reaches them.
        by_phone_only: whether no email reaches them.
        is_unreached: whether nobody has reached them since a proposal of theirs lapsed.
        said_no: whether their no to the other holds.
        changed: what they answer otherwise by now, of that which the other was shown.

    """

    role: Role
    name: str
    path: str = ""
    reply: str = ""
    was_asked: bool = False
    phone: str = ""
    address: str = ""
    by_phone_only: bool = False
    is_unreached: bool = False
    said_no: bool = False
    changed: tuple[tuple[Question, str, str], ...] = ()


def stored_pairing(desk: DeskRequest) -> Pairing:
    """
    Return the match that a path names, for a coordinator whom it does not concern.

    Raises:
        NotFound: if there is none.
        ConcernsYou: if one of the two is the coordinator, or someone they know.

    """
    named, store = desk.request.param("id"), desk.services.store
    match = store.match(named, now=desk.now) if ID.fullmatch(named) else None
    if match is None:
        raise NotFound
    pairing = pairing_of(match, desk.services)
    for each in pairing.applications.values():
        if each:
            refuse_concerned(each, desk)
    return pairing


def act_on_match(
    desk: DeskRequest,
    decide: Callable[[Pairing], MatchChange],
    action: Action | None,
    *,
    done: str | Callable[[MatchChange], str],
    words: str = "",
) -> http.Response:
    """
    Decide about a match, store it with an audit entry, and go back to its page.

    What was done already is not done again. If the match is otherwise than the page showed, or what
    was typed can't be taken, the page says so and nothing is stored.
    """
    given, _ = desk.request.fields()
    typed = {name: " ".join(texts) for name, texts in given.items()}

    def attempt() -> http.Response:
        pairing = stored_pairing(desk)
        try:
            change = decide(pairing)
        except ProposalClosed:
            return match_page(desk, pairing, typed=typed, status=CONFLICT)
        except FieldRefused as refused:
            wrong = {refused.name: f"{refused}"}
            return match_page(
                desk, pairing, typed=typed, refusals=wrong, status=AnswersRefused.status
            )
        if not change.nothing:
            if typed.get("revision") != f"{pairing.match.revision}":
                return match_page(desk, pairing, typed=typed, status=CONFLICT)
            people = [each for each in pairing.applications.values() if each]
            if action:
                change = add_entry(change, entry_about(action, people, desk, words))
            desk.services.store.commit(change)
        name = done if isinstance(done, str) else done(change)
        call = f"{name}{CALL}"
        if call in desk.done and _someone_to_call(change.pairing):
            name = call
        return desk.back(f"{MATCHES}/{pairing.match.id}", done=name)

    return desk.services.retry(attempt)


def _someone_to_call(pairing: Pairing) -> bool:
    """Tell whether someone who is to hear what was done has no email address."""
    match = pairing.match
    return any(
        application is not None
        and application.by_phone_only
        and (match.introduced_at or match.parties[role].asked_at)
        # They said it themselves, or another one is asked now.
        and role is not match.closed_by
        and match.awaits in (None, role)
        for role, application in pairing.applications.items()
    )


class FieldRefused(Refused):
    """What was typed in a field can't be taken."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name


def match_page(
    desk: DeskRequest,
    pairing: Pairing,
    *,
    typed: Mapping[str, str] | None = None,
    refusals: Mapping[str, str] | None = None,
    status: int = 200,
) -> http.Response:
    """Return the page of a match, with what was typed and what is wrong with it."""
    match = pairing.match
    letters = _letters(pairing, desk)
    lost = next((each for _, each in letters if each.is_lost), None)
    here = Seen(match, pairing.applications, lost)
    return desk.page(
        "match",
        status=status,
        match=match,
        path=here.path,
        names=here.names,
        line=line_of(here, desk),
        sides=[_side(role, pairing, desk) for role in SIDES],
        awaited=here.name(match.awaits) if match.awaits else "",
        may_remind=here.awaited is not None and not here.awaited.by_phone_only and not lost,
        was_reminded=any(each.reminded_on == desk.today for each in match.parties.values()),
        months=NOT_NOW_MONTHS,
        next_path=next_path(pairing.applications[Role.MENTEE], desk),
        letters=[
            (each.kind.traits.title, who, fate_of(each), each.sent_at or each.created_at)
            for who, each in letters
        ],
        ticked=ticked(here, desk),
        history=history(here, desk),
        changed=status == CONFLICT,
        typed=typed or {},
        refusals=refusals or {},
    )


def _side(role: Role, pairing: Pairing, desk: DeskRequest) -> Side:
    application, party = pairing.applications[role], pairing.match.parties[role]
    if application is None:
        return Side(role, capitalized(GONE))
    shown = desk.shown(application)
    return Side(
        role,
        application.name,
        path=path_of(application),
        reply=_reply(party, pairing.match),
        was_asked=party.asked_at is not None,
        phone=shown.phone,
        address=shown.address,
        by_phone_only=application.by_phone_only,
        is_unreached=application.unreached_at is not None,
        said_no=pairing.hashes[role] in pairing.pair.no_from,
        changed=tuple(_changed(application, party, desk)),
    )


def _reply(party: Party, match: Match) -> str:
    """Return what someone answered, in words, "" if nobody asks about the match."""
    if match.by_hand:
        return ""
    if party.late_yes_at:
        return "said yes when it was too late"
    if party.reply is None:
        asked = party.asked_at is not None
        return (CLOSED if match.closed_at else OPEN)[asked]
    words = REPLIED[party.reply]
    if party.months:
        words += f", ask again in {party.months} month{'' if party.months == 1 else 's'}"
    how = f", {party.how} (recorded by {party.recorded_by})" if party.how else ""
    return words + how


def _changed(
    application: Application, party: Party, desk: DeskRequest
) -> Iterator[tuple[Question, str, str]]:
    """Yield what someone answers otherwise than when they were proposed, as the other reads it."""
    if party.answers_version >= len(application.versions):
        return
    before = application.versions[party.answers_version]
    found = desk.renderer.differences(
        application.role, before, application.version, audience=Audience.PROPOSED
    )
    yield from (each for each in found if each[1] != each[2])


def _letters(pairing: Pairing, desk: DeskRequest) -> list[tuple[str, Letter]]:
    """Return the letters about a match with the names of those they are for, the newest first."""
    queries = desk.services.store.queries
    found = [
        (application.name, letter)
        for application in pairing.applications.values()
        if application
        for letter in queries.letters_about(application.id)
        if letter.match == pairing.match.id
    ]
    return sorted(found, key=lambda each: each[1].sent_at or each[1].created_at, reverse=True)
