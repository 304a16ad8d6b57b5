"""The page on which applicants ask for a new link to their application."""

from dataclasses import replace

from mentorship import log
from mentorship.applications.pointer import pointer_id
from mentorship.change import Change, Counted
from mentorship.form.declaration import ADDRESS
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Refused, Role
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, new_letter
from mentorship.problems import TooManyAsks
from mentorship.services import Services
from mentorship.web import http

# How often a day links may be asked for from one client's address.
MAX_ASKS = 20


def asking(request: http.Request, services: Services) -> http.Response:
    """Show the page on which a link is asked for."""
    return http.page(services.renderer.page("link", given="", refusal=""))


def ask(request: http.Request, services: Services) -> http.Response:
    """
    Mail the links to an address's applications, if it has any.

    The answer is the same either way, so that no one learns who has applied.
    """
    given, _ = request.fields()
    texts = given.get(ADDRESS.name, [])
    try:
        address = str(replace(ADDRESS, hint="").parse(texts))
    except Refused as refused:
        page = services.renderer.page("link", given=" ".join(texts), refusal=str(refused))
        return http.page(page, status=AnswersRefused.status)
    _mail_links(address, request.client, services)
    log.record("link asked for", request=request.id)
    return http.page(services.renderer.page("link_sent"))


def _mail_links(address: str, client: str, services: Services) -> None:
    """
    Write the letters with an address's links, each once a day.

    There is one transaction whether there is a letter or not, so that timing reveals little.

    Raises:
        TooManyAsks: if links were asked for from this client's address too often today, no matter
            for whom.

    """

    def act() -> None:
        counter = services.store.counter(services.counter_for(Counted.LINKS, client))
        if counter.count >= MAX_ASKS:
            raise TooManyAsks
        letters = [letter for role in Role if (letter := _link_letter(role, address, services))]
        # Someone on the same network may be faster, or another click.
        services.store.commit(Change(puts=(counter.plus_one(),), letters=tuple(letters)))

    services.retry(act)


def _link_letter(role: Role, address: str, services: Services) -> Letter | None:
    """Return the letter with the link for a role, unless it has none or was written already."""
    now, store = services.now(), services.store
    pointer = store.pointer(pointer_id(role, address))
    stored = store.application(pointer.application, now=now) if pointer else None
    if stored is None:
        return None
    today = services.program.local(now).date()
    letter = new_letter(Kind.LINK, about=stored, now=now, on=today)
    return letter if store.letter(letter.id) is None else None
