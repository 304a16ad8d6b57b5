"""The questions that a match depends on: what a mentee asks for and a mentor offers."""

from mentorship.form.choices import OTHER, Choice, Choices, Tick, options
from mentorship.form.question import (
    AFTER_BOTH_YESES,
    BEFORE_THE_NAME,
    MENTEES_IF_THEY_LIKE,
    MENTEES_ONLY,
    MENTORS_IF_THEY_LIKE,
    MENTORS_ONLY,
    Audience,
    Need,
    Option,
    Role,
    by_role,
)
from mentorship.form.texts import LongText, Text

AREAS = Choices(
    name="subspecialties",
    label="Areas of radiology",
    told="Areas",
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
        ),
        Option(code=OTHER, label="Other", explained="Which other area?", vague=True),
        Option(code="undecided", label="Undecided", only_for=Role.MENTEE, vague=True),
    ),
    audiences=BEFORE_THE_NAME,
    headline=True,
)
SETTING = Choices(
    name="practice_setting",
    label=by_role(
        mentee="Which settings would you like to hear about?",
        mentor="Where do you practice?",
    ),
    short="Practice settings",
    told=by_role(mentee="Would like to hear about", mentor="Practices in"),
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
        ),
        Option(code=OTHER, label="Other", explained="Which other setting?", vague=True),
        Option(code="any", label="No preference", only_for=Role.MENTEE, vague=True),
    ),
    audiences=BEFORE_THE_NAME,
)
TOPICS = Choices(
    name="topics",
    label=by_role(
        mentee="What would you like to talk about?",
        mentor="What would you be glad to talk about?",
    ),
    short="Topics",
    told=by_role(mentee="Hopes to talk about", mentor="Glad to talk about"),
    hint=by_role(mentee="Up to four.", mentor="As many as you like."),
    need=by_role(mentee=Need.REQUIRED, mentor=Need.OPTIONAL),
    missing="Select at least one topic",
    most=by_role(mentee=4, mentor=None),
    options=(
        *options(
            fellowship="Choosing and applying for fellowship",
            first_job="First job and job search",
            private_or_academic="Private or academic",
            business="Contracts and the business of radiology",
            boards="Board exams",
        ),
        # Three topics say something of a person, and are for the match alone.
        *options("", well_being="Work-life balance and well-being"),
        *options(
            leadership="Leadership and society work",
            research="Research and publishing",
            teaching="Teaching",
            advocacy="Advocacy and health policy",
            networking="Networking",
        ),
        *options("", family="Parental leave and family"),
        *options(new_here="New to Washington"),
        *options("", img="International medical graduate"),
        Option(
            code=OTHER,
            label="Something else",
            explained="What else, in a few words?",
            vague=True,
        ),
    ),
    audiences=BEFORE_THE_NAME,
    headline=True,
)
GOAL = LongText(
    name="goal",
    label="In a sentence or two, what would make this year worth it?",
    short="What would make the year worth it",
    told="What would make this year worth it",
    hint="No wrong answers. No patient information, please.",
    need=MENTEES_ONLY,
    missing="Enter a sentence on what would make this year worth it",
    most=600,
    audiences=AFTER_BOTH_YESES,
    headline=True,
    permission=Tick(
        name="goal_shown",
        label="You may show this before my name",
        short="OK to show goal early",
        need=MENTEES_IF_THEY_LIKE,
        beside="goal",
        headline=True,
    ),
    permits=Audience.PROPOSED,
)
ABOUT = LongText(
    name="about",
    label="Anything you would like your mentee to know?",
    short="For the mentee to know",
    told="In their words",
    hint="No patient information, please.",
    need=MENTORS_IF_THEY_LIKE,
    most=600,
    audiences=AFTER_BOTH_YESES,
    permission=Tick(
        name="about_shown",
        label="You may show this before my name",
        short="OK to show this early",
        need=MENTORS_IF_THEY_LIKE,
        beside="about",
    ),
    permits=Audience.PROPOSED,
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
WAYS = Choices(
    name="contact_ways",
    label="How do you like to talk?",
    short="Ways to talk",
    told="Likes to talk by",
    missing="Select at least one way to talk",
    options=options(video="Video", phone="Phone", in_person="In person", email="Email"),
    audiences=BEFORE_THE_NAME,
)
TIMES = Choices(
    name="availability",
    label="Usually good times",
    short="Good times",
    need=Need.OPTIONAL,
    options=(
        *options(
            mornings="Weekday mornings",
            midday="Midday",
            late_afternoon="Late afternoon",
            evenings="Evenings",
            weekends="Weekends",
        ),
        Option(code="varies", label="Varies with call", vague=True),
    ),
    audiences=BEFORE_THE_NAME,
)
OUTSIDE = Choice(
    name="outside_program",
    label="Someone from another institution?",
    short="From another institution",
    need=MENTEES_IF_THEY_LIKE,
    options=options(yes="Yes, please", any="No preference", same="The same is fine"),
    default=by_role(mentee="any", mentor=""),
)
PREFERRED = Text(
    name="preferred_people",
    label="Someone in mind?",
    short="Someone in mind",
    hint="Up to three names. We will consider them, and may tell them that you asked for them; "
    "we cannot promise.",
    need=MENTEES_IF_THEY_LIKE,
    most=200,
)
NOT_WITH = Text(
    name="not_with",
    label="Anyone we should not match you with?",
    short="Not with",
    hint="Names only; no reason needed: for example someone who evaluates you, or whom you "
    "evaluate or may hire. Read only by the program’s coordinators ({coordinators}), by those who "
    "follow them, and at {contact}, which can sign in too. A coordinator whom you name cannot read "
    "it. Rather not write it? Email {contact}.",
    need=Need.OPTIONAL,
    most=200,
    private=True,
)
# What mentees ask for and mentors offer, in the order in which it is counted.
SOUGHT = (AREAS, TOPICS, SETTING)
