"""A person is entered who wrote or telephoned, and says by their link that it is right."""

import re
from html import unescape

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.applications.application import Agreement, Application
from mentorship.applications.status import Status
from mentorship.form import declaration
from mentorship.form.form import AnswersRefused
from mentorship.form.question import Role
from mentorship.program.audit import Action
from mentorship.services import Services
from tests import made, people, tables
from tests.coordinator import Coordinator, sign_in
from tests.desk_files import addresses
from tests.desk_lists import names, opened, text
from tests.desk_pages import kinds, page, press, record, said, stored, to
from tests.faults import tapped
from tests.own import get, link_of, mail, moved, nothing_changes, post
from tests.people import apply

ROBIN = "robin@example.org"
ADD = "/desk/add/mentee"
KNOWN = {"full_name": ["Robin Example"], "email": [ROBIN]}


@pytest.fixture
def desk(laptop: Laptop) -> Coordinator:
    """A coordinator who has signed in; nobody has applied."""
    return sign_in(laptop)


def add(desk: Coordinator, *, path: str = ADD, **changes: str | list[str]) -> Answer:
    """Enter somebody of whom a name and an address are known, and *changes*."""
    given = {name: words if isinstance(words, list) else [words] for name, words in changes.items()}
    return desk.post(path, {**KNOWN, **given})


def entered(desk: Coordinator, services: Services, answer: Answer) -> Application:
    """Return whom a coordinator has entered, having seen that it is said."""
    assert said(desk, answer) == "entered"
    return stored(services, answer.headers["location"].split("/")[3].partition("?")[0])


def page_of(application: Application) -> str:
    """Return the path of an application's page."""
    return f"/desk/applications/{application.id}"


def applications() -> int:
    """Return how many applications are stored."""
    return len(tables.items("ApplicationsTable"))


class TestForm:
    def test_which_one(self, desk: Coordinator) -> None:
        """
        First it is asked what they would like to be.
        """
        shown = page(desk, "/desk/add")
        for role in Role:
            assert f'href="/desk/add/{role}">A {role}</a>' in shown
        assert 'aria-current="page">Add a person<' in shown

    @pytest.mark.parametrize("role", list(Role))
    def test_the_questions_of_the_role(
        self, desk: Coordinator, services: Services, role: Role
    ) -> None:
        """
        What is asked of applicants is asked, all but two of it optional, and nobody agrees to
        anything for somebody else.
        """
        shown = page(desk, f"/desk/add/{role}")
        asked = re.findall(r'data-question="(\w+)"', shown)
        stamps = {declaration.TRAP.name, declaration.STAMP.name, declaration.VERSION.name}
        own = {each.name for each in services.renderer.forms[role].questions()} - stamps
        ticks = {"commitment", "consent", "phone_shown", "goal_shown", "about_shown"}
        assert set(asked) == own - ticks
        assert len(asked) == len(set(asked))
        # The agreement is one more; of address and phone number, one must be known.
        needed = [name for name in asked if "(optional)" not in self.label(shown, name)]
        assert needed == ["full_name"]
        assert "How did they agree? (optional)" in text(shown)
        # These two are asked of whoever fills in the form, and the coordinator answers.
        assert self.label(shown, "full_name").endswith("> Their name")
        assert self.label(shown, "email").endswith("> Their email (optional)")
        assert "They get a link there to check it." in shown
        for words in ("Your name", "Your receipt", "As you would like your match"):
            assert words not in text(shown)
        for name in ("full_name", "email", "phone"):
            assert re.search(rf'<input[^>]* id="{name}"[^>]* autocomplete="off"', shown), name
        assert f'action="/desk/add/{role}"' in shown

    def label(self, shown: str, name: str) -> str:
        """Return what stands above a question."""
        found = re.search(rf'data-question="{name}".*?</(label|legend)>', shown, re.S)
        assert found, name
        return text(found[0])

    @pytest.mark.parametrize("role", ["coordinator", "mentees", "MENTEE", "%3Cb%3E", "mentee/x"])
    def test_no_other_role(self, laptop: Laptop, desk: Coordinator, role: str) -> None:
        """
        Nobody is entered as anything else.
        """
        with nothing_changes(laptop):
            assert desk.get(f"/desk/add/{role}").status == 404
            assert add(desk, path=f"/desk/add/{role}").status == 404


