"""
Check whether mail providers will trust our mail: SPF, DKIM and DMARC, as DNS has them now.

Run as `python -m infra.mailcheck`, it asks the stack which domain sends and which records prove it;
with DOMAIN=example.org in the environment no sign-in is needed, and DKIM, whose names only the
stack knows, is left out. It changes nothing; it ends with 1 if something is wrong.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import dns.exception
import dns.resolver

from infra import live, stack
from infra.stack import Stack
from infra.trouble import Trouble, spoken

# Returns what a name has of a kind of record, one text each; nothing where there is none.
Look = Callable[[str, str], list[str]]

POLICIES = ("none", "quarantine", "reject")
# A revoked key is empty.
KEY = re.compile(r"\bp=\s*[A-Za-z0-9+/]")


class Verdict(StrEnum):
    """What is thought of a finding."""

    RIGHT = "right"
    BETTER = "could be better"
    WRONG = "wrong"
    UNSEEN = "not looked at"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    What was found about one of the three.

    Attributes:
        subject: SPF, DKIM or DMARC.
        verdict: what is thought of it.
        found: the records, as they are.
        words: why, and what to do.

    """

    subject: str
    verdict: Verdict
    found: tuple[str, ...]
    words: str


@dataclass(frozen=True, kw_only=True)
class Sender:
    """
    What mail comes from.

    Attributes:
        domain: the domain of the sender's address.
        records: the DKIM records that it should have, as `NAME CNAME VALUE`; `None` if they are not
            known.
        signed: whether its mail is signed in the domain's own name.

    """

    domain: str
    records: tuple[str, ...] | None
    signed: bool


def sender(of: Stack) -> Sender:
    """Return what a deployed stack sends from."""
    identity = of.outputs["SenderIdentity"]
    return Sender(
        domain=identity.rpartition("@")[2],
        records=tuple(live.dkim_records(of)),
        # Verified as one address it is signed in Amazon's name.
        signed="@" not in identity,
    )


def examine(given: Sender, look: Look) -> list[Finding]:
    """Return what is found about SPF, DKIM and DMARC."""
    return [_spf(given, look), _dkim(given, look), _dmarc(given, look)]


