"""What DNS has of SPF, DKIM and DMARC is judged rightly, with words for what to do."""

from collections.abc import Callable
from typing import Any

import dns.exception
import dns.resolver
import dns.rrset
import pytest

from infra import mailcheck, stack
from infra.mailcheck import Finding, Look, Sender, Verdict
from infra.stack import Stack
from infra.trouble import Trouble

DOMAIN = "example.org"
NAMES = ("one", "two", "three")
RECORDS = tuple(f"{n}._domainkey.{DOMAIN} CNAME {n}.dkim.amazonses.com" for n in NAMES)
SIGNED = Sender(domain=DOMAIN, records=RECORDS, signed=True)
BY_ADDRESS = Sender(domain=DOMAIN, records=(), signed=False)

Zone = dict[tuple[str, str], list[str]]


def good() -> Zone:
    """Return the records of a domain that is as it should be."""
    zone: Zone = {
        (DOMAIN, "TXT"): ["google-site-verification=x", "v=spf1 include:_spf.example.net ~all"],
        (f"_dmarc.{DOMAIN}", "TXT"): ["v=DMARC1; p=reject; adkim=s"],
    }
    for name in NAMES:
        zone[f"{name}._domainkey.{DOMAIN}", "CNAME"] = [f"{name}.dkim.amazonses.com"]
        zone[f"{name}._domainkey.{DOMAIN}", "TXT"] = ["k=rsa; p=MIGfMA0"]
    return zone


def asks(zone: Zone) -> Look:
    """Return what asks a zone in the place of DNS."""
    return lambda name, kind: zone.get((name, kind), [])


def found(zone: Zone, given: Sender = SIGNED) -> dict[str, Finding]:
    """Return what is found in a zone, by its subject."""
    return {each.subject: each for each in mailcheck.examine(given, asks(zone))}


def test_domain_that_is_as_it_should_be_is_right() -> None:
    """
    All three are found, right, and nothing is to be done.
    """
    findings = found(good())

    assert {each.verdict for each in findings.values()} == {Verdict.RIGHT}
    assert all("Nothing to do" in each.words for each in findings.values())
    assert findings["SPF"].found == ("v=spf1 include:_spf.example.net ~all",)
    assert findings["DKIM"].found == RECORDS
    assert findings["DMARC"].found == ("v=DMARC1; p=reject; adkim=s",)


class TestSpf:
    def test_none_is_right(self) -> None:
        """
        The emails return to Amazon, so the domain's own record is not asked for.
        """
        zone = good()
        zone[DOMAIN, "TXT"] = ["v=spf10 is another thing"]

        assert found(zone)["SPF"].verdict is Verdict.RIGHT
        assert found(zone)["SPF"].found == ()

    def test_two_are_wrong(self) -> None:
        """
        Mailboxes use none of two.
        """
        zone = good()
        zone[DOMAIN, "TXT"] = ["v=spf1 a -all", "V=SPF1 mx -all"]

        assert found(zone)["SPF"].verdict is Verdict.WRONG
        assert "one" in found(zone)["SPF"].words

    @pytest.mark.parametrize("record", ["v=spf1 a +all", "v=spf1 all"])
    def test_one_that_lets_everybody_send_is_wrong(self, record: str) -> None:
        """
        A record that says yes to all says nothing.
        """
        zone = good()
        zone[DOMAIN, "TXT"] = [record]

        assert found(zone)["SPF"].verdict is Verdict.WRONG


