"""
The solver beside mentor-match's, on the same points: how fast both are, and whom they leave out.

mentor-match has an environment of its own under `build/`; without a package registry, it is left
out, and that is said.
"""

import json
import subprocess
import sys
import venv
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from mentorship.matches import assignment
from mentorship.matches.plan import Plan
from mentorship.matches.tonight import POINT_BITS, Tonight
from tests.bench.measuring import ROOT, cpu
from tests.populations import population

NAME = "mentor-match==7.0.1"
PLACE = ROOT / "build" / "mentor-match"
PYTHON = PLACE / ("Scripts" if sys.platform == "win32" else "bin") / "python"
SCRIPT = Path(__file__).with_name("mentor_match.py")
# How many mentors and mentees there are, and on how many such evenings.
SIZES, EVENINGS = ((12, 28), (60, 60), (200, 200)), 3
# How often each is solved; the median counts.
TIMES = 25
# How many times faster ours is to be; of how many best mentors a mentee hopes for one.
FASTER, BEST = 5, 3

Points = Sequence[Sequence[int | None]]
# The numbers of each mentee's mentors.
Given = Sequence[Sequence[int]]


def show() -> None:
    """Print the figures."""
    print(f"The solver alone, CPU of {NAME} as a multiple of ours: {FASTER} is wanted")
    if not is_installed():
        print(f"  {NAME} isn't installed, and can't be: no package registry was reached.")
        return
    for mentors, mentees in SIZES:
        evenings = [population(f"rival {at}", mentors, mentees).tonight for at in range(EVENINGS)]
        plans = [each.solve() for each in evenings]
        points = [points_of(each) for each in evenings]
        answers = asked(points)
        ours = [cpu(partial(assignment.solve, plan.problem), TIMES) for plan in plans]
        theirs = [each["seconds"] for each in answers]
        ratios = [slow / quick for slow, quick in zip(theirs, ours, strict=True)]
        print(
            f"  {f'{mentors} mentors and {mentees} mentees':40} {median(ratios):6.1f} "
            f"({min(ratios):.1f} to {max(ratios):.1f}; "
            f"{median(theirs) * 1000:.1f} ms to {median(ours) * 1000:.1f} ms)"
        )
        places = sum(each.places - each.taken for evening in evenings for each in evening.mentors)
        print(f"    of {places} places and {sum(map(len, points))} mentees of {EVENINGS} evenings")
        told = {
            "ours": [given(*each) for each in zip(evenings, plans, strict=True)],
            "theirs, after three rounds": [each["mentors"] for each in answers],
        }
        for whose, found in told.items():
            over = sum(map(overbooked, evenings, found))
            without = sum(map(disappointed, points, found))
            print(
                f"      {whose:34} {over:6} places overbooked, "
                f"{without} mentees without any of their {BEST} best"
            )


def is_installed() -> bool:
    """Tell whether mentor-match is there, and install it if it is not."""
    if not PYTHON.exists():
        venv.create(PLACE, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NAME]
    return subprocess.run(pip, capture_output=True).returncode == 0


def asked(evenings: Sequence[Points]) -> list[dict[str, Any]]:
    """Return what mentor-match says of some evenings."""
    sent = json.dumps(evenings).encode()
    script = [str(PYTHON), str(SCRIPT), str(TIMES)]
    found = subprocess.run(script, input=sent, stdout=subprocess.PIPE, check=True)
    answers: list[dict[str, Any]] = json.loads(found.stdout)
    return answers


def points_of(tonight: Tonight) -> Points:
    """Return the points of all pairs, without what decides between equals."""
    return [
        [None if value is None else value >> POINT_BITS for value in row] for row in tonight.values
    ]


def given(tonight: Tonight, plan: Plan) -> Given:
    """Return the numbers of the mentors who are suggested to each mentee."""
    numbers = {each.id: number for number, each in enumerate(tonight.mentors)}
    found = [plan.by_mentee.get(each.id) for each in tonight.mentees]
    return [[numbers[each.mentor.id]] if each else [] for each in found]


def overbooked(tonight: Tonight, found: Given) -> int:
    """Return how many mentees are given to mentors who have no place for them."""
    free = [each.places - each.taken for each in tonight.mentors]
    for mentors in found:
        for number in mentors:
            free[number] -= 1
    return -sum(each for each in free if each < 0)


def disappointed(points: Points, found: Iterable[Sequence[int]]) -> int:
    """Return how many mentees have nobody as good as one of the three who suit them best."""
    count = 0
    for row, mentors in zip(points, found, strict=True):
        best = sorted((each for each in row if each is not None), reverse=True)[:BEST]
        count += bool(best) and not any((row[each] or 0) >= best[-1] for each in mentors)
    return count
