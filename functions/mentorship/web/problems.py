"""What can go wrong with a link; `mentorship.problems` has everything else that can."""

from mentorship.problems import Problem


class DamagedLink(Problem):
    """A link from an email is not whole: a mail program cut it, or somebody made it up."""

    status = 404
    title = "This link is damaged"
    remedy = (
        "Part of it may be missing. Open it from the email again, or ask for a new one with the "
        "address that you applied with."
    )
    page = "old_link"
