"""
What templates are given: never an application with all of its answers, nor a way to one.

Every page and every email that any test fills is looked through.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import partial
from types import FunctionType, MethodType
from typing import Any

import pytest

from mentorship.applications.application import Application, Version
from mentorship.applications.pointer import CurrentPointer
from mentorship.form.form import Form
from mentorship.form.question import Question
from mentorship.rendering import Renderer
from mentorship.services import Services
from mentorship.settings import Program
from mentorship.store.store import Store

# What leads to every answer of somebody.
FORBIDDEN = (Application, Version, CurrentPointer, Services, Store)
# What is declared, and holds nothing of anybody.
DECLARED = (Form, Question, Program, Enum, type, str, bytes, int, float)


def watch(patch: pytest.MonkeyPatch) -> None:
    """Have every template looked after, as long as a *patch* holds."""
    fill = Renderer._fill

    def looked_after(self: Renderer, template: str, values: dict[str, Any]) -> str:
        for found in reached(values):
            assert not isinstance(found, FORBIDDEN), (template, type(found).__name__)
        return fill(self, template, values)

    patch.setattr(Renderer, "_fill", looked_after)


def reached(value: object, seen: set[int] | None = None) -> Iterator[object]:
    """Yield a value, and all that a template could come to from it."""
    seen = set() if seen is None else seen
    if value is None or isinstance(value, DECLARED) or id(value) in seen:
        return
    seen.add(id(value))
    yield value
    if isinstance(value, FORBIDDEN):
        return
    for part in _parts(value):
        yield from reached(part, seen)


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from value
    elif isinstance(value, MethodType):
        yield value.__self__
    elif isinstance(value, partial):
        yield from (value.func, value.args, value.keywords)
    elif isinstance(value, FunctionType):
        yield from (cell.cell_contents for cell in value.__closure__ or ())
    else:
        yield from getattr(value, "__dict__", {}).values()
