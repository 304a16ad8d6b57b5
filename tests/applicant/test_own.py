"""The applicant's own page: GET shows, POST acts, and no link opens more than it should."""

import json
from typing import Any

import pytest

from infra.edge import Answer
from infra.laptop import COORDINATORS, Laptop
from mentorship.applicant import link_holder, links
from mentorship.applications.application import Application
from mentorship.applications.owner import MAX_ADDRESS_TRIES
from mentorship.applications.status import Status
from mentorship.handlers import own
from mentorship.problems import Busy, TooManyAsks
from mentorship.services import TRIES, Services
from mentorship.store.refusals import TAKEN
from mentorship.web.links import OWN
from tests import people, tables
from tests.clock import Clock
from tests.faults import TRANSACT, always, canceled, first, tapped
from tests.keys import forged
from tests.own import get, link_of, mail, moved, nothing_changes, post
from tests.people import apply

ROBIN, NEW, THIRD = "robin@example.org", "robin@new.example", "robin@third.example"
ID = "00000001abcdefghjkmn"
ACTS = (
    "confirm", "correct", "take-up", "discard", "strike", "put-back", "stay", "withdraw", "forget",
)  # fmt: skip
PAGES = ("", "/correct", "/stay", "/withdraw", "/forget")


@pytest.fixture
def mine(laptop: Laptop) -> str:
    """The path of Robin's page, out of the receipt."""
    assert apply(laptop, people.mentee()).status == 303
    return link_of(laptop, ROBIN)


def stored(services: Services, application_id: str = ID) -> Application:
    """Return an application."""
    found = services.store.application(application_id, now=services.now())
    assert found is not None
    return found


def sent(laptop: Laptop, before: int) -> list[tuple[str, str]]:
    """Return to whom emails went since there were so many, and their subjects."""
    return [(each.header("To"), each.header("Subject")) for each in mail(laptop)[before:]]


class TestShown:
    def test_everything_that_is_stored(self, laptop: Laptop, mine: str) -> None:
        """
        The owner sees each answer, the private note too, and it is kept by no cache.
        """
        page = get(laptop, mine)
        assert page.status == 200
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        for words in ("Robin Example", "0000-0001", "Sam Example", "(206) 555-0100", "Seattle"):
            assert words in page.text

    def test_looking_changes_nothing(self, laptop: Laptop, mine: str) -> None:
        """
        Scanners of mail open every link, and may ask for each page and for the head of each.
        """
        apply(laptop, people.mentee(goal="A stranger's."))
        link_of(laptop, ROBIN)
        with nothing_changes(laptop):
            for method in ("GET", "HEAD"):
                for page in PAGES:
                    assert laptop.call(method, mine + page).status == 200
                for act in ("confirm", "take-up", "discard"):
                    assert laptop.call(method, f"{mine}/{act}").status == 405
            for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
                assert laptop.call(method, mine).status == 405

    def test_form_comes_filled_in(self, laptop: Laptop, mine: str, services: Services) -> None:
        """
        What the form shows is what is stored: sent as it is, it changes nothing.
        """
        page = get(laptop, f"{mine}/correct").text
        assert 'value="Robin Example"' in page
        assert f'action="{mine}/correct"' in page
        form = services.renderer.forms[stored(services).role]
        given = form.given(stored(services).answers)
        with nothing_changes(laptop):
            answer = post(laptop, f"{mine}/correct", given)
        assert answer.status == 303


class TestConfirmed:
    def test_once(self, laptop: Laptop, mine: str, services: Services, clock: Clock) -> None:
        """
        One press notes that the address is theirs, leads back to the page, and mails nobody.
        """
        clock.forward(hours=1)
        before = len(mail(laptop))
        answer = post(laptop, f"{mine}/confirm")
        assert answer.status == 303
        assert stored(services).confirmed_at == clock()
        # A link is not renewed by being used.
        assert answer.headers["location"] == f"{mine}?done=confirmed"
        clock.forward(hours=1)
        with nothing_changes(laptop):
            assert post(laptop, f"{mine}/confirm").status == 303
        assert len(mail(laptop)) == before


