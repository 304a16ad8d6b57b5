"""
Deploy to AWS: build, upload template and bundle, publish the site.

Run as `python -m infra.deploy [Parameter=value …]`; a parameter may be in the environment, too,
where `make deploy KeepMonths=24` puts it. All parameters are kept with the stack: the next person
to deploy needs this repository, a sign-in to the society's account, and nothing from anyone else's
computer.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

import boto3

from infra import build, live, parameters, publish, stack, template
from infra.stack import Stack
from infra.trouble import Trouble, spoken

SAM = build.ROOT / ".venv-deploy" / "bin" / "sam"
# SAM reads JSON in a file of this ending only; JSON is YAML.
PARAMETERS = build.BUILD / "parameters.yaml"

Ask = Callable[[str], str]


def given(arguments: list[str], environment: Mapping[str, str]) -> dict[str, str]:
    """
    Return the parameters that are to change.

    Args:
        arguments: `Parameter=value`, from the command line.
        environment: may have a parameter under its own name.

    Raises:
        Trouble: There is no such parameter, or it does not take such a value.

    """
    values = {name: environment[name] for name in template.parameters() if name in environment}
    for argument in arguments:
        name, sign, value = argument.partition("=")
        if not sign or name not in template.parameters():
            known = ", ".join(template.parameters())
            raise Trouble(f"{argument} is not Parameter=value. The parameters are: {known}")
        values[name] = value
    for name, value in values.items():
        if words := parameters.fault(name, value):
            raise Trouble(words)
    return values


def ask_for(values: Mapping[str, str], ask: Ask) -> dict[str, str]:
    """
    Ask for what a first deployment needs and *values* lack, and return all values.

    Raises:
        Trouble: There is no one to ask.

    """
    answers = dict(values)
    for name in parameters.asked_first():
        declared = template.parameters()[name]
        default = declared.get("Default")
        while name not in answers:
            hint = "" if default is None else f" [{default or 'none'}]"
            try:
                answer = ask(f"\n{declared['Description']}\n{name}{hint}: ").strip()
            except EOFError as error:
                raise Trouble(f"{name} is needed: add {name}=… to the command.") from error
            answer = answer or (default or "")
            if words := parameters.fault(name, answer):
                print(words)
            else:
                answers[name] = answer
    return answers


def run_sam(changed: Mapping[str, str]) -> None:
    """
    Bring template and bundle to AWS; parameters that are not *changed* stay as they are.

    Raises:
        Trouble: SAM is not installed, or did not get through; it has said why.

    """
    if not SAM.exists():
        raise Trouble("The AWS SAM CLI is not installed: make deploy installs it.")
    command = [str(SAM), "deploy", "--template-file", str(template.PATH)]
    command += ["--config-file", str(stack.CONFIG)]
    if changed:
        # A file, because a value may contain any character that is special on a command line.
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
    """
    Build everything, bring it to AWS, publish the site, and say what is left to do.

    Raises:
        Trouble: Something is in the way; what was deployed before stays.

    """
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
    if found and not values["PublicAddress"]:
        changed = {**changed, "PublicAddress": _own_address(found)}
    # A setting whose name was mistyped is missing here.
    print(f"Changed settings: {', '.join(changed) or 'none'}")
    _build({**values, **changed})
    run_sam(changed)
    now = stack.get(cloudformation, config.name)
    if not now.parameters["PublicAddress"]:
        # CloudFront's name is known only now; pages and emails need it.
        address = {"PublicAddress": _own_address(now)}
        _build({**now.parameters, **address})
        run_sam(address)
        now = stack.get(cloudformation, config.name)
    publish.publish_site(session, now)
    _say_what_is_left(session, now)


def _own_address(of: Stack) -> str:
    return f"https://{of.outputs['DistributionName']}"


def _build(values: Mapping[str, str]) -> None:
    build.site(parameters.site_settings(values))
    size = build.bundle()
    print(f"Built the site and the bundle ({size / 1e6:.1f} MB).")


def _say_what_is_left(session: boto3.Session, of: Stack) -> None:
    address = of.parameters["PublicAddress"]
    print(f"\nDeployed: {address}")
    if of.parameters["CertificateArn"]:
        name = address.removeprefix("https://")
        print(f"It needs the DNS record: {name} CNAME {of.outputs['DistributionName']}")
    left = live.missing(of, sesv2=session.client("sesv2"), sns=session.client("sns"))
    if left:
        print("\nLeft to do:")
        print("\n".join(f"- {words}" for words in left))
    if of.parameters["Applications"] != "open":
        print('\nThe form says "Opening soon". Run make check-live to open it.')


def main(arguments: list[str]) -> int:
    """Deploy; return the exit status."""
    return spoken(lambda: deploy(stack.session(), given(arguments, os.environ)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
