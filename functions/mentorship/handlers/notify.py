"""Send new letters as the table's stream delivers them."""

from typing import Any

from mentorship import log
from mentorship.mail.delivery import deliver
from mentorship.services import Services, services


def notify(event: dict[str, Any], services: Services) -> dict[str, Any]:
    """
    Send the letters that a batch of the stream's records names.

    A letter's own failure is stored with the letter. Only if the table itself fails is the record
    reported, and the stream tried again from there.
    """
    for record in event["Records"]:
        letter_id = record["dynamodb"]["Keys"]["id"]["S"]
        try:
            deliver(letter_id, services)
        except Exception as error:  # The table failed: the stream has to come back to this record.
            log.record(
                "stream stopped",
                letter=letter_id,
                error=type(error).__name__,
                where=log.trace(error),
            )
            number = record["dynamodb"]["SequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take a batch of the stream's records."""
    return notify(event, services())
