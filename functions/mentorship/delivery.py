"""
One letter's way from the table to its reader.

The stream's function and the sweeper both walk it. A letter is taken up under a condition, so that
two never send it at once; a sender that dies holds it for a while only, and the sweeper takes it up
then. What goes wrong with one letter is written on it and keeps no other waiting.
"""

from datetime import datetime
from email.headerregistry import Address

from mentorship import journal
from mentorship.application import Application
from mentorship.letter import TRIES, Letter, Reader
from mentorship.mail import Undelivered, mailable
from mentorship.rendering import Rendered
from mentorship.services import Services


def deliver(letter_id: str, services: Services) -> None:
    """
    Send a letter that waits, and write down what came of it.

    Nothing happens to a letter that is gone, sent, or held by another sender. An error rises only
    if the table itself cannot be read or written.
    """
    letter = services.store.letter(letter_id)
    now = services.now()
    if letter is None or not letter.waits_at(now):
        return
    held = letter.taken_up(now)
    if not services.store.advance(held, before=letter):
        return
    try:
        message_id = _send(held, services, now)
    except Undelivered as failure:
        after = held.failed(failure.reason, services.now(), again=failure.again)
    except Exception as error:  # A bug in a template, say: mended by a deployment, so worth a try.
        journal.record(
            "letter broke",
            letter=letter_id,
            error=type(error).__name__,
            where=journal.trace(error),
        )
        after = held.failed(type(error).__name__, services.now(), again=True)
    else:
        after = held.sent(message_id, services.now())
    services.store.advance(after, before=held)
    journal.record(
        f"letter {after.state}",
        letter=letter_id,
        application=after.about,
        kind=after.kind,
        attempt=after.attempts,
        reason=after.reason,
        final=after.due is None,
    )


def _send(letter: Letter, services: Services, now: datetime) -> str:
    """Render a letter and hand it to Amazon SES; return the message's id."""
    if letter.attempts > TRIES:  # It may be the letter that kills them, and must not for ever.
        raise Undelivered("no sender came back from it", again=False)
    application = services.store.application(letter.about, now=now)
    if application is None:
        raise Undelivered("what it is about is gone", again=False)
    applicant = mailable(application.address)
    to = [applicant]
    if letter.reader is Reader.COORDINATORS:
        to = services.settings.coordinator_addresses
    reply_to = Address(addr_spec=services.program.contact)
    if letter.replies is Reader.APPLICANT:
        reply_to = applicant
    return services.mailer.send(_words(letter, application, services), to=to, reply_to=reply_to)


def _words(letter: Letter, application: Application, services: Services) -> Rendered:
    """Return a letter's words."""
    given_on = services.program.local(application.received_at).date()
    form = services.renderer.forms[application.role]
    sections = list(form.show(application.answers, given_on=given_on))
    return services.renderer.email(
        letter.kind,
        application=application,
        sections=sections,
        has_private_note=any(
            words for _, rows in sections for question, words in rows if question.private
        ),
    )