class TestEntered:
    @pytest.mark.parametrize("role", list(Role))
    def test_a_name_and_an_address(
        self, laptop: Laptop, desk: Coordinator, services: Services, role: Role
    ) -> None:
        """
        They are enough: the person is on the list and has not agreed, and it is recorded.
        """
        found = entered(desk, services, add(desk, path=f"/desk/add/{role}"))
        assert (found.role, found.status) == (role, Status.INVITED)
        assert (found.name, found.address) == ("Robin Example", ROBIN)
        assert (found.entered_by, found.consent_version) == (COORDINATORS, 0)
        assert (found.received_at, found.confirmed_at, found.notes) == (made.NOW, None, ())
        assert found.form_version == declaration.FORM_VERSION
        assert record(services) == [(Action.ENTERED, found.reference, role)]
        words = text(page(desk, page_of(found)))
        assert "Entered and not confirmed yet · since today" in words
        assert f"They have not agreed yet Entered by {COORDINATORS} ." in words
        assert f"entered a person ({found.reference}) : {role}" in text(page(desk, "/desk/record"))

    def test_all_that_is_known(self, desk: Coordinator, services: Services) -> None:
        """
        Whatever else is known is stored as an applicant's own answers are.
        """
        known = {n: words for n, words in people.MENTEE.items() if n not in ("commitment", "role")}
        answers = entered(desk, services, add(desk, **known)).answers
        own = made.application().answers
        ticks = ("commitment", "consent", "phone_shown")
        assert answers == {n: own[n] for n in own if n not in ticks}

    def test_they_are_asked(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Their email says who has entered them and what is asked, and leads to their own page.
        """
        before = len(mail(laptop))
        found = entered(desk, services, add(desk))
        (theirs,) = to(laptop, ROBIN, after=before)
        assert theirs.header("Subject") == f"Please check what we have of you: {found.reference}"
        assert theirs.header("Reply-To") == services.program.contact
        for kind in ("plain", "html"):
            words = text(theirs.part(kind))
            assert "coordinators, who has entered you as a mentee" in words
            assert "agree to how your answers are used. Until then you are not matched" in words
        assert get(laptop, link_of(laptop, ROBIN)).status == 200

    def test_coordinators_are_told_by_whom(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        The coordinators' email is that of any new application, and says who entered it.
        """
        before = len(mail(laptop))
        found = entered(desk, services, add(desk))
        (ours,) = to(laptop, COORDINATORS, after=before)
        assert ours.header("Subject") == f"New mentee application {found.reference}"
        assert ours.header("Reply-To") == ROBIN
        for kind in ("plain", "html"):
            words = text(ours.part(kind))
            assert f"Robin Example was entered as a mentee by {COORDINATORS}" in words
            assert "applies as a mentee" not in words
        assert kinds(mail(laptop)[before:]) == {"new-application", "entered"}

    def test_not_among_those_who_wait(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Until they agree they are in no list and no export of those who wait, and have their own.
        """
        apply(laptop, people.mentee(email="p2@example.org", full_name="Second Example"))
        found = entered(desk, services, add(desk))
        assert addresses(desk, role="mentee", status="waiting") == ["p2@example.org"]
        assert addresses(desk, role="mentee", status="invited") == [ROBIN]
        assert names(opened(desk)) == ["Second Example"]
        assert names(opened(desk, status="invited")) == ["Robin Example"]
        press(desk, "agreed", at=page_of(found), agreed="by letter")
        assert sorted(addresses(desk, role="mentee", status="waiting")) == [
            "p2@example.org", ROBIN,
        ]  # fmt: skip

    def test_twice_is_once(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        The button pressed twice enters one person, who gets one email.
        """
        before = len(mail(laptop))
        first, second = add(desk, city="Tacoma"), add(desk, city="Tacoma")
        assert first.headers["location"] == second.headers["location"]
        assert applications() == 1
        assert len(mail(laptop)) == before + 2
        assert len(record(services)) == 1

    def test_twice_at_once_is_once(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Of two presses at the same moment the one that is overtaken finds the other's.
        """
        others: list[Answer] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(Answer(0, {}, b""))
                others[0] = add(desk)

        with tapped() as wire:
            wire.before = other_comes_first
            answer = add(desk)
        assert answer.headers["location"] == others[0].headers["location"]
        assert applications() == 1

    def test_after_a_closed_one(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Whoever has withdrawn is entered anew, and to forget them reaches both.
        """
        apply(laptop, people.mentee())
        post(laptop, f"{link_of(laptop, ROBIN)}/withdraw")
        found = entered(desk, services, add(desk))
        assert found.status is Status.INVITED
        assert applications() == 2
        assert press(desk, "forget", at=page_of(found)).status == 200
        assert applications() == 0


class TestRefused:
    def test_beside_the_questions(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Each answer that cannot be taken is named, all is kept as it was typed, nothing is stored.
        """
        with nothing_changes(laptop):
            answer = add(
                desk, full_name="", email="robin at example", city='Ta"coma<b>', agreed="x" * 501
            )
        assert answer.status == AnswersRefused.status == 422
        summary = re.findall(r'<li><a href="#(\w+)">(.*?)</a></li>', answer.text)
        assert [name for name, _ in summary] == ["agreed", "full_name", "email"]
        for name, words in summary:
            assert f'id="{name}-error"' in answer.text
            assert text(answer.text).count(f"Error: {unescape(words)}") == 1
            (box,) = re.findall(rf'<input[^>]*id="{name}"[^>]*>', answer.text)
            assert re.search(rf'aria-describedby="[^"]*{name}-error"', box)
            assert 'aria-invalid="true"' in box
        assert "Enter 500 characters or fewer under “How did they agree?”" in text(answer.text)
        assert 'value="robin at example"' in answer.text
        assert 'value="Ta&#34;coma&lt;b&gt;"' in answer.text
        assert f'value="{"x" * 501}"' in answer.text
        assert "<title>Error: Add a mentee" in answer.text
        assert '<div class="error-summary" tabindex="-1" autofocus>' in answer.text

    def test_nothing_at_all(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        An empty form asks for what must be known, and for nothing else.
        """
        with nothing_changes(laptop):
            answer = desk.post(ADD)
        assert answer.status == 422
        assert re.findall(r'<li><a href="#(\w+)">(.*?)</a>', answer.text) == [
            ("full_name", "Enter their full name"),
            ("email", "Enter an email address or a phone number"),
        ]
        assert "error-summary" not in page(desk, ADD)

    @pytest.mark.parametrize("by_owner", [True, False])
    def test_on_the_list_already(
        self, laptop: Laptop, desk: Coordinator, services: Services, by_owner: bool
    ) -> None:
        """
        The page leads to the application that there is, in which nothing was changed.
        """
        if by_owner:
            apply(laptop, people.mentee())
        else:
            add(desk, city="Yakima")
        (item,) = tables.items("ApplicationsTable")
        there = stored(services, item["id"]["S"])
        mail(laptop)
        with nothing_changes(laptop):
            answer = add(desk, full_name="R. Example", email="ROBIN@Example.org")
        assert answer.status == 409
        assert "They are on the list already" in text(answer.text)
        link = f'<a href="{page_of(there)}">Robin Example, {there.reference}</a>'
        assert link in answer.text
        assert 'value="R. Example"' in answer.text
        # A mentor they may be beside it.
        assert said(desk, add(desk, path="/desk/add/mentor")) == "entered"


class TestAgreedBefore:
    def test_they_wait_at_once(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        Whoever has told a coordinator waits for a match, the page says how they agreed, and they
        are asked only to look.
        """
        before = len(mail(laptop))
        found = entered(desk, services, add(desk, agreed=" by telephone  on October 3 "))
        assert found.status is Status.WAITING
        how = "by telephone on October 3"
        assert found.agreed == Agreement(how=how, at=made.NOW, by=COORDINATORS)
        assert found.notes == ()
        assert found.consent_version == 0
        (theirs,) = to(laptop, ROBIN, after=before)
        words = text(theirs.part("plain"))
        assert "You are on the list. Please look at it once" in words
        assert "Until then you are not matched" not in words
        assert "telephone" not in words
        assert addresses(desk, status="waiting") == [ROBIN]
        shown = text(page(desk, page_of(found)))
        assert "by telephone on October 3" in shown
        assert "They have not agreed yet" not in shown
        assert "Waiting for a match" in text(get(laptop, link_of(laptop, ROBIN)).text)

    def test_what_is_missing_comes_first(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Their own page does not say that they applied. It first offers to add what is missing, and
        whoever has looked is asked no more.
        """
        add(desk, agreed="by telephone")
        link = link_of(laptop, ROBIN)
        theirs = get(laptop, link).text
        assert "You were entered as a mentee by one of the coordinators." in text(theirs)
        assert "You applied as" not in theirs
        buttons = re.findall(r'class="md-button( md-button--primary)?"[^>]*>(.*?)<', theirs)
        assert buttons[:2] == [
            (" md-button--primary", "Add what is missing"),
            ("", "This is my address"),
        ]
        assert [words for primary, words in buttons if primary] == ["Add what is missing"]
        assert f'href="{link}/correct">Add what is missing</a>' in theirs
        post(laptop, f"{link}/correct", people.mentee())
        theirs = get(laptop, link).text
        assert "Add what is missing" not in theirs
        assert "You were entered as a mentee by one of the coordinators." in text(theirs)

    def test_said_when_entered_once_more(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        An agreement that comes with the second press is not dropped in silence: the page leads to
        where it is noted.
        """
        found = entered(desk, services, add(desk))
        with nothing_changes(laptop):
            answer = add(desk, agreed="by telephone")
        assert answer.status == 409
        assert "Have they told you that they agree? Note it there." in text(answer.text)
        assert 'value="by telephone"' in answer.text
        assert said(desk, press(desk, "agreed", at=page_of(found), agreed="by telephone")) == (
            "agreed"
        )
        assert stored(services, found.id).status is Status.WAITING
        # And now it is the same as what was entered.
        assert said(desk, add(desk, agreed="by telephone")) == "entered"


class TestAgreedByLink:
    def test_by_the_form(self, laptop: Laptop, desk: Coordinator, services: Services) -> None:
        """
        They look at what was entered, add what is missing, tick that they agree, and wait.
        """
        found = entered(desk, services, add(desk, city="Seattle"))
        link = link_of(laptop, ROBIN)
        theirs = text(get(laptop, link).text)
        assert "Please check it, and agree" in theirs
        assert "One of the coordinators has entered this for you." in theirs
        assert "Is this your address?" not in theirs
        assert f'href="{link}/correct">Check my answers, and agree</a>' in get(laptop, link).text
        filled = get(laptop, f"{link}/correct").text
        assert 'value="Robin Example"' in filled
        assert 'value="Seattle"' in filled
        (box,) = re.findall(r'<input type="checkbox" id="consent"[^>]*>', filled)
        assert "checked" not in box
        before = len(mail(laptop))
        assert post(laptop, f"{link}/correct", people.mentee()).status == 303
        agreed = stored(services, found.id)
        assert agreed.status is Status.WAITING
        assert agreed.consent_version == declaration.CONSENT_VERSION
        assert agreed.confirmed_at == services.now()
        assert agreed.answers == made.application().answers
        assert (agreed.entered_by, agreed.received_at) == (COORDINATORS, found.received_at)
        assert [each.answers for each in agreed.versions] == [found.answers]
        assert "Waiting for a match" in text(get(laptop, link).text)
        assert kinds(mail(laptop)[before:]) == {"changed", "corrected"}
        assert addresses(desk, status="waiting") == [ROBIN]
        shown = text(page(desk, page_of(found)))
        assert "They have not agreed yet" not in shown
        assert f"entered by {COORDINATORS}" in shown

    def test_not_without_agreeing(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Without the tick nothing is stored, and to confirm the address is no agreement.
        """
        found = entered(desk, services, add(desk))
        link = link_of(laptop, ROBIN)
        answer = post(laptop, f"{link}/correct", people.mentee(consent=[]))
        assert answer.status == 422
        assert stored(services, found.id) == found
        post(laptop, f"{link}/confirm")
        assert stored(services, found.id).status is Status.INVITED

    def test_from_another_address(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Whoever gives another address with it waits once that address is proved.
        """
        found = entered(desk, services, add(desk))
        link = link_of(laptop, ROBIN)
        moved(laptop, link, "robin@new.example")
        agreed = stored(services, found.id)
        assert (agreed.status, agreed.address) == (Status.WAITING, "robin@new.example")
        assert agreed.consent_version == declaration.CONSENT_VERSION

    def test_by_applying_themselves(
        self, laptop: Laptop, desk: Coordinator, services: Services
    ) -> None:
        """
        Whoever fills in the public form instead is asked whether it was them, and then waits.
        """
        found = entered(desk, services, add(desk))
        waits = apply(laptop, people.mentee()).headers["location"].rpartition("/")[2]
        link = link_of(laptop, ROBIN)
        assert "Other answers were sent. By you?" in text(get(laptop, link).text)
        post(laptop, f"{link}/take-up", {"change": [waits]})
        agreed = stored(services, found.id)
        assert agreed.status is Status.WAITING
        assert agreed.consent_version == declaration.CONSENT_VERSION

    def test_or_to_be_forgotten(self, laptop: Laptop, desk: Coordinator) -> None:
        """
        Who did not ask to be entered has all of it deleted by the same link, at once.
        """
        add(desk)
        post(laptop, f"{link_of(laptop, ROBIN)}/forget")
        mail(laptop)
        assert applications() == 0
        assert ROBIN not in str(tables.everything())
