"""What coordinators arrange: what is stored of it, who did it, and what is not taken."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from infra.laptop import COORDINATORS, Laptop
from infra.outbox import Email
from mentorship.application import Change
from mentorship.arrangements import (
    Arrangements,
    Opening,
    begun,
    usual_until,
)
from mentorship.arrangements import Coordinator as Named
from mentorship.questions import Role
from mentorship.services import Services
from mentorship.session import Did
from tests import people, tables
from tests.conftest import Clock, apply
from tests.coordinator import Coordinator, sign_in
from tests.own import mail

OTHER = "other@example.org"
NOW = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator at the desk."""
    return sign_in(laptop)


def store(desk: Coordinator, what: str, **given: str) -> None:
    """Store a setting that is in order."""
    answer = desk.post(f"/desk/settings/{what}", {name: [text] for name, text in given.items()})
    assert (answer.status, answer.headers["location"]) == (303, "/desk/settings?done=stored")


def refused(desk: Coordinator, what: str, **given: str) -> str:
    """Have a setting refused, with nothing stored; return the page."""
    before = tables.everything()
    answer = desk.post(f"/desk/settings/{what}", {name: [text] for name, text in given.items()})
    assert answer.status == 422
    assert answer.text.count('class="error"') == 1
    assert tables.everything() == before
    return answer.text


def announced(laptop: Laptop) -> Email:
    """Return the email that tells the coordinators of the one application."""
    (told,) = [e for e in mail(laptop) if e.tags.get("letter", "").endswith("_new-application")]
    return told


def said(services: Services) -> list[str]:
    """Return what the record says was changed, the newest first."""
    return [each.words for each in services.store.deeds() if each.did is Did.ARRANGED]


class TestOpening:
    """When an application is taken."""

    DAY = timedelta(days=1)

    @pytest.mark.parametrize(
        ("opening", "open_now", "taken"),
        [
            (Opening(), True, True),
            (Opening(opens_at=NOW), True, True),
            (Opening(opens_at=NOW + DAY), False, False),
            (Opening(closes_at=NOW + DAY), True, True),
            (Opening(closes_at=NOW), False, True),
            (Opening(closes_at=NOW - timedelta(minutes=59)), False, True),
            (Opening(closes_at=NOW - timedelta(hours=1)), False, False),
            (Opening(opens_at=NOW - DAY, closes_at=NOW + DAY), True, True),
            (Opening(opens_at=NOW + DAY, closes_at=NOW - DAY), False, False),
            (Opening(opens_at=NOW + 2 * DAY, closes_at=NOW + DAY), True, True),
            (Opening(opens_at=NOW - DAY, closes_at=NOW - 2 * DAY), True, True),
            (Opening(closed_at=NOW), False, True),
            (Opening(closed_at=NOW - timedelta(hours=1)), False, False),
            (Opening(closed_at=NOW - DAY, opens_at=NOW), True, True),
            (Opening(closed_at=NOW - DAY, opens_at=NOW + DAY), False, False),
            (Opening(closed_at=NOW, opens_at=NOW + DAY, closes_at=NOW + 2 * DAY), False, True),
            (Opening(closed_at=NOW - DAY, opens_at=NOW - 2 * DAY), False, False),
        ],
    )
    def test_when(self, opening: Opening, open_now: bool, taken: bool) -> None:
        """
        An application is taken while the form is open, and for an hour after it has closed.
        """
        assert (opening.is_open(NOW), opening.is_taken(NOW)) == (open_now, taken)

    def test_closing_twice_gives_no_second_hour(self) -> None:
        """
        Whoever stores once more that it is closed does not open it for another hour.
        """
        closed = Opening().closed(NOW, opens_at=None, closes_at=None)
        later = NOW + timedelta(minutes=50)
        again = closed.closed(later, opens_at=None, closes_at=None)
        assert again.is_taken(later)
        assert not again.is_taken(NOW + timedelta(hours=1))

    def test_closed_by_a_date_before(self) -> None:
        """
        Stored as closed after its last day, it takes nothing more.
        """
        over = Opening(closes_at=NOW - timedelta(days=3))
        assert not over.closed(NOW, opens_at=None, closes_at=None).is_taken(NOW)


