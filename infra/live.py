"""
Whether the form may be opened: mail can leave, and an alarm would reach a person.

A form that takes applications before that makes silence, which is what applicants mind most.
"""

from typing import TYPE_CHECKING

from infra.stack import Stack

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_sesv2.client import SESV2Client
    from types_boto3_sns.client import SNSClient


def missing(stack: Stack, *, sesv2: "SESV2Client", sns: "SNSClient") -> list[str]:
    """Return what still stands in the way, each with what to do about it; empty when nothing."""
    found = [_account(sesv2), _sender(stack, sesv2), _alarm(stack, sns)]
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


def _sender(stack: Stack, sesv2: "SESV2Client") -> str | None:
    identity = stack.outputs["SenderIdentity"]
    if sesv2.get_email_identity(EmailIdentity=identity).get("VerifiedForSendingStatus"):
        return None
    if "@" in identity:
        return (
            f"The sender {identity} is not verified. Open the link in the mail that Amazon sent "
            "to it; after a day it no longer works, and Amazon SES, Identities sends another."
        )
    records = "\n".join(f"    {record}" for record in dkim_records(stack))
    return (
        f"The sender's domain {identity} is not verified. Whoever looks after its DNS has to add "
        f"these three records; Amazon finds them within hours:\n{records}"
    )


def dkim_records(stack: Stack) -> list[str]:
    """Return the DNS records that prove the sender's domain, if it is proved that way."""
    return [stack.outputs[name] for name in sorted(stack.outputs) if name.startswith("DkimRecord")]


def _alarm(stack: Stack, sns: "SNSClient") -> str | None:
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(
        TopicArn=stack.outputs["AlarmTopic"]
    )
    address = stack.parameters["AlarmAddress"]
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


def open_applications(stack: Stack, cloudformation: "CloudFormationClient") -> None:
    """Set Applications to open, leave everything else as it is deployed, and wait for it."""
    cloudformation.update_stack(
        StackName=stack.name,
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": name, "ParameterValue": "open"}
            if name == "Applications"
            else {"ParameterKey": name, "UsePreviousValue": True}
            for name in sorted(stack.parameters)
        ],
        # The deployed template is still SAM's, and is transformed again.
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack.name)
