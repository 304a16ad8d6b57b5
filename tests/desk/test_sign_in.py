"""The door of the desk: who is mailed a way in, what it opens, and for how long."""

import html
from dataclasses import replace
from datetime import date, timedelta

import pytest

from infra.laptop import COORDINATORS, Laptop
from mentorship.change import Change
from mentorship.desk import sign_in as sign_in_page
from mentorship.problems import TooManyAsks
from mentorship.program.arrangements import Coordinator as Named
from mentorship.program.audit import Action
from mentorship.program.sign_in import hash_secret
from mentorship.services import Services
from mentorship.store.store import Store
from tests import people, tables
from tests.clock import Clock
from tests.coordinator import WAY_IN, Coordinator, sign_in
from tests.own import get, mail, post

CONTACT = "admin@wsrs.org"


# As much as the page of tonight's matches has in its address.
TICKED = "&".join(["lock=7K2M-0001.9QXD-0001"] * 235)


def ask(laptop: Laptop, address: str = COORDINATORS, **given: str) -> None:
    """Have a way in mailed."""
    sent = {"email": [address], **{name: [text] for name, text in given.items()}}
    assert post(laptop, "/desk/sign-in", sent).status == 200


def ways_in(laptop: Laptop, address: str = COORDINATORS) -> list[str]:
    """Return the links that an address was mailed, the oldest first."""
    emails = [each for each in mail(laptop) if each.header("To") == address]
    return [link for each in emails for link in WAY_IN.findall(each.part("plain"))]


def arrange(services: Services, *named: Named) -> None:
    """Have other coordinators from now on."""
    arrangements = services.arrangements()
    services.store.commit(Change(puts=(arrangements.with_changes(coordinators=named),)))