class TestUntil:
    @pytest.mark.parametrize(
        ("today", "until"),
        [
            (date(2026, 7, 1), date(2026, 8, 31)),
            (date(2026, 7, 2), date(2026, 8, 31)),
            (date(2026, 7, 3), date(2027, 8, 31)),
            (date(2026, 8, 31), date(2027, 8, 31)),
            (date(2026, 12, 24), date(2027, 8, 31)),
            (date(2027, 1, 1), date(2027, 8, 31)),
        ],
    )
    def test_usual(self, today: date, until: date) -> None:
        """
        A coordinator is one until August 31, and whoever comes in July for a year more.
        """
        assert usual_until(today) == until


class TestBegin:
    def test_the_deployment_is_what_it_begins_with(self, services: Services) -> None:
        """
        Nothing is stored, and everything is known.
        """
        arranged = services.arranged()
        assert [each.address for each in arranged.coordinators] == [COORDINATORS]
        assert (arranged.revision, arranged.reply_by, arranged.keep_months) == (0, None, 12)

    def test_from_the_first_change_on_the_item_holds(
        self, laptop: Laptop, desk: Coordinator, services: Services, clock: Clock
    ) -> None:
        """
        Who began with the deployment has a last day, which does not move with the years.
        """
        store(desk, "reply", reply_by="2026-11-01")
        clock.forward(days=365)
        (first,) = services.arranged().coordinators
        assert first == Named(address=COORDINATORS, until=date(2027, 8, 31))
        assert services.arranged().present(date(2027, 9, 1)) == []


class TestReaders:
    def arranged(self, *named: Named) -> Arrangements:
        """Return arrangements with some coordinators."""
        usual = begun([], today=date(2026, 10, 6), reply_by=None, keep_months=12)
        return replace(usual, coordinators=named)

    def test_those_of_today_who_are_mailed(self) -> None:
        """
        Mail goes to those whose time is not over and who want it; all of them may enter.
        """
        arranged = self.arranged(
            Named(address="a@example.org", until=date(2026, 10, 6)),
            Named(address="b@example.org", until=date(2026, 10, 5)),
            Named(address="c@example.org", until=date(2027, 8, 31), mailed=False),
        )
        today = date(2026, 10, 6)
        assert arranged.readers(today, contact="x@example.org") == ["a@example.org"]
        assert arranged.may_enter(today, contact="x@example.org") == [
            *("a@example.org", "c@example.org", "x@example.org"),
        ]

    def test_where_nobody_is_left(self) -> None:
        """
        The contact address gets the mail, so that no application is announced to nobody.
        """
        over = self.arranged(Named(address="a@example.org", until=date(2026, 10, 5)))
        assert over.readers(date(2026, 10, 6), contact="x@example.org") == ["x@example.org"]


