"""What measures: time and memory of a piece of work."""

import gc
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent.parent
# What keeps Python from storing what it has compiled.
NOT_COMPILED = "PYTHONDONTWRITEBYTECODE"


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest time of some runs."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Return the median CPU time of some runs, in seconds; others on the machine don't count."""
    taken = []
    gc.collect()
    for _ in range(times):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return median(taken)


def line(what: str, took: float, most: float) -> str:
    """Return the line of a figure that has a limit, both in seconds of CPU."""
    return f"  {what:40} {took * 1000:8.1f} ms of {most * 1000:,.0f}: {took / most:.2f}"


def python(code: str) -> Callable[[], object]:
    """Return a run of Python in a process of its own."""
    return lambda: printed(code)


def printed(code: str) -> str:
    """
    Return what a process of its own prints that runs some Python.

    From the second time on, it is compiled already, as it is in the bundle.
    """
    environment = {name: text for name, text in os.environ.items() if name != NOT_COMPILED}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "functions",
        env={**environment, "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "compiled")},
        check=True,
        capture_output=True,
    )
    return done.stdout.decode()


def peak(work: Callable[[], object]) -> int:
    """Return the most memory that *work* held at once, in bytes."""
    tracemalloc.start()
    work()
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held
