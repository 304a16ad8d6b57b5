"""Applicants, plainly made up: what a browser sends of them."""

from urllib.parse import urlencode

from infra.edge import Answer
from infra.laptop import Laptop

FORM = "application/x-www-form-urlencoded"

Given = dict[str, list[str]]

MENTEE: Given = {
    "role": ["mentee"],
    "full_name": ["Robin Example"],
    "email": ["robin@example.org"],
    "wsrs_email": [""],
    "phone": ["206 555 0100"],
    "membership": ["yes"],
    "training_stage": ["pgy4"],
    "training_ends": ["2027-06"],
    "institution": ["Example Hospital"],
    "city": ["Seattle"],
    "subspecialties": ["neuroradiology", "breast"],
    "topics": ["boards", "first_job"],
    "phone_shown": ["yes"],
    "goal": ["To leave residency knowing where I want to work.\nAnd why."],
    "contact_ways": ["video", "phone"],
    "availability": ["evenings"],
    "outside_program": ["yes"],
    "preferred_people": [""],
    "not_with": ["Sam Example"],
    "commitment": ["yes"],
    "consent": ["yes"],
    "website": [""],
    "form_version": ["2"],
}
MENTOR: Given = {
    "role": ["mentor"],
    "full_name": ["Kim Example"],
    "email": ["kim@example.com"],
    "phone": [""],
    "institution": ["Example Radiology"],
    "city": [""],
    "subspecialties": ["neuroradiology"],
    "practice_setting": ["private"],
    "about": ["I read at night, and answer in the morning."],
    "about_shown": ["yes"],
    "capacity": ["2"],
    "contact_ways": ["phone"],
    "not_with": [""],
    "commitment": ["yes"],
    "consent": ["yes"],
    "website": [""],
    "form_version": ["2"],
}


def mentee(**changes: str | list[str]) -> Given:
    """Return what a mentee sends, with *changes*."""
    return _changed(MENTEE, changes)


def mentor(**changes: str | list[str]) -> Given:
    """Return what a mentor sends, with *changes*."""
    return _changed(MENTOR, changes)


def encoded(given: Given) -> bytes:
    """Return what was given as a browser encodes it."""
    return urlencode(given, doseq=True).encode()


def apply(laptop: Laptop, given: Given, **headers: str) -> Answer:
    """Send an application as a browser does."""
    return laptop.call(
        "POST",
        "/applications",
        headers={"content-type": FORM, "accept": "text/html", **headers},
        body=encoded(given),
    )


def _changed(given: Given, changes: dict[str, str | list[str]]) -> Given:
    return given | {
        name: value if isinstance(value, list) else [value] for name, value in changes.items()
    }
