"""
The application form, declared once.

The pages, the checks, what is stored, the emails, the spreadsheets' columns and the public table
"what we ask" are loops over `SECTIONS`. To ask something else, change it here.
"""

from dataclasses import dataclass

from mentorship.form.choices import Choice, Choices, DatedChoice, Tick
from mentorship.form.hidden import FormVersion, Stamp, Trap
from mentorship.form.question import Need, Question, by_role
from mentorship.form.texts import Email, LongText, Month, Phone, Text
from mentorship.form.wishes import AREAS, CAPACITY, MATCH, PROPOSED, SETTING, TOPICS, options

# The text that people agree to; a new wording is a new version, stored with their application.
CONSENT_VERSION = 2
FORM_VERSION = 1

MENTEES_ONLY = by_role(mentee=Need.REQUIRED, mentor=Need.NOT_ASKED)
MENTEES_IF_THEY_LIKE = by_role(mentee=Need.OPTIONAL, mentor=Need.NOT_ASKED)


NAME = Text(
    name="full_name",
    label="Your name",
    short="Full name",
    hint="As you would like your match to see it.",
    missing="Enter your full name",
    most=100,
    autocomplete="name",
    audiences=MATCH,
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
    audiences=MATCH,
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
TRAP = Trap(name="website", label="Leave this empty")
STAMP = Stamp(name="opened", label="When the form was opened")
VERSION = FormVersion(name="form_version", label="Version of the form", current=FORM_VERSION)


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
            MEMBER_ADDRESS,
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
                audiences=MATCH,
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
                audiences=MATCH,
                headline=True,
            ),
            Text(
                name="city",
                label="City or region",
                hint="Only useful if you would like to meet in person.",
                need=Need.OPTIONAL,
                most=80,
                autocomplete="address-level2",
                audiences=MATCH,
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
                audiences=MATCH,
                headline=True,
            ),
            LongText(
                name="about",
                label="Anything you would like your mentee to know?",
                short="For the mentee to know",
                hint="No patient information, please.",
                need=by_role(mentee=Need.NOT_ASKED, mentor=Need.OPTIONAL),
                most=600,
                audiences=MATCH,
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
                audiences=PROPOSED,
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
                audiences=PROPOSED,
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
                label="I can make time for about {framework}, or agree on another rhythm with my "
                "match.",
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

# Questions that are no longer asked go here, as optional ones, so that old answers are still shown.
RETIRED: tuple[Question, ...] = ()