class TestDone:
    """After each act, the page says what was done, in words that are no one's."""

    @pytest.mark.parametrize(
        ("act", "given", "name"),
        [
            ("confirm", {}, "confirmed"),
            ("correct", people.mentee(city="Tacoma"), "corrected"),
            ("correct", people.mentee(email=NEW), "new-address"),
            ("strike", {"question": ["topics"]}, "taken-out"),
            ("put-back", {"question": ["topics"]}, "put-back"),
            ("withdraw", {}, "withdrawn"),
        ],
    )
    def test_it_is_said(
        self, laptop: Laptop, mine: str, act: str, given: people.Given, name: str
    ) -> None:
        """
        It is said once, with the role of a status; the address has a code and nothing of a person.
        """
        location = post(laptop, f"{mine}/{act}", given).headers["location"]
        path, _, code = location.partition("?done=")
        assert (path, code.partition("#")[0]) == (mine, name)
        said = f'<p class="done" role="status">{link_holder.DONE[name].words}</p>'
        assert get(laptop, location.partition("#")[0]).text.count(said) == 1
        assert 'role="status"' not in get(laptop, mine).text

    def test_nothing_changed(self, laptop: Laptop, mine: str, services: Services) -> None:
        """
        Whoever sends the answers that we have is told that nothing changed.
        """
        given = services.renderer.forms[stored(services).role].given(stored(services).answers)
        answer = post(laptop, f"{mine}/correct", given)
        assert answer.headers["location"] == f"{mine}?done=same"

    def test_a_name_that_is_not_known(self, laptop: Laptop, mine: str) -> None:
        """
        Nobody can make the page say something else.
        """
        assert get(laptop, f"{mine}?done=%3Cb%3E").text == get(laptop, mine).text


class TestCorrected:
    def test_answers_hold_and_both_sides_are_told(
        self, laptop: Laptop, mine: str, services: Services
    ) -> None:
        """
        The owner's answers take the place of the earlier ones, which are kept.
        """
        before = len(mail(laptop))
        answer = post(laptop, f"{mine}/correct", people.mentee(city="Tacoma", not_with="Jo"))
        assert answer.status == 303
        assert stored(services).answers["city"] == "Tacoma"
        assert [version.answers["city"] for version in stored(services).versions] == ["Seattle"]
        to_coordinators, to_robin = mail(laptop)[before:]
        assert to_coordinators.header("To") == COORDINATORS
        assert to_coordinators.header("Reply-To") == to_robin.header("To") == ROBIN
        # What changed is shown, but for whom not to match them with.
        words = to_coordinators.part("plain")
        assert "Seattle" in words
        assert "Tacoma" in words
        for email in (to_coordinators, to_robin):
            assert "Jo" not in email.part("plain")
            assert "Sam" not in email.part("plain")
        assert "Tacoma" not in to_robin.part("plain")

    def test_refused_answers_are_kept_on_the_page(self, laptop: Laptop, mine: str) -> None:
        """
        What cannot be taken is named, all that was typed stands there still, nothing is stored.
        """
        with nothing_changes(laptop):
            answer = post(laptop, f"{mine}/correct", people.mentee(email="robin", city="Tacoma"))
        assert answer.status == 422
        assert "<title>Error: Correct your answers" in answer.text
        assert 'value="Tacoma"' in answer.text
        assert "Enter one email address" in answer.text
        assert f'action="{mine}/correct"' in answer.text

    def test_as_json(self, laptop: Laptop, mine: str, services: Services) -> None:
        """
        A program is told where the page is, or what is wrong with which answer.
        """

        def send(**changes: Any) -> Answer:
            members = {
                name: texts if len(texts) > 1 else texts[0]
                for name, texts in people.mentee().items()
            }
            return laptop.call(
                "POST",
                f"{mine}/correct",
                headers={"content-type": "application/json", "accept": "application/json"},
                body=json.dumps({**members, **changes}).encode(),
            )

        with nothing_changes(laptop):
            refused = send(topics=[])
        assert (refused.status, refused.headers["content-type"]) == (
            422, "application/problem+json",
        )  # fmt: skip
        assert [each["pointer"] for each in refused.json["errors"]] == ["#/topics"]
        taken = send(city="Tacoma")
        assert taken.status == 200
        assert laptop.call("GET", taken.json["location"]).status == 200
        assert stored(services).answers["city"] == "Tacoma"

    def test_not_after_a_withdrawal(self, laptop: Laptop, mine: str) -> None:
        """
        What was withdrawn cannot be changed by a page that was left open.
        """
        post(laptop, f"{mine}/withdraw")
        with nothing_changes(laptop):
            answer = post(laptop, f"{mine}/correct", people.mentee(city="Tacoma"))
        assert answer.status == 409
        assert "This application is closed" in answer.text