class TestDkim:
    def test_missing_record_is_named(self) -> None:
        """
        Whoever looks after the DNS is told which record to add, and what it says.
        """
        zone = good()
        del zone[f"two._domainkey.{DOMAIN}", "CNAME"]
        finding = found(zone)["DKIM"]

        assert finding.verdict is Verdict.WRONG
        assert finding.words == (
            "two._domainkey.example.org is missing; add a CNAME record to two.dkim.amazonses.com"
        )

    def test_record_that_leads_elsewhere_is_named(self) -> None:
        """
        A record of an earlier deployment signs nothing now.
        """
        zone = good()
        zone[f"one._domainkey.{DOMAIN}", "CNAME"] = ["old.dkim.amazonses.com"]
        finding = found(zone)["DKIM"]

        assert finding.verdict is Verdict.WRONG
        assert "one._domainkey.example.org leads elsewhere" in finding.words
        assert "one.dkim.amazonses.com" in finding.words

    def test_domain_that_was_added_twice_is_understood(self) -> None:
        """
        Many DNS providers add the domain to a name by themselves.
        """
        zone = good()
        name = f"three._domainkey.{DOMAIN}"
        zone[f"{name}.{DOMAIN}", "CNAME"] = zone.pop((name, "CNAME"))
        finding = found(zone)["DKIM"]

        assert finding.verdict is Verdict.WRONG
        assert finding.words.endswith("Enter the name as three._domainkey")

    @pytest.mark.parametrize("has", [[], ["k=rsa; p="]])
    def test_record_without_a_key_behind_it_is_wrong(self, has: list[str]) -> None:
        """
        A record that leads to nothing signs nothing.
        """
        zone = good()
        zone[f"one._domainkey.{DOMAIN}", "TXT"] = has

        assert found(zone)["DKIM"].verdict is Verdict.WRONG
        assert "no key" in found(zone)["DKIM"].words

    def test_names_of_records_are_compared_as_dns_does(self) -> None:
        """
        Small and capital letters are the same in DNS.
        """
        zone = good()
        zone[f"one._domainkey.{DOMAIN}", "CNAME"] = ["ONE.dkim.AmazonSES.com"]

        assert found(zone)["DKIM"].verdict is Verdict.RIGHT

    def test_every_fault_is_told_at_once(self) -> None:
        """
        Who asks somebody else to add records asks once.
        """
        words = found({})["DKIM"].words

        assert [line.split(".")[0] for line in words.splitlines()] == list(NAMES)

    def test_sender_by_address_could_be_better(self) -> None:
        """
        Without the domain nothing is signed in its name.
        """
        finding = found(good(), BY_ADDRESS)["DKIM"]

        assert finding.verdict is Verdict.BETTER
        assert "VerifySender=domain" in finding.words


class TestDmarc:
    @pytest.mark.parametrize("policy", mailcheck.POLICIES)
    def test_signature_satisfies_every_policy(self, policy: str) -> None:
        """
        Signed in the domain's own name, an email passes the strictest record.
        """
        zone = good()
        zone[f"_dmarc.{DOMAIN}", "TXT"] = [f"v=DMARC1;p={policy}; aspf=s; adkim=s"]

        assert found(zone)["DMARC"].verdict is Verdict.RIGHT

    @pytest.mark.parametrize(
        ("policy", "verdict"),
        [
            ("none", Verdict.RIGHT),
            ("quarantine", Verdict.WRONG),
            ("reject", Verdict.WRONG),
        ],
    )
    def test_sender_by_address_is_lost_where_a_policy_asks_for_more(
        self, policy: str, verdict: Verdict
    ) -> None:
        """
        What is not signed fails a policy, and the way out is to verify the domain.
        """
        zone = good()
        zone[f"_dmarc.{DOMAIN}", "TXT"] = [f"v=DMARC1; p={policy}"]

        assert found(zone, BY_ADDRESS)["DMARC"].verdict is verdict

    def test_none_could_be_better(self) -> None:
        """
        A record is suggested where there is none, not even above.
        """
        zone = good()
        del zone[f"_dmarc.{DOMAIN}", "TXT"]
        finding = found(zone)["DMARC"]

        assert finding.verdict is Verdict.BETTER
        assert "_dmarc.example.org" in finding.words
        assert "v=DMARC1; p=none" in finding.words

    def test_record_above_holds_for_a_subdomain(self) -> None:
        """
        The nearest record counts, and its word for subdomains before its word for itself.
        """
        given = Sender(domain=f"mail.{DOMAIN}", records=(), signed=False)
        zone: Zone = {(f"_dmarc.{DOMAIN}", "TXT"): ["v=DMARC1; p=reject; sp=none"]}
        assert found(zone, given)["DMARC"].verdict is Verdict.RIGHT

        zone[f"_dmarc.{DOMAIN}", "TXT"] = ["v=DMARC1; p=reject"]
        assert found(zone, given)["DMARC"].verdict is Verdict.WRONG

        zone[f"_dmarc.mail.{DOMAIN}", "TXT"] = ["v=DMARC1; p=none"]
        assert found(zone, given)["DMARC"].verdict is Verdict.RIGHT

    def test_two_are_wrong(self) -> None:
        """
        Mailboxes use none of two.
        """
        zone = good()
        zone[f"_dmarc.{DOMAIN}", "TXT"] *= 2

        assert found(zone)["DMARC"].verdict is Verdict.WRONG

    @pytest.mark.parametrize("record", ["v=DMARC1", "v=DMARC1; p=monitor"])
    def test_policy_that_nobody_knows_is_wrong(self, record: str) -> None:
        """
        A record has to say one of three words.
        """
        zone = good()
        zone[f"_dmarc.{DOMAIN}", "TXT"] = [record]

        assert found(zone)["DMARC"].verdict is Verdict.WRONG

    @pytest.mark.parametrize("text", ["", "hello", "p=none; v=DMARC1", "v=DMARC2; p=none"])
    def test_other_text_is_no_record(self, text: str) -> None:
        """
        Only what begins with its version is a DMARC record.
        """
        zone = good()
        zone[f"_dmarc.{DOMAIN}", "TXT"] = [text]

        assert found(zone)["DMARC"].verdict is Verdict.BETTER


