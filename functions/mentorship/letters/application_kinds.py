"""The kinds of letter about one application: to its owner, or to coordinators about it."""

from mentorship.letters.traits import KindTraits, Reader, Replies

NEW_APPLICATION = KindTraits(
    name="new-application",
    title="New application",
    reader=Reader.COORDINATORS,
    when="At once, when an application arrives.",
    replies=Replies.APPLICANT,
)

RECEIPT = KindTraits(
    name="receipt",
    title="Receipt",
    reader=Reader.APPLICANT,
    when="At once, when their application arrives.",
    only_while_open=True,
)

CONFIRM_REMINDER = KindTraits(
    name="confirm-reminder",
    title="Please confirm your address",
    reader=Reader.APPLICANT,
    when="Once, three days after their application arrived, if they have not confirmed their "
    "address.",
    looks_up="confirm_reminder",
    only_while_open=True,
)

CONFIRM_CHANGE = KindTraits(
    name="confirm-change",
    title="Did you send other answers?",
    reader=Reader.APPLICANT,
    when="When the form is sent again for their address with other answers; at most once a day.",
    only_while_open=True,
)

CONFIRM_ADDRESS = KindTraits(
    name="confirm-address",
    title="Confirm the new address",
    reader=Reader.APPLICANT,
    when="At their new address, when they have given another one.",
)

CORRECTED = KindTraits(
    name="corrected",
    title="Your answers were changed",
    reader=Reader.APPLICANT,
    when="When their answers were changed by their link.",
)

MOVED = KindTraits(
    name="moved",
    title="Another address was confirmed",
    reader=Reader.FORMER,
    when="When another address has taken the place of theirs.",
)

CHANGED = KindTraits(
    name="changed",
    title="Changed answers",
    reader=Reader.COORDINATORS,
    when="When an applicant has changed their answers: what changed.",
    replies=Replies.APPLICANT,
)

WITHDRAWN = KindTraits(
    name="withdrawn",
    title="Off the list",
    reader=Reader.APPLICANT,
    when="When they have withdrawn, or a coordinator has for them.",
)

WITHDRAWAL = KindTraits(
    name="withdrawal",
    title="Withdrawn",
    reader=Reader.COORDINATORS,
    when="When an applicant has withdrawn, or a coordinator has for them.",
    replies=Replies.APPLICANT,
)

LINK = KindTraits(
    name="link",
    title="Link to their application",
    reader=Reader.APPLICANT,
    when="When they ask for their link; at most once a day. It has the links to proposed matches, "
    "too.",
    looks_up="own_links",
)

ENTERED = KindTraits(
    name="entered",
    title="Please check what we have",
    reader=Reader.APPLICANT,
    when="When a coordinator has entered what they said: to confirm or correct it.",
    only_while_open=True,
)

MEMBERSHIP = KindTraits(
    name="membership",
    title="Question about their WSRS address",
    reader=Reader.APPLICANT,
    when="When a coordinator asks by which address the society knows them.",
    only_while_open=True,
)

NOT_ELIGIBLE = KindTraits(
    name="not-eligible",
    title="Not eligible",
    reader=Reader.APPLICANT,
    when="When a coordinator has found that the program cannot take them.",
)

STILL_WAITING = KindTraits(
    name="still-waiting",
    title="No match yet",
    reader=Reader.APPLICANT,
    when="On the reply date, if there is no match yet; then every eight weeks at most.",
    looks_up="still_waiting",
    only_while_open=True,
)

KEEP = KindTraits(
    name="keep",
    title="Do you want to stay?",
    reader=Reader.APPLICANT,
    when="Thirty days before their application is deleted, if they wait, are paused or "
    "were released: when that is, and how to stay.",
    looks_up="keep",
)
