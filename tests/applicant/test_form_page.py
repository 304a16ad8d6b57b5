"""The form's pages as a function answers them: as they were built, and as coordinators arrange."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.laptop import Laptop
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.handlers import apply as apply_handler
from mentorship.program.arrangements import Opening
from mentorship.services import Services
from mentorship.settings import Program
from mentorship.web.http import HEADERS
from tests import people
from tests.clock import Clock
from tests.laptops import ADDRESS
from tests.own import get, link_of, post
from tests.people import apply
from tests.tables import items

# Midnight in Seattle, in summer and, after November 1, in winter.
OCTOBER_16 = datetime(2026, 10, 16, 7, tzinfo=UTC)
NOVEMBER_16 = datetime(2026, 11, 16, 8, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)

ROLES = list(Role)


def page_of(role: Role) -> str:
    """Return the address of a role's form."""
    return f"/apply/{role.value}/"


def arrange(services: Services, **changes: Any) -> None:
    """Have a coordinator arrange something."""
    services.store.commit(Change(puts=(services.arrangements().with_changes(**changes),)))


def arrange_opening(services: Services, role: Role, opening: Opening) -> None:
    """Have a coordinator say when applications of a role are taken."""
    arrange(services, **{f"{role.value}s": opening})


def shown(laptop: Laptop, role: Role) -> str:
    """Return the page with the form of a role."""
    answer = laptop.call("GET", page_of(role))
    assert answer.status == 200
    return answer.text


def is_open(page: str) -> bool:
    """Tell whether a page has a form; it has one, or says why it has none."""
    assert ("<form" in page) is not ("data-application-closed" in page)
    assert ("<form" in page) is ('name="full_name"' in page)
    return "<form" in page


