"""
Look the template over, as CloudFormation and SAM will read it.

cfn-lint reads it twice, for what it passes in a SAM template it may refuse in what SAM makes of
it: a circle between resources, for one. SAM's own translator in between refuses what cfn-lint
passes, such as an event of an API that does not exist. Run as `python -m infra.lint`; ends with 1
when anything is found.
"""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

from samtranslator.translator.transform import transform

from infra import template

REGION = "us-west-2"
TRANSFORMED = Path("build/template.json")

# What cfn-lint may find, with the reason why it may; nothing, so far.
SKIPPED: dict[str, str] = {}


class _NoManagedPolicies:
    """What the translator asks for the names of Amazon's policies; each role here has its own."""

    def load(self) -> dict[str, str]:
        """Return none."""
        return {}


def transformed() -> template.Properties:
    """
    Return the template as SAM makes it, without asking AWS anything.

    Raises:
        InvalidDocumentException: SAM does not understand the template.

    """
    given = copy.deepcopy(template.read())
    # The translator takes what a deployment has uploaded, not a folder.
    given["Globals"]["Function"]["CodeUri"] = "s3://bundle/functions.zip"
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    made: template.Properties = transform(given, {}, _NoManagedPolicies())
    return made


def findings(path: Path) -> str:
    """Return what cfn-lint finds in a template, advice included; empty when it is clean."""
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("cfn-lint")), "--regions", REGION),
            *("--include-checks", "I", "--non-zero-exit-code", "informational"),
            *(("--ignore-checks", *SKIPPED) if SKIPPED else ()),
            *("--template", str(path)),
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    return done.stdout + done.stderr if done.returncode else ""


def main() -> int:
    """Print what is found; return 1 if there is anything."""
    found = findings(template.PATH)
    TRANSFORMED.parent.mkdir(exist_ok=True)
    TRANSFORMED.write_text(json.dumps(transformed(), indent=2), encoding="utf-8")
    found += findings(TRANSFORMED)
    print(found or "The template is clean, before and after SAM's transform.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