class TestMoved:
    @pytest.fixture
    def proof(self, laptop: Laptop, mine: str) -> str:
        """The path in the email to the new address."""
        before = len(mail(laptop))
        given = people.mentee(email=NEW, city="Tacoma")
        assert post(laptop, f"{mine}/correct", given).status == 303
        assert [to for to, _ in sent(laptop, before)] == [NEW]
        return link_of(laptop, NEW)

    def test_nothing_holds_until_it_is_proved(
        self, laptop: Laptop, mine: str, proof: str, services: Services
    ) -> None:
        """
        The link to a new address shows no answer, and can do two things only.
        """
        page = get(laptop, proof).text
        assert NEW in page
        for words in ("Robin Example", "Sam Example", "Tacoma", ROBIN):
            assert words not in page
        change = {"change": ["00000002abcdefghjkmn"]}
        with nothing_changes(laptop):
            for path in ("/correct", "/withdraw", "/forget"):
                assert get(laptop, proof + path).status == 404
                assert post(laptop, proof + path, people.mentee(city="Yakima")).status == 404
            assert post(laptop, f"{proof}/confirm").status == 404
            assert post(laptop, f"{proof}/take-up", {"change": [ID]}).status == 404
            # Nor does the link to the earlier address prove the new one.
            assert post(laptop, f"{mine}/take-up", change).status == 404
        assert stored(services).address == ROBIN
        assert get(laptop, mine).status == 200

    def test_proved(
        self, laptop: Laptop, mine: str, proof: str, services: Services, clock: Clock
    ) -> None:
        """
        Once proved, mail and links go to the new address, and the earlier links open nothing.
        """
        before = len(mail(laptop))
        clock.forward(days=1)
        answer = post(laptop, f"{proof}/take-up", {"change": ["00000002abcdefghjkmn"]})
        assert answer.status == 303
        moved = stored(services)
        assert (moved.address, moved.answers["city"], moved.address_version) == (NEW, "Tacoma", 2)
        # Whoever reads mail at the earlier address is told, and gets no link.
        assert sorted(to for to, _ in sent(laptop, before)) == [COORDINATORS, ROBIN, NEW]
        (told,) = (email for email in mail(laptop)[before:] if email.header("To") == ROBIN)
        assert told.header("Subject") == "Another address was confirmed: 0000-0001"
        for words in ("/mine/", NEW, "Tacoma"):
            assert words not in told.part("plain")
        assert get(laptop, mine).status == 410
        # The link that proved it leads to the page from then on.
        page = answer.headers["location"].partition("?")[0]
        assert get(laptop, proof).headers["location"] == page
        assert get(laptop, answer.headers["location"]).status == 200
        with nothing_changes(laptop):
            again = post(laptop, f"{proof}/take-up", {"change": ["00000002abcdefghjkmn"]})
        assert again.headers["location"] == answer.headers["location"]
        # Whoever applies at the earlier address is somebody new there.
        assert apply(laptop, people.mentee()).headers["location"].endswith("0004abcdefghjkmn")

    def test_moved_on(self, laptop: Laptop, mine: str, proof: str, clock: Clock) -> None:
        """
        When an application has moved on, no link that was mailed to any earlier address opens it.
        """
        change = {"change": ["00000002abcdefghjkmn"]}
        second = post(laptop, f"{proof}/take-up", change).headers["location"].partition("?")[0]
        clock.forward(minutes=1)
        third = moved(laptop, second, THIRD)
        with nothing_changes(laptop):
            for link in (mine, proof, second):
                assert get(laptop, link).status == 410
                for act in ACTS:
                    answer = post(laptop, f"{link}/{act}", change)
                    assert answer.status == 410
                    assert "location" not in answer.headers
        assert THIRD in get(laptop, third).text

    def test_not_mine(self, laptop: Laptop, mine: str, proof: str) -> None:
        """
        Whoever reads mail at an address that is not theirs throws it away, and all is as before.
        """
        change = {"change": ["00000002abcdefghjkmn"]}
        answer = post(laptop, f"{proof}/discard", change)
        assert (answer.status, answer.headers["location"]) == (303, "/")
        assert get(laptop, proof).status == 410
        assert NEW not in str(tables.items("ApplicationsTable"))
        assert get(laptop, mine).status == 200

    def test_owner_thinks_better_of_it(self, laptop: Laptop, mine: str, proof: str) -> None:
        """
        The owner may take a new address back as long as it is not proved.
        """
        assert NEW in get(laptop, mine).text
        answer = post(laptop, f"{mine}/discard", {"change": ["00000002abcdefghjkmn"]})
        assert answer.status == 303
        assert NEW not in get(laptop, answer.headers["location"]).text
        assert get(laptop, proof).status == 410

    def test_one_at_a_time_and_for_a_week(
        self, laptop: Laptop, mine: str, proof: str, clock: Clock
    ) -> None:
        """
        A second new address has the link to the first prove nothing; the second works for a week.
        """
        post(laptop, f"{mine}/correct", people.mentee(email=THIRD))
        second = link_of(laptop, THIRD)
        with nothing_changes(laptop):
            change = {"change": ["00000002abcdefghjkmn"]}
            for link in (proof, f"{proof}/take-up", f"{proof}/discard"):
                answer = get(laptop, link) if link == proof else post(laptop, link, change)
                assert answer.status == 410
            assert NEW not in get(laptop, mine).text
            clock.time += link_holder.PROOF_LIVES
            assert get(laptop, second).status == 200
            clock.forward(seconds=1)
            assert get(laptop, second).status == 410
            change = {"change": ["00000003abcdefghjkmn"]}
            assert post(laptop, f"{second}/take-up", change).status == 410

    def test_nobody_is_asked_too_often(self, laptop: Laptop, mine: str, clock: Clock) -> None:
        """
        An address that is given again and again is written to three times a day at most.
        """
        for number in range(MAX_ADDRESS_TRIES):
            given = people.mentee(email=NEW, city=f"City {number}")
            assert post(laptop, f"{mine}/correct", given).status == 303
        before = len(mail(laptop))
        with nothing_changes(laptop):
            answer = post(laptop, f"{mine}/correct", people.mentee(email=NEW, city="One more"))
        assert answer.status == 409
        assert "That is one change too many" in answer.text
        clock.forward(days=1)
        post(laptop, f"{mine}/correct", people.mentee(email=NEW, city="One more"))
        assert [to for to, _ in sent(laptop, before)] == [NEW]

    def test_not_over_another_application(self, laptop: Laptop, mine: str, proof: str) -> None:
        """
        Where the new address has an application of its own, both stay, and it is said why.
        """
        apply(laptop, people.mentee(email=NEW))
        with nothing_changes(laptop):
            answer = post(laptop, f"{proof}/take-up", {"change": ["00000002abcdefghjkmn"]})
        assert answer.status == 409
        assert "0000-0003" in answer.text


