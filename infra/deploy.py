"""
Deploy to AWS, and see to what is deployed.

    python -m infra.deploy deploy [Parameter=value …]
    python -m infra.deploy check-live
    python -m infra.deploy export

All parameters are kept with the stack: whoever deploys next year needs this repository, a sign-in
to the society's account, and nothing from the computer of whoever did it last.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import boto3
from botocore.config import Config as CallConfig
from botocore.exceptions import BotoCoreError, ClientError
from uv import find_uv_bin

from infra import build, export, live, publish, stack, template
from infra.stack import Stack, Trouble

REQUIREMENTS = build.ROOT / "requirements" / "deploy.txt"
TOOLS = build.ROOT / ".venv-deploy"
# SAM reads JSON in a file of this ending only; JSON is YAML.
PARAMETERS = build.BUILD / "parameters.yaml"

# Longer than the function may run, and only once: a second try would be a second export.
EXPORT_CALL = CallConfig(read_timeout=310, retries={"total_max_attempts": 1})

Ask = Callable[[str], str]


def given(arguments: list[str]) -> dict[str, str]:
    """
    Return the parameters that stand on the command line as `Name=value`.

    Raises:
        Trouble: There is no such parameter, or it does not take such a value.

    """
    values = {}
    for argument in arguments:
        name, sign, value = argument.partition("=")
        if not sign or name not in template.parameters():
            known = ", ".join(template.parameters())
            raise Trouble(f"{argument} is not Parameter=value. The parameters are: {known}")
        if words := template.fault(name, value):
            raise Trouble(words)
        values[name] = value
    return values


def ask_for(values: Mapping[str, str], ask: Ask) -> dict[str, str]:
    """
    Ask for what a first deployment needs and *values* lack, and return all of it.

    Raises:
        Trouble: There is nobody to ask.

    """
    answers = dict(values)
    for name in template.asked_first():
        declared = template.parameters()[name]
        default = declared.get("Default")
        while name not in answers:
            hint = "" if default is None else f" [{default or 'none'}]"
            try:
                answer = ask(f"\n{declared['Description']}\n{name}{hint}: ").strip()
            except EOFError as error:
                raise Trouble(f"{name} is needed: add {name}=… to the command.") from error
            answer = answer or (default or "")
            if words := template.fault(name, answer):
                print(words)
            else:
                answers[name] = answer
    return answers


def sam() -> Path:
    """Return SAM's command, installed by its hashes where that has not been done yet."""
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    stamp = TOOLS / "installed.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print("Installing the AWS SAM CLI into .venv-deploy …")
        create = ("venv", "--quiet", "--clear", "--python", sys.executable, str(TOOLS))
        fill = ("pip", "sync", "--quiet", "--python", str(TOOLS), "--require-hashes")
        for command in (create, (*fill, str(REQUIREMENTS))):
            if subprocess.run([find_uv_bin(), *command], check=False).returncode:
                raise Trouble("The AWS SAM CLI was not installed; what is wrong stands above.")
        stamp.write_text(wanted, encoding="utf-8")
    return TOOLS / "bin" / "sam"


def run_sam(changed: Mapping[str, str]) -> None:
    """Bring template and bundle to AWS; parameters that are not *changed* stay as they are."""
    command = [str(sam()), "deploy", "--template-file", str(template.PATH)]
    command += ["--config-file", str(stack.CONFIG)]
    if changed:
        # A file, for a value may hold any sign that a command line takes for its own.
        PARAMETERS.write_text(json.dumps(dict(changed)), encoding="utf-8")
        command += ["--parameter-overrides", f"file://{PARAMETERS}"]
    try:
        done = subprocess.run(
            command, check=False, cwd=build.ROOT, env={**os.environ, "SAM_CLI_TELEMETRY": "0"}
        )
    finally:
        PARAMETERS.unlink(missing_ok=True)
    if done.returncode:
        raise Trouble(
            "The deployment did not go through; what is wrong stands above. What was deployed "
            "before is still there and works."
        )


