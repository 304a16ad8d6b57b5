"""The list of applications: who is shown, in which order, with which words."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from infra.laptop import Laptop
from mentorship.applications.application import Note
from mentorship.applications.status import Status
from mentorship.desk import applications as list_of_people
from mentorship.form import form, wishes
from mentorship.form.question import Role
from mentorship.members.roster import Member
from mentorship.services import Services
from tests import made
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_lists import (
    LIST,
    MENTOR,
    names,
    opened,
    person,
    put,
    put_roster,
    rows,
    text,
)
from tests.faults import tapped


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in."""
    return sign_in(laptop)


def link(page: str, words: str) -> str:
    """Return where a link of some words leads."""
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>(?:<bdi[^>]*>)?{re.escape(words)}<', page)
    assert found, words
    return unescape(found[1])


class TestList:
    def test_mentees_who_wait_longest_come_first(
        self, desk: Coordinator, services: Services
    ) -> None:
        """
        Without a word more, the mentees who wait are listed, whoever has waited longest on top.
        """
        put(
            services,
            person(1, days=3),
            person(2, days=43),
            person(3, days=10),
            person(4, role=MENTOR, days=50),
            person(5, status=Status.PAUSED, days=60),
        )
        page = desk.get(LIST).text
        assert names(page) == ["Person 2", "Person 3", "Person 1"]
        assert "Mentees, waiting" in text(page)
        assert 'aria-current="page">People<' in page
        assert names(opened(desk, role="mentor")) == ["Person 4"]
        assert names(opened(desk, status="paused")) == ["Person 5"]

    def test_row_says_what_matters(self, desk: Coordinator, services: Services) -> None:
        """
        A row has name, days, areas, reference, stage and place, and what is to be done; it is one
        link.
        """
        note = Note(at=made.NOW, by="c@example.org", text="Spoke on the phone.")
        waits = person(3, status=Status.UNCONFIRMED, parent="00000001abcdefghjkmn")
        put(
            services,
            person(1, days=43, confirmed_at=None, pending_changes=(waits.id,), notes=(note, note)),
            waits,
            person(2, role=MENTOR, notes=(note,)),
        )
        page = opened(desk)
        assert rows(page) == [
            "Person 1 43 days PGY-4 (R3) in August 2026 · Example Hospital "
            "· Breast imaging; Neuroradiology 7K2M-0001 address not confirmed changed answers wait "
            "2 notes"
        ]
        assert link(page, "Person 1") == "/desk/applications/00000001abcdefghjkmn"
        assert "Spoke on the phone" not in page
        assert rows(opened(desk, role="mentor")) == [
            "Person 2 since today Example Radiology · Mentees at a time: 2 · Neuroradiology "
            "7K2M-0002 1 note"
        ]

    @pytest.mark.parametrize(
        ("received", "expected"),
        [
            ("2026-10-07T00:29", "since today"),
            ("2026-10-06T07:00", "since today"),
            ("2026-10-06T06:59", "1 day"),
            ("2026-10-05T06:59", "2 days"),
            ("2022-01-01T12:00", "1,739 days"),
        ],
    )
    def test_days_are_the_programs(
        self, desk: Coordinator, services: Services, received: str, expected: str
    ) -> None:
        """
        A day begins at midnight in Seattle, not in Greenwich nor at the hour of applying.
        """
        when = made.NOW.fromisoformat(f"{received}+00:00")
        put(services, replace(person(1, keep_months=60), received_at=when))
        assert rows(opened(desk))[0].startswith(f"Person 1 {expected} PGY-4")

    @pytest.mark.parametrize(
        ("status", "words", "since"),
        [
            (Status.WAITING, "waiting", "9 days"),
            (Status.PAUSED, "paused", "9 days"),
            (Status.INVITED, "entered and not confirmed yet", "9 days"),
            (Status.QUARANTINED, "on hold", "9 days"),
            (Status.WITHDRAWN, "withdrawn", "withdrawn October 5, 2026"),
            (Status.INELIGIBLE, "not eligible", "received September 27, 2026"),
        ],
    )
    def test_every_status_in_words(
        self, desk: Coordinator, services: Services, status: Status, words: str, since: str
    ) -> None:
        """
        Each status is offered in words; who does not wait is not said to.
        """
        gone = made.NOW - timedelta(days=1) if status is Status.WITHDRAWN else None
        put(services, person(1, days=9, status=status, withdrawn_at=gone, confirmed_at=None))
        page = opened(desk, status=status.value)
        assert f"Mentees, {words}" in text(page)
        assert f'value="{status.value}" selected>{words.capitalize()}<' in page
        assert rows(page)[0].startswith(f"Person 1 {since} PGY-4")
        # Whoever was entered is asked by the same letter; who is out of the program is not asked.
        unproved = status in (Status.WAITING, Status.PAUSED)
        assert ("address not confirmed" in page) is unproved

    def test_what_waits_beside_another_is_not_offered(self, desk: Coordinator) -> None:
        """
        What its owner has to answer first is in no list.
        """
        page = desk.get(LIST).text
        for status in ("unconfirmed", "merged", "discarded"):
            assert f'value="{status}"' not in page
            assert opened(desk, status=status) == page

    def test_area_of_radiology(self, desk: Coordinator, services: Services) -> None:
        """
        One area narrows the list, whichever place it has among those that somebody named.
        """
        for number, areas in enumerate((["breast"], ["general", "breast"], ["general"]), start=1):
            put(services, person(number, days=9 - number, answers={"subspecialties": areas}))
        page = opened(desk, area="breast")
        assert names(page) == ["Person 1", "Person 2"]
        assert "Mentees, waiting: Breast imaging" in text(page)
        assert 'value="breast" selected' in page
        assert "2 among all 3." in text(page)
        assert "Clear these filters" not in page
        assert "Nobody fits among all 3." in text(opened(desk, area="oncology"))

    def test_pages(self, desk: Coordinator, services: Services) -> None:
        """
        There are 25 on a page, a link to the next, and one back to the first.
        """
        put(services, *(person(n, days=100 - n) for n in range(1, 61)))
        first = opened(desk)
        assert names(first) == [f"Person {n}" for n in range(1, 26)]
        assert "Back to the longest waiting" not in first
        second = desk.get(link(first, "Next 25")).text
        assert names(second) == [f"Person {n}" for n in range(26, 51)]
        third = desk.get(link(second, "Next 25")).text
        assert names(third) == [f"Person {n}" for n in range(51, 61)]
        assert "Next 25" not in third
        assert names(desk.get(link(third, "Back to the longest waiting")).text) == names(first)

    def test_nobody_in_words(self, desk: Coordinator, services: Services) -> None:
        """
        An empty list says what is true, and offers no export of nothing.
        """
        page = opened(desk)
        assert "No mentee’s application is waiting." in text(page)
        assert "Export these" not in page
        words = text(opened(desk, role="mentor", status="paused", area="oncology"))
        assert "Mentors, paused: Radiation oncology No mentor’s application is paused." in words
        put(services, person(1, days=3))
        after = "2026-12-01T00:00:00.000000Z#00000001abcdefghjkmn"
        page = opened(desk, after=after)
        assert "Nobody comes after those." in text(page)
        assert names(desk.get(link(page, "Back to the longest waiting")).text) == ["Person 1"]

    def test_names_are_text(self, desk: Coordinator, services: Services) -> None:
        """
        What applicants wrote is shown as they wrote it, and is no markup.
        """
        hostile = '<script>alert("x")</script>'
        put(services, person(1, answers={"full_name": hostile, "institution": hostile}))
        page = opened(desk)
        assert "<script>alert" not in page
        assert names(page) == [hostile]

    def test_page_reads_what_it_shows(self, desk: Coordinator, services: Services) -> None:
        """
        A page is nine calls, with a member list too, however many rows it has.
        """
        put(services, *(person(n, days=n) for n in range(1, 41)))
        put_roster(services, Member(addresses=("p1@example.org",), name="", lapsed=False))
        with tapped() as wire:
            opened(desk)
        assert wire.calls == [
            "GetItem ProgramTable",  # The session.
            "GetItem ProgramTable",  # What is arranged.
            "Query ApplicationsTable",
            "GetItem ProgramTable",  # The member list.
            "BatchGetItem",
            # How the coordinator is called in applications of their own, held back or not.
            *4 * ["GetItem ProgramTable"],
        ]


