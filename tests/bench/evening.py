"""How long matches take: many people at once, a page of them, and what a function loads for it."""

from contextlib import redirect_stdout
from dataclasses import replace
from datetime import datetime
from io import StringIO
from statistics import median

from infra.edge import Answer
from infra.laptop import Laptop
from mentorship.matches import assignment, institutions
from mentorship.matches.left_over import without
from mentorship.matches.places_left import places_left
from mentorship.matches.plan import Plan, Wanted
from mentorship.matches.tonight import Tonight
from mentorship.program.sign_in import Session
from mentorship.services import services
from tests.bench.measuring import cpu, line, printed
from tests.coordinator import sign_in
from tests.laptops import ADDRESS
from tests.memory import Memory
from tests.populations import Population, days, population

# The limits, in seconds of CPU: 200 a side with all reasons, 1,000 a side, the page, an import.
EVERYTHING, THOUSAND, PAGE, IMPORT = 0.5, 10.0, 0.15, 0.01
TONIGHT = "/desk/matches/tonight"
# How many mentors and mentees the page is of.
SIXTY = (20, 40)
# What a function of the desk loads anyway, and what comes with the matches of tonight: those alone,
# and with all that is said about them.
ANYWAY = ("services", "rendering", "matches.exclusions", "matches.in_common", "matches.match")
LOADED = {
    "the solver and all that it needs": ("tonight",),
    "the same, with reasons and shortlists": (
        "tonight",
        "why_not",
        "places_left",
        "shortlist",
        "needed",
    ),
}
BARE = "import time; print(time.process_time())"
RUNS = 9
IMPORTS = """
import time
from importlib import import_module
for name in {anyway}:
    import_module("mentorship." + name)
begun = time.process_time()
for name in {names}:
    import_module("mentorship.matches." + name)
print(time.process_time() - begun)
"""


def show() -> None:
    """Print the figures."""
    print("200 mentors and 200 mentees, CPU against what it may take")
    people = population("bench", 200, 200)
    for what, took in steps(people).items():
        print(f"  {what:40} {took * 1000:8.1f} ms")
    print(line("all of it", cpu(lambda: explained(people)), EVERYTHING))

    crowd = population("bench", 1_000, 1_000)
    print("1,000 mentors and 1,000 mentees, CPU against what it may take")
    print(line("prepared, scored and solved", cpu(lambda: tonight_of(crowd).solve(), 1), THOUSAND))

    print(
        f"The page of {sum(SIXTY)} people, CPU of everything but DynamoDB, against what it may take"
    )
    print(line("Matches tonight", page(population("bench", *SIXTY)), PAGE))

    print("Modules loaded beside those of the desk, CPU against what they may take")
    for what, names in LOADED.items():
        code = IMPORTS.format(anyway=ANYWAY, names=names)
        print(line(what, median(float(printed(code)) for _ in range(RUNS)), IMPORT))
    bare = median(float(printed(BARE)) for _ in range(RUNS))
    print(f"  {'for comparison, Python alone':40} {bare * 1000:8.1f} ms")


def tonight_of(people: Population) -> Tonight:
    """Return an evening, prepared from the answers as in a function that has just begun."""
    institutions.folded.cache_clear()
    return Tonight.of(people.sides, people.known, days=days)


def explained(people: Population) -> Plan:
    """Match some people, with the reasons of all who are matched and of all who aren't."""
    tonight, wanted = tonight_of(people), Wanted()
    plan = tonight.solve(wanted)
    without(tonight, wanted, plan)
    places_left(tonight, wanted, plan)
    return plan


def steps(people: Population) -> dict[str, float]:
    """Return how long each part takes, in the order in which they follow."""
    sides, wanted = people.sides, Wanted()
    tonight = Tonight.of(sides, people.known, days=days)
    plan = tonight.solve(wanted)

    def anew() -> Tonight:
        return Tonight(tonight.mentors, tonight.mentees, people.known)

    def solved() -> Plan:
        return tonight.solve(wanted)

    return {
        "sides prepared": cpu(lambda: tonight_of(people)),
        "everything that each pair shares": cpu(lambda: anew().shared),
        "who is ruled out": cpu(lambda: anew().effects),
        "the best assignment alone": cpu(lambda: assignment.solve(plan.problem)),
        "the same, with its sentences": cpu(solved),
        "who stays without, and why": cpu(lambda: without(tonight, wanted, plan)),
        "mentors with a place left": cpu(lambda: places_left(tonight, wanted, plan)),
    }


def page(people: Population) -> float:
    """Return how long the page of tonight's matches takes."""
    with redirect_stdout(StringIO()), Laptop(ADDRESS) as laptop:
        coordinator = sign_in(laptop)
        memory, stored = Memory(), services().store
        arranged, kept = stored.arrangements(), dict[str, Session | None]()
        for number, each in enumerate(people.applications):
            memory.items[each.id] = replace(each, reference=f"{number:04}-0000")
        memory.items |= {each.id: each for each in (arranged,) if each}

        def session(secret: str, *, now: datetime) -> Session | None:
            if secret not in kept:
                kept[secret] = stored.session(secret, now=now)
            return kept[secret]

        vars(memory).update(session=session)
        vars(services()).update(store=memory)

        def looked_at() -> Answer:
            answer = coordinator.get(TONIGHT)
            if answer.status != 200:
                raise RuntimeError(f"{TONIGHT} answers {answer.status}")
            return answer

        looked_at()
        return cpu(looked_at, RUNS)
