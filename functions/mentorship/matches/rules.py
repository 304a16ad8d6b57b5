"""
The rules of who can be proposed to whom, each declared once.

What the desk says and lets coordinators tick, what is checked again while a proposal is open, and
the handbook's page are loops over `RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mentorship.form import wishes
from mentorship.form.question import Role
from mentorship.matches.institutions import Same
from mentorship.matches.match import OTHER
from mentorship.matches.places import places_free
from mentorship.matches.side import Both

# What mentees answer who want someone of another institution, and who don't mind the same one.
ELSEWHERE, THE_SAME = "yes", "same"
# What the member list says of a mentee, within a sentence.
MEMBERSHIP = {
    "lapsed": "has lapsed",
    "no match": "wasn’t found on the member list",
    "not checked": "hasn’t been checked",
}
PERSON, INSTITUTION, WISH, NO_WAY = "same-person", "same-institution", "wish", "no-way-to-talk"
MEMBER, MAYBE_INSTITUTION = "membership", "maybe-same-institution"


class Effect(StrEnum):
    """What follows from a rule; its value is what the handbook says."""

    NEVER = "never"
    UNLESS_TICKED = "not suggested, with a tick"
    CHECK = "with a tick"
    KNOW = "said, and no more"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    One reason against a match, or something to check before it.

    Attributes:
        code: what it is called, in a field of a form and on the stored match.
        effect: what follows if it applies.
        applies: tells whether it does, to one side or to both, or why it does.
        sentence: what a coordinator reads, with the names of `{mentor}` and `{mentee}` or, about
            one side, `{name}` and `{other}`; `{why}`; their places, `{mentor_at}`, `{mentee_at}`.
        when, remedy: the same for the handbook, and what may be done about it.
        short: what was ticked, in a few words, if it can be.
        of_each: whether it is about one side, so that it may apply to each.
        is_checked_again: whether an open proposal is taken back if it applies by then.
        is_private: whether it comes from the private note of that side.

    """

    code: str
    effect: Effect
    applies: Callable[[Both, Role], bool | str]
    sentence: str
    when: str
    remedy: str
    short: str = ""
    of_each: bool = False
    is_checked_again: bool = False
    is_private: bool = False


def _has_no_way_in_common(both: Both, _: Role) -> bool:
    """Tell whether two who both said how they like to talk share no way."""
    one, other = both.mentor.person.ways, both.mentee.person.ways
    return bool(one and other) and not one & other


def _wants_elsewhere(both: Both) -> bool:
    return both.mentee.application.answers.get(wishes.OUTSIDE.name) == ELSEWHERE


def _did_not_say(both: Both) -> bool:
    """Tell whether the mentee has no preference between institutions."""
    return both.mentee.application.answers.get(wishes.OUTSIDE.name) not in (ELSEWHERE, THE_SAME)


def _is_another_status(both: Both, role: Role) -> str:
    """Return the words of a status that keeps someone from a match; others have their own rule."""
    traits = both.sides[role].application.status.traits
    known = traits.may_be_matched or traits.awaits_agreement or traits.is_matched
    return "" if known else traits.words


