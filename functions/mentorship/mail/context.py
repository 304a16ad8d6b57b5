"""
What letters say besides their facts: names and days, looked up when they are sent.

A letter names applications by their ids. People who were forgotten, withdrew or got an answer since
are not in it any more, and a letter with nothing left to say is not sent.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from mentorship.form.question import Role
from mentorship.letters.kinds import Kind
from mentorship.mail import match_context
from mentorship.mail.draft import Draft, Several, Values
from mentorship.mail.readers import concerns_any
from mentorship.notices import digest, renewal
from mentorship.notices.match_week import MatchWeek
from mentorship.notices.suggested import Suggested
from mentorship.pairings import matches_of, proposals_of
from mentorship.ses import Attachment


def look_up(draft: Draft) -> Values | None:
    """
    Return what is looked up for a letter; nothing for kinds that need nothing.

    Returns:
        `None` if no one needs the letter any more.

    """
    name = draft.letter.kind.traits.looks_up
    return LOOK_UPS[name](draft) if name else {}


def attach(draft: Draft) -> Attachment | None:
    """Return the file that comes with a letter, if there is one."""
    name = draft.letter.kind.traits.attaches
    return ATTACHMENTS[name](draft) if name else None


def held_back(draft: Draft) -> Values:
    """Return the applications that are still held back."""
    return {"held": draft.several("new", "applications", "is_held")}


def on_hold(draft: Draft) -> Values | None:
    """Return nothing more, unless none of the crowd is on hold any more."""
    held = draft.several("number", "applications", "is_held")
    return {} if held.found else None


def still_waiting(draft: Draft) -> Values | None:
    """Return when someone hears again, unless they no longer wait, or that day has come."""
    application = draft.application
    if application is None or not application.status.traits.may_be_matched:
        return None
    again = date.fromisoformat(draft.fact("again"))
    if again < draft.today:
        return None
    return {"again": again, "ends": draft.end(application)}


def keep(draft: Draft) -> Values | None:
    """Return when someone will be deleted, unless they have chosen to stay, or left."""
    until = draft.end(draft.application) if draft.application else None
    return {"until": until} if until and f"{until}" == draft.fact("until") else None


def confirm_reminder(draft: Draft) -> Values | None:
    """Return nothing more, unless someone has confirmed their address since."""
    application = draft.application
    return None if application is None or application.confirmed_at else {}


def own_links(draft: Draft) -> Values | None:
    """Return what its reader is asked about, with the links to it; they may have lost the first."""
    application, services = draft.application, draft.services
    if application is None:
        return None
    return {"proposals": proposals_of(application, matches_of(application, services), services)}


def reply_due(draft: Draft) -> Values | None:
    """Return who still waits for a match before their reply date."""
    waiting = draft.several("number", "applications", "may_be_matched")
    if not waiting.found:
        return None
    when = date.fromisoformat(draft.fact("date"))
    return {"when": when, "waiting": waiting, "days": draft.days}


def term_ending(draft: Draft) -> Values | None:
    """Return the coordinator whose term ends, unless it was changed."""
    services = draft.services
    ending = renewal.ending(draft.letter, services.arrangements(), hashed=services.links.hashed)
    if ending is None:
        return None
    return {"coordinator": ending, "is_own": draft.letter.to.which == draft.fact("who")}


def coordinator_added(draft: Draft) -> Values | None:
    """Return who was added and by whom, unless they were removed again."""
    services, hashed = draft.services, draft.services.links.hashed
    arrangements, contact = services.arrangements(), services.program.contact
    added = arrangements.by_hash(draft.fact("who"), hashed=hashed)
    if added is None:
        return None
    by = arrangements.allowed_address(draft.fact("by"), draft.today, contact=contact, hashed=hashed)
    is_own = draft.letter.to.which == draft.fact("who")
    return {"coordinator": added, "is_own": is_own, "by": by or ""}


def week(draft: Draft) -> Values:
    """Return who is new, what changed, what to look at, and who has waited longest."""
    store = draft.services.store
    new = {role: draft.several(f"{role}_new", f"{role}_ids", "is_open") for role in Role}
    ids, codes = draft.fact(f"{Role.MENTEE}_ids").split(), draft.fact("results").split()
    lost = [store.letter(each) for each in draft.fact("lost_ids").split()]
    # What the member list says is for those whom it does not concern, and so is every count of it.
    theirs = {
        each.id for each in draft.listed(f"{Role.MENTEE}_ids") if concerns_any(each, draft.viewers)
    }
    changed = draft.several("changed", "changed_ids", "is_open")
    # A note that a reader may not read has not changed for them.
    since = {each.id: each.given_at for each in draft.listed("changed_ids")}
    seen = [each for each in changed.found if each.given_at == since[each.id]]
    return {
        "new": new,
        "results": {
            each: digest.result_of(code)
            for each, code in zip(ids, codes, strict=False)
            if each not in theirs
        },
        "counts_results": not theirs,
        "changed": replace(changed, found=seen),
        "leaving": _leaving(draft),
        "matches": MatchWeek.from_facts(draft.letter.facts),
        "suggested": Suggested.from_facts(draft.letter.facts),
        "unconfirmed": draft.several("unconfirmed", "unconfirmed_ids", "awaits_agreement"),
        "lost": [
            (each, draft.named(each.listed_with))
            for each in lost
            if each and each.is_lost and not draft.is_about_a_reader(each)
        ],
        "longest": {
            role: draft.several(f"{role}_waiting", f"{role}_longest", "may_be_matched").found
            for role in Role
        },
        "since": date.fromisoformat(draft.fact("since")),
        "most": digest.MAX_COUNTED,
        "days": draft.days,
    }


def _leaving(draft: Draft) -> Several:
    """Return who will be deleted soon and has not chosen to stay; earlier letters name none."""
    if "leaving" not in draft.letter.facts:
        return Several(0, [], 0)
    found = draft.several("leaving", "leaving_ids", "is_warned")
    return replace(found, found=[each for each in found.found if each.is_leaving])


def sign_in_link(draft: Draft) -> Values | None:
    """Return a coordinator's sign-in link, unless it was used or has expired."""
    services, link_id = draft.services, draft.fact("ticket")
    if services.store.sign_in_link(link_id, now=draft.now) is None:
        return None
    token = services.links.sign_in_token(link_id)
    return {"link": f"{services.program.public_address}/desk/sign-in/{token}"}


def undelivered(draft: Draft) -> Values:
    """Return the title of the email that reached no one."""
    return {"title": Kind(draft.fact("kind")).traits.title}


LOOK_UPS: dict[str, Callable[[Draft], Values | None]] = {
    function.__name__: function
    for function in (
        held_back,
        on_hold,
        undelivered,
        still_waiting,
        keep,
        confirm_reminder,
        own_links,
        reply_due,
        term_ending,
        coordinator_added,
        week,
        sign_in_link,
    )
} | match_context.LOOK_UPS

# What makes the file that comes with a letter, by the name in its kind's traits.
ATTACHMENTS: dict[str, Callable[[Draft], Attachment | None]] = {"calendar": match_context.calendar}
