"""
What the tests stand on: the built site, the laptop's AWS, a clock that they set, counted ids.

And what is known of a run only when all of it is over, over all processes that it ran in.
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from infra import build
from infra.edge import Answer
from infra.laptop import AWS, Laptop
from mentorship.services import Services
from tests import contexts, promises
from tests.clock import Clock
from tests.extent import FULL, whole
from tests.laptops import Reused
from tests.markup import twice
from tests.promises import Show, Shown
from tests.quick import QUICK, leave_what_stays, make_quick
from tests.roles import Use, Watch, all_granted
from tests.rules import dynamodb_local  # noqa: F401

# No test of ours may reach an AWS account, whatever this machine is signed in to.
os.environ.update(AWS)
for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)
# A busy machine takes longer, and is not wrong.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make golden` write what the tests compare with."""
    parser.addoption("--golden", action="store_true", help="write the golden files anew")


SHOWN = pytest.StashKey[list[Shown]]()
USED = pytest.StashKey[set[Use]]()
UNUSED = pytest.StashKey[set[Use]]()
LONGEST = ("tests/browser/", "tests/promise/test_promise_01.py")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to note what is known at the end only."""
    patch = pytest.MonkeyPatch()
    make_quick(patch)
    # Another patch: a test may undo the first for a while.
    watching = pytest.MonkeyPatch()
    contexts.watch(watching)
    config.add_cleanup(patch.undo)
    config.add_cleanup(watching.undo)
    config.stash[QUICK] = patch
    config.stash[SHOWN] = []
    config.stash[USED] = set()
    config.stash[UNUSED] = set()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Build the site before several processes ask for it at once."""
    several = session.config.getoption("numprocesses", None)
    if several and not build.FRAME.exists():
        build.site()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Begin with the longest tests, and mark those that show a promise, for `-m promise`.

    Of several processes, one then works on those while the others take what is short, to the end.
    """
    items.sort(key=lambda item: not any(each in item.nodeid for each in LONGEST))
    for item in items:
        if "shown" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.promise)


def pytest_collection_finish() -> None:
    """Begin with what is loaded to stay."""
    leave_what_stays()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell one of several processes what it cannot see: what they were asked for together."""
    node.workerinput["whole"] = whole(node.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what one of several processes noted."""
    noted = getattr(node, "workeroutput", {})
    node.config.stash[SHOWN].extend(Shown(**each) for each in noted.get("shown", []))
    node.config.stash[USED].update(Use(*each) for each in noted.get("used", []))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Hand over what was noted, or see to it."""
    config = session.config
    shown: list[Shown] = config.stash[SHOWN]
    used: set[Use] = config.stash[USED]
    if hasattr(config, "workeroutput"):
        config.workeroutput["shown"] = [asdict(each) for each in shown]
        config.workeroutput["used"] = [list(each) for each in used]
        return
    if config.getoption("golden") and shown:
        promises.write(shown, whole=whole(config))
    if whole(config) and exitstatus == pytest.ExitCode.OK and (unused := all_granted() - used):
        config.stash[UNUSED] = unused
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what a role allows and no function did in all the tests: promise 14."""
    if unused := config.stash[UNUSED]:
        terminalreporter.section("granted in infra/template.yaml, and used in no test", red=True)
        for use in sorted(unused):
            terminalreporter.write_line(f"{use.function}: {use.action} on {use.resource}")


@pytest.fixture(scope="session", autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Note what the functions do with AWS in this run."""
    watch = Watch()
    with watch.looking():
        yield watch
    request.config.stash[USED].update(watch.used)


@pytest.fixture(autouse=True)
def within_the_roles(watch: Watch) -> Iterator[None]:
    """Let a test fail in which a function did what its role does not allow."""
    yield
    assert watch.beyond() == set()


@pytest.fixture(autouse=True)
def ids_are_given_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test fail in which any page gives an id twice: a label or a link would be lost."""
    call, found = Laptop.call, dict[str, set[str]]()

    def called(laptop: Laptop, method: str, target: str, **given: Any) -> Answer:
        answer = call(laptop, method, target, **given)
        kinds = [value for name, value in answer.headers.items() if name.lower() == "content-type"]
        if any(kind.startswith("text/html") for kind in kinds) and (names := twice(answer.text)):
            found[f"{method} {target}"] = names
        return answer

    monkeypatch.setattr(Laptop, "call", called)
    yield
    assert found == {}


@pytest.fixture
def shown(request: pytest.FixtureRequest) -> Iterator[Show]:
    """
    Say which promise a test shows, with the figure: `shown(2, "1,000 intents, 1,000 rows")`.

    The page of the promises must have exactly this figure for the test; `--golden` writes it.
    """
    item = request.node
    golden = request.config.getoption("golden")
    some = item.get_closest_marker("sampled") is not None and not FULL
    seen: list[Shown] = []

    def shown(promise: int, figure: str) -> None:
        print(f"Promise {promise}: {figure}")
        found = Shown.by(item, promise, figure)
        if some:
            # The page has the figure of all, of which this is a part.
            alike = [replace(each, figure=figure) for each in promises.on_the_page()]
            if golden or found not in alike:
                pytest.fail("Only EXPLORE=all has the figure of all: make promises.", pytrace=False)
            return
        seen.append(found)
        request.config.stash[SHOWN].append(found)
        here = [each for each in promises.on_the_page() if each.promise == promise]
        if found not in here and not golden:
            pytest.fail(
                f"docs/about/promises.md has not, under promise {promise}:\n{found.line}\n"
                "If that is right, write it anew with make promises.",
                pytrace=False,
            )

    yield shown
    file, _, test = item.nodeid.partition("::")
    before = [each for each in promises.on_the_page() if (each.file, each.test) == (file, test)]
    # A test that failed, or was skipped before it came to show anything, has said so by itself.
    if set(seen) < set(before) and seen and not golden:
        pytest.fail("docs/about/promises.md lists more than this test showed.", pytrace=False)


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site; `make test` builds it anew before."""
    if not build.FRAME.exists():
        build.site()
    return build.SITE


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the functions go by."""
    clock = Clock()
    monkeypatch.setattr("mentorship.services._now", clock)
    return clock


@pytest.fixture(scope="session")
def reused(watch: Watch) -> Iterator[Reused]:
    """What gives every test a laptop, as if it were a new one."""
    reused = Reused()
    with reused.looking():
        yield reused


@pytest.fixture
def laptop(
    site: Path, clock: Clock, reused: Reused, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Laptop]:
    """The whole program on this machine, with ids that are counted: 00000001…, 00000002…"""
    numbers = itertools.count(1)
    monkeypatch.setattr("mentorship.services._new_id", lambda: f"{next(numbers):08}abcdefghjkmn")
    with reused.laptop() as laptop:
        yield laptop


@pytest.fixture
def services(laptop: Laptop) -> Services:
    """What the handlers are given."""
    from mentorship.services import services

    return services()
