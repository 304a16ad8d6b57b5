"""The framework in words and figures, and that nothing else says them."""

import itertools
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from infra.build import ROOT
from mentorship.framework import FRAMEWORK, Framework
from mentorship.matches import timeline

OTHER = Framework(months=9, weeks=8, minutes=45)
# What both of them say.
SAME = {"week 24", "five conversations"}
# How the suggested framework could be said: its weeks, its months, its length with an interval.
FIGURES = re.compile(
    r"\b(12|twelve)[- ]weeks?\b|\bweeks? (12|24|36|48)\b|\b(12|twelve)( calendar)?[- ]months?\b"
    r"|\bhalf an hour (every|a quarter|each)|\bfive conversations\b"
    r"|\b30[- ]minutes? (talk|call|contact|conversation|every)",
    re.IGNORECASE,
)
FOLDERS = ("docs", "site", "templates", "functions")
# The list of decisions is history; this module declares the framework.
SAID_THERE = {"docs/about/decisions.md", "functions/mentorship/framework.py"}
# Builds the site with another framework; MkDocs makes the pages in the same process.
BUILD = """
import sys
from mentorship import framework
framework.FRAMEWORK = framework.Framework(months={months}, weeks={weeks}, minutes={minutes})
from mkdocs.__main__ import cli
cli(["build", "--quiet", "--site-dir", sys.argv[1]])
"""


def told(framework: Framework) -> list[str]:
    """Return everything that a framework says of itself."""
    return [
        framework.length, framework.interval, framework.duration, framework.words,
        framework.conversations, framework.when,
    ]  # fmt: skip


class TestFramework:
    def test_the_program_suggests_half_an_hour_every_12_weeks(self) -> None:
        """
        The framework that the society has chosen, in figures and in words.
        """
        assert FRAMEWORK.contact_weeks == (12, 24, 36, 48)
        assert told(FRAMEWORK) == [
            "half an hour", "every 12 weeks", "12 months", "half an hour every 12 weeks for "
            "12 months", "five conversations", "weeks 12, 24, 36 and 48",
        ]  # fmt: skip

    def test_another_one(self) -> None:
        """
        Another framework has other figures and words.
        """
        assert told(OTHER) == [
            "45 minutes", "every 8 weeks", "9 months", "45 minutes every 8 weeks for 9 months",
            "five conversations", "weeks 8, 16, 24 and 32",
        ]  # fmt: skip
        assert told(Framework(months=1, weeks=1, minutes=60))[:3] == [
            "an hour", "every week", "1 month",
        ]  # fmt: skip
        assert Framework(months=3, weeks=12, minutes=30).when == "week 12"
        assert Framework(months=2, weeks=12, minutes=30).when == "no week"
        assert Framework(months=2, weeks=12, minutes=30).conversations == "one conversation"
        assert Framework(months=24, weeks=4, minutes=30).conversations == "27 conversations"

    @pytest.mark.parametrize("figures", [(0, 12, 30), (12, 0, 30), (12, 12, 0)])
    def test_one_that_cannot_be_is_refused(self, figures: tuple[int, int, int]) -> None:
        """
        A framework of no months, weeks or minutes is a mistake in the declaration.
        """
        months, weeks, minutes = figures
        with pytest.raises(ValueError, match="at least one"):
            Framework(months=months, weeks=weeks, minutes=minutes)

    @given(st.integers(1, 36), st.integers(1, 60), st.dates(date(2024, 1, 1), date(2040, 1, 1)))
    def test_every_contact_is_before_the_end(self, months: int, weeks: int, start: date) -> None:
        """
        Whenever a match starts, its last contact is before its end, and no further one would be
        more than a few days before it.
        """
        framework = Framework(months=months, weeks=weeks, minutes=30)
        end = start + relativedelta(months=months)
        contacts = [start + timedelta(weeks=week) for week in framework.contact_weeks]
        assert all(contact < end for contact in contacts)
        following = start + timedelta(weeks=weeks * (len(contacts) + 1))
        assert following >= end - timedelta(days=5)


class TestTimeline:
    @given(st.integers(1, 36), st.integers(1, 60))
    def test_contacts_are_drawn_in_order_and_before_the_end(self, months: int, weeks: int) -> None:
        """
        Each contact is drawn once, to scale, between the introduction and the end.
        """
        framework = Framework(months=months, weeks=weeks, minutes=30)
        drawn = timeline.places(framework)
        assert tuple(place.week for place in drawn) == framework.contact_weeks
        across = [timeline.START, *(place.x for place in drawn), timeline.END + 1]
        assert across == sorted(across)
        labels = [place.x for place in drawn if place.labeled]
        assert all(b - a >= timeline.LABEL - 2 for a, b in itertools.pairwise(labels))


class TestNothingElseSaysIt:
    def test_in_the_files(self) -> None:
        """
        No page, template, style or module has the framework's figures in its own words.
        """
        said = [
            (name, found.group())
            for folder in FOLDERS
            for path in sorted((ROOT / folder).rglob("*"))
            if path.suffix in {".md", ".html", ".txt", ".py", ".js", ".css"}
            if (name := path.relative_to(ROOT).as_posix()) not in SAID_THERE
            for found in FIGURES.finditer(path.read_text(encoding="utf-8"))
        ]
        assert said == []

    def test_on_a_site_with_another_framework(self, tmp_path: Path) -> None:
        """
        A site built with 9 months and 8 weeks says so, and has no old figure left.

        How long answers are kept is separate, so it is set to another period.
        """
        code = BUILD.format(months=OTHER.months, weeks=OTHER.weeks, minutes=OTHER.minutes)
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "functions"),
            "KEEP_MONTHS": "24",
            "NO_MKDOCS_2_WARNING": "1",
        }
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, env=environment, check=True
        )
        pages = {
            path.relative_to(tmp_path).as_posix(): " ".join(unescape(words).split())
            for path in sorted(tmp_path.rglob("*.html"))
            for words in [path.read_text(encoding="utf-8")]
        }
        assert len(pages) > 20
        old = [
            (name, found.group())
            for name, words in pages.items()
            if name != "about/decisions/index.html"
            for found in FIGURES.finditer(words)
            if found.group().lower() not in SAME
        ]
        assert old == []
        for name in (
            "index.html",
            "mentors/index.html",
            "mentees/index.html",
            "questions/index.html",
        ):
            assert "45 minutes every 8 weeks" in pages[name].replace("45 Minutes", "45 minutes"), (
                name
            )
        for role in ("mentee", "mentor"):
            assert OTHER.words in pages[f"apply/{role}/index.html"]
        assert "weeks 8, 16, 24 and 32" in pages["program/index.html"]
