"""
Build what is published: the site, and the bundle that the functions run from.

`python -m infra.build site|bundle|all`. Two builds of the same sources are the same to the byte;
where a Python 3.13 is at hand the bundle has its bytecode, which AWS does not keep for us.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, nodes
from uv import find_uv_bin

from infra.trouble import Trouble, spoken
from mentorship.form.question import Role
from mentorship.rendering import Renderer
from mentorship.settings import Program

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
SITE = BUILD / "site"
FRAME = BUILD / "frame" / "frame.html"
BUNDLE = BUILD / "functions"
REQUIREMENTS = ROOT / "requirements" / "runtime.txt"

# What Lambda runs; infra/template.yaml says so too, and a test compares.
PLATFORM = "aarch64-manylinux2014"
PYTHON = "3.13"

# A file's date is no part of what it says; this is the first that a ZIP archive can hold.
DATE = 315532800

# It has 16 MB now, half of it bytecode. Growing past this needs a good reason: a cold start loads
# it while a person waits.
CEILING = 20_000_000

# The blocks that a function's page fills in, and those that it may replace.
BLOCKS = ["title", "head", "header", "content", "footer"]
# The template that a function puts in the form's place in a built page.
FORM = "form/form.html"


Node = TypeVar("Node", bound=nodes.Node)


class BuildError(Trouble):
    """The build cannot go on; the message says why, and what to do."""


def site(settings: Mapping[str, str] | None = None) -> None:
    """
    Build the pages into `build/site`, and next to them what the functions make pages from.

    That is the frame of every page, and the form's own pages with a place for the form.

    Args:
        settings: what the pages say, by the names of the functions' settings; the others are taken
            from the environment.

    Raises:
        BuildError: MkDocs found fault with a page, or one is not as the functions need it.

    """
    paths = [str(ROOT / "functions"), os.environ.get("PYTHONPATH", "")]
    # Not --quiet: MkDocs would not count the warnings either that --strict is to stop at.
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        capture_output=True,
        check=False,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "NO_MKDOCS_2_WARNING": "1",
            **(settings or {}),
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        },
    )
    if done.returncode:
        said = (done.stderr + done.stdout).splitlines()
        print("\n".join(line for line in said if not line.startswith("INFO")), flush=True)
        raise BuildError("The site was not built; what is wrong stands above.")
    made = SITE / "frame.html"
    if not made.exists():
        raise BuildError("The site has no frame.html: see static_templates in mkdocs.yml.")
    check_frame(made.read_text(encoding="utf-8"))
    program = Program.from_environment({**os.environ, **(settings or {})})
    renderer = Renderer([str(ROOT / "templates")], program)
    for role in Role:
        _leave_place(role, renderer.form(role))
    # Last, so that everything is there if this is.
    made.replace(FRAME)


def form_page(role: Role) -> Path:
    """Return the path of the built page for a role, with a place for the form."""
    return FRAME.parent / "pages" / f"apply_{role.value}.html"


def _leave_place(role: Role, form: str) -> None:
    """Put the built page for a role next to the frame, with a place instead of its *form*."""
    built = SITE / "apply" / role.value / "index.html"
    if not built.exists():
        raise BuildError(f"The site has no page for the form: docs/apply/{role.value}.md makes it.")
    parts = built.read_text(encoding="utf-8").split(form)
    if len(parts) != 2:
        raise BuildError(
            f"apply/{role.value}/index.html has its form {len(parts) - 1} times as it was made, "
            f"and should have it once: docs/apply/{role.value}.md has {{{{ form(…) }}}} in a "
            "paragraph of its own."
        )
    source = f'{{% include "{FORM}" %}}\n'.join(parts)
    check_form_page(source, name=f"apply/{role.value}/index.html")
    path = form_page(role)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


def check_form_page(source: str, *, name: str) -> None:
    """
    See that a page leaves a place for the form, and is otherwise plain HTML.

    Raises:
        BuildError: Something in the site's HTML would be taken for Jinja's.

    """
    places = [node.template for node in _marks(source, name, nodes.Include)]
    if places != [nodes.Const(FORM)]:
        raise BuildError(f"{name} has {len(places)} places for the form, and should have one.")


def check_frame(source: str) -> None:
    """
    See that the frame leaves the functions their blocks, and is otherwise plain HTML.

    Raises:
        BuildError: A block is missing, or something in the site's HTML would be taken for Jinja's.

    """
    found = [node.name for node in _marks(source, "frame.html", nodes.Block)]
    if found != BLOCKS:
        raise BuildError(f"frame.html has the blocks {found}, and should have {BLOCKS}.")


def _marks(source: str, name: str, kind: type[Node]) -> list[Node]:
    """Return the nodes of a *kind* in a page by its *name*, which has no others."""
    found, others = list[Node](), list[nodes.Node]()
    for node in Environment(autoescape=True).parse(source).body:
        if isinstance(node, kind):
            found.append(node)
        else:
            others.append(node)
    # A block of the frame has nothing but HTML in it either.
    others += [each for node in found if isinstance(node, nodes.Block) for each in node.body]
    for node in others:
        if not (
            isinstance(node, nodes.Output)
            and all(isinstance(part, nodes.TemplateData) for part in node.nodes)
        ):
            raise BuildError(f"{name}, line {node.lineno}: something is taken for Jinja.")
    return found


def bundle(target: Path = BUNDLE) -> int:
    """
    Build what the functions run from into *target*, and return its size in bytes.

    Raises:
        BuildError: The site was not built before, a dependency cannot be had, or the bundle has
            grown too large.

    """
    if not all(path.exists() for path in (FRAME, *map(form_page, Role))):
        raise BuildError("Build the site first (python -m infra.build site): it makes the frame.")
    shutil.rmtree(target, ignore_errors=True)
    _install(target)
    _prune(target)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "functions" / "mentorship", target / "mentorship", ignore=ignored)
    shutil.copytree(ROOT / "templates", target / "templates", ignore=ignored)
    shutil.copytree(FRAME.parent, target / "templates", dirs_exist_ok=True)
    _compile(target)
    _level(target)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    if size > CEILING:
        raise BuildError(
            f"The bundle has {size:,} bytes, more than {CEILING:,}: see what came in, and raise "
            "CEILING in infra/build.py if it is worth it."
        )
    return size


def _install(target: Path) -> None:
    """Install the dependencies for Lambda, whatever machine this is."""
    done = subprocess.run(
        [
            *(find_uv_bin(), "pip", "install", "--quiet", "--target", str(target)),
            *("--python-platform", PLATFORM, "--python-version", PYTHON),
            *("--only-binary", ":all:", "--require-hashes", "--no-deps"),
            # Not links into uv's cache: their dates and rights are set below.
            *("--link-mode", "copy", "--requirement", str(REQUIREMENTS)),
        ],
        check=False,
    )
    if done.returncode:
        raise BuildError("The functions' dependencies were not installed; see above.")


def services_used() -> set[str]:
    """Return the AWS services that the functions make clients of."""
    return {
        name
        for path in (ROOT / "functions").rglob("*.py")
        for name in re.findall(r'boto3\.client\(\s*"([a-z0-9-]+)"', path.read_text("utf-8"))
    }


def _prune(target: Path) -> None:
    """Remove what no function reads, mostly descriptions of AWS services that are not used."""
    shutil.rmtree(target / "bin")
    (target / ".lock").unlink(missing_ok=True)
    # The name, version and license of each package stay, so that known defects can be found.
    for path in target.glob("*.dist-info/*"):
        if path.is_file() and path.name in {"INSTALLER", "RECORD", "REQUESTED", "WHEEL"}:
            path.unlink()
    for unread in ("boto3/data", "boto3/examples"):
        shutil.rmtree(target / unread)
    data = target / "botocore" / "data"
    used = services_used()
    if missing := {name for name in used if not (data / name).is_dir()}:
        raise BuildError(f"botocore does not know {', '.join(sorted(missing))}.")
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in used:
            shutil.rmtree(folder)
        elif folder.is_dir():
            # Examples are for documentation; of an API's versions botocore takes the newest.
            for version in sorted(folder.iterdir())[:-1]:
                shutil.rmtree(version)
            for examples in folder.glob("*/examples-*"):
                examples.unlink()
    _trim_endpoints(data / "endpoints.json", used)


def _trim_endpoints(path: Path, used: set[str]) -> None:
    """Leave the services that are used, in AWS's public part."""
    endpoints = json.loads(path.read_text(encoding="utf-8"))
    (public,) = (each for each in endpoints["partitions"] if each["partition"] == "aws")
    # Amazon SES has the prefix of its endpoints here.
    kept = used | {"email"}
    public["services"] = {
        name: service for name, service in public["services"].items() if name in kept
    }
    endpoints["partitions"] = [public]
    path.write_text(json.dumps(endpoints, separators=(",", ":")), encoding="utf-8")


