"""Promise 17: it can be rebuilt from its hashes. That two builds are equal: test_bundle.py."""

import re

from infra.build import ROOT
from tests.promises import Show


def test_every_requirement_has_its_hashes(shown: Show) -> None:
    """
    Each package that is installed is of one version, and a file without a known hash is refused.
    """
    lists = sorted((ROOT / "requirements").glob("*.in"))
    for each in lists:
        text = each.with_suffix(".txt").read_text(encoding="utf-8")
        lines = re.sub(r"\s*\\\n\s*", " ", re.sub(r"(?m)^\s*#.*\n", "", text)).splitlines()
        assert lines
        for line in lines:
            assert re.fullmatch(r"[\w.\[\],-]+==\S+( ; .+?)?( --hash=sha256:[0-9a-f]{64})+", line)

    # What is installed for the work, for a deployment and into the bundle is asked for its hashes.
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installing = re.findall(r"uv pip (?:sync|install) .*", makefile)
    assert len(installing) == 2
    assert all("--require-hashes" in line for line in installing)
    assert '"--require-hashes"' in (ROOT / "infra" / "build.py").read_text(encoding="utf-8")
    shown(17, f"{len(lists)} lists of requirements, 0 packages without a hash")