class TestWaiting:
    @pytest.fixture
    def change(self, laptop: Laptop, mine: str) -> people.Given:
        """What somebody sent for Robin's address, as a button names it."""
        answer = apply(laptop, people.mentee(city="Tacoma"))
        return {"change": [answer.headers["location"].rpartition("/")[2]]}

    def test_taken_up(
        self, laptop: Laptop, mine: str, change: people.Given, services: Services
    ) -> None:
        """
        The owner is shown both answers and takes the other ones; to press twice is to press once.
        """
        page = get(laptop, mine).text
        assert "Seattle" in page
        assert "Tacoma" in page
        assert post(laptop, f"{mine}/take-up", change).status == 303
        assert stored(services).answers["city"] == "Tacoma"
        assert stored(services, change["change"][0]).status is Status.MERGED
        with nothing_changes(laptop):
            for act in ("take-up", "discard"):
                assert post(laptop, f"{mine}/{act}", change).status == 303

    def test_discarded(
        self, laptop: Laptop, mine: str, change: people.Given, services: Services
    ) -> None:
        """
        What the owner did not send is emptied, and mails nobody; its sender's receipt stays.
        """
        before = len(mail(laptop))
        answer = post(laptop, f"{mine}/discard", change)
        assert answer.headers["location"] == f"{mine}?done=discarded"
        assert "Tacoma" not in str(tables.everything())
        assert get(laptop, f"/applications/{change['change'][0]}").status == 200
        with nothing_changes(laptop):
            for act in ("take-up", "discard"):
                assert post(laptop, f"{mine}/{act}", change).status == 303
        assert stored(services).answers["city"] == "Seattle"
        assert len(mail(laptop)) == before

    def test_only_what_waits_beside_it(self, laptop: Laptop, mine: str) -> None:
        """
        A button names what waits beside one's own application; anything else is not there.
        """
        kim = apply(laptop, people.mentor()).headers["location"].rpartition("/")[2]
        with nothing_changes(laptop):
            for act in ("take-up", "discard"):
                for named, status in (
                    ([kim], 404), ([ID], 404), (["0" * 20], 404),
                    ([], 400), (["x"], 400), ([kim, ID], 400),
                ):  # fmt: skip
                    assert post(laptop, f"{mine}/{act}", {"change": named}).status == status