@pytest.mark.parametrize("role", ROLES)
class TestPage:
    def test_page_is_the_one_that_was_built(self, laptop: Laptop, site: Path, role: Role) -> None:
        """
        Where nothing is arranged, the page is the site's own to the byte.
        """
        built = site / "apply" / role.value / "index.html"
        assert laptop.call("GET", page_of(role)).body == built.read_bytes()

    def test_only_the_form_differs(
        self, laptop: Laptop, services: Services, site: Path, role: Role
    ) -> None:
        """
        Where something is arranged, all is as it was built but for what stands in the form's place.
        """
        built = (site / "apply" / role.value / "index.html").read_text(encoding="utf-8")
        before, form, after = built.partition(services.renderer.form(role))
        arrange_opening(services, role, Opening(closes_at=services.now()))
        page = shown(laptop, role)
        assert form
        assert page.startswith(before)
        assert page.endswith(after)
        assert page != built

    def test_page_is_kept_for_a_minute(self, laptop: Laptop, role: Role) -> None:
        """
        Whoever keeps the page keeps it for a minute; but for that it is guarded as all pages are.
        """
        headers = laptop.call("GET", page_of(role)).headers
        assert headers["cache-control"] == "public, max-age=60"
        assert headers["content-type"] == "text/html; charset=utf-8"
        # As the site's pages have it, which this is one of.
        assert headers["referrer-policy"] == "same-origin"
        others = set(HEADERS) - {"cache-control", "referrer-policy"}
        assert {name: headers[name] for name in others} == {name: HEADERS[name] for name in others}

    def test_head_is_answered(self, laptop: Laptop, role: Role) -> None:
        """
        HEAD is answered as GET is.
        """
        asked, told = (laptop.call(method, page_of(role)) for method in ("GET", "HEAD"))
        assert (told.status, told.headers) == (asked.status, asked.headers)

    def test_nothing_is_posted_here(self, laptop: Laptop, role: Role) -> None:
        """
        Applications go elsewhere; the page takes nothing.
        """
        assert laptop.call("POST", page_of(role), body=b"x=1").status == 405

    def test_page_is_the_same_for_everybody(
        self, laptop: Laptop, services: Services, role: Role, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        The function is told the path and nothing of who asks, so that nothing of it can be kept.
        """
        events: list[Any] = []

        def noted(event: Any, context: object) -> Any:
            events.append(event)
            return apply_handler.handle(event, context)

        monkeypatch.setitem(laptop._handle, "Apply", noted)
        before = laptop.call("GET", page_of(role)).body
        apply(laptop, people.mentee())
        apply(laptop, people.mentor())
        headers = {"cookie": "a=b", "accept": "application/json", "user-agent": "robin"}
        after = laptop.call("GET", f"{page_of(role)}?full_name=Robin", headers=headers).body
        assert after == before
        for event in events:
            assert event["headers"] == {}
            assert event["rawQueryString"] == ""
            assert "cookies" not in event

    def test_page_says_what_is_arranged(
        self, laptop: Laptop, services: Services, role: Role
    ) -> None:
        """
        The form suggests the institutions and names the months that coordinators arranged.
        """
        before = shown(laptop, role)
        arrange(services, institutions=("Example & Sons {{ 7 }}", "Ünïted Example"), keep_months=7)
        page = shown(laptop, role)
        assert '<option value="Example &amp; Sons {{ 7 }}">' in page
        assert '<option value="Ünïted Example">' in page
        assert "7 months" in page
        assert "7 months" not in before
        assert "12 months" in before


@pytest.mark.parametrize(
    "target",
    ["/apply/", "/apply/nobody/", "/apply/mentee/more/", "/apply/Mentee/", "/apply/mentee/x.css"],
)
def test_unknown_path_is_not_found(laptop: Laptop, target: str) -> None:
    """
    Whatever else is asked for beneath the form's pages is a page that says so, and is not kept.
    """
    answer = laptop.call("GET", target)
    assert answer.status == 404
    assert "There is nothing here" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("role", ROLES)
def test_page_without_its_slash_leads_to_the_one_with_it(laptop: Laptop, role: Role) -> None:
    """
    The page's links are relative to its address, which ends with a slash.
    """
    answer = laptop.call("GET", f"/apply/{role.value}?from=mail")
    assert (answer.status, answer.headers["Location"]) == (301, f"{page_of(role)}?from=mail")


def test_outage_is_a_page_that_is_not_kept(
    laptop: Laptop, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where the table cannot be read nothing is guessed, and nobody keeps the answer.
    """

    def gone() -> None:
        raise TimeoutError

    monkeypatch.setattr(services.store, "arrangements", gone)
    answer = laptop.call("GET", page_of(Role.MENTEE))
    assert answer.status == 500
    assert answer.headers["cache-control"] == "no-store"
    assert "Something went wrong on our side" in answer.text


BOTH_ROLES = pytest.mark.parametrize("role", ROLES)


class TestOpening:
    @BOTH_ROLES
    @pytest.mark.parametrize(
        ("opening", "at", "expected"),
        [
            (Opening(), OCTOBER_16, True),
            (Opening(opens_at=OCTOBER_16), OCTOBER_16 - MOMENT, False),
            (Opening(opens_at=OCTOBER_16), OCTOBER_16, True),
            (Opening(closes_at=OCTOBER_16), OCTOBER_16 - MOMENT, True),
            (Opening(closes_at=OCTOBER_16), OCTOBER_16, False),
            (Opening(opens_at=OCTOBER_16, closes_at=NOVEMBER_16), OCTOBER_16 - MOMENT, False),
            (Opening(opens_at=OCTOBER_16, closes_at=NOVEMBER_16), OCTOBER_16, True),
            (Opening(opens_at=OCTOBER_16, closes_at=NOVEMBER_16), NOVEMBER_16 - MOMENT, True),
            (Opening(opens_at=OCTOBER_16, closes_at=NOVEMBER_16), NOVEMBER_16, False),
        ],
    )
    def test_form_is_shown_while_it_is_open(
        self,
        laptop: Laptop,
        services: Services,
        clock: Clock,
        role: Role,
        opening: Opening,
        at: datetime,
        expected: bool,
    ) -> None:
        """
        A role's form is there from the moment it opens to the one it closes; the other's always.
        """
        arrange_opening(services, role, opening)
        clock.time = at
        (other,) = (each for each in Role if each is not role)
        assert is_open(shown(laptop, role)) is expected
        assert is_open(shown(laptop, other))

    @BOTH_ROLES
    @pytest.mark.parametrize(
        ("closes_at", "words"),
        [
            (OCTOBER_16, "Applications are open until October 15, 2026."),
            (NOVEMBER_16, "Applications are open until November 15, 2026."),
            (OCTOBER_16 + MOMENT, "Applications are open until October 16, 2026, 12:00 a.m. PT."),
            (
                OCTOBER_16 + 17.5 * HOUR,
                "Applications are open until October 16, 2026, 5:30 p.m. PT.",
            ),
        ],
    )
    def test_form_says_until_when(
        self, laptop: Laptop, services: Services, role: Role, closes_at: datetime, words: str
    ) -> None:
        """
        Above the form stands until when it is open; an end at midnight is the day before.
        """
        assert "Applications are open until" not in shown(laptop, role)
        arrange_opening(services, role, Opening(closes_at=closes_at))
        before, _, form = shown(laptop, role).partition("<form")
        assert f'<p class="form-note">{words}</p>' in before
        assert form

    @BOTH_ROLES
    @pytest.mark.parametrize(
        ("opens_at", "words"),
        [
            (OCTOBER_16, "Applications open on October 16, 2026"),
            (NOVEMBER_16, "Applications open on November 16, 2026"),
            (OCTOBER_16 + 9 * HOUR, "Applications open on October 16, 2026, 9:00 a.m. PT"),
        ],
    )
    def test_closed_page_says_when_it_opens(
        self, laptop: Laptop, services: Services, role: Role, opens_at: datetime, words: str
    ) -> None:
        """
        Where it is known when applications open, the page says it first, then whom to write to.
        """
        arrange_opening(services, role, Opening(opens_at=opens_at))
        page = shown(laptop, role)
        assert not is_open(page)
        assert f"<h2>{words}</h2>" in page
        assert '<a href="mailto:admin@wsrs.org">admin@wsrs.org</a>' in closed_part(page)
        assert "No date is set" not in page

    @BOTH_ROLES
    @pytest.mark.parametrize(
        "opening",
        [Opening(closes_at=OCTOBER_16 - 30 * 24 * HOUR), Opening(closed_at=OCTOBER_16)],
        ids=["by its date", "by hand"],
    )
    def test_closed_page_says_that_no_date_is_set(
        self, laptop: Laptop, services: Services, clock: Clock, role: Role, opening: Opening
    ) -> None:
        """
        Where nobody knows yet, the page says that, and whom to write to.
        """
        arrange_opening(services, role, opening)
        clock.time = OCTOBER_16
        page = closed_part(shown(laptop, role))
        assert "<h2>Applications are closed for now</h2>" in page
        assert "No date is set yet for when they open again." in page
        assert "receipt" not in shown(laptop, role)
        assert '<a href="mailto:admin@wsrs.org">admin@wsrs.org</a>' in page

    def test_mentors_are_always_welcome(self, laptop: Laptop, services: Services) -> None:
        """
        Closed pages send no mentor away: neither who reads there, nor whom a mentee may know.
        """
        closed = Opening(closes_at=services.now())
        arrange(services, mentees=closed, mentors=closed)
        assert "Mentors are always welcome to write." in shown(laptop, Role.MENTEE)
        assert "You are welcome to write at any time." in shown(laptop, Role.MENTOR)

    @BOTH_ROLES
    def test_closing_and_opening_are_there_at_once(
        self, laptop: Laptop, services: Services, clock: Clock, role: Role
    ) -> None:
        """
        What a coordinator closes is closed at the next look, and open again when they open it.
        """
        for _ in range(2):
            clock.forward(minutes=1)
            arrange_opening(services, role, Opening(closed_at=clock()))
            assert not is_open(shown(laptop, role))
            clock.forward(minutes=1)
            arrange_opening(services, role, Opening())
            assert is_open(shown(laptop, role))


def closed_part(page: str) -> str:
    """Return what stands in the form's place."""
    part = page.partition('<div class="form-closed" data-application-closed>')[2]
    return part.partition("</div>")[0]


class TestSoon:
    @pytest.fixture
    def soon(self, site: Path, clock: Clock) -> Iterator[Laptop]:
        """A deployment that is not known to send mail yet."""
        with Laptop(ADDRESS, {"Applications": "soon", "ContactAddress": "ask@example.org"}) as it:
            yield it

    @BOTH_ROLES
    @pytest.mark.parametrize("opens", [False, True])
    def test_deployment_that_is_not_ready_is_closed(
        self, soon: Laptop, role: Role, opens: bool
    ) -> None:
        """
        Before mail is known to leave, no form is shown, whatever coordinators arrange.
        """
        from mentorship.services import services

        if opens:
            arrange_opening(services(), role, Opening(opens_at=services().now() - HOUR))
        page = shown(soon, role)
        assert not is_open(page)
        assert "<h2>Opening soon</h2>" in page
        assert "ask@example.org" in closed_part(page)


class TestDates:
    @pytest.mark.parametrize(
        ("zone", "end", "begin"),
        [
            ("America/Los_Angeles", "October 15, 2026", "October 16, 2026"),
            ("America/New_York", "October 16, 2026, 3:00 a.m. EDT", None),
            ("UTC", "October 16, 2026, 7:00 a.m. UTC", None),
        ],
    )
    def test_midnight_is_that_of_the_program(
        self, services: Services, zone: str, end: str, begin: str | None
    ) -> None:
        """
        What begins or ends at midnight in the program's own zone needs no time of day.
        """
        program = Program(zone_name=zone)
        renderer = type(services.renderer)(services.settings.template_folders, program)
        assert renderer.ends(OCTOBER_16) == end
        assert renderer.begins(OCTOBER_16) == (begin or end)

    def test_night_of_the_clock_change_has_one_midnight(self, services: Services) -> None:
        """
        The days before and after a change of the clock end at their own midnights.
        """
        ends = [
            services.renderer.ends(datetime(2026, 11, day, hour, tzinfo=UTC))
            for day, hour in ((1, 7), (2, 8))
        ]
        assert ends == ["October 31, 2026", "November 1, 2026"]


def test_owner_corrects_while_applications_are_closed(
    laptop: Laptop, services: Services, clock: Clock
) -> None:
    """
    Whoever has applied can read and correct what they said, though no new ones are taken.
    """
    apply(laptop, people.mentee())
    link = link_of(laptop, "robin@example.org")
    arrange(services, mentees=Opening(closes_at=services.now()))
    clock.forward(hours=2)
    assert "<form" in get(laptop, f"{link}/correct").text
    answer = post(laptop, f"{link}/correct", people.mentee(city="Spokane"))
    assert answer.status == 303
    assert "Spokane" in get(laptop, link).text


class TestSubmitting:
    @BOTH_ROLES
    @pytest.mark.parametrize(
        ("at", "status"),
        [
            (OCTOBER_16 - MOMENT, 409),
            (OCTOBER_16, 303),
            (NOVEMBER_16 - MOMENT, 303),
            (NOVEMBER_16 + HOUR - MOMENT, 303),
            (NOVEMBER_16 + HOUR, 409),
        ],
        ids=["before", "opening", "closing", "grace", "after"],
    )
    def test_form_is_taken_for_an_hour_longer(
        self,
        laptop: Laptop,
        services: Services,
        clock: Clock,
        role: Role,
        at: datetime,
        status: int,
    ) -> None:
        """
        An application is taken from the opening to an hour after the closing, and not before.
        """
        arrange_opening(services, role, Opening(opens_at=OCTOBER_16, closes_at=NOVEMBER_16))
        clock.time = at
        given = people.mentee() if role is Role.MENTEE else people.mentor()
        assert apply(laptop, given).status == status
        other = people.mentor() if role is Role.MENTEE else people.mentee()
        assert apply(laptop, other).status == 303

    @pytest.mark.parametrize(
        ("opening", "words"),
        [
            (
                Opening(opens_at=OCTOBER_16 + 24 * HOUR),
                "They’ll open on October 17, 2026. Nothing was saved. Copy your answers and email "
                "them to admin@wsrs.org.",
            ),
            (
                Opening(closes_at=OCTOBER_16 - 24 * HOUR),
                "Applications closed while you were filling in the form. Nothing was saved. Copy "
                "your answers and email them to admin@wsrs.org.",
            ),
        ],
        ids=["known", "unknown"],
    )
    def test_refusal_says_when_and_whom_to_write_to(
        self, laptop: Laptop, services: Services, clock: Clock, opening: Opening, words: str
    ) -> None:
        """
        Who sends too early or too late is told when it opens, if anybody knows, and where to ask.
        """
        arrange_opening(services, Role.MENTEE, opening)
        clock.time = OCTOBER_16
        page = apply(laptop, people.mentee())
        told = apply(laptop, people.mentee(), accept="application/json")
        assert page.status == told.status == 409
        assert told.json["detail"] == words
        assert "<h1>Applications are closed</h1>" in page.text
        assert words in page.text
        assert items("ApplicationsTable") == items("LettersTable") == []

    def test_refused_form_in_the_hour_of_grace_is_shown_again(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Whoever has to correct something as the form closes gets it back, with what is arranged.
        """
        arrange(
            services,
            mentees=Opening(closes_at=services.now()),
            institutions=("Example Clinic",),
            keep_months=7,
        )
        clock.forward(minutes=59)
        answer = apply(laptop, people.mentee(email="robin"))
        assert answer.status == 422
        assert 'value="Robin Example"' in answer.text
        assert '<option value="Example Clinic">' in answer.text
        assert "7 months" in answer.text
        assert "Applications are open until" not in answer.text

    def test_what_is_arranged_is_stored_with_the_application(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Date of the reply and months kept are those of the moment in which somebody applied.
        """
        arrange(services, reply_by=date(2026, 11, 30), keep_months=7)
        first = apply(laptop, people.mentee()).headers["location"]
        arrange(services, reply_by=date(2026, 12, 31), keep_months=5)
        second = apply(laptop, people.mentor()).headers["location"]
        assert "November 30, 2026" in laptop.call("GET", first).text
        assert "December 31, 2026" in laptop.call("GET", second).text
        stored = [
            services.store.application(each.rpartition("/")[2], now=services.now())
            for each in (first, second)
        ]
        assert [each.keep_months for each in stored if each] == [7, 5]

    def test_arrangements_are_read_once(
        self, laptop: Laptop, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        All of a request goes by the same arrangements, though another change comes in between.
        """
        kept = Services.arrangements
        reads = 0

        def arrangements(self: Services) -> Any:
            nonlocal reads
            reads += 1
            return replace(kept(self), keep_months=12 - reads)

        monkeypatch.setattr(Services, "arrangements", arrangements)
        location = apply(laptop, people.mentee()).headers["location"]
        stored = services.store.application(location.rpartition("/")[2], now=services.now())
        assert stored is not None
        assert (reads, stored.keep_months) == (1, 11)
