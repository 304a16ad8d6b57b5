"""
Have mentor-match match some people, and print what came of it; it runs where that is installed.

It reads evenings from its standard input. Of each it reads what the pairs are worth: a row for each
mentee, and `null` for a pair that is ruled out. How often it solves each is its argument.
"""

import json
import sys
import time
from statistics import median

from matching import process
from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.rules.rule import Disqualify, UnmatchedBonus

# How much more someone weighs who has nobody yet, in each round: its own example.
BONUS = (0, 50, 100)


class Points:
    """The points of a pair, as a rule of mentor-match."""

    def __init__(self, values):
        """Score by these values."""
        self.values = values

    def apply(self, match):
        """Return the points of a pair."""
        return self.values[match.mentee.grade][match.mentor.grade] or 0


def people(values):
    """Return the people, by their numbers."""
    mentors = [Mentor(grade=at, email=f"mentor {at}") for at in range(len(values[0]))]
    return mentors, [Mentee(grade=at, email=f"mentee {at}") for at in range(len(values))]


def rules(values, bonus):
    """Return the rules of a round."""
    out = Disqualify(lambda match: values[match.mentee.grade][match.mentor.grade] is None)
    return [UnmatchedBonus(bonus), Points(values), out]


def matched(values):
    """Time the solver of one round, and count after three."""
    taken = []
    for _ in range(int(sys.argv[1])):
        matrix = process.generate_match_matrix(*people(values), rules(values, 0))
        begun = time.process_time()
        process.match_and_assign_participants(matrix)
        taken.append(time.process_time() - begun)
    mentees = process.process_data(*people(values), [rules(values, each) for each in BONUS])[1]
    mentors = [[each.grade for each in one.mentors] for one in mentees]
    return {"seconds": median(taken), "mentors": mentors}


if __name__ == "__main__":
    print(json.dumps([matched(each) for each in json.load(sys.stdin)]))