class TestWithdrawn:
    def test_off_the_list_and_welcome_back(
        self, laptop: Laptop, mine: str, services: Services
    ) -> None:
        """
        Who withdraws is told so, and so are the coordinators; later they may apply again.
        """
        assert "Withdraw my application" in get(laptop, f"{mine}/withdraw").text
        before = len(mail(laptop))
        answer = post(laptop, f"{mine}/withdraw")
        assert answer.status == 303
        assert stored(services).status is Status.WITHDRAWN
        assert sorted(to for to, _ in sent(laptop, before)) == [COORDINATORS, ROBIN]
        assert "You have withdrawn" in get(laptop, answer.headers["location"]).text
        with nothing_changes(laptop):
            assert post(laptop, f"{mine}/withdraw").status == 303
        again = apply(laptop, people.mentee())
        assert stored(services, again.headers["location"].rpartition("/")[2]).is_open


class TestForgotten:
    def test_nothing_is_left(self, laptop: Laptop, mine: str, services: Services) -> None:
        """
        All of the address goes: both roles, what waits, what was withdrawn, what was held back.
        """
        apply(laptop, people.mentee(city="Tacoma"))
        apply(laptop, people.mentor(email="ROBIN@example.org"))
        apply(laptop, people.mentee(goal="Buy.", website="x"))
        post(laptop, f"{mine}/withdraw")
        apply(laptop, people.mentee(city="Yakima"))
        apply(laptop, people.mentor())
        page = get(laptop, f"{mine}/forget").text
        before = len(mail(laptop))
        answer = post(laptop, f"{mine}/forget")

        assert answer.status == 200
        for reference in ("0000-0001", "0000-0002", "0000-0003", "0000-0004", "0000-0006"):
            assert reference in page
            assert reference in answer.text
        (kim,) = tables.items("ApplicationsTable")
        assert kim["answers"]["M"]["email"]["S"] == "kim@example.com"
        for words in ("robin", "Robin", "Tacoma", "Yakima", "Buy."):
            assert words not in str(tables.everything())
        # The coordinators are asked to delete what they were sent, by its reference only.
        emails = mail(laptop)[before:]
        # The contact address can export, too, and is asked to delete as coordinators are.
        assert {email.header("To") for email in emails} == {
            f"{COORDINATORS}, {services.program.contact}"
        }
        told = " ".join(email.part("plain") for email in emails)
        assert [n for n in range(1, 7) if f"0000-000{n}" in told] == [1, 3, 6]
        assert "obin" not in told
        assert get(laptop, mine).status == 404

    def test_may_apply_again(self, laptop: Laptop, mine: str) -> None:
        """
        Who was forgotten is nobody known, and is taken as anybody is.
        """
        post(laptop, f"{mine}/forget")
        assert apply(laptop, people.mentee()).status == 303
        assert get(laptop, link_of(laptop, ROBIN)).status == 200