class TestMemberList:
    def test_says_nothing_before_there_is_one(self, desk: Coordinator, services: Services) -> None:
        """
        Without a member list a row does not speak of one.
        """
        put(services, person(1))
        assert "Member list:" not in opened(desk)

    def test_says_what_it_has_found(self, desk: Coordinator, services: Services) -> None:
        """
        Each mentee's row says what the list has found, and no mentor's.
        """
        put(
            services,
            person(1, days=4),
            person(2, days=3, answers={"wsrs_email": "other@example.org"}),
            person(3, days=2, answers={"full_name": "Robin Example"}),
            person(4, days=1),
            person(5),
            person(6, role=MENTOR),
        )
        put_roster(
            services,
            Member(addresses=("P1@example.org",), name="", lapsed=False),
            Member(addresses=("other@example.org",), name="", lapsed=False),
            Member(addresses=(), name="Example, Robin", lapsed=False),
            Member(addresses=("p4@example.org",), name="", lapsed=True),
        )
        said = [row.rpartition("Member list: ")[2] for row in rows(opened(desk))]
        assert said == [
            "found by address", "found by address", "found by name", "lapsed", "no match",
        ]  # fmt: skip
        assert "Member list:" not in opened(desk, role="mentor")

    def test_old_list_says_nothing(
        self, desk: Coordinator, services: Services, laptop: Laptop, clock: Clock
    ) -> None:
        """
        After two years a member list tells of nobody any more.
        """
        put_roster(services, Member(addresses=("p1@example.org",), name="", lapsed=False))
        clock.forward(days=3 * 366)
        put(services, replace(person(1), received_at=clock()))
        assert "Member list:" not in opened(sign_in(laptop, services.program.contact))