RULES = (
    Rule(
        code=PERSON,
        effect=Effect.NEVER,
        applies=lambda both, _: both.same_person is Same.YES,
        sentence="{mentee}, a mentee, and {mentor}, a mentor, are the same person.",
        when="Both applications are from the same person.",
        remedy="If a coordinator answered so by mistake, answer again on the page of the two.",
        is_checked_again=True,
    ),
    Rule(
        code="maybe-same-person",
        effect=Effect.NEVER,
        applies=lambda both, _: " and ".join(both.shared) if both.same_person is Same.MAYBE else "",
        sentence="{mentee}, a mentee, and {mentor}, a mentor, may be the same person: both gave "
        "the same {why}.",
        when="Both gave the same name, phone number or email address, and nobody has said yet "
        "whether they are the same person.",
        remedy="Answer the question. Until then, they count as the same person.",
        is_checked_again=True,
    ),
    Rule(
        code="not-with",
        effect=Effect.NEVER,
        applies=lambda both, role: (
            both.sides[OTHER[role]].person.id in both.sides[role].not_with.found
        ),
        sentence="A private note from {name} rules out this match.",
        when="A private note of one names the other, and nobody else of that name.",
        remedy="Only the person who wrote the note can change it.",
        of_each=True,
        is_checked_again=True,
        is_private=True,
    ),
    Rule(
        code="apart",
        effect=Effect.NEVER,
        applies=lambda both, _: both.pair.is_apart,
        sentence="A coordinator keeps {mentee} and {mentor} apart.",
        when="A coordinator keeps the two apart.",
        remedy="That holds for good.",
        is_checked_again=True,
    ),
    Rule(
        code="declined",
        effect=Effect.NEVER,
        applies=lambda both, role: both.sides[role].who in both.pair.no_from,
        sentence="{name} said no to a match with {other}.",
        when="One of them said no to the other, also in an earlier application.",
        remedy="The person who said no can tell you that it was a mistake.",
        of_each=True,
        is_checked_again=True,
    ),
    Rule(
        code="not-waiting",
        effect=Effect.NEVER,
        applies=_is_another_status,
        sentence="{name} isn’t waiting for a match ({why}).",
        when="One of them isn’t waiting for a match, for example because they are paused.",
        remedy="Put them back on the waiting list, if they agree.",
        of_each=True,
    ),
    Rule(
        code="not-agreed",
        effect=Effect.NEVER,
        applies=lambda both, role: both.sides[role].application.status.traits.awaits_agreement,
        sentence="{name} hasn’t agreed to take part yet.",
        when="A coordinator entered one of them, who hasn’t agreed to take part yet.",
        remedy="Send the email again, or call and record how they agreed.",
        of_each=True,
    ),
    Rule(
        code="matched",
        effect=Effect.NEVER,
        applies=lambda both, _: (
            bool(both.mentee.application.open_matches)
            or both.mentee.application.status.traits.is_matched
        ),
        sentence="{mentee} is in a match or a proposal.",
        when="The mentee is in a match or in an open proposal.",
        remedy="Wait for the answer, or take that proposal back.",
    ),
    Rule(
        code="no-place",
        effect=Effect.NEVER,
        applies=lambda both, _: not places_free(both.mentor.application),
        sentence="{mentor} has no free place.",
        when="The mentor has no free place: matches and open proposals take one each.",
        remedy="Ask the mentor whether they would take one more.",
    ),
    Rule(
        code=INSTITUTION,
        short="the same institution",
        effect=Effect.UNLESS_TICKED,
        applies=lambda both, _: _wants_elsewhere(both) and both.same_institution is Same.YES,
        sentence="{mentee} would like someone from another institution; both are at {mentor_at}.",
        when="The mentee would like someone from another institution, and the mentor is at the "
        "same one.",
        remedy="Ask the mentee whether the same institution is fine.",
        is_checked_again=True,
    ),
    Rule(
        code="maybe-elsewhere",
        short="maybe the same institution",
        effect=Effect.UNLESS_TICKED,
        applies=lambda both, _: _wants_elsewhere(both) and both.same_institution is Same.MAYBE,
        sentence="{mentee} would like someone from another institution; {mentee_at} and "
        "{mentor_at} may be the same one.",
        when="The mentee would like someone from another institution, and nobody has said yet "
        "whether the mentor’s is the same one.",
        remedy="Answer the question. Until then, they count as the same institution.",
    ),
    Rule(
        code=NO_WAY,
        short="no way to talk in common",
        effect=Effect.UNLESS_TICKED,
        applies=_has_no_way_in_common,
        sentence="{mentee} and {mentor} have no way to talk in common.",
        when="They have no way to talk in common.",
        remedy="Ask one of them about another way.",
        is_checked_again=True,
    ),
    Rule(
        code="past",
        short="matched before",
        effect=Effect.UNLESS_TICKED,
        applies=lambda both, _: both.pair.matched_at is not None,
        sentence="{mentee} and {mentor} were matched before.",
        when="They were matched before.",
        remedy="Propose it again if both would like that.",
    ),
    Rule(
        code="lapsed",
        short="an earlier proposal lapsed",
        effect=Effect.UNLESS_TICKED,
        applies=lambda both, _: both.pair.lapsed_at is not None,
        sentence="An earlier proposal of {mentee} and {mentor} lapsed without an answer.",
        when="An earlier proposal of the two lapsed without an answer.",
        remedy="Reach the one who didn’t answer first.",
    ),
    Rule(
        code="unreached",
        short="not reached since a proposal lapsed",
        effect=Effect.UNLESS_TICKED,
        applies=lambda both, role: both.sides[role].application.unreached_at is not None,
        sentence="Nobody has reached {name} since a proposal to {name} lapsed.",
        when="One of them let a proposal lapse, and nobody has reached them since.",
        remedy="Call or write first, and record that you reached them.",
        of_each=True,
    ),
    Rule(
        code=MEMBER,
        short="the mentee’s membership",
        effect=Effect.CHECK,
        applies=lambda both, _: MEMBERSHIP.get(both.mentee.membership, ""),
        sentence="{mentee}’s membership {why}.",
        when="The mentee’s membership has lapsed, wasn’t found on the member list, or hasn’t been "
        "checked.",
        remedy="Ask the mentee or the society.",
    ),
    Rule(
        code="note",
        short="a private note",
        effect=Effect.CHECK,
        applies=lambda both, role: not both.sides[role].not_with.is_clear,
        sentence="A private note from {name} is not understood: read it before you propose.",
        when="A private note names someone who wasn’t found, or was found more than once.",
        remedy="Read the note on that person’s page.",
        of_each=True,
        is_private=True,
    ),
    Rule(
        code=WISH,
        short="whom the mentee has in mind",
        effect=Effect.CHECK,
        applies=lambda both, _: not both.mentee.wished.is_clear,
        sentence="{mentee} has someone in mind who wasn’t found: read it before you propose.",
        when="The mentee has someone in mind who wasn’t found, or was found more than once.",
        remedy="Read the answer on the mentee’s page.",
    ),
    Rule(
        code="both-at-one",
        short="the same institution",
        effect=Effect.CHECK,
        applies=lambda both, _: both.same_institution is Same.YES and _did_not_say(both),
        sentence="Both are at {mentor_at}.",
        when="They are at the same institution, and the mentee has no preference.",
        remedy="Ask the mentee whether the same institution is fine.",
    ),
    Rule(
        code=MAYBE_INSTITUTION,
        short="maybe the same institution",
        effect=Effect.CHECK,
        applies=lambda both, _: both.same_institution is Same.MAYBE and _did_not_say(both),
        sentence="{mentee_at} and {mentor_at} may be the same institution.",
        when="They may be at the same institution, and nobody has said yet whether they are.",
        remedy="Answer the question. Until then, they count as the same institution.",
    ),
    Rule(
        code="unconfirmed",
        effect=Effect.KNOW,
        applies=lambda both, role: both.sides[role].application.is_unconfirmed,
        sentence="{name} hasn’t confirmed the email address yet.",
        when="One of them hasn’t confirmed the email address yet.",
        remedy="A yes confirms it. Call if you doubt the address.",
        of_each=True,
    ),
)
