"""
What is against a match of two people, what to check first, and what coordinators are asked.

`rules` declares why; this looks which of the reasons apply to two people.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from mentorship.form.question import Role
from mentorship.matches.institutions import Same
from mentorship.matches.match import OTHER, Match
from mentorship.matches.rules import INSTITUTION, PERSON, RULES, Effect
from mentorship.matches.side import Both, Known, Side

# What keeps a pair from being suggested; all else is only said.
EXCLUDING = (Effect.NEVER, Effect.UNLESS_TICKED)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    That a rule applies to two people.

    Attributes:
        code: of the rule.
        key: the same, and the side that it is about: what is ticked, and stored with the match.
        effect: what follows.
        sentence: what a coordinator reads.
        note_of: whose private note it comes from, if it does.

    """

    code: str
    key: str
    effect: Effect
    sentence: str
    note_of: Role | None = None

    @property
    def may_be_lifted(self) -> bool:
        """Whether coordinators may propose it all the same."""
        return self.effect is not Effect.NEVER

    @property
    def needs_tick(self) -> bool:
        """Whether they have to tick that they have seen it."""
        return self.effect in (Effect.UNLESS_TICKED, Effect.CHECK)


@dataclass(frozen=True, kw_only=True)
class Question:
    """
    What coordinators are asked about two people; until they answer, it counts as yes.

    Attributes:
        code: what it is called in a field of a form.
        of: returns what is known.
        sentence: what a coordinator reads, with names as in that of a rule.
        because: returns what the names don't show, a sentence, or "".

    """

    code: str
    of: Callable[[Both], Same]
    sentence: str
    because: Callable[[Both], str] = lambda _: ""


def _shared_domains(both: Both) -> str:
    """Return the mail domains that both people have and that are not everyone's, as a sentence."""
    shared = both.mentor.person.employer.domains & both.mentee.person.employer.domains
    return f"Both gave an email address at {' and '.join(sorted(shared))}." if shared else ""


QUESTIONS = (
    Question(
        code=PERSON,
        of=lambda both: both.same_person,
        sentence="Are {mentee}, a mentee, and {mentor}, a mentor, the same person?",
    ),
    Question(
        code=INSTITUTION,
        of=lambda both: both.same_institution,
        sentence="Are {mentee_at} and {mentor_at} the same institution?",
        because=_shared_domains,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that coordinators can answer about two people: a code, and its sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Findings:
    """
    What is against a match, what to check first, and what coordinators are asked.

    Attributes:
        excluded: why it isn't suggested.
        warnings: what to check first.
        questions: what a coordinator can answer.

    """

    excluded: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    questions: tuple[Asked, ...] = ()

    @property
    def all(self) -> tuple[Finding, ...]:
        """Whatever is against it or to be checked."""
        return (*self.excluded, *self.warnings)

    def left(self, ticked: Collection[str] = ()) -> list[Finding]:
        """Return what still keeps it from being proposed, once some keys are ticked."""
        ticked_off = (each for each in self.all if each.needs_tick and each.key not in ticked)
        return [*(each for each in self.all if not each.may_be_lifted), *ticked_off]

    def without_notes(self, of: Collection[Role]) -> "Findings":
        """Return them for a coordinator who may not know of the private notes of some sides."""
        return replace(
            self,
            excluded=tuple(each for each in self.excluded if each.note_of not in of),
            warnings=tuple(each for each in self.warnings if each.note_of not in of),
        )


def findings(mentor: Side, mentee: Side, known: Known) -> Findings:
    """Return what is against a match of two people, what to check, and what to ask."""
    both = Both.of(mentor, mentee, known)
    found = list(_applying(both))
    return Findings(
        excluded=tuple(each for each in found if each.effect in EXCLUDING),
        warnings=tuple(each for each in found if each.effect not in EXCLUDING),
        questions=tuple(_questions(both)),
    )


def effect_on(mentor: Side, mentee: Side, known: Known) -> Effect | None:
    """Return how far a match of two people is ruled out, `None` if nothing rules it out."""
    both, lifted = Both.of(mentor, mentee, known), None
    for rule, role, _ in ASKED_OF_PAIRS:
        if rule.applies(both, role):
            if rule.effect is Effect.NEVER:
                return rule.effect
            lifted = rule.effect
    return lifted


def liftable(mentor: Side, mentee: Side, known: Known) -> list[str]:
    """Return the codes of all that rules out two people and may be lifted, in their order."""
    both = Both.of(mentor, mentee, known)
    found = (
        rule.code
        for rule, role, _ in ASKED_OF_PAIRS
        if rule.effect is not Effect.NEVER and rule.applies(both, role)
    )
    return list(found)


def recheck(match: Match, mentor: Side, mentee: Side, known: Known) -> list[Finding]:
    """
    Return why an open proposal has to be taken back by now; what was ticked for it doesn't count.

    Ask it again after whatever may exclude the two: a private note or another answer of theirs, the
    names of an institution, what a coordinator answered, and before each yes counts.
    """
    again = {rule.code for rule in RULES if rule.is_checked_again}
    found = _applying(Both.of(mentor, mentee, known))
    return [
        each
        for each in found
        if each.code in again and not (each.may_be_lifted and each.key in match.lifted)
    ]


# Each rule with a side that it is about; one about both is asked once.
ASKED = tuple(
    (rule, role, f"{rule.code}-{role}" if rule.of_each else rule.code)
    for rule in RULES
    for role in (Role if rule.of_each else (Role.MENTEE,))
)

ASKED_OF_PAIRS = tuple(each for each in ASKED if each[0].effect in EXCLUDING)


def _applying(both: Both) -> Iterator[Finding]:
    """Yield what applies, in the order of the rules."""
    for rule, role, key in ASKED:
        if why := rule.applies(both, role):
            yield Finding(
                code=rule.code,
                key=key,
                effect=rule.effect,
                sentence=rule.sentence.format(**_words(both, role), why=why),
                note_of=role if rule.is_private else None,
            )


def _questions(both: Both) -> Iterator[Asked]:
    """Yield what coordinators are asked about two people."""
    for question in QUESTIONS:
        if question.of(both) is Same.MAYBE:
            asked = question.sentence.format(**_words(both, Role.MENTEE))
            sentence = " ".join(filter(None, [asked, question.because(both)]))
            yield Asked(code=question.code, sentence=sentence)


def _words(both: Both, role: Role) -> dict[str, str]:
    """Return what the sentences about two people may say."""
    return {
        "mentor": both.mentor.name,
        "mentee": both.mentee.name,
        "name": both.sides[role].name,
        "other": both.sides[OTHER[role]].name,
        "mentor_at": f"“{both.mentor.person.employer.name}”",
        "mentee_at": f"“{both.mentee.person.employer.name}”",
    }
