"""Every variable is a setting, every setting a variable, and a mistake in one shows at start."""

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import template
from infra.build import ROOT
from mentorship.settings import BadSetting, Program, Settings, every_setting
from tests.every import every
from tests.made import NOW

EVERY = {variable: (why, default) for variable, why, default in every_setting()}
GIVEN = {
    "APPLICATIONS_TABLE": "applications",
    "MATCHES_TABLE": "matches",
    "LETTERS_TABLE": "letters",
    "PROGRAM_TABLE": "program",
    "EXPORT_BUCKET": "exports",
    "SENDER": "Mentorship <mentorship@example.org>",
    "COORDINATORS": "kim@example.org, sam@example.org",
    "CONFIGURATION_SET": "letters",
    "LINK_KEYS": "link-keys",
    "CLIENT_LIMIT": "60",
    "TABLES_SECONDS": "2",
    "MAIL_SECONDS": "10",
    "TEMPLATES": f"templates{os.pathsep}frame",
}


def variables() -> dict[str, Any]:
    """Return what the template gives every function."""
    declared: dict[str, Any] = template.read()["Globals"]["Function"]["Environment"]["Variables"]
    return declared


class _Loader(yaml.SafeLoader):
    """A loader that reads MkDocs' `!ENV [NAME, default]` as a list."""


def _listed(loader: _Loader, node: yaml.SequenceNode) -> list[Any]:
    return loader.construct_sequence(node)


_Loader.add_constructor("!ENV", _listed)


def site() -> dict[str, str]:
    """Return the defaults that `mkdocs.yml` gives to variables of the environment."""
    loaded = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)
    found: dict[str, str] = {}

    def look(at: Any) -> None:
        if isinstance(at, dict):
            for value in at.values():
                look(value)
        elif isinstance(at, list):
            match at:
                case [str(name), str(default)] if name in EVERY:
                    assert found.setdefault(name, default) == default
                case _:
                    for value in at:
                        look(value)

    look(loaded)
    return found


class TestTemplate:
    @every("variable", sorted({*variables(), *EVERY}))
    def test_variables_are_settings_and_settings_variables(self, variable: str) -> None:
        """
        What the template gives the functions is what they read, no more and no less.
        """
        assert variable in EVERY
        assert variable in variables()

    @every("name", sorted(template.functions()))
    def test_no_function_has_variables_of_its_own(self, name: str) -> None:
        """
        Every function reads the same settings.
        """
        assert "Environment" not in template.functions()[name]

    @pytest.mark.parametrize(
        "variable", [variable for variable, (_, default) in EVERY.items() if default is not None]
    )
    def test_defaults_are_the_same(self, variable: str) -> None:
        """
        A parameter's default is the setting's, or empty, which comes to the same.
        """
        default = str(template.parameters()[variables()[variable]["Ref"]]["Default"])
        if variable == "APPLICATIONS":
            # On AWS the form stays closed until mail was shown to arrive; elsewhere it is open.
            assert (default, EVERY[variable][1]) == ("soon", "open")
        else:
            assert default in ("", EVERY[variable][1])

    @pytest.mark.parametrize("months", [3, 60])
    def test_the_template_takes_no_period_that_a_function_would_not(self, months: int) -> None:
        """
        The shortest and the longest period of the template are understood.
        """
        limits = template.parameters()["KeepMonths"]
        assert months in (limits["MinValue"], limits["MaxValue"])
        assert Program(keep_months=str(months)).months_kept == months

    @pytest.mark.parametrize("value", template.parameters()["Applications"]["AllowedValues"])
    def test_the_template_takes_no_state_that_a_function_would_not(self, value: str) -> None:
        """
        Whatever the form may be on AWS, the functions understand.
        """
        assert Program(applications=value).applications == value


class TestSite:
    def test_site_has_the_same_defaults(self) -> None:
        """
        The pages call the program, its address and its contact what the functions call them.
        """
        assert site() == {
            variable: EVERY[variable][1]
            for variable in ("PROGRAM_NAME", "PUBLIC_ADDRESS", "CONTACT_ADDRESS")
        }

    def test_page_of_settings_is_made_of_them(self) -> None:
        """
        The page of settings is the table that the code makes, so it cannot lack one.
        """
        page = (ROOT / "docs" / "about" / "settings.md").read_text(encoding="utf-8")
        assert "{{ settings_table() }}" in page

    @every("variable", EVERY)
    def test_page_shows_every_setting(self, variable: str, site: Path) -> None:
        """
        Each setting stands on the built page.
        """
        page = (site / "about" / "settings" / "index.html").read_text(encoding="utf-8")
        assert f"<code>{variable}</code>" in page

    @every("variable", EVERY)
    def test_every_setting_says_what_it_is_for(self, variable: str) -> None:
        """
        Each has a sentence of its own, that fits in a cell of a table.
        """
        why = EVERY[variable][0]
        assert why.endswith(".")
        assert not re.search(r"[|\n]", why)


