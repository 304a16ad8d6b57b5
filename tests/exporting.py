"""Exports, as whoever may invoke the function itself gets them."""

import base64
from urllib.parse import parse_qs

from infra.laptop import Laptop


def exported(laptop: Laptop, query: str) -> bytes:
    """
    Return the file of an export.

    Args:
        laptop: whose.
        query: the arguments, such as `format=csv&role=mentee`.

    """
    arguments = {name: ",".join(texts) for name, texts in parse_qs(query).items()}
    answer = laptop.invoke("Export", arguments)
    return base64.b64decode(answer["body"])
