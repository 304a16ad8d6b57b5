"""What can go wrong with a match; `mentorship.problems` has everything else that can."""

from mentorship.problems import Problem


class CannotBeMatched(Problem):
    """Two people cannot be matched, whatever a coordinator says."""

    status = 409
    title = "These two cannot be matched now"
    remedy = "Nothing was saved, and no email was sent. Choose someone else."


class ProposalClosed(Problem):
    """A proposal is over, or both were introduced, so that it takes no such answer."""

    status = 409
    title = "This proposal is closed"
    remedy = "Nothing was changed. Write to the contact address if that is not right."
