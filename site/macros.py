"""What the pages take from the package: the form, and tables made from what the code declares."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs_macros.plugin import MacrosPlugin

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "functions"))

# Problems are found once their modules are loaded.
import mentorship.matches.problems  # noqa: E402
import mentorship.web.problems  # noqa: E402, F401
from mentorship import framework, problems, settings  # noqa: E402
from mentorship.form.question import Role  # noqa: E402
from mentorship.letters import kinds  # noqa: E402
from mentorship.matches import criteria, rules, suitability  # noqa: E402
from mentorship.rendering import Renderer  # noqa: E402


def define_env(env: "MacrosPlugin") -> None:
    """Define the macros and variables of the pages."""
    program = settings.Program.from_environment(os.environ)
    renderer = Renderer([str(ROOT / "templates")], program)
    env.variables.update(
        {
            "contact": program.contact,
            "coordinators": program.coordinator_names,
            "framework": framework.FRAMEWORK,
            "keep_months": program.months_kept,
            "program_name": program.name,
        }
    )

    @env.macro
    def form(role: str) -> str:
        return renderer.form(Role(role))

    @env.macro
    def what_we_ask() -> str:
        return renderer.what_we_ask()

    @env.macro
    def timeline() -> str:
        return renderer.timeline()

    @env.macro
    def best_for_all() -> str:
        return renderer.best_for_all()

    @env.macro
    def settings_table() -> str:
        return table(
            ("Setting", "What it is for", "Default"),
            (
                (f"`{variable}`", why, "must be set" if default is None else f"`{default or '–'}`")
                for variable, why, default in settings.every_setting()
            ),
        )

    @env.macro
    def problems_table() -> str:
        every = ((str(each.status), each.title, each.remedy) for each in problems.every_problem())
        return table(("Status", "What it says", "What to do"), every)

    @env.macro
    def mails_table() -> str:
        return table(
            ("Email", "To", "When"),
            ((f"`{kind}`", f"the {kind.traits.reader}", kind.traits.when) for kind in kinds.Kind),
        )

    @env.macro
    def rules_table(effect: str) -> str:
        found = (each for each in rules.RULES if each.effect is rules.Effect[effect])
        return table(("When", "What you can do"), ((each.when, each.remedy) for each in found))

    @env.macro
    def criteria_table(*, is_shared: bool) -> str:
        counted = (each for each in criteria.CRITERIA if each.is_shared is is_shared)
        return table(("What counts", "Points"), ((each.name, each.worth) for each in counted))

    @env.macro
    def strength_table() -> str:
        least = suitability.LEAST.items()
        return table(("Word", "Points, at least"), ((f"*{word}*", f"{n}") for word, n in least))

    @env.macro
    def checked_again() -> str:
        return "\n".join(f"- {rule.when}" for rule in rules.RULES if rule.is_checked_again)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, tuple("---" for _ in head), *rows))
