"""
The application form, declared once.

The pages, the judgment of what was sent, what is stored, the emails, the spreadsheets' columns and
the public table "what we ask" are loops over `SECTIONS`. To ask something else, change it here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mentorship.problems import AnswersRefused
from mentorship.questions import (
    Answer,
    Choice,
    Choices,
    DatedChoice,
    Email,
    LongText,
    Month,
    Need,
    Option,
    Phone,
    Question,
    Reader,
    Refused,
    Role,
    Stamp,
    Text,
    Tick,
    Trap,
    Version,
    by_role,
    told_to,
)

# The text that people agree to; a new wording is a new version, stored with whoever agreed to it.
CONSENT_VERSION = 2
FORM_VERSION = 1

MENTEES_ONLY = by_role(mentee=Need.REQUIRED, mentor=Need.NOT_ASKED)
MENTEES_IF_THEY_LIKE = by_role(mentee=Need.OPTIONAL, mentor=Need.NOT_ASKED)
MENTORS_ONLY = by_role(mentee=Need.NOT_ASKED, mentor=Need.REQUIRED)

PROPOSED = (Reader.PROPOSED, Reader.MATCH)
MATCH = (Reader.MATCH,)


def options(**labels: str) -> tuple[Option, ...]:
    """Return options from codes and labels, in their order."""
    return tuple(Option(code=code, label=label) for code, label in labels.items())


NAME = Text(
    name="full_name",
    label="Your name",
    short="Full name",
    hint="As you would like your match to see it.",
    missing="Enter your full name",
    most=100,
    autocomplete="name",
    readers=MATCH,
)
ADDRESS = Email(
    name="email",
    label="Email",
    short="Email address",
    hint=by_role(
        mentee="Your receipt goes here. A personal address is best; training addresses end.",
        mentor="Your receipt goes here.",
    ),
    missing="Enter your email address",
    readers=MATCH,
    headline=True,
)
KNOWN_AS = Email(
    name="wsrs_email",
    label="The email WSRS has for you, if different",
    short="Email known to WSRS",
    hint="Helps us find you on the member list.",
    need=MENTEES_IF_THEY_LIKE,
    autocomplete="off",
)
AREAS = Choices(
    name="subspecialties",
    label="Areas of radiology",
    hint="Up to three.",
    missing="Select at least one area of radiology",
    most=3,
    options=(
        *options(
            abdominal="Abdominal imaging",
            breast="Breast imaging",
            cardiothoracic="Cardiothoracic imaging",
            emergency="Emergency radiology",
            general="General radiology",
            interventional="Interventional radiology",
            musculoskeletal="Musculoskeletal imaging",
            neuroradiology="Neuroradiology",
            nuclear="Nuclear medicine and molecular imaging",
            pediatric="Pediatric radiology",
            informatics="Imaging informatics and AI",
            oncology="Radiation oncology",
            other="Other",
        ),
        Option(code="undecided", label="Undecided", only_for=Role.MENTEE),
    ),
    readers=PROPOSED,
    headline=True,
)
SETTING = Choices(
    name="practice_setting",
    label=by_role(
        mentee="Which settings would you like to hear about?",
        mentor="Where do you practice?",
    ),
    short="Practice settings",
    need=by_role(mentee=Need.OPTIONAL, mentor=Need.REQUIRED),
    missing="Select where you practice",
    options=(
        *options(
            academic="Academic",
            private="Private practice",
            hybrid="Hybrid",
            employed="Hospital or health-system employed",
            teleradiology="Teleradiology",
            military="VA or military",
            other="Other",
        ),
        Option(code="any", label="No preference", only_for=Role.MENTEE),
    ),
    readers=PROPOSED,
)
TOPICS = Choices(
    name="topics",
    label=by_role(
        mentee="What would you like to talk about?",
        mentor="What would you be glad to talk about?",
    ),
    short="Topics",
    hint=by_role(mentee="Up to four.", mentor="As many as you like."),
    need=by_role(mentee=Need.REQUIRED, mentor=Need.OPTIONAL),
    missing="Select at least one topic",
    most=by_role(mentee=4, mentor=None),
    options=options(
        fellowship="Choosing and applying for fellowship",
        first_job="First job and job search",
        private_or_academic="Private or academic",
        business="Contracts and the business of radiology",
        boards="Board exams",
        well_being="Work-life balance and well-being",
        leadership="Leadership and society work",
        research="Research and publishing",
        teaching="Teaching",
        advocacy="Advocacy and health policy",
        networking="Networking",
        family="Parental leave and family",
        new_here="New to Washington",
        img="International medical graduate",
        other="Something else",
    ),
    readers=PROPOSED,
    headline=True,
)
CAPACITY = Choice(
    name="capacity",
    label="How many mentees at a time?",
    short="Mentees at a time",
    hint="One is wonderful. Each match is one-to-one.",
    need=MENTORS_ONLY,
    missing="Select how many mentees you could take at a time",
    options=tuple(Option(code=n, label=n) for n in ("1", "2", "3")),
    default=by_role(mentee="", mentor="1"),
    number=True,
    headline=True,
)
# What a mentee seeks and a mentor offers, in the order in which it is counted.
SOUGHT = (AREAS, TOPICS, SETTING)
# The code of an option that is in no other; it names nothing that could be sought.
OTHER = "other"
TRAP = Trap(name="website", label="Leave this empty")
STAMP = Stamp(name="opened", label="When the form was opened")
VERSION = Version(name="form_version", label="Version of the form", current=FORM_VERSION)


@dataclass(frozen=True)
class Section:
    """Questions under one heading, with a *note* above them where one helps."""

    title: str
    questions: tuple[Question, ...]
    note: str = ""


SECTIONS = (
    Section(
        "About you",
        (
            NAME,
            ADDRESS,
            KNOWN_AS,
            Phone(
                name="phone",
                label="Phone",
                hint="For coordinators, if email fails.",
                need=Need.OPTIONAL,
            ),
        ),
    ),
    Section(
        "Where you are now",
        (
            Choice(
                name="membership",
                label="Are you an active WSRS member?",
                short="WSRS member",
                hint="Mentees need to be. Not sure? Say so; we will look.",
                need=MENTEES_ONLY,
                missing="Select whether you are an active WSRS member",
                options=options(yes="Yes", unsure="Not sure", not_yet="Not yet"),
            ),
            DatedChoice(
                name="training_stage",
                label="Where are you in training?",
                short="Training stage",
                need=MENTEES_ONLY,
                missing="Select where you are in training",
                options=options(
                    pgy1="PGY-1 (intern year)",
                    pgy2="PGY-2 (R1)",
                    pgy3="PGY-3 (R2)",
                    pgy4="PGY-4 (R3)",
                    pgy5="PGY-5 (R4)",
                    pgy6="PGY-6 or PGY-7 (resident, e.g. interventional radiology)",
                    fellow="Fellow",
                    other="Other",
                ),
                readers=MATCH,
                headline=True,
            ),
            Month(
                name="training_ends",
                label="When does your training end?",
                short="Training ends",
                hint="Month and year, such as June 2027. So we can keep in touch; it does not "
                "affect whether you are matched.",
                need=MENTEES_IF_THEY_LIKE,
            ),
            Text(
                name="institution",
                label=by_role(mentee="Training program", mentor="Practice or institution"),
                short="Program or practice",
                missing=by_role(
                    mentee="Enter your training program",
                    mentor="Enter your practice or institution",
                ),
                most=120,
                autocomplete="organization",
                suggestions="institutions",
                readers=MATCH,
                headline=True,
            ),
            Text(
                name="city",
                label="City or region",
                hint="Only useful if you would like to meet in person.",
                need=Need.OPTIONAL,
                most=80,
                autocomplete="address-level2",
                readers=MATCH,
            ),
        ),
    ),
    Section(
        by_role(mentee="What you hope for", mentor="What you can offer"),
        (
            AREAS,
            SETTING,
            TOPICS,
            LongText(
                name="goal",
                label="In a sentence or two, what would make this year worth it?",
                short="What would make the year worth it",
                hint="No wrong answers. No patient information, please.",
                need=MENTEES_ONLY,
                missing="Enter a sentence on what would make this year worth it",
                most=600,
                readers=MATCH,
                headline=True,
            ),
            LongText(
                name="about",
                label="Anything you would like your mentee to know?",
                short="For the mentee to know",
                hint="No patient information, please.",
                need=by_role(mentee=Need.NOT_ASKED, mentor=Need.OPTIONAL),
                most=600,
                readers=MATCH,
            ),
            CAPACITY,
        ),
        "No patient information is wanted anywhere on this form.",
    ),
    Section(
        "How you would meet",
        (
            Choices(
                name="contact_ways",
                label="How do you like to talk?",
                short="Ways to talk",
                missing="Select at least one way to talk",
                options=options(video="Video", phone="Phone", in_person="In person", email="Email"),
                readers=PROPOSED,
            ),
            Choices(
                name="availability",
                label="Usually good times",
                short="Good times",
                need=Need.OPTIONAL,
                options=options(
                    mornings="Weekday mornings",
                    midday="Midday",
                    late_afternoon="Late afternoon",
                    evenings="Evenings",
                    weekends="Weekends",
                    varies="Varies with call",
                ),
                readers=PROPOSED,
            ),
            Choice(
                name="outside_program",
                label="Someone from another institution?",
                short="From another institution",
                need=MENTEES_IF_THEY_LIKE,
                options=options(yes="Yes, please", any="No preference", same="The same is fine"),
                default=by_role(mentee="any", mentor=""),
            ),
            Text(
                name="preferred_people",
                label="Someone in mind?",
                short="Someone in mind",
                hint="Up to three names. We will consider them; we cannot promise.",
                need=MENTEES_IF_THEY_LIKE,
                most=200,
            ),
            Text(
                name="not_with",
                label="Anyone we should not match you with?",
                short="Not with",
                hint="Names only; no reason needed. Read only by the program’s coordinators "
                "({coordinators}). Rather not write it? Email {contact}.",
                need=Need.OPTIONAL,
                most=200,
                private=True,
            ),
        ),
    ),
    Section(
        "Before you send it",
        (
            Tick(
                name="commitment",
                label="I can make time for about half an hour every 12 weeks for 12 months, or "
                "agree on another rhythm with my match.",
                short="Can make the time",
                missing="Tick the box if you can make the time, or can agree on another rhythm",
            ),
            Tick(
                name="consent",
                label="I agree that the WSRS mentorship coordinators may keep my answers to find "
                "me a match, and share those marked “shared with your match” with a person they "
                "propose. My name and contact details are shared only after we both say yes.",
                short="Agreed to how answers are used",
                hint="Kept until {keep_months} months after your match ends, you withdraw or, "
                "without a match, you apply. To withdraw or be forgotten, use the link in your "
                "receipt or write to {contact}.",
                missing="Tick the box to agree, or write to us if you would rather not",
            ),
            TRAP,
            STAMP,
            VERSION,
        ),
    ),
)

# Questions once asked and asked no more go here, needed by nobody, so that they are still shown.
RETIRED: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Answered:
    """What a form was answered with: what is kept, by which version, and what tells of a bot."""

    answers: Mapping[str, Answer]
    form_version: int
    trapped: bool
    stamp: str = ""


@dataclass(frozen=True)
class Form:
    """The form as one role is asked it."""

    role: Role
    sections: tuple[Section, ...]

    def questions(self) -> Iterator[Question]:
        """Yield each question in order."""
        for section in self.sections:
            yield from section.questions

    def parse(self, given: Mapping[str, Sequence[str]]) -> "Answered":
        """
        Return what was answered; skipped questions are left out.

        Raises:
            AnswersRefused: with every message, if any answer cannot be taken.

        """
        answers: dict[str, Answer] = {}
        refusals: dict[str, str] = {}
        for question in self.questions():
            try:
                answers[question.name] = question.parse(given.get(question.name, ()))
            except Refused as refused:
                refusals[question.name] = str(refused)
        if refusals:
            raise AnswersRefused(form=self, given=given, refusals=refusals)
        return Answered(
            answers={
                question.name: answers[question.name]
                for question in self.questions()
                if question.stored and answers[question.name] is not None
            },
            form_version=int(str(answers.get(VERSION.name, FORM_VERSION))),
            trapped=bool(answers.get(TRAP.name)),
            stamp=str(answers.get(STAMP.name) or ""),
        )

    def show(
        self, answers: Mapping[str, Answer], *, given_on: date
    ) -> Iterator[tuple[str, list[tuple[Question, str]]]]:
        """Yield each section's title with its questions and answers in words, "" for skipped."""
        for section in self.sections:
            yield (
                section.title,
                [
                    (question, shown(question, answers, given_on=given_on))
                    for question in section.questions
                    if question.stored
                ],
            )

    def given(self, answers: Mapping[str, Answer]) -> dict[str, list[str]]:
        """Return stored answers as a browser would have sent them, to fill the form in again."""
        return {
            question.name: question.given(answers[question.name])
            for question in self.questions()
            if question.name in answers
        }

    def for_somebody(self) -> "Form":
        """
        Return the form as a coordinator fills it in for somebody, with what is known of them.

        Only they can agree to anything, and what tells of a bot tells nothing here. What is not
        known stays open, where the form itself has an answer selected beforehand.
        """

        def asked(question: Question) -> Question:
            if question.name == NAME.name:
                return replace(
                    NAME,
                    label="Their name",
                    hint="As they would like their match to see it.",
                    missing="Enter their full name",
                    autocomplete="off",
                )
            if question.name == ADDRESS.name:
                return replace(
                    ADDRESS,
                    label="Their email",
                    hint="They get a link there to check it.",
                    missing="Enter their email address",
                    autocomplete="off",
                )
            free = replace(question, need=Need.OPTIONAL)
            return replace(free, default="") if isinstance(free, Choice) else free

        sections = (
            Section(
                section.title,
                tuple(
                    asked(question)
                    for question in section.questions
                    if not isinstance(question, (Tick, Trap, Stamp, Version))
                ),
                section.note,
            )
            for section in self.sections
        )
        return Form(self.role, tuple(each for each in sections if each.questions))

    def unknown(self, given: Mapping[str, object]) -> list[str]:
        """Return the names in *given* that this form does not ask for."""
        return sorted(set(given) - {question.name for question in self.questions()} - {"role"})


def shown(question: Question, answers: Mapping[str, Answer], *, given_on: date) -> str:
    """Return the answer to *question* in words, or "" if it was skipped or never asked."""
    answer = answers.get(question.name)
    return "" if answer is None else question.show(answer, given_on=given_on)


def stored_questions() -> list[Question]:
    """Return every question, of both roles and of all times, whose answer is kept."""
    asked = [question for section in SECTIONS for question in section.questions]
    return [question for question in (*asked, *RETIRED) if question.stored]


def forms(*, coordinators: str, contact: str, keep_months: int) -> dict[Role, Form]:
    """
    Return both forms, with the settings' words filled in.

    Args:
        coordinators: who reads private notes, in words.
        contact: the address to write to.
        keep_months: for how many months answers are kept.

    """

    def fill(words: str) -> str:
        return words.format(coordinators=coordinators, contact=contact, keep_months=keep_months)

    def section_for(section: Section, role: Role) -> Section:
        asked = (question.for_role(role, fill) for question in section.questions)
        return Section(
            told_to(role, section.title),
            tuple(question for question in asked if question.need is not Need.NOT_ASKED),
            section.note,
        )

    return {role: Form(role, tuple(section_for(s, role) for s in SECTIONS)) for role in Role}
