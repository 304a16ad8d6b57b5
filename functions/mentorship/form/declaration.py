"""
The application form, declared once.

The pages, the checks, what is stored, the emails, the spreadsheets' columns and the public table
"what we ask" are loops over `SECTIONS`. To ask something else, change it here.
"""

from dataclasses import dataclass

from mentorship.form.choices import OTHER, Choice, DatedChoice, Explanation, Tick, options
from mentorship.form.hidden import FormVersion, Stamp, Trap
from mentorship.form.question import (
    AFTER_BOTH_YESES,
    BEFORE_THE_NAME,
    MENTEES_IF_THEY_LIKE,
    MENTEES_ONLY,
    Audience,
    Need,
    Option,
    Question,
    as_sentence,
    by_role,
)
from mentorship.form.texts import Email, Month, Phone, Text
from mentorship.form.wishes import (
    ABOUT,
    AREAS,
    CAPACITY,
    GOAL,
    NOT_WITH,
    OUTSIDE,
    PREFERRED,
    SETTING,
    TIMES,
    TOPICS,
    WAYS,
)

# The text that people agree to; a new wording is a new version, stored with their application.
CONSENT_VERSION = 3
FORM_VERSION = 2
# The wording on the pages of each version of the form: one may be open since an older one.
CONSENT_ON = {1: 2, FORM_VERSION: CONSENT_VERSION}

NAME = Text(
    name="full_name",
    label="Your name",
    short="Full name",
    hint="As you would like your match to see it.",
    missing="Enter your full name",
    most=100,
    autocomplete="name",
    audiences=AFTER_BOTH_YESES,
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
    asks=True,
    audiences=AFTER_BOTH_YESES,
    headline=True,
)
MEMBER_ADDRESS = Email(
    name="wsrs_email",
    label="The email WSRS has for you, if different",
    short="Email known to WSRS",
    hint="Helps us find you on the member list.",
    need=MENTEES_IF_THEY_LIKE,
    autocomplete="off",
)
PHONE = Phone(
    name="phone",
    label="Phone",
    hint="For coordinators, if email fails.",
    need=Need.OPTIONAL,
    permission=Tick(
        name="phone_shown",
        label="My match may have my number",
        short="OK to share phone with match",
        need=Need.OPTIONAL,
        beside="phone",
    ),
    permits=Audience.MATCH,
)
MEMBERSHIP = Choice(
    name="membership",
    label="Are you an active WSRS member?",
    short="WSRS member",
    hint="Mentees need to be. Not sure? Say so; we will look.",
    need=MENTEES_ONLY,
    missing="Select whether you are an active WSRS member",
    options=options(yes="Yes", unsure="Not sure", not_yet="Not yet"),
)
STAGE = DatedChoice(
    name="training_stage",
    label="Where are you in training?",
    short="Training stage",
    need=MENTEES_ONLY,
    missing="Select where you are in training",
    # A proposed match reads one word of it, which says little of who it is.
    options=(
        *options("Intern", pgy1="PGY-1 (intern year)"),
        *options(
            "Resident",
            pgy2="PGY-2 (R1)",
            pgy3="PGY-3 (R2)",
            pgy4="PGY-4 (R3)",
            pgy5="PGY-5 (R4)",
            pgy6="PGY-6 or PGY-7 (resident, e.g. interventional radiology)",
        ),
        *options("Fellow", fellow="Fellow"),
        Option(
            code=OTHER,
            label="Other",
            proposed="",
            explained="Where in your training, in a few words?",
        ),
    ),
    audiences=BEFORE_THE_NAME,
    audiences_before=AFTER_BOTH_YESES,
    headline=True,
)
TRAINING_ENDS = Month(
    name="training_ends",
    label="When does your training end?",
    short="Training ends",
    hint="Month and year, such as June 2027. So we can keep in touch; it does not "
    "affect whether you are matched.",
    need=MENTEES_IF_THEY_LIKE,
)
INSTITUTION = Text(
    name="institution",
    label=by_role(mentee="Training program", mentor="Practice or institution"),
    short="Program or practice",
    missing=by_role(
        mentee="Enter your training program",
        mentor="Enter your practice or institution",
    ),
    most=200,
    autocomplete="organization",
    suggestions="institutions",
    audiences=AFTER_BOTH_YESES,
    headline=True,
)
CITY = Text(
    name="city",
    label="City or region",
    hint="Only useful if you would like to meet in person.",
    need=Need.OPTIONAL,
    most=80,
    autocomplete="address-level2",
    audiences=AFTER_BOTH_YESES,
)
COMMITMENT = Tick(
    name="commitment",
    label="I can make time for about {framework}, or agree on another rhythm with my match.",
    short="Can make the time",
    missing="Tick the box if you can make the time, or can agree on another rhythm",
)
# By this, a person agrees to how their answers are used, and for how long they are kept.
CONSENT = Tick(
    name="consent",
    label="I agree that the WSRS mentorship coordinators may keep my answers to find "
    f"me a match, and show those marked “{Audience.PROPOSED.mark}” to a person they "
    f"propose. Those marked “{Audience.MATCH.mark}”, my name and email among them, are "
    "shared only then.",
    short="Agreed to how answers are used",
    hint="Kept until {keep_months} months after your match ends or you withdraw. If you’re never "
    "matched, until {keep_months} months after you apply. To withdraw or be forgotten, use the "
    "link in your receipt or write to {contact}.",
    missing="Tick the box to agree, or write to us if you would rather not",
)
TRAP = Trap(name="website", label="Leave this empty")
STAMP = Stamp(name="opened", label="When the form was opened")
VERSION = FormVersion(
    name="form_version",
    label="Version of the form",
    current=FORM_VERSION,
    understood=tuple(CONSENT_ON),
)