class TestCommand:
    @pytest.fixture
    def deployed(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
        """Return what sets the identity that a stack has."""

        def having(identity: str) -> None:
            outputs = {"SenderIdentity": identity}
            if "@" not in identity:
                outputs |= {f"DkimRecord{n}": record for n, record in enumerate(RECORDS, 1)}
            of = Stack(name="s", status="CREATE_COMPLETE", parameters={}, outputs=outputs)
            monkeypatch.setattr(stack, "get", lambda cloudformation, name: of)

        return having

    def test_stack_is_asked_for_the_sender(
        self, deployed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        Without DOMAIN the deployed sender is looked at, records included.
        """
        deployed(DOMAIN)
        mailcheck.check_mail({}, asks(good()))

        said = capsys.readouterr().out
        assert "SPF: right" in said
        assert "DKIM: right" in said
        assert "DMARC: right" in said
        assert RECORDS[0] in said

    def test_address_is_looked_at_by_its_domain(self, deployed: Callable[[str], None]) -> None:
        """
        A sender that is verified as an address is looked at by what its domain asks.
        """
        deployed(f"mentorship@{DOMAIN}")

        with pytest.raises(Trouble, match="DMARC"):
            mailcheck.check_mail({"DOMAIN": " "}, asks(good()))

    def test_domain_can_be_looked_at_by_anybody(self, capsys: pytest.CaptureFixture[str]) -> None:
        """
        With DOMAIN nobody is asked but DNS, and DKIM is said not to be looked at.
        """
        mailcheck.check_mail({"DOMAIN": "Example.org."}, asks(good()))

        said = capsys.readouterr().out
        assert "Mail from example.org" in said
        assert "DKIM: not looked at" in said

    def test_what_is_wrong_ends_the_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        """
        A command that found something wrong says all of it, and does not end as if it were right.
        """
        with pytest.raises(Trouble, match="DKIM"):
            mailcheck.say(SIGNED, mailcheck.examine(SIGNED, asks({})))

        assert "DMARC: could be better" in capsys.readouterr().out


class TestDns:
    @pytest.fixture
    def answers(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
        """Return what sets what DNS answers, records or an error."""

        def having(answer: Any) -> None:
            def resolve(name: str, kind: str) -> Any:
                if isinstance(answer, Exception):
                    raise answer
                return answer

            monkeypatch.setattr(dns.resolver, "resolve", resolve)

        return having

    def test_long_text_is_put_together(self, answers: Callable[[Any], None]) -> None:
        """
        A text that DNS keeps in pieces is one text.
        """
        answers(dns.rrset.from_text("example.org.", 60, "IN", "TXT", '"v=spf1 a" " -all"', '"x"'))

        assert sorted(mailcheck.ask_dns(DOMAIN, "TXT")) == ["v=spf1 a -all", "x"]

    def test_name_has_no_dot_at_its_end(self, answers: Callable[[Any], None]) -> None:
        """
        Names are compared as people write them.
        """
        answers(dns.rrset.from_text("a.example.org.", 60, "IN", "CNAME", "b.amazonses.com."))

        assert mailcheck.ask_dns("a.example.org", "CNAME") == ["b.amazonses.com"]

    @pytest.mark.parametrize("error", [dns.resolver.NXDOMAIN(), dns.resolver.NoAnswer()])
    def test_no_record_is_an_answer(self, answers: Callable[[Any], None], error: Exception) -> None:
        """
        That there is none is what DNS says.
        """
        answers(error)

        assert mailcheck.ask_dns(DOMAIN, "TXT") == []

    @pytest.mark.parametrize(
        "error", [dns.resolver.LifetimeTimeout(), dns.resolver.NoNameservers()]
    )
    def test_no_answer_is_not_taken_for_no_record(
        self, answers: Callable[[Any], None], error: Exception
    ) -> None:
        """
        Who cannot ask does not know.
        """
        answers(error)

        with pytest.raises(Trouble, match="online"):
            mailcheck.ask_dns(DOMAIN, "TXT")
