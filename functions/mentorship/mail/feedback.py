"""
Emails that came back: Amazon SES reports bounces, complaints and rejects.

The letter is marked, the coordinators are told, and an address that refuses mail for good is not
tried again.
"""

from collections.abc import Mapping
from typing import Any

from mentorship import log
from mentorship.change import Change
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State, new_letter
from mentorship.letters.traits import Reader
from mentorship.mail.refusals import mark_refused
from mentorship.services import Services
from mentorship.ses import TAG, letter_of_tag

CAUSES = {"Bounce": "bounced", "Complaint": "complained", "Reject": "rejected"}
STUCK = "stuck"
COORDINATORS = (Reader.COORDINATORS, Reader.COORDINATOR)


def feedback(notice: Mapping[str, Any], services: Services) -> None:
    """
    Record that an email came back.

    Args:
        notice: as SES publishes it. Its names are those of SES's documentation, "Contents of event
            data that Amazon SES publishes".
        services: what it works with.

    """
    kind = str(notice.get("eventType") or notice.get("notificationType"))
    tags = notice.get("mail", {}).get("tags", {}).get(TAG, [])
    letter = services.store.letter(letter_of_tag(tags[0])) if tags else None
    if kind not in CAUSES or letter is None:
        log.record("notice not understood", kind=kind)
        return
    cause = STUCK if _may_pass(kind, notice) else CAUSES[kind]
    # A complaint names all readers at one mail service, and there are several coordinators: one who
    # presses a button must not silence the others, nor may a stranger who had a link mailed.
    if not (kind == "Complaint" and letter.reader in COORDINATORS):
        for address in _for_good(kind, notice):
            mark_refused(address, services)
    _tell(letter, cause, services)
    _write_down(letter, cause, services)
    log.record(
        "letter returned",
        letter=letter.id,
        application=letter.listed_with,
        kind=letter.kind,
        reader=letter.reader,
        reason=cause,
    )


def _write_down(letter: Letter, cause: str, services: Services) -> None:
    """
    Store with a letter that it came back.

    Its sender may not have stored yet that it was sent, or may be doing so at this moment.
    """
    at: Letter | None = letter
    while at and at.state in (State.SENDING, State.SENT):
        if services.store.advance(at.returned(cause), before=at):
            return
        at = services.store.letter(letter.id)


def _may_pass(kind: str, notice: Mapping[str, Any]) -> bool:
    """Tell whether the address may take another email: its mailbox is full, or a server is down."""
    return kind == "Bounce" and notice["bounce"]["bounceType"] != "Permanent"


def _for_good(kind: str, notice: Mapping[str, Any]) -> list[str]:
    """Return the addresses that will not take another email, or do not want one."""
    if kind == "Complaint":
        recipients = notice["complaint"]["complainedRecipients"]
    elif kind == "Bounce" and notice["bounce"]["bounceType"] == "Permanent":
        recipients = notice["bounce"]["bouncedRecipients"]
    else:
        return []
    return [str(each["emailAddress"]) for each in recipients]


def _tell(letter: Letter, cause: str, services: Services) -> None:
    """Tell the coordinators, once a day for each letter, because it may be sent again."""
    # A letter about one that came back is not reported in turn.
    if letter.kind is Kind.UNDELIVERED:
        return
    now = services.now()
    named = letter.listed_with
    application = services.store.application(named, now=now) if named else None
    told = new_letter(
        Kind.UNDELIVERED,
        of=letter.id,
        on=services.program.local(now).date(),
        now=now,
        facts={
            "kind": letter.kind,
            "reader": letter.reader.value,
            "cause": cause,
            "application": application.id if application else "",
            "reference": application.reference if application else "",
        },
    )

    def act() -> None:
        if services.store.letter(told.id) is None:
            services.store.commit(Change(letters=(told,)))

    services.retry(act)