class TestPreview:
    @staticmethod
    def letter(page: str) -> str:
        """Return what the page says that a proposed match would read."""
        return page.partition('<div class="letter">')[2].partition("</div>")[0]

    def test_what_a_proposed_match_would_read(self, laptop: Laptop, mine: str) -> None:
        """
        The owner reads what may be shown before their name, with no name, program or address.
        """
        letter = self.letter(get(laptop, mine).text)
        for words in ("Resident", "Breast imaging; Neuroradiology", "First job", "Video; Phone"):
            assert words in letter
        for words in ("Robin", ROBIN, "Example Hospital", "Seattle", "PGY-4", "555", "To leave"):
            assert words not in letter

    def test_a_line_is_taken_out_and_put_back(
        self, laptop: Laptop, services: Services, mine: str
    ) -> None:
        """
        What is taken out is in the letter no more, and is there again once it is put back.
        """
        answer = post(laptop, f"{mine}/strike", {"question": ["topics"]})
        assert (answer.status, answer.headers["location"]) == (
            303,
            f"{mine}?done=taken-out#preview",
        )
        assert stored(services).struck == ("topics",)
        page = get(laptop, mine).text
        assert "First job" not in self.letter(page)
        assert "<s>First job and job search; Board exams</s>" in page
        emails = len(mail(laptop))
        post(laptop, f"{mine}/put-back", {"question": ["topics"]})
        assert stored(services).struck == ()
        assert "First job" in self.letter(get(laptop, mine).text)
        assert len(mail(laptop)) == emails

    def test_pressed_twice(self, laptop: Laptop, mine: str) -> None:
        """
        A button that is pressed again does nothing.
        """
        post(laptop, f"{mine}/strike", {"question": ["topics"]})
        with nothing_changes(laptop):
            assert post(laptop, f"{mine}/strike", {"question": ["topics"]}).status == 303

    @pytest.mark.parametrize("name", ["", "full_name", "not_with", "about", "nothing"])
    @pytest.mark.parametrize("act", ["strike", "put-back"])
    def test_what_is_no_line_of_it(self, laptop: Laptop, mine: str, act: str, name: str) -> None:
        """
        Only a line that could be in the letter can be taken out.
        """
        with nothing_changes(laptop):
            assert post(laptop, f"{mine}/{act}", {"question": [name]}).status == 400

    def test_a_struck_line_stays_struck(
        self, laptop: Laptop, services: Services, mine: str
    ) -> None:
        """
        Correcting the answers does not put a line back.
        """
        post(laptop, f"{mine}/strike", {"question": ["topics"]})
        post(laptop, f"{mine}/correct", people.mentee(topics=["teaching"]))
        assert stored(services).struck == ("topics",)
        assert "Teaching" not in self.letter(get(laptop, mine).text)

    def test_none_of_a_closed_application(self, laptop: Laptop, mine: str) -> None:
        """
        Whoever has withdrawn is proposed to nobody.
        """
        post(laptop, f"{mine}/withdraw")
        assert 'id="preview"' not in get(laptop, mine).text
        with nothing_changes(laptop):
            assert post(laptop, f"{mine}/strike", {"question": ["topics"]}).status == 409

    def test_an_earlier_wording(self, laptop: Laptop, services: Services, mine: str) -> None:
        """
        Whoever agreed to an earlier wording is shown by it, until they agree to the new one.
        """
        post(laptop, f"{mine}/withdraw")
        older = people.mentee(form_version="1", topics=["boards", "family"])
        receipt = apply(laptop, older).headers["location"]
        mine_now = receipt.rpartition("/")[2]
        link = link_of(laptop, ROBIN)
        page = get(laptop, link).text
        assert "Parental leave and family" in self.letter(page)
        assert "Resident" not in self.letter(page)
        assert "You agreed to an earlier wording" in page
        form = get(laptop, f"{link}/correct").text
        assert 'name="consent" value="yes" checked' not in form
        assert 'name="commitment" value="yes" checked' in form
        before = stored(services, mine_now)
        emails = len(mail(laptop))
        given = {**older, "form_version": ["2"]}
        assert post(laptop, f"{link}/correct", given).status == 303
        after = stored(services, mine_now)
        assert (before.consent_version, after.consent_version, after.form_version) == (2, 3, 2)
        assert (after.answers, after.versions) == (before.answers, ())
        assert len(mail(laptop)) == emails
        page = get(laptop, link).text
        assert "Parental leave and family" not in self.letter(page)
        assert "Resident" in self.letter(page)
        assert "You agreed to an earlier wording" not in page


