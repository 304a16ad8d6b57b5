"""The kinds of letter about the work at the desk, all of them to coordinators."""

from mentorship.letters.traits import KindTraits, Reader

SIGN_IN = KindTraits(
    name="sign-in",
    title="Way in to the desk",
    reader=Reader.COORDINATOR,
    when="When they ask for a way in to the desk.",
    looks_up="sign_in_link",
)

TEST = KindTraits(
    name="test",
    title="Test email",
    reader=Reader.COORDINATOR,
    when="When they have a test email sent to themselves.",
)

APPEAL = KindTraits(
    name="appeal",
    title="Appeal for mentors",
    reader=Reader.COORDINATOR,
    when="When they have the appeal for mentors sent to them.",
)

WELCOME = KindTraits(
    name="welcome",
    title="Welcome as a coordinator",
    reader=Reader.COORDINATOR,
    when="When they are added at the desk; the contact address gets it too, with who did that.",
    looks_up="coordinator_added",
)

RENEW = KindTraits(
    name="renew",
    title="A coordinator’s time ends",
    reader=Reader.COORDINATOR,
    when="Thirty days before their time as a coordinator ends; the contact address gets it too.",
    looks_up="term_ending",
)

DIGEST = KindTraits(
    name="digest",
    title="Monday’s news",
    reader=Reader.COORDINATORS,
    when="On Mondays, if there is anything to tell, and on the first Monday of a month.",
    looks_up="week",
)

REPLY_DUE = KindTraits(
    name="reply-due",
    title="The reply date comes",
    reader=Reader.COORDINATORS,
    when="Three days before applicants are told that there is no match yet: who they are.",
    looks_up="reply_due",
)

ON_HOLD = KindTraits(
    name="on-hold",
    title="Many from one network",
    reader=Reader.COORDINATORS,
    when="Within the hour, if many from one network are on hold; at most six times a day.",
    looks_up="on_hold",
)

HELD_BACK = KindTraits(
    name="held-back",
    title="On hold",
    reader=Reader.COORDINATORS,
    when="In the morning, if applications were put on hold since the last time.",
    looks_up="held_back",
)

UNDELIVERED = KindTraits(
    name="undelivered",
    title="An email came back",
    reader=Reader.COORDINATORS,
    when="When an email came back, or its reader called it unwanted.",
    looks_up="undelivered",
)

FORGOTTEN = KindTraits(
    name="forgotten",
    title="Please delete what you have",
    reader=Reader.COORDINATORS,
    when="When somebody was forgotten whose application they have been sent.",
    also_contact=True,
)

COUNT = KindTraits(
    name="count",
    title="What was received and announced",
    reader=Reader.COORDINATORS,
    when="Each morning on which not all that was received was announced, and on Mondays "
    "without a digest.",
)
