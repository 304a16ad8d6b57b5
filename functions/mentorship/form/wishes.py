"""The questions that a match depends on: what a mentee asks for and a mentor offers."""

from mentorship.form.choices import Choice, Choices
from mentorship.form.question import Audience, Need, Option, Role, by_role

MENTORS_ONLY = by_role(mentee=Need.NOT_ASKED, mentor=Need.REQUIRED)

PROPOSED = (Audience.PROPOSED, Audience.MATCH)
MATCH = (Audience.MATCH,)


def options(**labels: str) -> tuple[Option, ...]:
    """Return options from codes and labels, in their order."""
    return tuple(Option(code=code, label=label) for code, label in labels.items())


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
    audiences=PROPOSED,
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
    audiences=PROPOSED,
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
    audiences=PROPOSED,
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
# What mentees ask for and mentors offer, in the order in which it is counted.
SOUGHT = (AREAS, TOPICS, SETTING)
# The code of the option "other"; it names nothing that could be asked for.
OTHER = "other"
