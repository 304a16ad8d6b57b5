"""
A coordinator says that they know someone, and another one that they do not.

Whoever knows someone sees only what that person sees, and acts on nothing of theirs. To take it
back needs another coordinator, so that no one lifts it to read a note and then puts it back.
"""

from collections.abc import Callable

from mentorship.addresses import address_key
from mentorship.applications import conflicts
from mentorship.applications.application import Application, ApplicationChange
from mentorship.archive import forgetting
from mentorship.change import Change
from mentorship.desk.act import PATH, field_of, named_application, path_of, stored_application
from mentorship.desk.guard import DeskRequest
from mentorship.program.audit import Action, add_entry
from mentorship.web import http

# Of one person; a bot may have sent more, and those are found by their parent or their address.
MOST = 50


def confirm(desk: DeskRequest) -> http.Response:
    """Show what follows if the coordinator at the desk knows a person, and who takes over."""
    stored = stored_application(desk)
    if desk.viewer.is_contact:  # It sees and does everything, so nothing would follow.
        return http.redirect(path_of(stored))
    parent = forgetting.parent_of(stored, desk.services)
    active = [address_key(each.address) for each in desk.arrangements.active(desk.today)]
    others = [each for each in active if each != desk.viewer.address]
    theirs = conflicts.concerned(parent, others)
    return desk.page(
        "know",
        application=desk.shown(stored),
        person=desk.name(stored) or stored.reference,
        path=path_of(stored),
        others=[each for each in others if each not in theirs],
        only=not others,
    )


def know(desk: DeskRequest) -> http.Response:
    """Note that the coordinator at the desk knows a person."""
    named = named_application(desk)
    return _note(
        desk,
        named,
        lambda each: conflicts.know(each, desk.viewer.address),
        Action.KNOWS,
        done="knows",
    )


def unknow(desk: DeskRequest) -> http.Response:
    """Note that another coordinator does not know a person."""
    stored, hashed = stored_application(desk), desk.services.links.hashed
    who = next((each for each in stored.known_by if hashed(each) == field_of(desk, "who")), "")
    return _note(
        desk,
        stored,
        lambda each: conflicts.unknow(each, who),
        Action.KNOWS_NOT,
        words=who,
        done="unknown",
    )


def _note(
    desk: DeskRequest,
    named: Application,
    decide: Callable[[Application], ApplicationChange],
    action: Action,
    *,
    done: str,
    words: str = "",
) -> http.Response:
    """Decide about every application of a person, store it with an audit entry, and go back."""

    def attempt() -> http.Response:
        found = forgetting.find_from(named, desk.services).applications
        answered = sorted(
            (each for each in found if each.answers), key=lambda each: not each.is_open
        )
        puts = [put for each in answered[:MOST] for put in decide(each).puts]
        entry = desk.entry(action, about=named.reference, words=words)
        desk.services.store.commit(add_entry(Change(puts=tuple(puts)), entry))
        return desk.back(path_of(named), done=done)

    return desk.services.retry(attempt)


DONE = {
    "knows": "Saved. From now on you see only what they see.",
    "unknown": "Saved. That coordinator can read and act on this application again.",
}
ROUTES = {
    ("GET", f"{PATH}/know"): confirm,
    ("POST", f"{PATH}/know"): know,
    ("POST", f"{PATH}/unknow"): unknow,
}
