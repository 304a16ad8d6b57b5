"""
Coordinators sign in with a link that is mailed to them and works once, and sign out.

The answer to an address is the same whether it is a coordinator's or not. The link shows a button,
and only the button signs in, because email scanners open links.
"""

import re
from dataclasses import replace

from mentorship import log
from mentorship.change import Change, Conflict, Counted
from mentorship.desk import guard
from mentorship.form.declaration import ADDRESS
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Refused
from mentorship.problems import NotSignedIn, SignInLinkUsed, TooManyAsks
from mentorship.program import sign_in
from mentorship.program.sign_in import COOKIE, SESSION_LIVES, SignInLink, hash_secret
from mentorship.services import Route, Services
from mentorship.web import http

# How often a day sign-in links may be asked for from one client's address.
MAX_ASKS = 20
# Where a sign-in may lead: a page of the desk with its query, and nowhere else. The longest is the
# one of tonight's matches, which stays below this (`desk.tonight_fields.ROOM`).
AFTER = re.compile(r"/desk(/[a-z0-9-]+)*/?(\?[\w.~%+&=:-]{1,7000})?", re.ASCII)
HOME = "/desk"
# The page that tells someone that they have signed out.
OUT = f"{HOME}?{guard.LEFT}=yes"
FIELD = "after"


def ask(request: http.Request, services: Services) -> http.Response:
    """Mail a sign-in link, if the address is a coordinator's."""
    given, _ = request.fields()
    texts, after = given.get(ADDRESS.name, []), _after(" ".join(given.get(FIELD, [])))
    try:
        address = str(replace(ADDRESS, hint="").parse(texts))
    except Refused as refused:
        page = services.renderer.page(
            "sign_in", after=after, given=" ".join(texts), refusal=str(refused)
        )
        return http.page(page, status=AnswersRefused.status, headers=guard.HEADERS)
    _mail(address, after, request.client, services)
    log.record("way in asked for", request=request.id)
    return http.page(
        services.renderer.page("sign_in_sent", minutes=sign_in.MAILED_EVERY), headers=guard.HEADERS
    )


def _mail(address: str, after: str, client: str, services: Services) -> None:
    """
    Write the letter with a sign-in link.

    There is one transaction whether there is a letter or not, so that timing reveals little.

    Raises:
        TooManyAsks: if links were asked for from this client's address too often today, no matter
            for whom.

    """
    who = services.links.hashed(address)

    def act() -> None:
        now, arrangements = services.now(), services.arrangements()
        counter = services.store.counter(services.counter_for(Counted.SIGN_IN_LINKS, client))
        mailed = services.store.sign_in_link(sign_in.sign_in_link_id(who, now), now=now)
        if counter.count >= MAX_ASKS:
            raise TooManyAsks
        change = Change()
        if mailed is None and services.address_of(who, arrangements):
            change = sign_in.request_link(who, after=after, now=now, new_id=services.new_id())
        # Someone on the same network may be faster, or another click.
        services.store.commit(replace(change, puts=(*change.puts, counter.plus_one())))

    services.retry(act)


def door(request: http.Request, services: Services) -> http.Response:
    """Show the button that signs in."""
    try:
        sign_in_link = _sign_in_link(request, services)
        address = _whose(sign_in_link, services)
    except SignInLinkUsed:
        if _is_in(request, services):
            return http.redirect(HOME)
        raise
    page = services.renderer.page("sign_in_button", address=address, link=request.path)
    return http.page(page, headers=guard.HEADERS)


def enter(request: http.Request, services: Services) -> http.Response:
    """Sign someone in, once."""
    guard.require_same_origin(request, services)
    sign_in_link = _sign_in_link(request, services)
    secret = services.new_secret()
    change = sign_in.sign_in(
        sign_in_link,
        hash_secret(secret),
        by=_whose(sign_in_link, services),
        now=services.now(),
        new_id=services.new_id(),
    )
    try:
        services.store.commit(change)
    except Conflict as error:  # Someone was faster with the same link.
        raise SignInLinkUsed from error
    log.record("coordinator signed in", request=request.id)
    return http.redirect(sign_in_link.after or HOME, cookies=[_cookie(secret)])


def leave(request: http.Request, services: Services) -> http.Response:
    """Sign out: the session ends, even if someone else has its cookie."""
    guard.require_same_origin(request, services)
    try:
        desk = guard.authenticate(request, services)
    except NotSignedIn:
        return http.redirect(OUT, cookies=[_cookie("")])
    change = sign_in.sign_out(
        desk.session, by=desk.address, now=services.now(), new_id=services.new_id()
    )
    try:
        services.store.commit(change)
    except Conflict:  # Another click ended it already.
        log.record("coordinator was out already", request=request.id)
    log.record("coordinator signed out", request=request.id)
    return http.redirect(OUT, cookies=[_cookie("")])


def _is_in(request: http.Request, services: Services) -> bool:
    """Tell whether someone is signed in already."""
    try:
        guard.authenticate(request, services)
    except NotSignedIn:
        return False
    return True


def _sign_in_link(request: http.Request, services: Services) -> SignInLink:
    """Return the sign-in link that a path names, if it still works."""
    token = request.param("token")
    sign_in_link = services.store.sign_in_link(
        services.links.read_sign_in_token(token), now=services.now()
    )
    if sign_in_link is None:
        raise SignInLinkUsed
    return sign_in_link


def _whose(sign_in_link: SignInLink, services: Services) -> str:
    """Return the address of the coordinator who may use a sign-in link."""
    address = services.address_of(sign_in_link.who, services.arrangements())
    if address is None:
        raise SignInLinkUsed
    return address


def _after(given: str) -> str:
    return given if AFTER.fullmatch(given) else ""


def _cookie(secret: str) -> str:
    """Return the cookie of a session, or the one that deletes it."""
    seconds = int(SESSION_LIVES.total_seconds()) if secret else 0
    return f"{COOKIE}={secret}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"


ROUTES: dict[tuple[str, str], Route] = {
    ("POST", "/desk/sign-in"): ask,
    ("GET", "/desk/sign-in/{token}"): door,
    ("POST", "/desk/sign-in/{token}"): enter,
    ("POST", "/desk/sign-out"): leave,
}
