"""Promise 21: what is suggested is the best there is, and the reasons are the score."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from mentorship.form import declaration, wishes
from mentorship.form.choices import Choices
from mentorship.form.question import Question, Role
from mentorship.matches import assignment
from mentorship.matches.assignment import flaws
from mentorship.matches.criteria import CRITERIA, MOST_WEEKS, Seat
from mentorship.matches.exclusions import findings
from mentorship.matches.plan import Ids, Plan, Wanted
from mentorship.matches.profile import Profile
from mentorship.matches.rules import Effect
from mentorship.matches.suitability import lines, shared_points
from tests.evenings import Drawn, drawn, shuffled
from tests.extent import many, sampled
from tests.matching import score
from tests.populations import Population, population
from tests.promises import Show
from tests.second_opinions import best_of_all, broken, second_opinion, twins

EVENINGS = many(10_000, some=1_000)
FEWER_EVENINGS = many(1_500, some=200)
POPULATIONS = many(250, some=40)
FEWER_POPULATIONS = many(40, some=6)
# For how many places of a mentee the solver looks at first; it is as exact with any number.
KEPT = (64, 2)
# What counts for a match and may be left out, on the form or in what coordinators enter.
ANSWERS: tuple[Question, ...] = (
    *(wishes.AREAS, wishes.TOPICS, wishes.SETTING, wishes.TIMES, wishes.WAYS, wishes.OUTSIDE),
    *(wishes.PREFERRED, declaration.CITY, declaration.INSTITUTION),
)
PHONE = "206 555 0142"
BOXES = tuple(1 << number for number in range(8))
COUNTED = ("areas", "topics")


def evenings(count: int) -> Iterator[Drawn]:
    """Yield random evenings."""
    return (drawn(number) for number in range(count))


def populations(count: int) -> Iterator[Population]:
    """Yield whole made-up populations, most of them small."""
    for number in range(count):
        draw = random.Random(number)
        sizes = (12, 28) if number % 20 == 0 else (draw.randint(1, 5), draw.randint(1, 8))
        made_up = population(number, *sizes)
        yield _with_someone_twice(made_up) if number % 3 == 0 else made_up


def _with_someone_twice(people: Population) -> Population:
    """Return the same people, of whom the first of each role gave the same phone number."""
    firsts = {each.role: each.id for each in reversed(people.applications)}.values()
    changed = [
        replace(each, answers={**each.answers, "phone": PHONE}) if each.id in firsts else each
        for each in people.applications
    ]
    return Population(tuple(changed), people.known)


@sampled
def test_no_assignment_is_better(monkeypatch: pytest.MonkeyPatch, shown: Show) -> None:
    """
    Of random evenings, each assignment is proven by its prices, found by scipy and, where they are
    few, by trying every one; all that a coordinator wanted is so; and of two equals who differ only
    in waiting, the one who has waited longer is matched if the other is, and never shares less.
    """
    wrong, tried, equals = list[tuple[int, str]](), 0, list[tuple[Profile, Profile]]()
    for number, each in enumerate(evenings(EVENINGS)):
        monkeypatch.setattr(assignment, "KEPT", KEPT[number % 2])
        plan = each.tonight.solve(each.wanted)
        found = [*flaws(plan.problem, plan.assignment), *broken(each, plan)]
        if better := second_opinion(plan):
            found.append(f"scipy finds {better} points more")
        if each.is_small:
            tried += 1
            musts = sum(mentee in each.wanted.must for mentee in plan.by_mentee)
            if (best := best_of_all(each, plan)) != (musts, plan.total):
                found.append(f"{best} are possible, not {musts, plan.total}")
        for longer, shorter in twins(each):
            equals.append((longer, shorter))
            if _gets(plan, longer) < _gets(plan, shorter):
                found.append(f"{longer.id} lost to {shorter.id}")
        wrong += [(number, what) for what in found]
    assert wrong == []
    # Some are a day apart, and some have both waited longer than what counts.
    assert sum(longer.days - shorter.days <= 1 for longer, shorter in equals) > EVENINGS / 500
    assert sum(shorter.weeks > MOST_WEEKS for _, shorter in equals) > EVENINGS / 20
    shown(
        21,
        f"{EVENINGS:,} random evenings of up to 60 a side, {tried:,} of them so small that every "
        f"assignment was tried, and {len(equals):,} pairs of equals: {len(wrong)} not the best",
    )


def _gets(plan: Plan, mentee: Profile) -> int:
    """Return how much someone shares with their mentor; less than nothing without one."""
    found = plan.by_mentee.get(mentee.id)
    return shared_points(found.mentor, mentee) if found else -1


@sampled
def test_order_changes_nothing(shown: Show) -> None:
    """
    In whatever order people are read, the same are suggested to each other.
    """
    wrong, solved = list[int](), 0
    for number, each in enumerate(evenings(FEWER_EVENINGS)):
        plan = each.tonight.solve(each.wanted)
        # Which of several locks for one mentee counts depends on the order of waiting.
        wanted = replace(each.wanted, lock=each.wanted.lock - plan.refused.keys())
        mixed = shuffled(each.tonight, random.Random(number))
        solved += 1
        if mixed.solve(wanted).pairs != plan.pairs:
            wrong.append(number)
    for number, people in enumerate(populations(FEWER_POPULATIONS)):
        draw = random.Random(number)
        mixed_up = draw.sample(people.applications, len(people.applications))
        pairs = dict(reversed(people.known.pairs.items()))
        other = Population(tuple(mixed_up), replace(people.known, pairs=pairs))
        both = list(product(people.tonight.mentors[:2], people.tonight.mentees[:2]))
        wanted = Wanted(lock=frozenset((mentor.id, mentee.id) for mentor, mentee in both))
        solved += 1
        if _told(other.tonight.solve(wanted)) != _told(people.tonight.solve(wanted)):
            wrong.append(number)
    assert wrong == []
    shown(21, f"{solved:,} evenings read in two orders: {len(wrong)} with other suggestions")


def _told(plan: Plan) -> list[tuple[str, str, list[str]]]:
    return [(*each.ids, [line.sentence for line in each.lines]) for each in plan.suggestions]


@sampled
def test_the_sentences_are_the_score(shown: Show) -> None:
    """
    The points of the sentences about two people add up to their score, for any place of a mentor.
    """
    wrong, pairs, counted = list[Ids](), 0, set[str]()
    for number, each in enumerate(evenings(FEWER_EVENINGS)):
        draw = random.Random(number)
        for mentor, mentee in product(each.tonight.mentors[:3], each.tonight.mentees[:5]):
            seat = Seat(taken=draw.randrange(3), as_before=draw.random() < 0.5)
            told, pairs = lines(mentor, mentee, seat), pairs + 1
            all_points = sum(line.points for line in told)
            common = sum(line.points for line in told if line.is_shared)
            if (all_points, common) != (
                score(mentor, mentee, seat),
                shared_points(mentor, mentee),
            ):
                wrong.append((mentor.id, mentee.id))
            for one in CRITERIA:
                if one.points(mentor, mentee, seat):
                    counted.add(one.code)
                    if not one.words(mentor, mentee, seat):
                        wrong.append((mentor.id, f"{mentee.id}: {one.code} says nothing"))
    assert wrong == []
    assert counted == {each.code for each in CRITERIA}
    shown(21, f"{pairs:,} pairs: {len(wrong)} whose sentences are not the score")


@sampled
def test_an_unanswered_question_adds_nothing(shown: Show) -> None:
    """
    Without an answer of one side, no two people share a point more; an option that names nothing in
    particular, such as "Other", changes no point.
    """
    wrong, compared = list[tuple[int, str]](), 0
    for number, each in enumerate(populations(FEWER_POPULATIONS)):
        before = _shared(each)
        for role, question in product(Role, ANSWERS):
            after = _shared(_without(each, role, question))
            compared += len(after)
            if before.keys() != after.keys() or any(after[two] > before[two] for two in after):
                wrong.append((number, question.name))
            if isinstance(question, Choices):
                after = _shared(_vaguer(each, role, question))
                compared += len(after)
                if after != before:
                    wrong.append((number, f"{question.name}, vaguer"))
    assert wrong == []
    shown(21, f"{compared:,} pairs with an answer less or a vague one: {len(wrong)} with more")


def _shared(people: Population) -> dict[Ids, int]:
    tonight = people.tonight
    return {
        (mentor.id, mentee.id): points
        for mentee, row in zip(tonight.mentees, tonight.shared, strict=True)
        for mentor, points in zip(tonight.mentors, row, strict=True)
    }


def _without(people: Population, role: Role, question: Question) -> Population:
    """Return the same people, all of one role without an answer."""
    return Population(
        tuple(
            replace(each, answers={**each.answers, question.name: None})
            if each.role is role
            else each
            for each in people.applications
        ),
        people.known,
    )


def _vaguer(people: Population, role: Role, question: Choices) -> Population:
    """Return the same people, all of one role with each vague option of a question as well."""
    vague = [option.code for option in question.options if option.vague]
    changed = []
    for each in people.applications:
        chosen = each.answers.get(question.name)
        more = [*chosen, *vague] if isinstance(chosen, list) else vague
        answers = {**each.answers, question.name: more}
        changed.append(replace(each, answers=answers) if each.role is role else each)
    return Population(tuple(changed), people.known)


@sampled
def test_more_boxes_bring_nothing(shown: Show) -> None:
    """
    Once a mentee shares something with a mentor, ticking another box brings nothing: not an area, a
    setting or a time that is shared already, not a topic beside topics that all are, and never a
    box that the mentor did not tick.
    """
    wrong, ticked = 0, 0
    for each in evenings(FEWER_EVENINGS):
        mentor, mentee = each.tonight.mentors[0], each.tonight.mentees[0]
        before = shared_points(mentor, mentee)
        for name, bit in product(("areas", "topics", "settings", "times"), BOXES):
            mine, theirs = getattr(mentee, name), getattr(mentor, name)
            is_enough = theirs & mine and (name != "topics" or not mine & ~theirs)
            if bit & mine or (bit & theirs and not is_enough):
                continue
            ticked += 1
            counts = {f"{name[:-1]}_count": (bit | mine).bit_count()} if name in COUNTED else {}
            more = mentee._replace(**{name: bit | mine, **counts})
            wrong += shared_points(mentor, more) > before
    assert wrong == 0
    shown(21, f"{ticked:,} boxes ticked: {wrong} brought a point")


@sampled
def test_the_rules_are_the_same_for_all_pairs_at_once(shown: Show) -> None:
    """
    Whom the search leaves out is who is ruled out when two people are looked at one by one.
    """
    wrong, pairs, out = list[Ids](), 0, 0
    for each in populations(POPULATIONS):
        tonight = each.tonight
        for row, mentee in enumerate(tonight.mentees):
            for column, mentor in enumerate(tonight.mentors):
                found = {
                    one.effect for one in findings(mentor.side, mentee.side, each.known).excluded
                }
                worst = next((effect for effect in Effect if effect in found), None)
                effect = tonight.effects.get((row, column))
                pairs, out = pairs + 1, out + bool(effect)
                if effect is not worst:
                    wrong.append((mentor.id, mentee.id))
    assert wrong == []
    assert pairs / 20 < out < pairs / 2
    shown(21, f"{pairs:,} pairs, {out:,} of them ruled out: {len(wrong)} otherwise")
