"""What needs doing today: each thing that the first page of the desk tells of, and nothing else."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient

from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.matches.pair import Pair, pair_id
from mentorship.members.roster import Roster
from mentorship.program.arrangements import Coordinator as Named
from mentorship.services import Services
from tests import made, matched, people
from tests.clock import Clock
from tests.coordinator import Coordinator, sign_in
from tests.desk_matches import MENTEE, MENTOR, someone
from tests.own import mail
from tests.people import apply

NOTHING = "Nothing needs you today."
# A group's label, and a row's name.
LABEL = re.compile(r'<h3 class="rows-label">(.*?) <span')
NAME = re.compile(r'<p class="row__name"><a [^>]*>(.*?)</a>')
STAGE = re.compile(r'<section class="stage".*?</section>', re.DOTALL)


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator at the desk."""
    return sign_in(laptop)


def stored(services: Services, number: int, role: Role = Role.MENTEE, **changes: object) -> None:
    """Have an application stored."""
    application = made.application(role, id=f"{number:08}abcdefghjkmn", **changes)
    services.store.commit(Change(puts=(application,)))


def arrange(services: Services, **changes: object) -> None:
    """Have something arranged otherwise."""
    services.store.commit(Change(puts=(services.arrangements().with_changes(**changes),)))


def group(page: str, label: str) -> list[str]:
    """Return whom or what the rows of a group are about; none where there is no such group."""
    parts = dict(zip(*[iter(LABEL.split(page)[1:])] * 2, strict=True))
    return [re.sub("<.*?>", "", each) for each in NAME.findall(parts.get(label, ""))]


def stage(page: str) -> str:
    """Return what is to be done next, "" for nothing."""
    found = STAGE.search(page)
    return found[0] if found else ""