class TestApplications:
    def test_closed_now(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        One role is closed, the other stays open; the record says who did it.
        """
        store(desk, "opening", role="mentee", state="closed")
        arranged = services.arranged()
        assert not arranged.opening(Role.MENTEE).is_open(services.now())
        assert arranged.opening(Role.MENTOR).is_open(services.now())
        assert said(services) == ["Applications of mentees: open → closed"]
        assert "Applications are <strong>closed</strong>" in desk.get("/desk/settings").text

    def test_closed_until_a_day(self, desk: Coordinator, services: Services) -> None:
        """
        It opens at midnight in the program's own zone, through its last day.
        """
        store(
            desk, "opening", role="mentor", state="closed", opens="2026-11-01", closes="11/30/2026"
        )
        opening = services.arranged().opening(Role.MENTOR)
        assert opening.opens_at == datetime(2026, 11, 1, 7, tzinfo=UTC)
        assert opening.closes_at == datetime(2026, 12, 1, 8, tzinfo=UTC)
        page = desk.get("/desk/settings").text
        assert "closed until November 1, 2026" in page
        assert 'value="2026-11-30"' in page

    def test_open_until_a_day(self, desk: Coordinator, services: Services) -> None:
        """
        The last day is the last on which it is open.
        """
        store(desk, "opening", role="mentor", state="open", closes="2026-10-15")
        assert "open until October 15, 2026" in desk.get("/desk/settings").text
        assert said(services) == ["Applications of mentors: open → open until October 15, 2026"]

    def test_opened_again(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        What was closed is open at once.
        """
        store(desk, "opening", role="mentor", state="closed")
        store(desk, "opening", role="mentor", state="open")
        assert services.arranged().opening(Role.MENTOR) == Opening()
        assert apply(laptop, people.mentor()).status == 303

    def test_stored_twice(self, desk: Coordinator, services: Services) -> None:
        """
        Whoever stores what is stored changes and records nothing.
        """
        store(desk, "opening", role="mentor", state="open")
        assert said(services) == []

    @pytest.mark.parametrize(
        "given",
        [
            {"role": "mentor", "state": "closed", "opens": "soon"},
            {"role": "mentor", "state": "closed", "opens": "2026-10-05"},
            {"role": "mentor", "state": "open", "closes": "2036-10-05"},
            {"role": "mentor", "state": "closed", "opens": "2026-11-02", "closes": "2026-11-01"},
        ],
    )
    def test_what_is_no_date(self, desk: Coordinator, given: dict[str, str]) -> None:
        """
        A day that is past, far away or none comes back with a word beside it.
        """
        page = refused(desk, "opening", **given)
        assert given.get("closes", given.get("opens", "")) in page

    @pytest.mark.parametrize("given", [{"role": "x", "state": "open"}, {"role": "mentor"}])
    def test_what_no_page_sends(self, desk: Coordinator, given: dict[str, str]) -> None:
        """
        What is not of the page's own form is refused, and nothing is stored.
        """
        before = tables.everything()
        answer = desk.post("/desk/settings/opening", {n: [text] for n, text in given.items()})
        assert answer.status == 422
        assert "There is a problem" in answer.text
        assert tables.everything() == before


class TestReplyDate:
    def test_holds_for_the_next_applicant(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Whoever applies from then on is told the date.
        """
        store(desk, "reply", reply_by="2026-11-01")
        apply(laptop, people.mentee())
        receipt = mail(laptop)[-1].part("plain")
        assert "November 1, 2026" in receipt

    def test_taken_away(self, desk: Coordinator, services: Services) -> None:
        """
        Without a date nobody is promised one.
        """
        store(desk, "reply", reply_by="2026-11-01")
        store(desk, "reply", reply_by="")
        assert services.arranged().reply_by is None
        assert said(services) == [
            "Reply date: November 1, 2026 → none",
            "Reply date: none → November 1, 2026",
        ]

    @pytest.mark.parametrize("given", ["2026-10-05", "2026-13-01", "tomorrow"])
    def test_what_is_no_date(self, desk: Coordinator, given: str) -> None:
        """
        What is typed stays in its field.
        """
        assert f'value="{given}"' in refused(desk, "reply", reply_by=given)


class TestCoordinators:
    def test_added(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Whoever is added can sign in, and gets the program's mail.
        """
        store(desk, "welcome", address=OTHER, until="2027-06-30", mailed="yes")
        assert sign_in(laptop, OTHER).get("/desk").status == 200
        apply(laptop, people.mentor())
        told = announced(laptop)
        assert set(told.readers) == {COORDINATORS, OTHER}
        assert said(services) == [f"Coordinator: {OTHER} until June 30, 2027"]

    def test_added_without_mail(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Somebody may sign in and be spared the mail.
        """
        store(desk, "welcome", address=OTHER)
        apply(laptop, people.mentor())
        told = announced(laptop)
        assert told.readers == [COORDINATORS]

    @pytest.mark.parametrize("address", ["", "x", COORDINATORS, COORDINATORS.upper()])
    def test_not_added(self, desk: Coordinator, address: str) -> None:
        """
        What is no address, or is there already, comes back.
        """
        refused(desk, "welcome", address=address)

    def test_renewed(self, desk: Coordinator, services: Services) -> None:
        """
        Another last day is stored, with what it was before.
        """
        store(desk, "coordinator", who=COORDINATORS, until="2028-08-31", mailed="yes")
        (only,) = services.arranged().coordinators
        assert only.until == date(2028, 8, 31)
        assert said(services) == [
            f"Coordinator: {COORDINATORS}, until August 31, 2027 → August 31, 2028"
        ]

    def test_removed(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Whoever is removed is out at once, and the contact address gets the mail.
        """
        answer = desk.post("/desk/settings/coordinator", {"who": [COORDINATORS], "remove": ["yes"]})
        assert answer.status == 303
        assert desk.get("/desk").status == 401
        apply(laptop, people.mentor())
        told = announced(laptop)
        assert told.readers == [services.program.contact]

    def test_removed_twice(self, desk: Coordinator, services: Services) -> None:
        """
        Whoever is not there any more is left as they are.
        """
        store(desk, "coordinator", who=OTHER, remove="yes")
        assert said(services) == []

    def test_the_page_says_whose_time_is_over(self, desk: Coordinator, services: Services) -> None:
        """
        Somebody whose time is over stays on the page, to be renewed or removed.
        """
        arranged = services.arranged()
        over = Named(address=OTHER, until=date(2026, 8, 31))
        changed = arranged.differs(coordinators=(*arranged.coordinators, over))
        services.store.commit(Change(puts=(changed,)))
        assert "Their time was over on August 31, 2026" in desk.get("/desk/settings").text


class TestInstitutions:
    def test_each_once_and_in_order(self, desk: Coordinator, services: Services) -> None:
        """
        A list is stored line by line, without what is there twice.
        """
        store(desk, "institutions", institutions=" Example  Hospital \r\n\r\nB\nExample Hospital\n")
        assert services.arranged().institutions == ("Example Hospital", "B")

    @pytest.mark.parametrize("given", ["x" * 121, "A; B", "\n".join(map(str, range(201)))])
    def test_what_the_form_cannot_suggest(self, desk: Coordinator, given: str) -> None:
        """
        What is too long, or too much, comes back as it was typed.
        """
        assert given.splitlines()[-1] in refused(desk, "institutions", institutions=given)


class TestRetention:
    def test_holds_for_the_next_applicant(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Whoever applies from then on is told how long, and it is so.
        """
        store(desk, "retention", keep_months="6")
        apply(laptop, people.mentor())
        (stored,) = tables.items("ApplicationsTable")
        assert stored["keep_months"]["N"] == "6"
        assert said(services) == ["Answers are kept for: 12 → 6 months"]

    @pytest.mark.parametrize("given", ["", "0", "13", "6.5", "six", "٦", "9" * 500])
    def test_what_is_no_number_of_months(self, desk: Coordinator, given: str) -> None:
        """
        No more than what the site says.
        """
        assert "from 1 to 12" in refused(desk, "retention", keep_months=given)


class TestTogether:
    def test_of_two_at_once_both_hold(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Whoever is overtaken decides anew, on what is arranged by then.
        """
        commit = type(services.store).commit
        turns = []

        def overtaken(self: object, change: Change) -> None:
            if not turns:
                turns.append(change)
                arranged = services.arranged()
                commit(services.store, Change(puts=(arranged.differs(keep_months=3),)))
            commit(services.store, change)

        monkeypatch.setattr(type(services.store), "commit", overtaken)
        store(desk, "reply", reply_by="2026-11-01")
        arranged = services.arranged()
        assert (arranged.keep_months, arranged.reply_by) == (3, date(2026, 11, 1))

    def test_the_page_tells_of_the_last_changes(self, desk: Coordinator) -> None:
        """
        Who changed what, and when, stands on the page.
        """
        store(desk, "retention", keep_months="6")
        page = desk.get("/desk/settings").text
        assert "Answers are kept for: 12 → 6 months" in page
        assert f"October 6, 2026, 5:30 p.m. PT, {COORDINATORS}" in page
