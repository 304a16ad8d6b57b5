"""
Open the form, once mail can leave and an alarm would reach a person.

A form that takes applications before that leaves applicants without an answer, which they mind
most. Run as `python -m infra.live`; if something is missing it says what, and changes nothing.
"""

import sys
from typing import TYPE_CHECKING

import boto3

from infra import build, parameters, publish, stack
from infra.stack import Stack
from infra.trouble import Trouble, spoken

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_sesv2.client import SESV2Client
    from types_boto3_sns.client import SNSClient


def check_live(session: boto3.Session) -> None:
    """
    Open the form if nothing is missing.

    Raises:
        Trouble: Something is missing; the form stays as it is.

    """
    cloudformation = session.client("cloudformation")
    found = stack.get(cloudformation, stack.config().name)
    left = missing(found, sesv2=session.client("sesv2"), sns=session.client("sns"))
    if left:
        raise Trouble("Not yet:\n" + "\n".join(f"- {words}" for words in left))
    print("Mail can leave, the sender is verified, and the alarm reaches a person.")
    # The pages first: a page that cannot be built must not stay behind a form that is open.
    build.site(parameters.site_settings({**found.parameters, "Applications": "open"}))
    if found.parameters["Applications"] != "open":
        open_applications(found, cloudformation)
    publish.publish_site(session, found)
    print(f"The form is open: {found.parameters['PublicAddress']}")
    print("Send an application of your own, and see that both mails arrive.")
    print("make check-mail says whether other people's mailboxes will believe them.")


def missing(of: Stack, *, sesv2: "SESV2Client", sns: "SNSClient") -> list[str]:
    """Return what is still missing, each with what to do about it; empty if nothing is."""
    found = [_account(sesv2), _sender(of, sesv2), _alarm(of, sns)]
    return [words for words in found if words]


def _account(sesv2: "SESV2Client") -> str | None:
    account = sesv2.get_account()
    if not account.get("ProductionAccessEnabled"):
        return (
            "Amazon SES is in its sandbox and sends to nobody but you. In the console open Amazon "
            "SES, Account dashboard, Request production access. docs/about/deployment.md has what "
            "to write there; the answer comes by mail, usually within a day."
        )
    if not account.get("SendingEnabled"):
        return (
            "Amazon has stopped this account from sending mail. In the console open Amazon SES, "
            "Account dashboard; it says why, and how to answer."
        )
    return None


def _sender(of: Stack, sesv2: "SESV2Client") -> str | None:
    identity = of.outputs["SenderIdentity"]
    if sesv2.get_email_identity(EmailIdentity=identity).get("VerifiedForSendingStatus"):
        return None
    if "@" in identity:
        return (
            f"The sender {identity} is not verified. Open the link in the mail that Amazon sent "
            "to it; after a day it no longer works, and Amazon SES, Identities sends another."
        )
    records = "\n".join(f"    {record}" for record in dkim_records(of))
    return (
        f"The sender's domain {identity} is not verified. Whoever looks after its DNS has to add "
        f"these three records; Amazon finds them within hours:\n{records}"
    )


def dkim_records(of: Stack) -> list[str]:
    """Return the DNS records that prove the sender's domain, if it is proved that way."""
    return [of.outputs[name] for name in sorted(of.outputs) if name.startswith("DkimRecord")]


def _alarm(of: Stack, sns: "SNSClient") -> str | None:
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(
        TopicArn=of.outputs["AlarmTopic"]
    )
    address = of.parameters["AlarmAddress"]
    for page in pages:
        for subscription in page["Subscriptions"]:
            # Until the link is opened the ARN is a word such as PendingConfirmation.
            confirmed = subscription.get("SubscriptionArn", "").startswith("arn:")
            if confirmed and subscription.get("Endpoint") == address:
                return None
    return (
        f"Nobody would see an alarm: {address} has not confirmed it yet. Open the link in the mail "
        'from "AWS Notifications". If it is gone or older than three days, in the console open '
        "Amazon SNS, Subscriptions, Request confirmation."
    )


def open_applications(of: Stack, cloudformation: "CloudFormationClient") -> None:
    """Set Applications to open, leave everything else as it is deployed, and wait for it."""
    cloudformation.update_stack(
        StackName=of.name,
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": name, "ParameterValue": "open"}
            if name == "Applications"
            else {"ParameterKey": name, "UsePreviousValue": True}
            for name in sorted(of.parameters)
        ],
        # The deployed template is still SAM's, and is transformed again.
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=of.name)


def main() -> int:
    """Check, and open; return the exit status."""
    return spoken(lambda: check_live(stack.session()))


if __name__ == "__main__":
    sys.exit(main())
