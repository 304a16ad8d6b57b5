"""Each morning: coordinators are told what there is to tell, and whoever waits that they do."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.laptop import COORDINATOR_NAME, COORDINATORS, Laptop
from infra.outbox import Email
from mentorship.applications.application import Application
from mentorship.applications.status import Status
from mentorship.change import Change
from mentorship.form.question import Role
from mentorship.handlers import daily
from mentorship.jobs.allowed_time import ALLOWED, AllowedTime
from mentorship.jobs.count import BEHIND
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import Letter, State, new_letter
from mentorship.members.roster import Member, Roster, list_entries
from mentorship.notices.digest import MAX_LISTED
from mentorship.program.arrangements import Arrangements, Coordinator
from mentorship.services import Services
from tests import made, people, tables
from tests.clock import Clock
from tests.faults import always, refused, tapped
from tests.laptops import ADDRESS
from tests.matched import applied
from tests.own import LINK, get, link_of, mail, post
from tests.people import apply

# The clock begins on a Tuesday, and the daily work at eight in the morning.
TO_MORNING = {"hours": 14, "minutes": 30}
SECOND = timedelta(seconds=1)


@pytest.fixture
def wednesday(laptop: Laptop, clock: Clock) -> Clock:
    """A Wednesday morning, with the work of the day before done."""
    laptop.daily()
    clock.forward(**TO_MORNING)
    return clock


def morning(laptop: Laptop, clock: Clock) -> list[Email]:
    """Have the morning's work done in a while, and return the emails that it causes."""
    before = len(mail(laptop))
    clock.forward(minutes=2)
    laptop.daily()
    return mail(laptop)[before:]


def letter(services: Services, letter_id: str) -> Letter:
    """Return a letter."""
    found = services.store.letter(letter_id)
    assert found is not None
    return found


def arrange(services: Services, **changes: Any) -> Arrangements:
    """Have coordinators arrange something."""
    arrangements = services.arrangements().with_changes(**changes)
    services.store.commit(Change(puts=(arrangements,)))
    return arrangements


def put(services: Services, number: int, **changes: Any) -> Application:
    """Return one that came in a month ago, unless said else, was announced, and is confirmed."""
    usual = {"received_at": services.now() - timedelta(days=30), "confirmed_at": services.now()}
    changes = usual | changes
    application = made.application(
        changes.pop("role", Role.MENTEE),
        answers={"full_name": f"Person {number}", "email": f"person-{number}@example.org"},
        id=f"{number:08}mnpqrstvwxyz",
        reference=f"{number:04}-MNPQ",
        **changes,
    )
    letter = new_letter("new-application", about=application.id, now=application.received_at)
    sent = letter.claim(services.now()).sent("1", services.now())
    services.store.commit(Change(puts=(application,), letters=(sent,)))
    return application


def change(services: Services, application: Application, **changes: Any) -> Application:
    """Have something changed about an application as it is stored."""
    stored = services.store.application(application.id, now=services.now())
    assert stored is not None
    changed = stored.with_changes(**changes)
    services.store.commit(Change(puts=(changed,)))
    return changed


def subjects(emails: list[Email]) -> list[str]:
    """Return what emails are about."""
    return [email.header("Subject") for email in emails]


def told_on_monday(laptop: Laptop) -> Email:
    """Return the first digest that was sent."""
    return next(each for each in mail(laptop) if "Monday" in each.header("Subject"))