class TestFollowUp:
    def test_nothing_to_do(self, desk: Coordinator) -> None:
        """
        Where nothing needs doing, the page says so.
        """
        assert NOTHING in desk.get("/desk/").text

    @pytest.mark.parametrize(
        ("many", "words"),
        [
            (1, "1 application"),
            (2, "2 applications"),
            (101, "more than 100 applications"),
        ],
    )
    def test_held_back(self, desk: Coordinator, services: Services, many: int, words: str) -> None:
        """
        What was held back is to be looked at; beyond a hundred nobody counts.
        """
        for number in range(many):
            stored(services, number, Role.MENTOR, status=Status.QUARANTINED)
        page = desk.get("/desk/").text
        assert group(page, "On hold") == [words]
        assert 'href="/desk/on-hold"' in page

    def test_an_email_that_came_back(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        An email that reached nobody leads to the application that it is about.
        """
        apply(laptop, people.mentee(email="bounce@simulator.amazonses.com"))
        mail(laptop)
        page = desk.get("/desk/").text
        assert group(page, "Emails that failed") == ["Robin Example"]
        assert "“Receipt” came back." in page
        assert '<a href="/desk/applications/' in page

    def test_an_email_is_told_of_for_two_weeks(
        self, laptop: Laptop, desk: Coordinator, clock: Clock
    ) -> None:
        """
        What nobody did anything about is not told of for ever.
        """
        apply(laptop, people.mentee(email="bounce@simulator.amazonses.com"))
        mail(laptop)
        clock.forward(days=15)
        assert "came back" not in sign_in(laptop).get("/desk/").text

    @pytest.mark.parametrize(
        ("reply_by", "told"),
        [
            (date(2026, 10, 5), ["October 5, 2026 is over"]),
            (date(2026, 10, 6), ["October 6, 2026"]),
            (date(2026, 10, 13), ["October 13, 2026"]),
            (date(2026, 10, 14), []),
            (None, []),
        ],
    )
    def test_the_reply_date(
        self, desk: Coordinator, services: Services, reply_by: date | None, told: list[str]
    ) -> None:
        """
        A week before it, until it is over, and then until there is another one, or none.
        """
        arrange(services, reply_by=reply_by)
        assert group(desk.get("/desk/").text, "Reply date") == told

    @pytest.mark.parametrize(
        ("until", "told"),
        [(date(2026, 10, 6), True), (date(2026, 11, 5), True), (date(2026, 11, 6), False)],
    )
    def test_a_coordinator_whose_time_ends(
        self, desk: Coordinator, services: Services, until: date, told: bool
    ) -> None:
        """
        Thirty days before.
        """
        arrange(services, coordinators=(Named(address=COORDINATORS, until=until),))
        found = group(desk.get("/desk/").text, "Coordinators")
        assert found == ([COORDINATORS] if told else [])

    def test_nobody_is_mailed(self, desk: Coordinator, services: Services) -> None:
        """
        Who sees to it that somebody gets the mail is told that nobody does.
        """
        here = services.arrangements().coordinators[0]
        arrange(services, coordinators=(replace(here, mailed=False),))
        assert "No coordinator gets the program’s mail" in desk.get("/desk/").text

    @pytest.mark.parametrize(
        ("many", "words"),
        [
            (1, "1 mentee"),
            (2, "2 mentees"),
        ],
    )
    def test_entered_and_not_agreed(
        self, desk: Coordinator, services: Services, many: int, words: str
    ) -> None:
        """
        Whoever was entered by a coordinator and has said nothing since.
        """
        for number in range(many):
            stored(services, number, status=Status.INVITED)
        assert group(desk.get("/desk/").text, "Haven’t agreed yet") == [words]

    def test_no_member_list(self, desk: Coordinator, services: Services) -> None:
        """
        A list is asked for as soon as there is somebody to find on it.
        """
        stored(services, 1, Role.MENTOR)
        assert group(desk.get("/desk/").text, "Member list") == []
        stored(services, 2, Role.MENTEE)
        assert group(desk.get("/desk/").text, "Member list") == ["None yet"]

    @pytest.mark.parametrize(("days", "told"), [(180, False), (181, True)])
    def test_an_old_member_list(
        self, desk: Coordinator, services: Services, days: int, told: bool
    ) -> None:
        """
        A list of half a year ago says little of who has joined since.
        """
        at = services.now() - timedelta(days=days)
        roster = Roster(number=1, at=at, by=COORDINATORS, members=9, lapsed=0, unread=0)
        services.store.commit(Change(puts=(roster,)))
        assert bool(group(desk.get("/desk/").text, "Member list")) is told

    def test_only_one_waiting_mentor_fits(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Three are named at most, and lead to their best mentors; of many people, nobody looks.
        """
        for number in range(4):
            stored(services, number, answers={"full_name": f"Robin {'ABCD'[number]}"})
        areas = (["oncology"], ["neuroradiology"])
        for number, area in enumerate(areas, 10):
            offered = {"subspecialties": area, "topics": None, "practice_setting": ["other"]}
            own = {"full_name": "Dr. Kim Only", "phone": "", "institution": "Sample Imaging"}
            stored(services, number, Role.MENTOR, answers={**offered, **own})
        label = "Only one waiting mentor fits"
        page = desk.get("/desk/").text
        assert len(group(page, label)) == 3
        assert f'{label} <span class="rows-count">4</span>' in page
        assert 'href="/desk/applications/00000000abcdefghjkmn/matches"' in page
        assert "Only Dr. Kim Only." in page
        for bound in ("MAX_COMPARED", "MAX_PAIRS"):
            with monkeypatch.context() as fewer:
                fewer.setattr(f"mentorship.desk.match_follow_ups.{bound}", 3)
                there = len(group(desk.get("/desk/").text, label))
            assert there == (0 if bound == "MAX_COMPARED" else 3)
        for number in range(4):
            between = Pair(id=pair_id("someone", f"another{number}"), revision=1)
            services.store.commit(Change(puts=(between,)))
        assert len(group(desk.get("/desk/").text, label)) == 3
        monkeypatch.setattr("mentorship.desk.match_follow_ups.MAX_PAIRS", 3)
        assert group(desk.get("/desk/").text, label) == []

    def test_who_is_in_a_proposal_is_on_the_whole_list_only(
        self, desk: Coordinator, services: Services
    ) -> None:
        """
        The longest wait is that of the first one listed, also while others are in a proposal.
        """
        matched.proposed(services)
        someone(services, MENTEE, 2)
        page = desk.get("/desk/").text
        _, _, listed = page.partition("<h2>Waiting list</h2>")
        names, _, _ = listed.partition("</ol>")
        assert names.count("person-name") == 1
        assert "All 2 on the waiting list" in page

    def test_everyone_counts_for_the_only_one_who_fits(
        self, desk: Coordinator, services: Services
    ) -> None:
        """
        A coordinator who is a mentor fits as well; what concerns the coordinator is in no row.
        """
        label = "Only one waiting mentor fits"
        breast, oncology = ({"subspecialties": [each]} for each in ("breast", "oncology"))
        someone(services, MENTOR, 1, answers={**breast, "capacity": "1"})
        someone(services, MENTOR, 2, answers=oncology)
        # At the coordinator's mail domain, too.
        only = someone(services, MENTEE, 1, answers={**breast, "outside_program": "any"})
        someone(services, MENTEE, 2, answers=oncology, known_by=(COORDINATORS,))
        assert group(desk.get("/desk/").text, label) == [only.name]
        own = someone(services, MENTOR, 3, answers={**breast, "email": COORDINATORS})
        assert group(desk.get("/desk/").text, label) == []
        assert desk.get(f"/desk/applications/{own.id}/matches").status == 409

    def test_a_hidden_proposal_shows_nowhere(self, desk: Coordinator, services: Services) -> None:
        """
        A mentor who was proposed to the coordinator has a place, as far as Today tells.
        """
        label = "Only one waiting mentor fits"
        breast = {"subspecialties": ["breast"], "capacity": "1"}
        mentor, _ = (someone(services, MENTOR, number, answers=breast) for number in (1, 2))
        someone(services, MENTEE, 1, answers={"subspecialties": ["breast"]})
        own = someone(services, MENTEE, 2, answers={"email": COORDINATORS})
        before = desk.get("/desk/").text
        matched.proposed(services, mentor, own)
        assert group(desk.get("/desk/").text, label) == group(before, label) == []

    def test_what_is_read_does_not_grow_with_those_who_are_matched(
        self, desk: Coordinator, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        As many calls, and as many items, when many more mentees have a mentor.
        """
        for number in range(1, 4):
            someone(services, MENTOR, number)
            someone(services, MENTEE, number)
        read = Counter[str]()
        calls = BaseClient._make_api_call

        def counted(client: BaseClient, name: str, asked: dict[str, Any]) -> dict[str, Any]:
            answer: dict[str, Any] = calls(client, name, asked)
            read[name] += 1
            read["items"] += len(answer.get("Items", ()))
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", counted)
        found = []
        for many in (0, 20):
            for number in range(many):
                someone(services, MENTEE, 100 + number, status=Status.MATCHED)
            read.clear()
            desk.get("/desk/")
            found.append(dict(read))
        assert found[0] == found[1]
        assert found[0]["Query"] < 36


class TestWhoWaits:
    def test_longest_first(self, desk: Coordinator, services: Services, clock: Clock) -> None:
        """
        The six mentees who have waited longest, with for how long, and a link to all.
        """
        for days in range(8):
            when = services.now() - timedelta(days=days * 10)
            answers = {"full_name": f"Robin {'ABCDEFGH'[days]} Example"}
            stored(services, days, received_at=when, answers=answers)
        page = desk.get("/desk/").text
        names = [page.find(f"Robin {letter} Example") for letter in "HGFEDC"]
        assert names[0] > 0
        assert names == sorted(names)
        assert "70 days" in page
        waiting = page.partition("Waiting list")[2].partition("New this week")[0]
        assert "Robin B Example" not in waiting
        assert "All 8 on the waiting list" in page

    @pytest.mark.parametrize(
        ("hours", "words"),
        [(0, "since today"), (17, "since today"), (18, "1 day"), (42, "2 days")],
    )
    def test_days_are_the_programs(
        self, desk: Coordinator, services: Services, hours: int, words: str
    ) -> None:
        """
        A day begins at midnight in Seattle: it is 5:30 p.m. there.
        """
        stored(services, 1, received_at=services.now() - timedelta(hours=hours))
        assert words in desk.get("/desk/").text

    def test_those_who_do_not_wait(self, desk: Coordinator, services: Services) -> None:
        """
        Whoever is paused, withdrawn or held back is not among those who wait.
        """
        for number, status in enumerate(set(Status) - {Status.WAITING}):
            stored(services, number, status=status)
        page = desk.get("/desk/").text
        assert "Robin Example" not in page
        assert "Waiting list" not in page
        assert "What to do next" not in page

    def test_new_ones(self, desk: Coordinator, services: Services) -> None:
        """
        Whoever applied within the week, of either role, the newest first.
        """
        stored(services, 1, received_at=services.now() - timedelta(days=6))
        stored(services, 2, Role.MENTOR)
        stored(services, 3, received_at=services.now() - timedelta(days=8))
        fresh = desk.get("/desk/").text.partition("New this week: 2")[2]
        found = [fresh.find(f"/desk/applications/{n:08}abcdefghjkmn") for n in (2, 1)]
        assert 0 < found[0] < found[1]
        assert "00000003abcdefghjkmn" not in fresh

    def test_what_applicants_write_is_text(self, desk: Coordinator, services: Services) -> None:
        """
        A name is shown as it was written.
        """
        stored(services, 1, answers={"full_name": "<b>Robin</b>"})
        page = desk.get("/desk/").text
        assert "&lt;b&gt;Robin&lt;/b&gt;" in page
        assert "<b>Robin" not in page


class TestNextStep:
    @pytest.mark.parametrize(
        ("mentees", "capacities", "said", "drawn"),
        [
            (1, "", "1 mentee needs a match, no places are free.", (0, 1)),
            (3, "1", "3 mentees need a match, 1 place is free.", (1, 2)),
            (2, "31", "2 mentees need a match, 4 places are free.", (2, 0)),
            (60, "2", "60 mentees need a match, 2 places are free.", (2, 58)),
            (61, "2", "61 mentees need a match, 2 places are free.", (0, 0)),
        ],
    )
    def test_how_many_wait_for_how_many_places(
        self,
        desk: Coordinator,
        services: Services,
        mentees: int,
        capacities: str,
        said: str,
        drawn: tuple[int, int],
    ) -> None:
        """
        The numbers in words, a figure for each mentee where there are not too many to count at a
        glance, and what helps: tonight's matches, or a call for mentors if no place is free.
        """
        for number in range(mentees):
            stored(services, number, received_at=services.now() - timedelta(days=number))
        for number, capacity in enumerate(capacities, 100):
            stored(services, number, Role.MENTOR, answers={"capacity": capacity})
        found = stage(desk.get("/desk/").text)
        words = " ".join(re.sub("<.*?>", " ", found).split())
        assert words.startswith(said)
        days = mentees - 1
        longest = f"The longest wait is {days} day{'' if days == 1 else 's'}."
        assert (longest in words) == (days > 0)
        assert ("longest wait" in words) == (days > 0)
        assert (found.count("<use "), found.count("<circle ")) == drawn
        path = "/desk/matches/tonight" if capacities else "/desk/supply#appeal"
        assert f'href="{path}"' in found
        assert words.endswith("Make matches" if capacities else "Ask for mentors")

    def test_no_one_waits(self, desk: Coordinator, services: Services) -> None:
        """
        Without mentees there is no next step, however many places are free.
        """
        stored(services, 1, Role.MENTOR)
        page = desk.get("/desk/").text
        assert stage(page) == ""
        assert NOTHING in page