def _spf(given: Sender, look: Look) -> Finding:
    found = tuple(
        text for text in look(given.domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"
    )
    verdict = Verdict.RIGHT
    words = (
        "Nothing to do: these emails return to an address of Amazon's, and it is Amazon's SPF "
        "record that mailboxes look at."
    )
    if len(found) > 1:
        verdict = Verdict.WRONG
        words = (
            "A domain has one SPF record; of several, mailboxes use none. Join them into one: the "
            "society's other mail suffers. The program's own does not, since it returns to Amazon."
        )
    elif found and {"all", "+all"} & set(found[0].lower().split()):
        verdict = Verdict.WRONG
        words = (
            "It ends in +all and lets anybody send in the domain's name. Whoever looks after the "
            "society's mail should end it in ~all or -all."
        )
    return Finding(subject="SPF", verdict=verdict, found=found, words=words)


def _dkim(given: Sender, look: Look) -> Finding:
    if given.records is None:
        return Finding(
            subject="DKIM",
            verdict=Verdict.UNSEEN,
            found=(),
            words="Its records have names of Amazon's making: sign in and leave DOMAIN out.",
        )
    if not given.signed:
        return Finding(
            subject="DKIM",
            verdict=Verdict.BETTER,
            found=(),
            words=(
                "The sender is verified as one address, so that nothing is signed in the domain's "
                "name and many mailboxes distrust it. If somebody can add records to the domain: "
                "make deploy VerifySender=domain."
            ),
        )
    found, faults = [], []
    for record in given.records:
        name, _, value = record.split(" ")
        has = [text.lower() for text in look(name, "CNAME")]
        found += [f"{name} CNAME {text}" for text in has]
        if words := _fault(name, value, has, given.domain, look):
            faults.append(words)
    if faults:
        return Finding(
            subject="DKIM", verdict=Verdict.WRONG, found=tuple(found), words="\n".join(faults)
        )
    return Finding(
        subject="DKIM",
        verdict=Verdict.RIGHT,
        found=tuple(found),
        words="Nothing to do: every email is signed in the domain's name.",
    )


def _fault(name: str, value: str, has: list[str], domain: str, look: Look) -> str | None:
    """Return what is wrong with one DKIM record, and what to do."""
    if has == [value.lower()]:
        if any(KEY.search(text) for text in look(name, "TXT")):
            return None
        return (
            f"{name} leads to Amazon as it should, but Amazon has no key there. After a first "
            "deployment it takes some hours; later, see Amazon SES, Identities, in the console."
        )
    if has:
        return f"{name} leads elsewhere; it has to be a CNAME record to {value}"
    if look(f"{name}.{domain}", "CNAME"):
        short = name.removesuffix(f".{domain}")
        return (
            f"{name}.{domain} is there and {name} is not: the DNS provider adds the domain by "
            f"itself. Enter the name as {short}"
        )
    return f"{name} is missing; add a CNAME record to {value}"


def _dmarc(given: Sender, look: Look) -> Finding:
    found, at = _nearest_dmarc(given.domain, look)
    verdict, words = _judge_dmarc(given, found, at)
    return Finding(subject="DMARC", verdict=verdict, found=found, words=words)


def _nearest_dmarc(domain: str, look: Look) -> tuple[tuple[str, ...], str]:
    """Return the DMARC records that apply to a domain, and the domain that has them."""
    labels = domain.split(".")
    # A subdomain without its own record uses that of the domain above.
    for start in range(len(labels) - 1):
        at = ".".join(labels[start:])
        if found := tuple(text for text in look(f"_dmarc.{at}", "TXT") if _tags(text)):
            return found, at
    return (), domain


def _tags(record: str) -> dict[str, str]:
    """Return the tags of a DMARC record; none of any other text."""
    parts = [part.partition("=") for part in record.split(";")]
    tags = {name.strip().lower(): value.strip() for name, _, value in parts}
    first = next(iter(tags))
    return tags if first == "v" and tags["v"] == "DMARC1" else {}


def _judge_dmarc(given: Sender, found: tuple[str, ...], at: str) -> tuple[Verdict, str]:
    if not found:
        return Verdict.BETTER, (
            f"There is none. Add a TXT record _dmarc.{given.domain} with: v=DMARC1; p=none"
        )
    if len(found) > 1:
        return Verdict.WRONG, f"Of several records mailboxes use none. Leave one at _dmarc.{at}"
    tags = _tags(found[0])
    wanted = "p" if at == given.domain or "sp" not in tags else "sp"
    policy = tags.get(wanted, "").lower()
    if policy not in POLICIES:
        return Verdict.WRONG, (
            f"It says {wanted}={policy}, which mailboxes do not know; it has to be one of "
            f"{', '.join(POLICIES)}."
        )
    if policy != "none" and not given.signed:
        return Verdict.WRONG, (
            f"It says {wanted}={policy}, and our emails are not signed in the domain's name: they "
            "are lost. Leave this record as it is, and verify the domain instead of the one "
            "address: make deploy VerifySender=domain."
        )
    return Verdict.RIGHT, (
        "Nothing to do, where DKIM is right: its signature satisfies it."
        if given.signed
        else "Nothing to do: it asks nothing of emails without a signature."
    )


def ask_dns(name: str, kind: str) -> list[str]:
    """
    Return what DNS has.

    Raises:
        Trouble: DNS does not answer, which says nothing about the record.

    """
    try:
        records = list(dns.resolver.resolve(name, kind))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Trouble(
            f"DNS gives no answer about {name}: is this computer online? ({type(error).__name__})"
        ) from error
    if kind == "TXT":
        # A long text is split into strings of 255 characters, which its reader joins.
        return [b"".join(record.strings).decode("utf-8", "replace") for record in records]
    return [record.target.to_text(omit_final_dot=True) for record in records]


def say(given: Sender, findings: list[Finding]) -> None:
    """
    Print what was found.

    Raises:
        Trouble: Something is wrong.

    """
    print(f"Mail from {given.domain}")
    for finding in findings:
        print(f"\n{finding.subject}: {finding.verdict}")
        for line in (*(finding.found or ("no record",)), *finding.words.splitlines()):
            print(f"  {line}")
    if wrong := [each.subject for each in findings if each.verdict is Verdict.WRONG]:
        raise Trouble(f"\nTo be put right: {', '.join(wrong)}.")


def check_mail(environment: Mapping[str, str], look: Look = ask_dns) -> None:
    """
    Look at the stack's sender, or at the domain that the *environment* names.

    Raises:
        Trouble: Something is wrong, or DNS does not answer.

    """
    if domain := environment.get("DOMAIN", "").strip().lower().rstrip("."):
        given = Sender(domain=domain, records=None, signed=True)
    else:
        found = stack.get(stack.session().client("cloudformation"), stack.config().name)
        given = sender(found)
    say(given, examine(given, look))


def main() -> int:
    """Check; return the exit status."""
    return spoken(lambda: check_mail(os.environ))


if __name__ == "__main__":
    sys.exit(main())