def find_python() -> str | None:
    """Return a Python of the version that Lambda runs, if this machine has one."""
    name = f"python{PYTHON}"
    versions = Path.home() / ".pyenv" / "versions"
    candidates = [sys.executable, shutil.which(name) or ""]
    candidates += [str(path) for path in sorted(versions.glob(f"{PYTHON}.*/bin/{name}"))]
    for candidate in filter(None, candidates):
        # The name is not enough: a pyenv shim has the name of every version.
        answer = subprocess.run(
            [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            check=False,
            text=True,
        )
        if answer.stdout.strip() == PYTHON:
            return candidate
    return None


def _compile(target: Path) -> None:
    """
    Add bytecode that is taken as it is, if there is a Python to write it.

    A function's folder cannot be written to, so without it each cold start compiles everything.
    """
    python = find_python()
    if python is None:
        print(f"There is no Python {PYTHON} here: the bundle works, but starts more slowly.")
        return
    done = subprocess.run(
        [
            *(python, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(target), "-p", "/var/task", str(target)),
        ],
        check=False,
        # The order of constants in a set would differ from build to build.
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    if done.returncode:
        raise BuildError("A module of the bundle does not compile; see above.")


def _level(target: Path) -> None:
    """Give all files one date and one set of rights."""
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (DATE, DATE))


def main(arguments: list[str]) -> int:
    """Build what *arguments* name; return the exit status."""
    if arguments not in (["site"], ["bundle"], ["all"]):
        print("usage: python -m infra.build site|bundle|all")
        return 2

    def work() -> None:
        if arguments != ["bundle"]:
            site()
            print(f"The site is in {SITE.relative_to(ROOT)}.")
        if arguments != ["site"]:
            size = bundle()
            print(f"The bundle is in {BUNDLE.relative_to(ROOT)}: {size / 1e6:.1f} MB unpacked.")

    return spoken(work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
