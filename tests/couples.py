"""
Two people who are proposed to each other, and all that each of them reads until both have said yes.

Their answers are hostile, and each has a mark that is nowhere else: where it is found, the answer
was told.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

from infra.laptop import Laptop
from infra.outbox import Email
from mentorship.form import declaration, wishes
from mentorship.form.choices import Choice, Choices, Tick
from mentorship.form.question import Answer, Role
from mentorship.letters.letter import OWNERS, Letter
from mentorship.mail.delivery import deliver
from mentorship.matches.match import OTHER
from mentorship.matches.rules import RULES
from tests import hostile, made
from tests.crowd import Crowd, done
from tests.kept_back import may_read, secrets
from tests.memory import Memory
from tests.own import get, post

MENTOR, MENTEE = Role.MENTOR, Role.MENTEE
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
# Questions whose answers are words that anyone's may be.
CHOICES = ("topics", "training_stage", "training_ends")
# What may happen until both have said yes: what each stage has them do, by whom.
Act = tuple[str, Role]
ENDS: tuple[tuple[Act, ...], ...] = (
    (("no", MENTOR), ("mistake", MENTOR), ("not-now", MENTOR), ("yes", MENTOR)),
    (("not-now", MENTOR), ("yes", MENTOR)),
    (("yes", MENTOR), ("yes", MENTOR), ("no", MENTEE), ("mistake", MENTEE), ("yes", MENTEE)),
    (("yes", MENTOR), ("not-now", MENTEE), ("no", MENTOR)),
    (("yes", MENTOR), ("no", MENTOR), ("yes", MENTEE)),
    (("lapse", MENTOR), ("yes", MENTOR)),
    (("yes", MENTOR), ("lapse", MENTEE), ("yes", MENTEE)),
    (("yes", MENTOR), ("takes_back", MENTOR), ("yes", MENTEE)),
    (("yes", MENTOR), ("withdraws", MENTOR), ("no", MENTEE)),
    (("yes", MENTOR), ("withdraws", MENTEE), ("no", MENTOR)),
    (("yes", MENTOR), ("is_refused", MENTEE)),
    (("yes", MENTOR), ("moves", MENTOR), ("moves", MENTEE)),
)


@dataclass
class Couple:
    """
    Two people, proposed to each other.

    Attributes:
        number: tells them from others.
        laptop: on which they read, with a store in memory.
        crowd: has their applications and the match.
        read: what each has read so far, and where.

    """

    number: int
    laptop: Laptop
    crowd: Crowd
    read: dict[Role, list[tuple[str, str]]] = field(default_factory=lambda: {r: [] for r in Role})

    def __post_init__(self) -> None:
        draw = random.Random(f"couple {self.number}")
        self._mailed = len(self.laptop.outbox.emails)
        self.ids = {role: self._arrives(role, draw) for role in Role}
        self.was = {role: self.crowd.application(each) for role, each in self.ids.items()}

    def _arrives(self, role: Role, draw: random.Random) -> str:
        form = made.FORMS[role]
        return self.crowd.arrives(
            role,
            answers=dict.fromkeys(made.application(role).answers, "")
            | dict(self._answers(role, draw)),
            consent_version=draw.choice([0, 1, 2, 3, 3, 3]),
            changed_at=made.NOW - timedelta(days=draw.randint(1, 400)),
            struck=tuple(q.name for q in form.questions() if draw.random() < 0.1),
        )

    def _answers(self, role: Role, draw: random.Random) -> Iterator[tuple[str, Answer]]:
        """Yield answers to most questions; every text has its mark."""
        for question in made.FORMS[role].questions():
            name = question.name
            needed = name in (declaration.NAME.name, declaration.ADDRESS.name)
            if not question.stored or (draw.random() < 0.2 and not needed):
                continue
            if isinstance(question, Choices):
                codes = [option.code for option in question.options]
                chosen = draw.sample(codes, draw.randint(1, len(codes)))
                yield name, [code for code in codes if code in chosen]
            elif isinstance(question, Choice):
                yield name, draw.choice(question.options).code
            elif isinstance(question, Tick):
                yield name, True
            elif question.kind == "month":
                yield name, f"20{draw.randint(30, 49)}-0{draw.randint(1, 9)}"
            elif question.kind == "email":
                yield name, f"{self.mark(role, name)}@{self.mark(role, name)}-host.example"
            elif question.kind == "phone":
                area = 206 if role is MENTOR else 509
                yield name, f"({area}) 555-{self.number:04} {self.mark(role, name)}"
            elif name == wishes.NOT_WITH.name:
                # Words that the other's name has, too, would keep them apart.
                yield name, self.mark(role, name)
            else:
                yield name, f"{self.mark(role, name)} {draw.choice(hostile.VALUES)[:400]}"

    def mark(self, role: Role, name: str) -> str:
        """Return what is in one answer, and nowhere else."""
        return f"zq{role}{self.number}{name.replace('_', '')}qz"

    # What happens ----------------------------------------------------------------------------

    def is_proposed(self) -> None:
        """Have a coordinator propose the two, whatever has to be ticked for that."""
        lifted = tuple(each.code for each in RULES)
        done(self.crowd.proposes(*(self.ids[each] for each in (MENTOR, MENTEE)), lifted=lifted))
        self.reads()
        self.is_reminded()

    def is_reminded(self) -> None:
        """Have whoever is asked be reminded a week later."""
        self.crowd.clock.forward(days=7)
        done(self.crowd.is_due(self.crowd.matches[-1]))
        self.reads()

    def acts(self, what: str, role: Role) -> None:
        """Have one of the two do something, and both read what there is to read."""
        match, which = self.crowd.matches[-1], self.ids[role]
        if what in ("yes", "no", "not-now", "mistake"):
            given = {"months": ["3"]} if what == "not-now" else {}
            answer = post(self.laptop, f"{self.link(role)}/{what}", given)
            self.read[role].append((f"answer to {what}", answer.text))
        elif what == "lapse":
            self.crowd.clock.forward(days=30)
            for _ in range(2):
                done(self.crowd.is_due(match))
                self.crowd.clock.forward(days=4)
        elif what == "takes_back":
            done(self.crowd.takes_back(match))
        elif what == "moves":
            mark = self.mark(role, "email")
            done(self.crowd.corrects(which, email=f"{mark}@{mark}-moved.example"))
            done(self.crowd.moves(which))
        else:
            done(getattr(self.crowd, what)(which))
        self.reads()

    def link(self, role: Role) -> str:
        """Return the path of the page on which one of the two answers."""
        application = self.crowd.application(self.ids[role])
        links = self.crowd.services.links
        token = links.match_token(self.crowd.matches[-1], role, application.address_version)
        return f"/match/{token}"

    def reads(self) -> None:
        """Have both read their mail, the page of the match, and their own page."""
        memory = self.crowd.services.store
        assert isinstance(memory, Memory)
        for letter in memory.of(Letter):
            if letter.reader in OWNERS:
                deliver(letter.id, self.crowd.services)
        emails = self.laptop.outbox.emails[self._mailed :]
        self._mailed += len(emails)
        for role, which in self.ids.items():
            application = self.crowd.application(which)
            for email in emails:
                if self.mark(role, "email") in email.header("To"):
                    self.read[role] += parts_of(email)
            token = self.crowd.services.links.owner_token(which, application.address_version)
            for path in (self.link(role), f"/mine/{token}"):
                page = get(self.laptop, path)
                title = TITLE.search(page.text)
                assert title
                assert "zq" not in title[1], "a name in a title"
                self.read[role].append((path.split("/")[1], f"{dict(page.headers)} {page.text}"))

    # What was told ---------------------------------------------------------------------------

    def secrets_of(self, role: Role) -> dict[str, list[str]]:
        """Return the words by which an answer of one would be found with the other."""
        found = dict(secrets(self.was[role]))
        for question in made.FORMS[role].questions():
            answer = self.was[role].answers.get(question.name)
            if not isinstance(answer, str) or question.kind == "month":
                continue
            if not may_read(question, self.was[role]) and "zq" in answer:
                found[question.name] = [self.mark(role, question.name)]
        return found

    def told(self, role: Role) -> list[tuple[str, str, str]]:
        """Return what of the other one of the two has read too early: where, which, and words."""
        of_the_other, found = self.secrets_of(OTHER[role]), list[tuple[str, str, str]]()
        for where, text in self.read[role]:
            read = spellings(text)
            for name, secret in of_the_other.items():
                # Their own page has the words of their own choices.
                if where == "mine" and name in CHOICES:
                    continue
                found += [(where, name, each) for each in secret if any(each in t for t in read)]
        return found


def spellings(text: str) -> set[str]:
    """Return a text, and what it says where it is HTML or an address."""
    return {text, unescape(text), unquote(text), unquote(unescape(text))}


def parts_of(email: Email) -> Iterator[tuple[str, str]]:
    """Yield all parts of an email, with what each is."""
    assert "zq" not in email.header("Subject"), "a name in a subject"
    attached = [str(each.get_content()) for each in email.message.iter_attachments()]
    yield "message", email.raw
    yield "headers", " ".join(f"{name}: {value}" for name, value in email.message.items())
    yield "plain", email.part("plain")
    yield "html", email.part("html")
    yield from (("attachment", each) for each in attached)
