"""
One letter's way from the table to its reader.

The stream's function and the sweeper both use it. A letter is claimed under a condition, so that
two never send it at once; a sender that dies has it only for a while, and then the sweeper sends
it. What goes wrong with one letter is stored with it, and holds up no other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from typing import Any

from mentorship import log
from mentorship.applications.application import Application
from mentorship.applications.conflicts import Viewer
from mentorship.applications.shown import ShownApplication
from mentorship.form.question import Audience
from mentorship.form.wishes import NOT_WITH
from mentorship.letters.letter import OWNERS, TRIES, Letter
from mentorship.letters.traits import Reader, Replies
from mentorship.mail import context
from mentorship.mail.draft import Draft, Sides
from mentorship.mail.readers import VERSION, coordinators
from mentorship.mail.refusals import is_refused
from mentorship.services import Services
from mentorship.ses import SendFailed, header_address


class NotNeeded(Exception):
    """What a letter is about was forgotten, answered or is over: no one needs the letter."""


def deliver(letter_id: str, services: Services) -> None:
    """
    Send a letter that is due, and store what became of it.

    Nothing happens to a letter that is gone, sent, or claimed by another sender. An error is raised
    only if the table itself cannot be read or written.
    """
    letter = services.store.letter(letter_id)
    now = services.now()
    if letter is None or not letter.is_due(now):
        return
    held = letter.claim(now)
    if not services.store.advance(held, before=letter):
        return
    try:
        message_id = _send(held, services, now)
    except NotNeeded:
        after = held.dropped()
    except SendFailed as failure:
        after = held.failed(failure.reason, services.now(), again=failure.again)
    except Exception as error:  # Perhaps a bug in a template: a deployment fixes it, so try again.
        log.record(
            "letter broke",
            letter=letter_id,
            error=type(error).__name__,
            where=log.trace(error),
        )
        after = held.failed(type(error).__name__, services.now(), again=True)
    else:
        after = held.sent(message_id, services.now())
    services.store.advance(after, before=held)
    log.record(
        f"letter {after.state}",
        letter=letter_id,
        application=after.listed_with,
        kind=after.kind,
        attempt=after.attempts,
        reason=after.reason,
        final=after.due is None,
    )


def _send(letter: Letter, services: Services, now: datetime) -> str:
    """Render a letter and hand it to Amazon SES; return the message's id."""
    if letter.attempts > TRIES:  # The letter may be what kills its senders; that has to end.
        raise SendFailed("no sender came back from it", again=False)
    stored = {each: _stored(each, services, now) for each in (letter.about, letter.owner) if each}
    application, owned = stored.get(letter.about), stored.get(letter.owner)
    sides = _sides(letter, services, now) if letter.match else None
    about = sides.there if sides else [each for each in (application,) if each]
    viewers = [] if owned else coordinators(letter, about, services, now)
    to = _readers(letter, owned, viewers, services)
    draft = Draft(letter, application, services, now, viewers, sides)
    words = services.renderer.email(letter.kind, **_values(draft, owned))
    return services.mailer.send(
        words,
        letter_id=letter.id,
        to=to,
        reply_to=_reply_to(draft),
        attachment=context.attach(draft),
    )


def _reply_to(draft: Draft) -> Address:
    """Return whom a reply reaches: the contact address where the one it is for has no address."""
    letter, found = draft.letter, draft.application
    if letter.replies is Replies.OTHER and draft.sides:
        found = draft.sides.other_of(letter.owner)
    if letter.replies is Replies.CONTACT or not found or not found.address:
        return Address(addr_spec=draft.services.program.contact)
    return header_address(found.address)


def _sides(letter: Letter, services: Services, now: datetime) -> Sides:
    """
    Return the match that a letter is about, with both applications.

    Raises:
        NotNeeded: if it is gone.

    """
    match = services.store.match(letter.match, now=now)
    if match is None:
        raise NotNeeded
    found = {
        role: services.store.application(party.application, now=now) if party.application else None
        for role, party in match.parties.items()
    }
    there = {role: each for role, each in found.items() if each and each.answers}
    return Sides(match, {role: there.get(role) for role in found})