class TestProgram:
    def test_defaults(self) -> None:
        """
        With nothing set, the program is the society's own.
        """
        program = Program.from_environment({})
        assert program.name == "WSRS Mentorship Program"
        assert program.contact == "admin@wsrs.org"
        assert program.months_kept == 12
        assert program.reply_date is None
        assert program.zone.key == "America/Los_Angeles"
        assert program.suggestions == {"institutions": []}
        assert program.coordinator_names == (
            "RFS leadership, with help from WSRS board members as needed"
        )

    def test_empty_is_as_not_set(self) -> None:
        """
        An empty variable, or one of spaces, is left to its default.
        """
        empty = dict.fromkeys(EVERY, " ")
        assert Program.from_environment(empty) == Program()

    def test_every_variable_is_read(self) -> None:
        """
        Each variable has its own effect.
        """
        program = Program.from_environment(
            {
                "PROGRAM_NAME": "Example Program",
                "PUBLIC_ADDRESS": "https://mentorship.example.org",
                "CONTACT_ADDRESS": "contact@example.org",
                "COORDINATOR_NAMES": "Kim and Sam",
                "APPLICATIONS": "soon",
                "REPLY_BY": "2026-10-15",
                "KEEP_MONTHS": " 18 ",
                "INSTITUTIONS": " Example Hospital; ;Radiology, P.S. ;",
                "ZONE": "America/New_York",
            }
        )
        assert program.name == "Example Program"
        assert program.public_address == "https://mentorship.example.org"
        assert program.contact == "contact@example.org"
        assert program.coordinator_names == "Kim and Sam"
        assert program.applications == "soon"
        assert program.reply_date == date(2026, 10, 15)
        assert program.months_kept == 18
        assert program.suggestions["institutions"] == ["Example Hospital", "Radiology, P.S."]
        assert program.local(NOW).isoformat() == "2026-10-06T20:30:00-04:00"

    @every(
        ("variable", "value", "words"),
        [
            ("APPLICATIONS", "closed", "must be “open” or “soon”"),
            ("APPLICATIONS", "Open", "must be “open” or “soon”"),
            *(
                ("KEEP_MONTHS", value, "must be a number of months from 3 to 60, such as 12")
                for value in ("0", "2", "-1", "12.5", "a year", "1e1", "61", "9" * 12)
            ),
            *(
                ("REPLY_BY", value, "must be a date such as 2026-10-15, or empty")
                for value in ("soon", "2026-13-01", "2026-02-30", "10/15/2026", "October 15")
            ),
            *(
                ("ZONE", value, "must be a time zone such as America/Los_Angeles")
                for value in ("Mars", "America", "PST8PDX", "../../etc/passwd", "/etc", "x" * 999)
            ),
            *(
                ("CONTACT_ADDRESS", value, "must be an address such as name@example.org")
                for value in ("nobody", "a@", "@b", "a@b, c@d", "Kim <kim@example.org>", "a b@c.d")
            ),
        ],
    )
    def test_bad_values(self, variable: str, value: str, words: str) -> None:
        """
        What cannot be used is named, with what it should be, before anything runs.
        """
        with pytest.raises(BadSetting) as caught:
            Program.from_environment({variable: value})
        assert str(caught.value) == f"{variable} {words}"

    def test_cannot_be_changed(self) -> None:
        """
        Settings are what the environment said at start.
        """
        with pytest.raises(AttributeError):
            Program().contact = "other@example.org"  # type: ignore[misc]


class TestSettings:
    def test_every_variable_is_read(self) -> None:
        """
        Each variable has its own effect.
        """
        settings = Settings.from_environment(GIVEN)
        assert settings.applications_table == "applications"
        assert settings.letters_table == "letters"
        assert settings.program_table == "program"
        assert settings.export_bucket == "exports"
        assert settings.sender == "Mentorship <mentorship@example.org>"
        assert settings.configuration_set == "letters"
        assert settings.link_keys == "link-keys"
        assert settings.most_of_a_client == 60
        assert (settings.tables_seconds, settings.mail_seconds) == ("2", "10")
        assert settings.template_folders == ["templates", "frame"]
        assert [str(address) for address in settings.coordinator_addresses] == [
            "kim@example.org",
            "sam@example.org",
        ]

    def test_all_are_given_above(self) -> None:
        """
        What has no default is what has to be given.
        """
        assert set(GIVEN) == {name for name, (_, default) in EVERY.items() if default is None}

    @every("variable", GIVEN)
    @every("value", [None, "", "  "])
    def test_missing(self, variable: str, value: str | None) -> None:
        """
        A place that lacks one does not start, and says which and what it is for.
        """
        given = {name: text for name, text in GIVEN.items() if name != variable}
        if value is not None:
            given[variable] = value
        with pytest.raises(BadSetting) as caught:
            Settings.from_environment(given)
        assert str(caught.value) == f"{variable} is not set: {EVERY[variable][0]}"

    @every(
        ("variable", "value", "words"),
        [
            ("SENDER", "Mentorship", "must be an address such as name@example.org"),
            ("SENDER", "Mentorship <>", "must be an address such as name@example.org"),
            ("COORDINATORS", "kim", "must be an address such as name@example.org"),
            ("COORDINATORS", "kim@example.org; sam@example.org", "must be an address such as"),
            ("COORDINATORS", "kim@example.org sam@example.org", "must be an address such as"),
            ("COORDINATORS", "kim@example.org, sam", "must be an address such as"),
            ("COORDINATORS", "Kim <kim>", "must be an address such as"),
            ("COORDINATORS", "Kim <>", "must be an address such as"),
            ("COORDINATORS", ",", "must be addresses with a comma between them"),
            *(
                (variable, value, "must be a number from 1 on, such as 60")
                for variable in ("CLIENT_LIMIT", "TABLES_SECONDS", "MAIL_SECONDS")
                for value in ("0", "-1", "2.5", "many")
            ),
        ],
    )
    def test_bad_values(self, variable: str, value: str, words: str) -> None:
        """
        An address that no letter could go to, or a number that is none, is named at start.
        """
        with pytest.raises(BadSetting) as caught:
            Settings.from_environment({**GIVEN, variable: value})
        assert str(caught.value).startswith(f"{variable} {words}")

    def test_a_comma_too_many(self) -> None:
        """
        A comma at the end of the list names nobody.
        """
        settings = Settings.from_environment({**GIVEN, "COORDINATORS": " kim@example.org ,, "})
        assert len(settings.coordinator_addresses) == 1
