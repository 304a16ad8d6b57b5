"""Emails that came back."""

import json
from typing import Any

from mentorship import log
from mentorship.mail.feedback import feedback
from mentorship.services import services


def handle(event: dict[str, Any], context: object) -> None:
    """Take the topic's notices; one that fails is delivered again."""
    for record in event["Records"]:
        try:
            notice = json.loads(record["Sns"]["Message"])
        except (
            ValueError
        ):  # SES begins with a line of plain text, to check that the topic is there.
            log.record("notice not understood", kind="text")
            continue
        feedback(notice, services())