class TestAsking:
    def test_a_coordinator_is_mailed_a_link(self, laptop: Laptop) -> None:
        """
        The link comes to the address, and the page says no more than that one may be on its way.
        """
        ask(laptop)
        assert len(ways_in(laptop)) == 1

    def test_nobody_else_is(self, laptop: Laptop) -> None:
        """
        An address that is no coordinator's gets the same page and no email.
        """
        answers = [
            post(laptop, "/desk/sign-in", {"email": [address]})
            for address in (COORDINATORS, "nobody@example.org")
        ]
        assert answers[0] == answers[1]
        assert [email.header("To") for email in mail(laptop)] == [COORDINATORS]

    def test_the_contact_always_is(self, laptop: Laptop, services: Services) -> None:
        """
        Whoever has left, the contact address still gets in.
        """
        arrange(services)
        ask(laptop, CONTACT)
        ask(laptop, COORDINATORS)
        assert len(ways_in(laptop, CONTACT)) == 1
        assert ways_in(laptop) == []

    def test_once_in_some_minutes(self, laptop: Laptop, clock: Clock) -> None:
        """
        Whoever presses again and again gets an email every five minutes, as does a coordinator whom
        somebody else wants mailed.
        """
        for _ in range(15):
            ask(laptop)
            mail(laptop)
            clock.forward(minutes=1)
        assert len(ways_in(laptop)) == 3

    def test_at_once_where_it_was_used(self, laptop: Laptop) -> None:
        """
        Whoever has signed in and out may ask for the next link in the same minute.
        """
        sign_in(laptop).post("/desk/sign-out")
        assert sign_in(laptop).get("/desk").status == 200

    def test_two_of_one_network_at_once(
        self, laptop: Laptop, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Whoever is overtaken by somebody behind the same address has a link mailed all the same.
        """
        commit, calls = Store.commit, list[Change]()

        def overtaken(store: Store, change: Change) -> None:
            calls.append(change)
            if len(calls) == 1:
                ask(laptop, CONTACT)
            commit(store, change)

        monkeypatch.setattr(Store, "commit", overtaken)
        ask(laptop)
        assert (len(ways_in(laptop)), len(ways_in(laptop, CONTACT))) == (1, 1)

    def test_whoever_called_it_unwanted_still_gets_in(self, laptop: Laptop, clock: Clock) -> None:
        """
        A wrong button in a mailbox, or an address that refused mail for a while, locks nobody out.
        """
        for kind in ("Complaint", "Bounce"):
            ask(laptop, CONTACT)
            newest = next(each for each in reversed(mail(laptop)) if each.header("To") == CONTACT)
            laptop.returned(newest, kind)
            clock.forward(minutes=5)
        ask(laptop, CONTACT)
        assert len(ways_in(laptop, CONTACT)) == 3

    def test_a_client_asks_a_number_of_times_a_day(self, laptop: Laptop, clock: Clock) -> None:
        """
        Beyond that nothing is mailed, and the page says so for any address.
        """
        for _ in range(sign_in_page.MAX_ASKS):
            ask(laptop)
            mail(laptop)
            clock.forward(minutes=5)
        told = [
            post(laptop, "/desk/sign-in", {"email": [address]})
            for address in (COORDINATORS, "nobody@example.org")
        ]
        mail(laptop)
        assert [each.status for each in told] == [TooManyAsks.status] * 2
        assert told[0].text == told[1].text
        assert "No email was sent" in told[0].text
        assert len(ways_in(laptop)) == sign_in_page.MAX_ASKS

    @pytest.mark.parametrize("given", ["", "robin", "a@b, c@d.org"])
    def test_what_is_no_address(self, laptop: Laptop, given: str) -> None:
        """
        A slip comes back with a word on what to do.
        """
        answer = post(laptop, "/desk/sign-in", {"email": [given]})
        assert answer.status == 422
        assert 'class="error"' in answer.text

    def test_the_letter_holds_no_address(self, laptop: Laptop) -> None:
        """
        A letter names the coordinator by a keyed hash.
        """
        ask(laptop)
        stored = str(tables.items("LettersTable")) + str(tables.items("ProgramTable"))
        assert COORDINATORS not in stored


class TestTheLink:
    def test_looking_at_it_spends_nothing(self, laptop: Laptop) -> None:
        """
        A scanner of mail may open it as often as it likes.
        """
        ask(laptop)
        (link,) = ways_in(laptop)
        before = tables.everything()
        for _ in range(3):
            answer = get(laptop, link)
            assert answer.status == 200
            assert COORDINATORS in answer.text
        assert tables.everything() == before

    def test_lets_in_once(self, laptop: Laptop) -> None:
        """
        The button signs in; the same link then lets nobody in.
        """
        ask(laptop)
        (link,) = ways_in(laptop)
        stranger = Coordinator(laptop, "")
        first = stranger.post(link)
        assert (first.status, first.headers["location"]) == (303, "/desk")
        for answer in (stranger.post(link), get(laptop, link)):
            assert answer.status == 410
            assert "set-cookie" not in answer.headers
            assert "Email me a link" in answer.text

    def test_lets_in_for_a_quarter_of_an_hour(self, laptop: Laptop, clock: Clock) -> None:
        """
        A link that lay about in a mailbox lets nobody in.
        """
        ask(laptop)
        (link,) = ways_in(laptop)
        clock.forward(minutes=14, seconds=59)
        assert get(laptop, link).status == 200
        clock.forward(seconds=2)
        assert Coordinator(laptop, "").post(link).status == 410

    def test_lets_nobody_in_who_left_meanwhile(self, laptop: Laptop, services: Services) -> None:
        """
        The list is asked when the link is used.
        """
        ask(laptop)
        (link,) = ways_in(laptop)
        arrange(services)
        assert Coordinator(laptop, "").post(link).status == 410

    def test_is_not_sent_once_it_is_over(self, laptop: Laptop, clock: Clock) -> None:
        """
        A letter that waited too long is dropped, for its link would let nobody in.
        """
        ask(laptop)
        clock.forward(minutes=16)
        laptop.tick()
        assert ways_in(laptop) == []

    @pytest.mark.parametrize("origin", ["https://example.net", "null", ""])
    def test_is_pressed_on_its_own_page_only(self, laptop: Laptop, origin: str) -> None:
        """
        No other site's page can sign somebody in.
        """
        ask(laptop)
        (link,) = ways_in(laptop)
        assert Coordinator(laptop, "").post(link, origin=origin).status == 400
        assert get(laptop, link).status == 200

    @pytest.mark.parametrize(
        ("after", "leads"),
        [
            ("/desk/handover", "/desk/handover"),
            ("/desk/applications/00000001abcdefghjkmn", "/desk/applications/00000001abcdefghjkmn"),
            (
                "/desk/applications?role=mentee&status=quarantined",
                "/desk/applications?role=mentee&status=quarantined",
            ),
            (f"/desk/matches/tonight?{TICKED}", f"/desk/matches/tonight?{TICKED}"),
            (f"/desk?x={'x' * 7000}", "/desk"),
            ("/desk?x=<b>", "/desk"),
            ("/desk?x=\r\nset-cookie:y", "/desk"),
            ("https://example.net/", "/desk"),
            ("//example.net/desk", "/desk"),
            ("/desk/../mine", "/desk"),
            ("/desk/x\nlocation: y", "/desk"),
            ("/apply/mentee/", "/desk"),
        ],
    )
    def test_leads_to_a_page_of_the_desk(self, laptop: Laptop, after: str, leads: str) -> None:
        """
        Whoever followed a link of an email lands there, and never anywhere else.
        """
        ask(laptop, after=after)
        (link,) = ways_in(laptop)
        assert Coordinator(laptop, "").post(link).headers["location"] == leads


class TestTheSession:
    def test_cookie_is_for_this_host_only(self, laptop: Laptop) -> None:
        """
        No script, no other site, no plain HTTP and no other host has the cookie.
        """
        ask(laptop)
        (link,) = ways_in(laptop)
        name, *rest = Coordinator(laptop, "").post(link).headers["set-cookie"].split("; ")
        assert name.startswith("__Host-desk=")
        assert len(name) > 50
        assert set(rest) == {"Path=/", "Max-Age=28800", "Secure", "HttpOnly", "SameSite=Lax"}

    def test_is_stored_as_a_hash(self, laptop: Laptop) -> None:
        """
        Whoever reads the table cannot sign in by it.
        """
        desk = sign_in(laptop)
        secret = desk.cookie.partition("=")[2]
        stored = str(tables.items("ProgramTable"))
        assert secret not in stored
        assert hash_secret(secret) in stored

    def test_lasts_eight_hours(self, laptop: Laptop, clock: Clock) -> None:
        """
        However busy, it ends.
        """
        desk = sign_in(laptop)
        clock.forward(hours=7, minutes=59)
        assert desk.get("/desk").status == 200
        clock.forward(minutes=2)
        assert desk.get("/desk").status == 401

    def test_ends_with_signing_out(self, laptop: Laptop) -> None:
        """
        The cookie is taken away, and whoever kept it has nothing.
        """
        desk = sign_in(laptop)
        answer = desk.post("/desk/sign-out")
        assert (answer.status, answer.headers["location"]) == (303, "/desk?left=yes")
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert desk.get("/desk").status == 401
        assert "You are signed out." in desk.get(answer.headers["location"]).text
        assert desk.post("/desk/sign-out").status == 303

    def test_ends_with_the_list(self, laptop: Laptop, services: Services) -> None:
        """
        The list is asked at each request: whoever is taken off it is out with the next click.
        """
        desk = sign_in(laptop)
        arrange(services, Named(address="other@example.org", until=date(2027, 8, 31)))
        assert desk.get("/desk").status == 401

    def test_ends_after_the_last_day(
        self, laptop: Laptop, services: Services, clock: Clock
    ) -> None:
        """
        Through the last day, in the program's own zone, and no longer.
        """
        arrange(services, Named(address=COORDINATORS, until=date(2026, 10, 6)))
        desk = sign_in(laptop)
        clock.forward(hours=6, minutes=29)  # 11:59 p.m. in Seattle.
        assert desk.get("/desk").status == 200
        clock.forward(minutes=2)
        assert desk.get("/desk").status == 401

    def test_another_letter_case_is_the_same_address(self, laptop: Laptop) -> None:
        """
        Whoever types the address in capitals is known.
        """
        ask(laptop, COORDINATORS.upper())
        assert len(ways_in(laptop)) == 1

    @pytest.mark.parametrize("typed", [" {} ", "{}\u200b", "\ufeff{}"])
    def test_what_was_copied_along_is_left_out(self, laptop: Laptop, typed: str) -> None:
        """
        Blanks and signs that cannot be seen keep nobody out.
        """
        ask(laptop, typed.format(COORDINATORS))
        assert len(ways_in(laptop)) == 1

    def test_is_recorded(self, laptop: Laptop, services: Services, clock: Clock) -> None:
        """
        Who came and went, and when, can be read.
        """
        desk = sign_in(laptop)
        clock.forward(minutes=20)
        desk.post("/desk/sign-out")
        found = [(each.action, each.by, each.at) for each in services.store.queries.audit_log()]
        assert found == [
            (Action.SIGNED_OUT, COORDINATORS, clock.time),
            (Action.SIGNED_IN, COORDINATORS, clock.time - timedelta(minutes=20)),
        ]

    def test_two_at_once_let_in_one(self, laptop: Laptop, services: Services) -> None:
        """
        Of two who press the button at once, one is in.
        """
        ask(laptop)
        (link,) = ways_in(laptop)
        sign_in_link = services.store.sign_in_link(
            services.links.read_sign_in_token(link.rpartition("/")[2]), now=services.now()
        )
        assert sign_in_link
        services.store.commit(Change(puts=(replace(sign_in_link, revision=2),)))
        services.store.commit(Change(deletes=(replace(sign_in_link, revision=2),)))
        assert Coordinator(laptop, "").post(link).status == 410


class TestPages:
    def test_whoever_is_not_signed_in_is_led_to_the_door(self, laptop: Laptop) -> None:
        """
        A page of the desk shows where to sign in, and comes back to itself afterwards.
        """
        answer = get(laptop, "/desk/settings")
        assert answer.status == 401
        assert 'name="after" value="/desk/settings"' in answer.text
        assert answer.headers["www-authenticate"] == "Link"

    def test_the_page_comes_back_as_it_was(self, laptop: Laptop) -> None:
        """
        Whatever was ticked is there again, but neither empty fields nor what was just done.
        """
        page = "/desk/matches/tonight"
        for sent, kept in (
            (f"why=&{TICKED}&why=", f"?{TICKED}"),
            ("lock=7K2M-0001.9QXD-0001&done=answered", "?lock=7K2M-0001.9QXD-0001"),
            ("why=&done=answered", ""),
        ):
            found = get(laptop, f"{page}?{sent}").text
            after = html.unescape(found.partition('name="after" value="')[2].partition('"')[0])
            assert after == page + kept

    def test_a_way_in_that_was_used_leads_on(self, laptop: Laptop) -> None:
        """
        Whoever is signed in, and opens the same email once more, is at the desk.
        """
        ask(laptop)
        (link,) = ways_in(laptop)
        cookie = Coordinator(laptop, "").post(link).headers["set-cookie"].partition(";")[0]
        answer = Coordinator(laptop, cookie).get(link)
        assert (answer.status, answer.headers["location"]) == (303, "/desk")

    def test_what_is_gone_is_told_at_the_desk(self, laptop: Laptop) -> None:
        """
        A page of somebody who was forgotten has the desk's menu.
        """
        answer = sign_in(laptop).get(f"/desk/applications/{'0' * 20}")
        assert answer.status == 404
        assert "Whatever was here is not any more" in answer.text
        assert 'href="/desk/settings"' in answer.text

    def test_a_program_is_told_in_json(self, laptop: Laptop) -> None:
        """
        A caller that reads JSON gets the problem.
        """
        answer = laptop.call("GET", "/desk", headers={"accept": "application/json"})
        assert answer.status == 401
        assert answer.json["title"] == "Sign in to the desk"

    @pytest.mark.parametrize("path", ["/desk", "/desk/", "/desk/settings"])
    def test_pages_are_not_kept(self, laptop: Laptop, path: str) -> None:
        """
        No browser keeps a page of the desk, and its forms tell where they come from.
        """
        headers = sign_in(laptop).get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"

    def test_a_form_that_is_too_large(self, laptop: Laptop) -> None:
        """
        What no address can be is refused before it is read.
        """
        answer = laptop.call(
            "POST",
            "/desk/sign-in",
            headers={"content-type": people.FORM, "accept": "text/html"},
            body=b"email=" + b"x" * 70_000,
        )
        assert answer.status == 413
