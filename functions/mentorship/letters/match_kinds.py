"""The kinds of letter about a match: to the two, or to coordinators."""

from mentorship.letters.traits import KindTraits, Reader, Replies

PROPOSAL = KindTraits(
    name="proposal",
    title="Proposed match",
    reader=Reader.APPLICANT,
    when="When a coordinator proposes a match, to the mentor; then, if they say yes, to the "
    "mentee.",
    looks_up="proposal",
)

PROPOSAL_REMINDER = KindTraits(
    name="proposal-reminder",
    title="Reminder of a proposed match",
    reader=Reader.APPLICANT,
    when="A week after they were asked, if they have not answered, or when a coordinator reminds "
    "them.",
    looks_up="proposal",
)

NOT_GOING_AHEAD = KindTraits(
    name="not-going-ahead",
    title="A match will not go ahead",
    reader=Reader.APPLICANT,
    when="When a match that they were asked about does not go ahead.",
    looks_up="not_going_ahead",
    follows_reader=True,
)

INTRODUCTION = KindTraits(
    name="introduction",
    title="Introduction",
    reader=Reader.APPLICANT,
    when="When both have said yes, or a coordinator has entered a match that runs already; with a "
    "calendar file. A reply reaches the other of the two.",
    replies=Replies.OTHER,
    looks_up="introduction",
    attaches="calendar",
    follows_reader=True,
)

MATCH_ENDED = KindTraits(
    name="match-ended",
    title="A match has ended",
    reader=Reader.APPLICANT,
    when="When their match has ended before its time.",
    looks_up="match_ended",
    follows_reader=True,
)

INTRODUCED = KindTraits(
    name="introduced",
    title="Introduced",
    reader=Reader.COORDINATOR,
    when="When both have said yes to a match that they proposed: a copy of what both were sent.",
    looks_up="introduced",
)

MATCH_CLOSED = KindTraits(
    name="match-closed",
    title="A proposed match is closed",
    reader=Reader.COORDINATOR,
    when="When a match that they proposed is declined, lapses, or cannot go on.",
    looks_up="about_two",
)

LATE_ANSWER = KindTraits(
    name="late-answer",
    title="A late yes",
    reader=Reader.COORDINATOR,
    when="When someone says yes to a match that they proposed, and it is too late.",
    looks_up="about_two",
)

MISTAKE = KindTraits(
    name="mistake",
    title="A no was a mistake",
    reader=Reader.COORDINATORS,
    when="When someone who said no to a match says that this was a mistake.",
    looks_up="about_two",
)