@dataclass(frozen=True)
class Section:
    """
    Questions under one heading.

    Attributes:
        title: the heading on the form.
        questions: in their order.
        note: what is above them, where that helps.
        told: the heading that a coordinator reads.

    """

    title: str
    questions: tuple[Question, ...]
    note: str = ""
    told: str = ""

    @property
    def reader(self) -> Audience:
        """The first reader of most of its answers; of two as frequent, the earlier one."""
        asked = [each.first_reader for each in self.questions if each.stored and not each.beside]
        by_stage = (Audience.PROPOSED, Audience.MATCH, Audience.COORDINATOR)
        return max(by_stage, key=asked.count)

    @property
    def mark(self) -> str:
        """What is said once of who reads its answers, "" if no match ever does."""
        marks = {each.mark for each in self.questions if each.stored and not each.beside}
        if not any(each.audiences or each.permission for each in self.questions):
            return ""
        words = as_sentence(self.reader.mark)
        return words if len(marks) == 1 else f"{words}, unless marked otherwise"

    def mark_of(self, question: Question) -> str:
        """Return what a question says of its reader, "" if what the section says is enough."""
        if isinstance(question, Explanation):
            return question.mark
        if not question.stored or question.beside or not self.mark:
            return ""
        fits = question.first_reader is self.reader and not question.needs_mark
        return "" if fits else question.mark


SECTIONS = (
    Section(
        "About you",
        (
            NAME,
            ADDRESS,
            MEMBER_ADDRESS,
            PHONE,
        ),
        told="Contact",
    ),
    Section(
        "Where you are now",
        (
            MEMBERSHIP,
            STAGE,
            TRAINING_ENDS,
            INSTITUTION,
            CITY,
        ),
        told=by_role(mentee="Training", mentor="Practice"),
    ),
    Section(
        by_role(mentee="What you hope for", mentor="What you can offer"),
        (
            AREAS,
            SETTING,
            TOPICS,
            GOAL,
            ABOUT,
            CAPACITY,
        ),
        "No patient information is wanted anywhere on this form.",
        told=by_role(mentee="What they hope for", mentor="What they offer"),
    ),
    Section(
        "How you would meet",
        (
            WAYS,
            TIMES,
            OUTSIDE,
            PREFERRED,
            NOT_WITH,
        ),
        told="How they would meet",
    ),
    Section(
        "Before you send it",
        (
            COMMITMENT,
            CONSENT,
            TRAP,
            STAMP,
            VERSION,
        ),
        told="Agreement",
    ),
)

# Questions that are no longer asked go here, as optional ones, so that old answers are still shown.
RETIRED: tuple[Question, ...] = ()
