"""
Addresses that refuse mail for good, by keyed hashes: a mark says so for a while.

An address is known by one hash however it is spelled. Marks of internationalized domains were once
stored under another one, and are still found.
"""

from datetime import timedelta

from mentorship.change import Change, Mark, refused_mark_id, renewed_mark
from mentorship.services import Services

# Mailboxes are repaired, and addresses are given to other people.
REFUSED_FOR = timedelta(days=180)


def refusals(address: str, services: Services) -> tuple[Mark, ...]:
    """Return the marks that say that an address refuses mail, those that have expired too."""
    ids = (refused_mark_id(each) for each in services.links.hashes_of(address))
    found = (services.store.mark(each, now=None) for each in ids)
    return tuple(mark for mark in found if mark)


def is_refused(address: str, services: Services) -> bool:
    """Tell whether an address has refused mail for good."""
    now = services.now()
    return any(each.expires_at > now for each in refusals(address, services))


def mark_refused(address: str, services: Services) -> None:
    """Record that an address refuses mail."""
    now = services.now()
    mark_id = refused_mark_id(services.links.hashed(address))

    def act() -> None:
        mark = renewed_mark(
            mark_id,
            now=now,
            expires_at=now + REFUSED_FOR,
            before=services.store.mark(mark_id, now=None),
        )
        services.store.commit(Change(puts=(mark,)))

    # Two emails to one address may come back at the same time.
    services.retry(act)