class TestLinksThatOpenNothing:
    def test_on_every_page_and_for_every_act(
        self, laptop: Laptop, mine: str, services: Services, clock: Clock
    ) -> None:
        """
        A link that is forged, of nothing, too old, or of an earlier address shows and does nothing.
        """
        token = mine.removeprefix("/mine/")
        expired = services.links.owner_token(ID, 2)
        clock.time += OWN.lives
        clock.forward(seconds=1)
        fresh = f"/mine/{services.links.owner_token(ID, 1)}"
        link = moved(laptop, fresh, NEW)
        tokens = {
            forged(token): 404,
            forged(link.removeprefix("/mine/")): 404,
            services.links.owner_token("0" * 20, 1): 404,
            services.links.stamp(): 404,
            "%00": 404,
            "x" * 9999: 404,
            expired: 410,
            token: 410,
            fresh.removeprefix("/mine/"): 410,
            services.links.owner_token(ID, 3): 410,
        }
        given = people.mentee(city="Yakima") | {"change": ["00000002abcdefghjkmn"]}
        with nothing_changes(laptop):
            for bad, status in tokens.items():
                for page in PAGES:
                    assert get(laptop, f"/mine/{bad}{page}").status == status
                for act in ACTS:
                    answer = post(laptop, f"/mine/{bad}/{act}", given)
                    assert (answer.status, "location" in answer.headers) == (status, False)
                    # What was just typed may come back; what is stored may not.
                    assert "Seattle" not in answer.text
                    assert NEW not in answer.text
        assert get(laptop, link).status == 200

    def test_every_route_is_tried(self) -> None:
        """
        The lists above have every page and every act of a link.
        """
        path = "/mine/{token}"
        assert {route for route in own.ROUTES if route[1].startswith(path)} == {
            *(("GET", path + page) for page in PAGES),
            *(("POST", f"{path}/{act}") for act in ACTS),
        }

    def test_to_a_program(self, laptop: Laptop, mine: str) -> None:
        """
        A program is told by status and words, and a person is shown how to get a new link.
        """
        bad = forged(mine)
        answer = laptop.call("POST", f"{bad}/confirm", headers={"accept": "application/json"})
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["status"] == 404

    def test_a_new_link_is_offered(self, laptop: Laptop, mine: str, clock: Clock) -> None:
        """
        Who comes too late is shown where to ask for another link.
        """
        clock.time += OWN.lives
        clock.forward(seconds=1)
        page = get(laptop, mine)
        assert page.status == 410
        assert 'action="/links"' in page.text


