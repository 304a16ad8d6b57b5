"""A visitor whom CloudFront lets through to the site, and what its function makes of that."""

import json
import subprocess
from pathlib import Path
from typing import Any

import playwright

from infra import template

# An address that nobody has (RFC 3849).
VISITOR = "2001:db8::7"


def visit(*requests: dict[str, Any], function: str = "Pages") -> list[Any]:
    """Run a CloudFront function on *requests*, in the engine that Playwright brings."""
    node = Path(playwright.__file__).parent / "driver" / "node"
    script = template.resources("AWS::CloudFront::Function")[function]["FunctionCode"] + (
        "var given = JSON.parse(require('fs').readFileSync(0, 'utf-8'));"
        "console.log(JSON.stringify(given.map(handler)));"
    )
    events = [{"request": each, "viewer": {"ip": VISITOR}} for each in requests]
    done = subprocess.run(
        [node, "-e", script],
        input=json.dumps(events),
        capture_output=True,
        check=True,
        text=True,
    )
    answers: list[Any] = json.loads(done.stdout)
    return answers


def asked(path: str, **query: Any) -> dict[str, Any]:
    """Return a request as CloudFront hands it to a function."""
    return {"method": "GET", "uri": path, "querystring": query, "headers": {}, "cookies": {}}