def left(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the parts of the last mornings for which no time was left, as the log has them."""
    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines() if each[:1] == "{"]
    return [each["kind"] for each in lines if each["event"] == "morning out of time"]


def to_monday(clock: Clock) -> None:
    """Let the days go by until the next Monday, at the same hour."""
    clock.forward(days=7 - clock().weekday() if clock().weekday() else 7)


class TestHeldBack:
    def test_told_once_with_the_reasons(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        What was held back since the last morning is one email, however many; then it is told.
        """
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        apply(laptop, people.mentor(email="b@example.net", opened="forged"))
        apply(laptop, people.mentee())
        wednesday.forward(days=1, minutes=1, seconds=30)
        # What came in a moment ago may not be in the index yet.
        apply(laptop, people.mentee(email="c@example.net", website="x"))
        wednesday.forward(minutes=-1, seconds=-30)
        (email,) = morning(laptop, wednesday)
        assert email.header("To") == COORDINATORS
        assert email.header("Reply-To") == "admin@wsrs.org"
        words = email.part("plain")
        assert "0000-0001" in words
        assert "0000-0002" in words
        assert "0000-0003" not in words
        # Nothing that a bot wrote is passed on.
        assert "a@example.net" not in email.raw
        assert "Robin" not in email.raw
        assert letter(services, "program#held-back#2026-10-08").facts["new"] == 2
        wednesday.forward(days=1)
        (email,) = morning(laptop, wednesday)
        assert letter(services, "program#held-back#2026-10-09").facts["new"] == 1
        assert "0000-0004" in email.part("plain")
        wednesday.forward(days=1)
        assert COORDINATORS not in {each.header("To") for each in morning(laptop, wednesday)}

    def test_more_than_can_be_listed(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Of very many, the newest are listed, and all are counted.
        """
        for number in range(MAX_LISTED + 3):
            apply(laptop, people.mentee(email=f"bot{number}@example.net", website="x"))
            wednesday.forward(seconds=1)
        (email,) = morning(laptop, wednesday)
        facts = letter(services, "program#held-back#2026-10-07").facts
        assert facts["new"] == MAX_LISTED + 3
        assert len(str(facts["applications"]).split()) == MAX_LISTED
        assert "0000-0023" in email.part("plain")
        assert "0000-0001" not in email.part("plain")

    def test_what_is_out_already_is_not_listed(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        Whoever was let out before the email went is not in it.
        """
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        apply(laptop, people.mentee(opened="forged"))
        wednesday.forward(minutes=2)
        laptop.daily()
        apply(laptop, people.mentee())
        digest = next(e for e in mail(laptop) if "on hold" in e.header("Subject"))
        assert "0000-0001" in digest.part("plain")
        assert "0000-0002" not in digest.part("plain")

    def test_a_morning_that_was_missed(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        What was held back before a morning on which nothing ran is told on the next.
        """
        apply(laptop, people.mentee(website="x"))
        wednesday.forward(days=3)
        (email,) = morning(laptop, wednesday)
        assert "0000-0001" in email.part("plain")

    def test_the_first_morning(self, laptop: Laptop, clock: Clock) -> None:
        """
        What was held back before the work was ever done is told of when it is, however late.
        """
        apply(laptop, people.mentee(website="x"))
        clock.forward(days=30)
        assert len(morning(laptop, clock)) == 1

    def test_run_twice(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        A second run on the same day does nothing; what came in between is told on the next.
        """
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        assert len(morning(laptop, wednesday)) == 1
        wednesday.forward(minutes=5)
        apply(laptop, people.mentee(email="b@example.net", website="x"))
        wednesday.forward(minutes=5)
        assert morning(laptop, wednesday) == []
        wednesday.forward(days=1)
        (email,) = morning(laptop, wednesday)
        assert "0000-0002" in email.part("plain")
        assert "0000-0001" not in email.part("plain")

    def test_run_twice_at_once(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        Of two runs at the same moment one writes the letters, and the other ends in peace.
        """
        apply(laptop, people.mentee(website="x"))
        others: list[int] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(0)
                laptop.daily()

        with tapped() as wire:
            wire.before = other_comes_first
            assert len(morning(laptop, wednesday)) == 1
        assert wire.calls.count("TransactWriteItems") == 2


class TestCount:
    def test_nothing_to_tell(
        self, laptop: Laptop, wednesday: Clock, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        On a morning on which all was announced nobody is written to; the log has the numbers.
        """
        apply(laptop, people.mentee())
        mail(laptop)
        wednesday.forward(hours=2)
        capsys.readouterr()
        assert morning(laptop, wednesday) == []
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert events == [
            {"event": "announced counted", "count": 1, "missing": 0},
            {"event": "morning done", "count": 0},
        ]

    def test_on_mondays_in_any_case(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Once a week an email comes although there is nothing to tell, so that its absence is a sign.
        """
        to_monday(wednesday)
        assert subjects(morning(laptop, wednesday)) == [
            "All is in order: 0 received, 0 announced",
        ]
        assert letter(services, "program#count#2026-10-12").facts == {
            "received": 0,
            "announced": 0,
            "missing": "",
            "days": 8,
        }

    def test_what_is_counted(self, laptop: Laptop, services: Services, wednesday: Clock) -> None:
        """
        Whatever was announced is counted, whatever became of it since; what was not, is not.
        """
        wednesday.forward(days=4)
        apply(laptop, people.mentee())
        apply(laptop, people.mentor())
        # What waits beside, is held back, or was withdrawn since: only the last is announced.
        apply(laptop, people.mentee(city="Tacoma"))
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        post(laptop, f"{link_of(laptop, 'kim@example.com')}/withdraw")
        for status in (Status.PAUSED, Status.INELIGIBLE):
            apply(laptop, people.mentee(email=f"{status}@example.org"))
            mail(laptop)
            newest = next(services.store.queries.applications(
                roles=Role, statuses=(Status.WAITING,), since=None, until=None, now=wednesday()
            ))  # fmt: skip
            change(services, newest, status=status)
            wednesday.forward(seconds=1)
        assert wednesday().weekday() == 6
        wednesday.forward(days=1)
        morning(laptop, wednesday)
        facts = letter(services, "program#digest#2026-10-12").facts
        assert (facts["received"], facts["announced"], facts["missing"]) == (4, 4, "")

    def test_what_was_not_announced_is_named(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        An application that the coordinators were not sent is told of each morning until it is.
        """
        apply(laptop, people.mentee())
        wednesday.forward(minutes=59)
        laptop.daily()
        assert services.store.letter("program#count#2026-10-07") is None  # It may be on its way.
        wednesday.forward(days=1)
        laptop.daily()
        facts = letter(services, "program#count#2026-10-08").facts
        assert (facts["received"], facts["announced"]) == (1, 0)
        assert facts["missing"] == "0000-0001"
        emails = mail(laptop)
        assert "Please look: 1 received, 0 announced" in [e.header("Subject") for e in emails]
        # By now it is sent, and the next morning has nothing to say.
        wednesday.forward(days=1)
        assert morning(laptop, wednesday) == []

    @pytest.mark.parametrize(
        ("coordinators", "emails"),
        [("one@example.org", 1), ("one@example.org, two@example.org", 0)],
    )
    def test_what_came_back(self, site: Path, clock: Clock, coordinators: str, emails: int) -> None:
        """
        What came back from the one coordinator there is was not announced; of two, one has it.
        """
        with Laptop(ADDRESS, {"Coordinators": coordinators}) as laptop:
            laptop.daily()
            clock.forward(**TO_MORNING)
            apply(laptop, people.mentee())
            laptop.returned(mail(laptop)[0], "Complaint")
            mail(laptop)
            clock.forward(hours=2)
            assert len(morning(laptop, clock)) == emails

    def test_counted_for_eight_days(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        What came in longer ago is not counted; a week's Monday mail overlaps with the next.
        """
        apply(laptop, people.mentee())
        wednesday.time += timedelta(days=8, hours=1, seconds=1)
        laptop.daily()
        assert services.store.letter("program#count#2026-10-15") is None


class TestDigest:
    def test_what_the_week_brought(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Who is new, what changed, what to look at and who waits stand in one email, by name.
        """
        old = [put(services, number) for number in (1, 2)]
        put(services, 3, role=Role.MENTOR, received_at=wednesday() - timedelta(days=41))
        put(services, 4, status=Status.INVITED, received_at=wednesday() - timedelta(days=3))
        put(services, 5, status=Status.PAUSED)
        entered = put(services, 6, status=Status.INVITED, received_at=wednesday())
        wednesday.forward(hours=1)
        apply(laptop, people.mentee())
        apply(laptop, people.mentor())
        apply(laptop, people.mentee(email="a@example.net", website="x"))
        laptop.returned(mail(laptop)[1], "Bounce")
        for each in (old[0], entered):
            change(services, each, changed_at=wednesday())
        to_monday(wednesday)
        laptop.daily()
        email = told_on_monday(laptop)
        assert email.header("To") == COORDINATORS
        assert email.header("Subject") == "Monday: 2 new mentees, 1 new mentor, 1 changed"
        words = email.part("plain").replace("\r\n", "\n")
        assert words.startswith("2 new mentees, 1 new mentor\n")
        assert "Waiting: 3 mentees, 2 mentors." in words
        assert "The email “Receipt” about Robin Example came back." in words
        assert "1 mentee application is on hold" in words
        assert "Person 4 was entered by one of you 8 days ago" in words
        assert "- Person 1, mentee, on October 7, 2026" in words
        assert "- Person 3, mentor, for 46 days" in words
        assert "There is no member list yet." in words
        for path in (f"applications/{old[0].id}", "on-hold"):
            assert f"{ADDRESS}/desk/{path}" in words
        # Nothing is to be told of who is paused, and who was entered this week is new and no more.
        assert "Person 5" not in words
        assert words.count("Person 6") == 1

    def test_how_many_matches_are_suggested(
        self,
        laptop: Laptop,
        services: Services,
        wednesday: Clock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """
        As many as the desk suggests by then, which is of those who have waited longest.
        """
        monkeypatch.setattr("mentorship.jobs.count.MOST", 2)
        applied(services, Role.MENTOR, 1, answers={"capacity": "3"})
        for number in (2, 3, 4):
            answers = {"outside_program": "any"}
            applied(services, Role.MENTEE, number, received_at=services.now(), answers=answers)
            to_monday(wednesday)
            laptop.daily()
        told = [
            " ".join(each.part("plain").partition("MATCHES")[2].partition("http")[0].split())
            for each in mail(laptop)
            if "MATCHES" in each.part("plain")
        ]
        assert told == [
            "- 1 match is suggested. Make matches:",
            "- 2 matches are suggested. Make matches:",
            "- 2 matches are suggested, and 1 mentee would be left without one. Make matches:",
        ]

    def test_on_a_quiet_monday_it_does_not_come(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        That people wait is no news: the short count comes in its place, and never both.
        """
        put(services, 1)
        for monday in ("2026-10-12", "2026-10-19"):
            to_monday(wednesday)
            assert len(morning(laptop, wednesday)) == 1
            assert services.store.letter(f"program#digest#{monday}") is None
            assert services.store.letter(f"program#count#{monday}")

    def test_on_the_first_monday_of_a_month(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Once a month it comes in any case, and says who waits.
        """
        put(services, 1, notified_at=services.now())
        wednesday.forward(days=26)
        (email,) = morning(laptop, wednesday)
        assert email.header("Subject") == "Monday: nobody new"
        assert "- Person 1, mentee, for 56 days" in email.part("plain").replace("\r\n", "\n")
        assert services.store.letter("program#count#2026-11-02") is None

    def test_since_the_monday_before(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Each is new once: whoever came in a moment before the last one is in the next, and a Monday
        on which nothing ran is told of on the Monday after.
        """
        to_monday(wednesday)
        laptop.daily()
        until = wednesday() - BEHIND
        fresh = {
            number: put(services, number, received_at=until + timedelta(seconds=seconds))
            for number, seconds in ((1, -1), (2, 0), (3, 8 * 24 * 3600))
        }
        to_monday(wednesday)
        wednesday.forward(days=7)
        laptop.daily()
        facts = letter(services, "program#digest#2026-10-26").facts
        assert facts["since"] == "2026-10-12"
        assert str(facts["mentee_ids"]).split() == [fresh[2].id, fresh[3].id]
        to_monday(wednesday)
        laptop.daily()
        assert letter(services, "program#digest#2026-11-02").facts["mentee_new"] == 0

    def test_who_is_gone_falls_out(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Who withdrew or was forgotten before it was sent is not in it; the numbers are as they were.
        """
        stay, leaves, goes = (
            put(services, number, received_at=wednesday() + timedelta(hours=number))
            for number in (1, 2, 3)
        )
        to_monday(wednesday)
        laptop.daily()
        gone = services.store.application(goes.id, now=wednesday())
        assert gone is not None
        services.store.commit(Change(deletes=(gone,)))
        change(services, leaves, status=Status.WITHDRAWN, withdrawn_at=wednesday())
        words = told_on_monday(laptop).part("plain")
        assert "3 new mentees" in words
        assert stay.name in words
        assert leaves.name not in words
        assert goes.name not in words

    def test_what_the_member_list_says(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Beside each new mentee stands whether the member list has them, and the numbers below.
        """
        now, hashed = wednesday(), services.links.hashed
        members = [
            Member(addresses=("PERSON-1@example.org",), name="", lapsed=False),
            Member(addresses=(), name="Person Two", lapsed=False),
        ]
        services.store.put_list_entries(
            list_entries(members, number=1, hashed=hashed, now=now), pause=services.pause
        )
        roster = Roster(number=1, at=now, by="kim@example.org", members=2, lapsed=0, unread=0)
        services.store.commit(Change(puts=(roster,)))
        for number in (1, 2, 3):
            put(services, number, received_at=now + timedelta(hours=number))
        to_monday(wednesday)
        laptop.daily()
        words = told_on_monday(laptop).part("plain")
        assert "Person 1, found by address" in words
        assert "Person 3, no match" in words
        assert "Of the new mentees: 1 found by address, 2 no match." in " ".join(words.split())

    def test_an_old_member_list(self, laptop: Laptop, services: Services, wednesday: Clock) -> None:
        """
        A list of more than a year ago is to be asked for anew.
        """
        at = wednesday() - timedelta(days=400)
        roster = Roster(number=1, at=at, by="kim@example.org", members=2, lapsed=0, unread=0)
        services.store.commit(Change(puts=(roster,)))
        put(services, 1, received_at=wednesday())
        to_monday(wednesday)
        (email,) = morning(laptop, wednesday)
        assert "The member list is older than a year." in email.part("plain")

    def test_an_email_that_was_sent_again_falls_out(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        What reached nobody in the week is told, unless it was sent again in the meantime.
        """
        lost = new_letter("receipt", about=put(services, 1).id, now=wednesday())
        stuck = new_letter("withdrawn", about=put(services, 2).id, now=wednesday())
        services.store.commit(Change(letters=(lost, stuck)))
        for each in (lost, stuck):
            failed = each.claim(wednesday()).failed("no", wednesday(), again=False)
            assert services.store.advance(failed, before=each)
        to_monday(wednesday)
        laptop.daily()
        assert letter(services, "program#digest#2026-10-12").facts["lost"] == 2
        before = letter(services, lost.id)
        assert services.store.advance(before.again(wednesday()), before=before)
        words = told_on_monday(laptop).part("plain")
        assert "“receipt”" not in words
        assert "The email “Off the list” about Person 2 could not be sent." in words

    def test_what_was_not_announced_comes_first(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        On a Monday the digest says it, and there is no second email about it.
        """
        wednesday.forward(days=4)
        apply(laptop, people.mentee())
        wednesday.forward(days=1)
        laptop.daily()
        before = services.store.letter("program#count#2026-10-12")
        assert before is None
        emails = mail(laptop)
        assert "Please look: 1 received, 0 announced" in subjects(emails)


class TestArrangements:
    def test_what_a_deployment_begins_with_is_stored(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        From the first morning on the list of coordinators has the until-dates of that day.
        """
        assert services.store.arrangements() is None
        laptop.daily()
        begun = services.store.arrangements()
        assert begun is not None
        assert begun.revision == 1
        assert begun.coordinators == (
            Coordinator(address=COORDINATORS, name=COORDINATOR_NAME, until=date(2027, 8, 31)),
        )
        clock.forward(days=400)
        laptop.daily()
        assert services.store.arrangements() == begun

    def test_what_coordinators_have_arranged_stays(
        self, laptop: Laptop, services: Services
    ) -> None:
        """
        Where somebody has changed something before the first morning, it stays as it is.
        """
        arrangements = arrange(services, institutions=("Example Hospital",))
        laptop.daily()
        assert services.store.arrangements() == arrangements

    def test_somebody_arranges_something_at_once(self, laptop: Laptop, services: Services) -> None:
        """
        What a coordinator stores while the first morning's work is done holds, and is gone by.
        """
        others: list[Arrangements] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(services.arrangements())
                others.append(arrange(services, coordinators=()))

        with tapped() as wire:
            wire.before = other_comes_first
            laptop.daily()
        assert services.store.arrangements() == others[1]

    @pytest.mark.parametrize(
        ("reply_by", "stored"),
        [("2026-10-05", None), ("2026-10-06", date(2026, 10, 6)), ("", None)],
    )
    def test_a_date_that_has_passed_is_nobodys(
        self, site: Path, clock: Clock, reply_by: str, stored: date | None
    ) -> None:
        """
        A deployment's reply date holds, unless it had passed by the first morning.
        """
        from mentorship.services import services

        with Laptop(ADDRESS, {"ReplyBy": reply_by}) as laptop:
            laptop.daily()
            begun = services().store.arrangements()
        assert begun is not None
        assert begun.reply_by == stored


# A Tuesday, two weeks after the clock begins.
REPLY_BY = date(2026, 10, 20)


class TestSilence:
    def test_coordinators_know_three_days_before(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Once, they read who will hear that there is no match yet; who is paused will not.
        """
        arrange(services, reply_by=REPLY_BY)
        waits, leaves = put(services, 1), put(services, 2)
        put(services, 3, status=Status.PAUSED)
        own_date = put(services, 4, reply_by=date(2026, 12, 1))
        wednesday.forward(days=9)
        assert morning(laptop, wednesday) == []
        wednesday.forward(days=1)
        laptop.daily()
        change(services, leaves, status=Status.WITHDRAWN, withdrawn_at=wednesday())
        email = mail(laptop)[-1]
        assert email.header("To") == COORDINATORS
        assert email.header("Subject") == "2 people are to hear by October 20, 2026"
        words = email.part("plain")
        assert f"{ADDRESS}/desk/applications/{waits.id}" in words
        for other in (leaves.name, "Person 3", own_date.name):
            assert other not in words
        wednesday.forward(days=1)
        assert morning(laptop, wednesday) == []

    def test_nobody_is_left_to_be_told_of(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        A warning of people who have all been answered before it was sent is not sent.
        """
        arrange(services, reply_by=REPLY_BY)
        waits = put(services, 1)
        wednesday.forward(days=10)
        laptop.daily()
        change(services, waits, status=Status.PAUSED)
        assert mail(laptop) == []
        assert letter(services, f"program#reply-due#{REPLY_BY}").state is State.DROPPED

    def test_applicants_are_told_on_the_date(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        On the date, whoever waits is told so, with the link to withdraw; eight weeks later again.
        """
        arrange(services, reply_by=REPLY_BY)
        put(services, 1)
        put(services, 2, role=Role.MENTOR)
        put(services, 3, status=Status.PAUSED)
        put(services, 4, status=Status.WITHDRAWN, withdrawn_at=wednesday())
        wednesday.forward(days=12)
        assert "not found your match" not in " ".join(subjects(morning(laptop, wednesday)))
        wednesday.forward(days=1)
        emails = morning(laptop, wednesday)
        assert {email.header("To") for email in emails} == {
            "person-1@example.org",
            "person-2@example.org",
        }
        words = " ".join(emails[0].part("plain").split())
        assert "You are still on the list; nothing is needed from you." in words
        assert "We will write again by December 15, 2026" in words
        link = LINK.search(emails[0].part("plain"))
        assert link
        assert "Withdraw" in get(laptop, link[0]).text
        wednesday.forward(days=55)
        assert [each for each in morning(laptop, wednesday) if "match" in each.raw] == []
        wednesday.forward(days=1)
        assert len(morning(laptop, wednesday)) == 2
        wednesday.forward(minutes=10)
        assert morning(laptop, wednesday) == []

    def test_the_date_that_a_receipt_named(self, site: Path, clock: Clock) -> None:
        """
        Who was told a date when they applied hears on it, also where the date was changed since.
        """
        from mentorship.services import services

        with Laptop(ADDRESS, {"ReplyBy": "2026-10-08"}) as laptop:
            apply(laptop, people.mentee())
            assert "by October 8, 2026" in " ".join(mail(laptop)[1].part("plain").split())
            clock.forward(**TO_MORNING)
            laptop.daily()
            arrange(services(), reply_by=date(2026, 12, 1))
            clock.forward(days=1)
            emails = morning(laptop, clock)
        assert [email.header("To") for email in emails] == ["robin@example.org"]

    def test_no_more_than_a_morning_can_take(
        self,
        laptop: Laptop,
        services: Services,
        wednesday: Clock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """
        The longest waiting are told first, and the rest on the next morning.
        """
        monkeypatch.setattr("mentorship.jobs.morning.MAX_TOLD", 2)
        arrange(services, reply_by=REPLY_BY)
        for number in range(5):
            put(services, number, received_at=wednesday() - timedelta(days=number))
        wednesday.forward(days=13)
        told = []
        for _ in range(4):
            told.append({email.header("To") for email in morning(laptop, wednesday)})
            wednesday.forward(days=1)
        assert told == [
            {"person-4@example.org", "person-3@example.org"},
            {"person-2@example.org", "person-1@example.org"},
            {"person-0@example.org"},
            set(),
        ]

    def test_time_that_is_up(
        self,
        laptop: Laptop,
        services: Services,
        wednesday: Clock,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """
        Where the tables are slow the function does not end in the middle: the rest is told the next
        morning.
        """
        arrange(services, reply_by=REPLY_BY)
        for number in range(3):
            put(services, number)
        wednesday.forward(days=13)
        laptop.daily()
        commit = services.store.commit

        def slowly(change: Change) -> None:
            if any(each.kind is Kind.STILL_WAITING for each in change.letters):
                wednesday.time += ALLOWED + SECOND
            commit(change)

        for number in range(3, 6):
            put(services, number)
        with monkeypatch.context() as patch:
            patch.setattr(services.store, "commit", slowly)
            wednesday.forward(days=1)
            laptop.daily()
        told = [
            email for email in mail(laptop) if "not found your match" in email.header("Subject")
        ]
        assert len(told) == 4
        assert left(capsys) == ["notify_waiting", "remind_to_confirm", "prune"]
        wednesday.forward(days=1)
        assert len(morning(laptop, wednesday)) == 2
        assert left(capsys) == []

    def test_all_parts_share_the_time(
        self,
        laptop: Laptop,
        services: Services,
        wednesday: Clock,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """
        A part that takes it all leaves the others for the next morning; the report comes anyway.
        """
        arrange(services, reply_by=REPLY_BY)
        put(services, 1)
        wednesday.forward(days=13)
        to_monday(wednesday)

        def act_on_due(arrangements: Arrangements, services: Services, time: AllowedTime) -> int:
            wednesday.time += ALLOWED + SECOND
            return 0

        with monkeypatch.context() as patch:
            patch.setattr(daily, "PARTS", (act_on_due, *daily.PARTS[1:]))
            (told,) = morning(laptop, wednesday)
        assert told.header("To") == COORDINATORS
        assert left(capsys) == [
            each.__name__ for each in daily.PARTS[1:] if each not in daily.ALWAYS
        ]
        wednesday.forward(days=1)
        assert len(morning(laptop, wednesday)) == 1
        assert left(capsys) == []

    def test_who_withdrew_before_it_was_sent(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Nobody is told that they are on the list who was taken off it meanwhile.
        """
        arrange(services, reply_by=REPLY_BY)
        waits = put(services, 1)
        wednesday.forward(days=13)
        laptop.daily()
        change(services, waits, status=Status.WITHDRAWN, withdrawn_at=wednesday())
        assert mail(laptop) == []
        assert letter(services, f"{waits.id}#still-waiting#{REPLY_BY}").state is State.DROPPED

    def test_answers_that_are_deleted_before_then(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Someone who was warned that they will be deleted is told until when they can choose to stay,
        and no other date.
        """
        arrange(services, reply_by=REPLY_BY)
        put(services, 1, keep_months=3, received_at=wednesday() - timedelta(days=55))
        wednesday.forward(days=13)
        emails = morning(laptop, wednesday)
        (email,) = (each for each in emails if "not found your match" in each.header("Subject"))
        words = " ".join(email.part("plain").split())
        assert "Your application will be deleted on November 13, 2026, unless" in words
        assert "We will write again" not in words

    def test_a_change_that_comes_first(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Who changes their application at that moment is told the next morning, and nobody waits.
        """
        arrange(services, reply_by=REPLY_BY)
        both = [put(services, number) for number in (1, 2)]
        wednesday.forward(days=13)
        laptop.daily()
        assert len(mail(laptop)) == 2
        wednesday.forward(days=56)
        # Read before, for the morning's function reads no application by its id.
        stored = services.store.application(both[0].id, now=wednesday())
        assert stored is not None
        other = stored.with_changes(changed_at=wednesday())
        changed: list[Application] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not changed:
                # The first that is written is the report.
                changed.append(both[0])
            elif call == "TransactWriteItems" and len(changed) == 1:
                changed.append(both[1])
                services.store.commit(Change(puts=(other,)))

        with tapped() as wire:
            wire.before = other_comes_first
            laptop.daily()
        assert [e.header("To") for e in mail(laptop)[2:]] == ["person-2@example.org"]
        wednesday.forward(days=1)
        assert [e.header("To") for e in morning(laptop, wednesday)] == ["person-1@example.org"]


class TestRenewal:
    def coordinators(self, services: Services, *addresses: str, days: int) -> date:
        """Have coordinators of whom each has as many days left; return the last."""
        until = services.program.local(services.now()).date() + timedelta(days=days)
        arrange(
            services,
            coordinators=tuple(Coordinator(address=each, until=until) for each in addresses),
        )
        return until

    def test_asked_once(self, laptop: Laptop, services: Services, wednesday: Clock) -> None:
        """
        Thirty days before the end the coordinator and the contact address are asked, each once.
        """
        until = self.coordinators(services, "kim@example.org", days=31)
        assert morning(laptop, wednesday) == []
        wednesday.forward(days=1)
        emails = morning(laptop, wednesday)
        assert {email.header("To") for email in emails} == {"kim@example.org", "admin@wsrs.org"}
        for email in emails:
            assert f"{ADDRESS}/desk/settings" in email.part("plain")
            assert f"{until:%B} {until.day}, {until.year}" in email.part("plain")
            own = email.header("To") == "kim@example.org"
            assert ("kim@example.org" in email.part("plain")) is not own
        for days in (1, 28, 1, 1):
            wednesday.forward(days=days)
            assert "coordinator" not in " ".join(subjects(morning(laptop, wednesday)))

    def test_each_end_is_asked_of_anew(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        With a new last day they are asked when that one is near.
        """
        self.coordinators(services, "kim@example.org", days=20)
        assert len(morning(laptop, wednesday)) == 2
        self.coordinators(services, "kim@example.org", days=25)
        wednesday.forward(days=1)
        assert len(morning(laptop, wednesday)) == 2

    def test_contact_who_coordinates(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Where the contact address is itself a coordinator, there is one email.
        """
        self.coordinators(services, "Admin@wsrs.org", days=5)
        (email,) = morning(laptop, wednesday)
        assert email.header("Subject").startswith("Will you stay on as a coordinator after")

    def test_no_longer_needed(self, laptop: Laptop, services: Services, wednesday: Clock) -> None:
        """
        Whose time was prolonged, or who was taken off the list, before it was sent is not asked.
        """
        for after in ((Coordinator(address="kim@example.org", until=date(2027, 8, 31)),), ()):
            self.coordinators(services, "kim@example.org", days=5)
            laptop.daily()
            arrange(services, coordinators=after)
            assert mail(laptop) == []
            wednesday.forward(days=1)

    def test_whose_time_is_over(self, laptop: Laptop, services: Services, wednesday: Clock) -> None:
        """
        On the last day there is still something to ask, and after it nothing.
        """
        self.coordinators(services, "kim@example.org", days=-1)
        assert morning(laptop, wednesday) == []
        wednesday.forward(days=1)
        self.coordinators(services, "kim@example.org", days=0)
        assert len(morning(laptop, wednesday)) == 2


class TestRetention:
    def test_what_is_stored_is_kept_as_agreed(
        self, laptop: Laptop, services: Services, wednesday: Clock
    ) -> None:
        """
        Fewer months at the desk change nothing of what is stored, and are no work for a morning.
        """
        for number, months in ((1, 12), (2, 3)):
            put(services, number, keep_months=months)
        laptop.daily()
        before = tables.items("ApplicationsTable")
        arrange(services, keep_months=1)
        wednesday.forward(days=1)
        with tapped() as wire:
            laptop.daily()
        assert tables.items("ApplicationsTable") == before
        assert "GetItem ApplicationsTable" not in wire.calls


class TestParts:
    def test_one_that_breaks_keeps_none_of_the_others(
        self,
        laptop: Laptop,
        services: Services,
        wednesday: Clock,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """
        Where one part fails the others have their turn, and the function fails, which alarms.
        """

        def report(arrangements: Arrangements, services: Services, time: AllowedTime) -> int:
            raise ZeroDivisionError("an answer of somebody's")

        arrange(services, reply_by=REPLY_BY)
        put(services, 1)
        wednesday.forward(days=13)
        with monkeypatch.context() as patch:
            patch.setattr(daily, "PARTS", (report, *daily.PARTS[1:]))
            with pytest.raises(ZeroDivisionError):
                laptop.daily()
        log = capsys.readouterr().out
        assert '"event": "morning broke", "kind": "report", "error": "ZeroDivisionError"' in log
        assert "an answer" not in log
        assert len(mail(laptop)) == 1
        # What was left to do is done when it runs again, and nothing else.
        to_monday(wednesday)
        assert subjects(morning(laptop, wednesday)) == ["All is in order: 0 received, 0 announced"]

    def test_table_that_fails(self, laptop: Laptop, wednesday: Clock) -> None:
        """
        Where nothing can be written the function fails, and a later run does all of it.
        """
        apply(laptop, people.mentee(website="x"))
        wednesday.forward(days=1)
        with tapped() as wire:
            wire.before = always("TransactWriteItems", refused("InternalServerError"))
            with pytest.raises(Exception, match="InternalServerError"):
                laptop.daily()
        assert len(morning(laptop, wednesday)) == 1