class TestAskedFor:
    def ask(self, laptop: Laptop, *texts: str) -> Answer:
        """Ask for the links of an address."""
        return post(laptop, "/links", {"email": list(texts)})

    def test_answer_is_the_same_whether_known_or_not(self, laptop: Laptop, mine: str) -> None:
        """
        Byte for byte, and header for header, nobody learns from the answer who has applied.
        """
        known = self.ask(laptop, ROBIN)
        unknown = self.ask(laptop, "nobody@example.org")
        assert known == unknown
        assert known == self.ask(laptop, ROBIN)
        assert known.status == 200

    def test_each_role_has_a_link_of_its_own(
        self, laptop: Laptop, mine: str, clock: Clock, services: Services
    ) -> None:
        """
        One email for each application goes to the address, once a day, whatever its capitals.
        """
        apply(laptop, people.mentor(email=ROBIN))
        clock.forward(hours=1)
        before = len(mail(laptop))
        for address in (ROBIN, " Robin@EXAMPLE.org ", "nobody@example.org"):
            self.ask(laptop, address)
        emails = mail(laptop)[before:]
        assert [email.header("To") for email in emails] == [ROBIN, ROBIN]
        assert "Robin Example" not in emails[0].raw
        link = link_of(laptop, ROBIN)
        assert link != mine
        assert get(laptop, link).status == get(laptop, mine).status == 200
        clock.forward(days=1)
        self.ask(laptop, ROBIN)
        assert len(mail(laptop)) == before + 4

    def test_others_of_the_network_are_counted_meanwhile(self, laptop: Laptop, mine: str) -> None:
        """
        Who asks while another request of the same network counts is mailed even so. If that never
        ends, the page does not say that an email is on its way.
        """
        before = len(mail(laptop))
        overtaken = canceled(TAKEN, "None")
        with tapped() as wire:
            wire.before = first(TRANSACT, overtaken, TRIES - 1)
            assert self.ask(laptop, ROBIN).status == 200
        assert [to for to, _ in sent(laptop, before)] == [ROBIN]

        with tapped() as wire, nothing_changes(laptop):
            wire.before = always(TRANSACT, overtaken)
            told = self.ask(laptop, ROBIN)
        assert told.status == Busy.status
        assert "on its way" not in told.text

    def test_so_often_a_day(self, laptop: Laptop, mine: str, clock: Clock) -> None:
        """
        Who tries one address after the other causes no further email, and the page says so: it is
        the same for an address that has applied and for one that has not.
        """
        for number in range(links.MAX_ASKS):
            self.ask(laptop, f"nobody{number}@example.org")
        with nothing_changes(laptop):
            told = self.ask(laptop, ROBIN)
            assert told == self.ask(laptop, "nobody@example.org")
        assert told.status == TooManyAsks.status
        assert "No email was sent" in told.text
        before = len(mail(laptop))
        clock.forward(days=1)
        self.ask(laptop, ROBIN)
        assert [to for to, _ in sent(laptop, before)] == [ROBIN]

    def test_who_withdrew_may_ask_too_and_what_is_held_back_may_not(
        self, laptop: Laptop, mine: str
    ) -> None:
        """
        A link can be had as long as something is stored; for what a bot sent nobody is mailed.
        """
        post(laptop, f"{mine}/withdraw")
        apply(laptop, people.mentor(email="victim@example.org", website="x"))
        before = len(mail(laptop))
        self.ask(laptop, ROBIN)
        self.ask(laptop, "victim@example.org")
        assert [to for to, _ in sent(laptop, before)] == [ROBIN]

    def test_no_address(self, laptop: Laptop) -> None:
        """
        What is no address is said to be none, and stands in the box again.
        """
        assert 'action="/links"' in get(laptop, "/links").text
        with nothing_changes(laptop):
            for texts in ([], [""], ["robin"], [ROBIN, "kim@example.com"], ['"><script>x']):
                answer = self.ask(laptop, *texts)
                assert answer.status == 422
                assert "<script>x" not in answer.text
        assert 'value="robin"' in self.ask(laptop, "robin").text


class TestAtOnce:
    def test_of_two_at_once_both_hold(self, laptop: Laptop, mine: str, services: Services) -> None:
        """
        Who is overtaken decides anew: a correction at the same moment as another loses neither.
        """
        others: list[int] = []

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not others:
                others.append(0)
                post(laptop, f"{mine}/correct", people.mentee(city="Yakima"))

        with tapped() as wire:
            wire.before = other_comes_first
            answer = post(laptop, f"{mine}/correct", people.mentee(city="Tacoma"))
        assert answer.status == 303
        cities = [version.answers["city"] for version in stored(services).versions]
        assert [*cities, stored(services).answers["city"]] == ["Seattle", "Yakima", "Tacoma"]

    def test_who_is_always_overtaken_is_told(self, laptop: Laptop, mine: str) -> None:
        """
        After some tries the request ends with a page that says what to do.
        """
        busy, count = [False], [0]

        def other_comes_first(call: str, number: int) -> None:
            if call == "TransactWriteItems" and not busy[0]:
                busy[0] = True
                count[0] += 1
                post(laptop, f"{mine}/correct", people.mentee(city=f"City {count[0]}"))
                busy[0] = False

        for act in ("withdraw", "forget"):
            count[0] = 0
            with tapped() as wire:
                wire.before = other_comes_first
                answer = post(laptop, f"{mine}/{act}")
            assert answer.status == Busy.status
            assert count == [TRIES]
        assert get(laptop, mine).status == 200