def deploy(session: boto3.Session, changed: dict[str, str], ask: Ask = input) -> None:
    """Build everything, bring it to AWS, publish the site, and say what is left to do."""
    config = stack.config()
    cloudformation = session.client("cloudformation")
    account = session.client("sts").get_caller_identity()["Account"]
    print(f"AWS account {account}, region {config.region}, stack {config.name}")
    found = stack.find(cloudformation, config.name)
    if found is None:
        changed = ask_for(changed, ask)
        if ask(f"\nIs {account} the society's own account? [yes/no]: ").strip().lower() != "yes":
            raise Trouble("Nothing was deployed. Choose the society's account with AWS_PROFILE.")
    elif found.status in stack.STILLBORN:
        raise Trouble(
            f"The stack {config.name} is {found.status} and can only be deleted: in the console "
            "open CloudFormation, read under Events what went wrong, and delete it. Then once more."
        )
    values = {**(found.parameters if found else {}), **changed}
    if not values.get("PublicAddress") and found:
        changed["PublicAddress"] = values["PublicAddress"] = _own_address(found)
    _build(values)
    run_sam(changed)
    now = stack.get(cloudformation, config.name)
    if not now.parameters["PublicAddress"]:
        # CloudFront's name is known only now; pages and mails have to say it.
        address = {"PublicAddress": _own_address(now)}
        _build({**now.parameters, **address})
        run_sam(address)
        now = stack.get(cloudformation, config.name)
    _publish(session, now)
    _say_what_is_left(session, now)


def _own_address(of: Stack) -> str:
    return f"https://{of.outputs['DistributionName']}"


def _build(values: Mapping[str, str]) -> None:
    build.site(template.site_settings(values))
    size = build.bundle()
    print(f"Built the site and the bundle ({size / 1e6:.1f} MB).")


def _publish(session: boto3.Session, of: Stack) -> None:
    done = publish.publish(build.SITE, of.outputs["SiteBucket"], session.client("s3"))
    publish.invalidate(of.outputs["DistributionId"], session.client("cloudfront"))
    print(f"Published {done.put} files, deleted {done.deleted}; visible within minutes.")


def _missing(session: boto3.Session, of: Stack) -> list[str]:
    return live.missing(of, sesv2=session.client("sesv2"), sns=session.client("sns"))


def _say_what_is_left(session: boto3.Session, of: Stack) -> None:
    address = of.parameters["PublicAddress"]
    print(f"\nDeployed: {address}")
    if of.parameters["CertificateArn"]:
        name = address.removeprefix("https://")
        print(f"It needs the DNS record: {name} CNAME {of.outputs['DistributionName']}")
    left = _missing(session, of)
    if left:
        print("\nLeft to do:")
        print("\n".join(f"- {words}" for words in left))
    if of.parameters["Applications"] != "open":
        print('\nThe form says "Opening soon". Run make check-live to open it.')


def check_live(session: boto3.Session) -> None:
    """
    Open the form if mail can leave and an alarm would reach a person.

    Raises:
        Trouble: Something is missing; the form stays as it is.

    """
    cloudformation = session.client("cloudformation")
    found = stack.get(cloudformation, stack.config().name)
    if left := _missing(session, found):
        raise Trouble("Not yet:\n" + "\n".join(f"- {words}" for words in left))
    print("Mail can leave, the sender is verified, and the alarm reaches a person.")
    # The pages first: a page that cannot be built must not stay behind a form that is open.
    build.site(template.site_settings({**found.parameters, "Applications": "open"}))
    if found.parameters["Applications"] != "open":
        live.open_applications(found, cloudformation)
    _publish(session, found)
    print(f"The form is open: {found.parameters['PublicAddress']}")
    print("Send an application of your own, and see that both mails arrive.")


def fetch_export(session: boto3.Session) -> None:
    """Save an export of applications in the current folder."""
    found = stack.get(session.client("cloudformation"), stack.config().name)
    path, rows = export.fetch(
        os.environ,
        function=found.outputs["ExportFunction"],
        client=session.client("lambda", config=EXPORT_CALL),
        folder=Path.cwd(),
    )
    print(f"{rows} applications: {path}")
    print("It holds names and addresses. Delete it when you have done with it.")


def main(arguments: list[str]) -> int:
    """Do what *arguments* say; return what the shell is told."""
    try:
        session = boto3.Session(region_name=stack.config().region)
        match arguments:
            case ["deploy", *changes]:
                deploy(session, given(changes))
            case ["check-live"]:
                check_live(session)
            case ["export"]:
                fetch_export(session)
            case _:
                print(__doc__)
                return 2
    except (Trouble, build.BuildError) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(stack.explain(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