def _stored(application_id: str, services: Services, now: datetime) -> Application:
    """
    Return an application that a letter needs.

    Raises:
        NotNeeded: if it is gone, or is a change that was accepted or discarded: it has no answers
            left, and there is nothing to ask.

    """
    found = services.store.application(application_id, now=now)
    if found is None or not found.answers:
        raise NotNeeded
    return found


def _readers(
    letter: Letter, owned: Application | None, viewers: Sequence[Viewer], services: Services
) -> list[Address]:
    """
    Return whom a letter goes to: the owner of an application, or coordinators.

    An address that refused mail for good is not tried again; the other readers still get it. What a
    coordinator has asked for is always tried, because they need email to sign in.
    """
    wanted = [_owner(letter, owned)] if owned else [each.mailbox for each in viewers]
    # It is about someone who can only be called, or for someone who is no longer a coordinator.
    if not any(wanted):
        raise NotNeeded
    parsed = [header_address(each) for each in wanted]
    asked_for = letter.reader is Reader.COORDINATOR
    to = [each for each in parsed if asked_for or not is_refused(each.addr_spec, services)]
    if not to:
        raise SendFailed("the address refused mail before", again=False)
    return to


def _owner(letter: Letter, owned: Application) -> str:
    """
    Return the address of an application for which a letter to its owner was written.

    Raises:
        NotNeeded: if the owner has moved to another address since, unless it follows them, or has
            none. Only a letter to the former address goes there.

    """
    found: str | None = owned.address if letter.is_for(owned) else None
    to = letter.to
    if to.role is Reader.FORMER:
        # Letters from before version 4 do not say which one: it was the last.
        found = owned.address_at(to.address_version or owned.address_version - 1)
    if not found:
        raise NotNeeded
    return found


def _values(draft: Draft, owned: Application | None) -> Mapping[str, Any]:
    """Return the values for a letter's template; *owned* is its reader's application, if any."""
    letter, application, services = draft.letter, draft.application, draft.services
    values: dict[str, Any] = {
        "letter": letter,
        "link": "",
        "sender": services.settings.sender_address,
    }
    # A letter about a match leads to the page of the match, or nowhere: a reply quotes it.
    if owned and letter.reader is Reader.APPLICANT and not letter.match:
        token = services.links.owner_token(owned.id, owned.address_version)
        values["link"] = f"{services.program.public_address}/mine/{token}"
    looked_up = context.look_up(draft)
    if looked_up is None:
        raise NotNeeded
    values |= looked_up
    if application is None:
        return values
    values["application"] = _shown(draft, application)
    if VERSION in letter.facts and letter.reader is Reader.COORDINATORS:
        values |= _changed(draft, application)
    return values


def _shown(draft: Draft, application: Application) -> ShownApplication:
    """Return what a letter's reader may read of the application that it is about."""
    if draft.letter.reader in OWNERS:
        # Whoever reads mail there need not be the applicant; their own page shows the answers.
        shown = draft.services.renderer.application(application, Audience.OWNER)
        return shown.without_answers()
    return draft.shown(application)


def _changed(draft: Draft, application: Application) -> dict[str, Any]:
    """Return what one change of an application's answers changed, without private notes."""
    number = int(draft.letter.facts[VERSION])
    versions = (*application.versions, application.version)
    before, after = versions[number - 1], versions[number]
    # That there is a note is told only to those who may all read it.
    told = all(each.may_read(application) for each in draft.viewers)
    return {
        "differences": draft.services.renderer.differences(
            application.role, before, after, audience=Audience.COORDINATOR
        ),
        "private_note_changed": told
        and before.answers.get(NOT_WITH.name) != after.answers.get(NOT_WITH.name),
    }