class TestRefined:
    def test_every_question_with_options_is_offered(self, desk: Coordinator) -> None:
        """
        The filters are the form's questions, as each role is asked them.
        """
        for role in Role:
            page = opened(desk, role=role.value)
            asked = form.forms(coordinators="", contact="", keep_months=12)[role].questions()
            kinds = [each for each in asked if each.kind in ("choice", "choices")]
            assert len(kinds) > 4
            for question in kinds:
                name = "area" if question.name == wishes.AREAS.name else question.name
                assert f'<select class="text" id="{name}" name="{name}"' in page
            assert 'id="institution"' in page
            assert 'id="full_name"' not in page
            assert 'id="city"' not in page
        assert 'name="capacity"' in page
        assert 'name="membership"' not in page

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({"topics": "boards"}, [1, 2]),
            ({"topics": "research"}, [3]),
            ({"training_stage": "fellow"}, [2]),
            ({"contact_ways": "email"}, []),
            ({"institution": "SAO paulo"}, [1]),
            ({"institution": "example"}, [2, 3]),
            ({"institution": "example", "topics": "boards"}, [2]),
            ({"topics": "boards", "area": "general"}, [2]),
            ({"topics": ""}, [1, 2, 3]),
        ],
    )
    def test_refines(
        self, desk: Coordinator, services: Services, asked: dict[str, str], expected: list[int]
    ) -> None:
        """
        An option is looked for among the chosen, a text within the text; all have to fit.
        """
        put(
            services,
            person(1, days=3, answers={"institution": "Hospital São Paulo"}),
            person(2, days=2, answers={"training_stage": "fellow", "subspecialties": ["general"]}),
            person(3, days=1, answers={"topics": ["research", "teaching"]}),
        )
        page = opened(desk, **asked)
        assert names(page) == [f"Person {n}" for n in expected]
        refined = any(value for name, value in asked.items() if name != "area")
        assert ("<details open>" in page) is refined
        if refined:
            words = f"{len(expected)} among" if expected else "Nobody fits among"
            assert f"{words} all 3." in text(page)
            bare = desk.get(link(page, "Clear these filters")).text
            assert "<details>" in bare

    def test_only_the_longest_waiting_are_looked_through(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Where there are too many, the page says among whom it looked, and shows all it found there.
        """
        monkeypatch.setattr(list_of_people, "MAX_READ", 40)
        put(services, *(person(n, days=100 - n) for n in range(1, 41)))
        page = opened(desk, topics="boards")
        assert names(page) == [f"Person {n}" for n in range(1, 41)]
        assert "40 among all 40." in text(page)
        put(services, person(41, answers={"topics": ["research"]}))
        words = text(opened(desk, topics="research"))
        assert "Nobody fits among the 40 who have waited longest." in words
        assert "Whoever came later was not looked at." in words
        assert len(names(opened(desk, topics="boards"))) == 40

    def test_the_next_ones_are_looked_through_by_a_link(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Nobody is out of reach: the link looks through as many again, with the same filters.
        """
        monkeypatch.setattr(list_of_people, "MAX_READ", 40)
        put(services, *(person(n, days=100 - n) for n in range(1, 41)))
        put(services, person(41, answers={"topics": ["research"], "subspecialties": ["oncology"]}))
        page = opened(desk, topics="research", area="oncology")
        assert names(page) == []
        page = desk.get(link(page, "Look through the next 40")).text
        assert names(page) == ["Person 41"]
        assert "1 among the next 1." in text(page)
        back = desk.get(link(page, "Back to the longest waiting")).text
        assert "Nobody fits among the 40 who have waited longest." in text(back)

    def test_area_is_looked_for_among_the_longest_waiting(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        An area, too, is looked for among so many at a time, and who came later can be exported.
        """
        monkeypatch.setattr(list_of_people, "MAX_READ", 40)
        put(services, *(person(n, days=100 - n) for n in range(1, 41)))
        put(services, person(41, answers={"subspecialties": ["oncology"]}))
        with tapped() as wire:
            page = opened(desk, area="breast")
        assert wire.calls.count("Query ApplicationsTable") == 1
        assert names(page) == [f"Person {n}" for n in range(1, 41)]
        assert "40 among the 40 who have waited longest. Whoever came later" in text(page)
        assert "Next 25" not in page
        assert "Back to the longest waiting" not in page
        page = opened(desk, area="oncology")
        assert "Nobody fits among the 40 who have waited longest." in text(page)
        assert "more than you see : whoever was not looked at here is in it too." in text(page)
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', page)
        answer = desk.post("/desk/export", {**{k: [v] for k, v in hidden}, "format": ["csv"]})
        assert "Person 41" in answer.text
        assert "Person 40" not in answer.text

    def test_most_are_five_hundred(self) -> None:
        """
        The number that the handbook names.
        """
        assert list_of_people.MAX_READ == 500


@pytest.mark.rules
class TestOddAddresses:
    def test_nothing_breaks(self, desk: Coordinator, services: Services) -> None:
        """
        What is not understood is as if it were not there; it is never an error.
        """
        put(services, person(1))
        for query in (
            "role=boss&status=gone&area=nowhere",
            "role=%ff%fe",
            "role=mentee&role=mentor",
            f"after={'9' * 5000}",
            "after=%00",
            "after=2026-12-01%23",
            "after=x%23y",
            f"topics=nothing&training_stage={'x' * 3000}",
            "institution=%20%20",
            "=&&==&%",
            "&".join(f"a{number}=b" for number in range(300)),
            "role[]=mentee&status[$ne]=x",
        ):
            answer = desk.get(f"{LIST}?{query}")
            assert answer.status == 200, query
            assert names(answer.text) == ["Person 1"], query

    def test_longest_text_finds_nobody(self, desk: Coordinator, services: Services) -> None:
        """
        A text to look for is cut where no answer is longer.
        """
        put(services, person(1))
        page = opened(desk, institution="𩹻" * 900)
        assert "Nobody fits among all 1." in text(page)

    def test_area_of_the_other_role(self, desk: Coordinator, services: Services) -> None:
        """
        What only mentees can answer is no filter of mentors.
        """
        put(services, person(1, role=MENTOR))
        assert names(opened(desk, role="mentor", area="undecided", membership="yes")) == [
            "Person 1"
        ]


def test_list_offers_an_export_of_itself(desk: Coordinator, services: Services) -> None:
    """
    The form under a list asks for that list, and the link beside it leads to all choices.
    """
    put(services, person(1, role=MENTOR, status=Status.PAUSED))
    page = opened(desk, role="mentor", status="paused", area="neuroradiology")
    form_of = page[page.index('action="/desk/export"') :]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', form_of)
    assert dict(hidden) == {"role": "mentor", "status": "paused", "area": "neuroradiology"}
    more = desk.get(link(page, "More choices for an export")).text
    for value in ("mentor", "paused", "neuroradiology", "xlsx"):
        assert f'value="{value}" selected' in more or value == "xlsx"
    answer = desk.post("/desk/export", {**{k: [v] for k, v in hidden}, "format": ["csv"]})
    assert answer.status == 200
    assert "Person 1" in answer.text
