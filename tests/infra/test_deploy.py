"""A deployment asks for what it needs, and the form opens once mail can leave."""

import base64
import io
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)
from botocore.stub import Stubber
from moto import mock_aws

from infra import build, deploy, export, live, publish, stack, template
from infra.stack import Stack
from infra.trouble import Trouble, explain

ANSWERS = {
    "Sender": "mentorship@example.org",
    "Coordinators": "one@example.org,two@example.org",
    "AlarmAddress": "alarm@example.org",
}
OUTPUTS = {
    "SiteBucket": "site",
    "DistributionId": "D1",
    "DistributionName": "d1.cloudfront.net",
    "ExportFunction": "wsrs-mentorship-export",
    "SenderIdentity": "example.org",
    "AlarmTopic": "arn:aws:sns:us-west-2:123456789012:alarms",
    "DkimRecord1": "one._domainkey.example.org CNAME one.dkim.amazonses.com",
    "DkimRecord2": "two._domainkey.example.org CNAME two.dkim.amazonses.com",
    "DkimRecord3": "three._domainkey.example.org CNAME three.dkim.amazonses.com",
}


def parameters(**changed: str) -> dict[str, str]:
    """Return what a stack without a domain of its own was deployed with."""
    defaults = {
        name: str(declared["Default"])
        for name, declared in template.parameters().items()
        if "Default" in declared
    }
    return {**defaults, **ANSWERS, **changed}


def deployed(**changed: str) -> Stack:
    """Return a deployed stack."""
    return Stack(
        name="wsrs-mentorship",
        status="CREATE_COMPLETE",
        parameters=parameters(**changed),
        outputs=OUTPUTS,
    )


def client(service: Any) -> Any:
    """Return a client that is never let out of this process."""
    return boto3.client(
        service,
        region_name="us-west-2",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )


def refused(code: str, message: str = "") -> ClientError:
    """Return what boto3 raises when AWS refuses."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Any")


class TestConfig:
    def test_sam_and_we_deploy_the_same_stack(self) -> None:
        """
        Name and region are read from the file that SAM reads.
        """
        assert stack.config() == stack.Config(name="wsrs-mentorship", region="us-west-2")


class TestFind:
    def test_stack_is_read(self) -> None:
        """
        Parameters and outputs come back by their names.
        """
        cloudformation = client("cloudformation")
        with Stubber(cloudformation) as stub:
            stub.add_response("describe_stacks", described(parameters()))
            assert stack.find(cloudformation, "wsrs-mentorship") == deployed()

    def test_no_stack_is_none(self) -> None:
        """
        Before the first deployment there is no stack, which is no error.
        """
        cloudformation = client("cloudformation")
        with Stubber(cloudformation) as stub:
            stub.add_client_error(
                "describe_stacks", "ValidationError", "Stack with id x does not exist"
            )
            assert stack.find(cloudformation, "x") is None

    def test_other_refusals_are_not_taken_for_no_stack(self) -> None:
        """
        Who is not allowed to look does not deploy a second time.
        """
        cloudformation = client("cloudformation")
        with Stubber(cloudformation) as stub:
            stub.add_client_error("describe_stacks", "AccessDenied", "no")
            with pytest.raises(ClientError):
                stack.find(cloudformation, "x")

    def test_missing_stack_is_explained(self) -> None:
        """
        A command that needs a deployment says that there is none, and what to do.
        """
        cloudformation = client("cloudformation")
        with Stubber(cloudformation) as stub:
            stub.add_client_error("describe_stacks", "ValidationError", "x does not exist")
            with pytest.raises(Trouble, match="make deploy"):
                stack.get(cloudformation, "x")


def described(values: Mapping[str, str], status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    """Return a stack as CloudFormation describes it."""
    return {
        "Stacks": [
            {
                "StackName": "wsrs-mentorship",
                "CreationTime": "2026-10-06T00:00:00Z",
                "StackStatus": status,
                "Parameters": [
                    {"ParameterKey": name, "ParameterValue": value}
                    for name, value in values.items()
                ],
                "Outputs": [
                    {"OutputKey": name, "OutputValue": value} for name, value in OUTPUTS.items()
                ],
            }
        ]
    }


class TestExplain:
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (NoCredentialsError(), "not signed in"),
            (ProfileNotFound(profile="wsrs"), "not signed in"),
            (UnauthorizedSSOTokenError(), "aws sso login"),
            (EndpointConnectionError(endpoint_url="https://x"), "online"),
            (refused("ExpiredToken"), "aws sso login"),
            (refused("InvalidClientTokenId"), "sign in again"),
            (refused("AccessDeniedException", "not yours"), "not yours"),
            (refused("Throttling", "slow down"), "slow down"),
        ],
    )
    def test_obstacle_is_named_with_what_to_do(self, error: Any, words: str) -> None:
        """
        Whatever lies between this computer and AWS is said in words, without a trace.
        """
        assert words in explain(error)


class TestGiven:
    def test_parameters_are_taken(self) -> None:
        """
        A value may hold any sign, an equals sign among them.
        """
        assert deploy.given(["KeepMonths=24", "Institutions=A = B; C"], {}) == {
            "KeepMonths": "24",
            "Institutions": "A = B; C",
        }

    def test_make_hands_them_on(self) -> None:
        """
        What stands behind `make deploy` is in the environment, among much else.
        """
        assert deploy.given([], {"KeepMonths": "24", "PATH": "/bin"}) == {"KeepMonths": "24"}

    @pytest.mark.parametrize("argument", ["KeepMonths", "Nonsense=1", "KeepMonths=soon"])
    def test_others_are_refused(self, argument: str) -> None:
        """
        A slip of the keyboard is noticed before anything is built.
        """
        with pytest.raises(Trouble):
            deploy.given([argument], {})

    def test_unusable_value_from_make_is_refused(self) -> None:
        """
        A value is looked at wherever it comes from.
        """
        with pytest.raises(Trouble, match="whole number"):
            deploy.given([], {"KeepMonths": "a year"})


class TestAskFor:
    def test_what_is_missing_is_asked_for(self) -> None:
        """
        Who deploys first is asked for what has no default, again until it is usable.
        """
        replies = {
            "PublicAddress": [""],
            "CertificateArn": [""],
            "Sender": ["WSRS", "mentorship@example.org"],
            "VerifySender": [""],
            "Coordinators": ["one@example.org"],
            "ContactAddress": [""],
        }

        def ask(question: str) -> str:
            name = question.splitlines()[-1].partition(" [")[0].removesuffix(": ")
            return replies[name].pop(0)

        found = deploy.ask_for({"AlarmAddress": "alarm@example.org"}, ask)

        assert found == {
            "PublicAddress": "",
            "CertificateArn": "",
            "Sender": "mentorship@example.org",
            "VerifySender": "domain",
            "Coordinators": "one@example.org",
            "ContactAddress": "admin@wsrs.org",
            "AlarmAddress": "alarm@example.org",
        }
        assert not any(replies.values())

    def test_nobody_to_ask_is_said(self) -> None:
        """
        Without a keyboard the command says what to add to it.
        """

        def ask(question: str) -> str:
            raise EOFError(question)

        with pytest.raises(Trouble, match="add PublicAddress="):
            deploy.ask_for({}, ask)


class Aws:
    """A session whose CloudFormation tells a story, one answer after another."""

    def __init__(self, *stacks: dict[str, Any] | None) -> None:
        self.cloudformation = client("cloudformation")
        self.stub = Stubber(self.cloudformation)
        for each in stacks:
            if each is None:
                self.stub.add_client_error("describe_stacks", "ValidationError", "does not exist")
            else:
                self.stub.add_response("describe_stacks", each)
        self.stub.activate()
        self.sts = client("sts")
        identified = Stubber(self.sts)
        identified.add_response("get_caller_identity", {"Account": "123456789012"})
        identified.activate()

    def client(self, name: str, **_: Any) -> Any:
        """Return a client."""
        return {"cloudformation": self.cloudformation, "sts": self.sts}.get(name)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Note what a deployment does, in order, instead of doing it."""
    noted: list[tuple[str, Any]] = []
    monkeypatch.setattr(build, "site", lambda told: noted.append(("site", told)))
    monkeypatch.setattr(build, "bundle", lambda: noted.append(("bundle", None)) or 1)  # type: ignore[func-returns-value]
    monkeypatch.setattr(deploy, "run_sam", lambda changed: noted.append(("sam", dict(changed))))

    def published(folder: Path, bucket: str, s3: Any) -> publish.Published:
        assert (folder, s3) == (build.SITE, None)
        noted.append(("publish", bucket))
        return publish.Published(1, 0)

    monkeypatch.setattr(publish, "publish", published)
    monkeypatch.setattr(
        publish, "invalidate", lambda distribution, _: noted.append(("invalidate", distribution))
    )
    monkeypatch.setattr(live, "missing", lambda *_, **__: ["Amazon SES is in its sandbox"])
    return noted


class TestDeploy:
    def test_first_deployment_without_a_domain(
        self, done: list[tuple[str, Any]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        CloudFront's name, known only once it is there, goes into pages and functions the same day.
        """
        address = "https://d1.cloudfront.net"
        aws: Any = Aws(None, described(parameters()), described(parameters(PublicAddress=address)))
        answers = {**ANSWERS, "PublicAddress": "", "CertificateArn": "", "VerifySender": "domain"}
        deploy.deploy(aws, {**answers, "ContactAddress": "admin@wsrs.org"}, lambda _: "yes")

        assert [name for name, _ in done] == [
            *("site", "bundle", "sam"),
            *("site", "bundle", "sam"),
            *("publish", "invalidate"),
        ]
        assert "PUBLIC_ADDRESS" not in done[0][1]
        assert done[2][1]["Sender"] == "mentorship@example.org"
        assert done[3][1]["PUBLIC_ADDRESS"] == address
        assert done[5] == ("sam", {"PublicAddress": address})
        assert done[6:] == [("publish", "site"), ("invalidate", "D1")]
        printed = capsys.readouterr().out
        assert "AWS account 123456789012" in printed
        assert "Amazon SES is in its sandbox" in printed
        assert "make check-live" in printed

    def test_account_has_to_be_the_societys(self, done: list[tuple[str, Any]]) -> None:
        """
        Nothing is made in an account that nobody has confirmed.
        """
        aws: Any = Aws(None)
        everything = {
            **ANSWERS,
            "PublicAddress": "",
            "CertificateArn": "",
            "VerifySender": "domain",
            "ContactAddress": "admin@wsrs.org",
        }
        with pytest.raises(Trouble, match="Nothing was deployed"):
            deploy.deploy(aws, everything, lambda _: "")
        assert done == []

    def test_deploying_again_keeps_what_was_set(self, done: list[tuple[str, Any]]) -> None:
        """
        From another computer, a year later: nothing is asked, only what is new is changed.
        """
        before = parameters(
            PublicAddress="https://mentorship.example.org",
            CertificateArn="arn:aws:acm:us-east-1:123456789012:certificate/0",
            ReplyBy="2026-10-06",
            Applications="open",
        )
        aws: Any = Aws(described(before), described({**before, "KeepMonths": "24"}))

        def ask(question: str) -> str:
            raise AssertionError(question)

        deploy.deploy(aws, {"KeepMonths": "24"}, ask)

        assert [name for name, _ in done] == ["site", "bundle", "sam", "publish", "invalidate"]
        told = done[0][1]
        assert (told["KEEP_MONTHS"], told["REPLY_BY"], told["APPLICATIONS"]) == (
            "24",
            "2026-10-06",
            "open",
        )
        assert done[2] == ("sam", {"KeepMonths": "24"})

    def test_interrupted_first_deployment_is_finished(self, done: list[tuple[str, Any]]) -> None:
        """
        A stack that has no address yet gets its own at the next attempt.
        """
        address = "https://d1.cloudfront.net"
        aws: Any = Aws(described(parameters()), described(parameters(PublicAddress=address)))
        deploy.deploy(aws, {})

        assert done[0][1]["PUBLIC_ADDRESS"] == address
        assert done[2] == ("sam", {"PublicAddress": address})

    def test_stillborn_stack_is_explained(self, done: list[tuple[str, Any]]) -> None:
        """
        After a failed first deployment the only way on is said in words.
        """
        aws: Any = Aws(described(parameters(), "ROLLBACK_COMPLETE"))

        with pytest.raises(Trouble, match="delete it"):
            deploy.deploy(aws, {})
        assert done == []


class TestRunSam:
    def test_changes_travel_in_a_file(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """
        No value is parsed by a command line, and none stays behind in a file.
        """
        ran: list[tuple[list[str], dict[str, str]]] = []

        class Completed:
            returncode = 0

        def run(command: list[str], **_: Any) -> type[Completed]:
            ran.append((command, json.loads(deploy.PARAMETERS.read_text(encoding="utf-8"))))
            return Completed

        monkeypatch.setattr(deploy, "SAM", Path("/bin/sh"))
        monkeypatch.setattr(deploy, "PARAMETERS", tmp_path / "parameters.yaml")
        monkeypatch.setattr("subprocess.run", run)
        deploy.run_sam({"Institutions": 'A "quoted" one; B & C'})

        ((command, values),) = ran
        assert command[:2] == ["/bin/sh", "deploy"]
        assert str(template.PATH) in command
        assert str(stack.CONFIG) in command
        assert command[-2:] == ["--parameter-overrides", f"file://{deploy.PARAMETERS}"]
        assert values == {"Institutions": 'A "quoted" one; B & C'}
        assert not deploy.PARAMETERS.exists()

    def test_failure_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        A deployment that did not go through leaves what was there, and says so.
        """

        class Failed:
            returncode = 1

        monkeypatch.setattr(deploy, "SAM", Path("/bin/sh"))
        monkeypatch.setattr("subprocess.run", lambda *_, **__: Failed)

        with pytest.raises(Trouble, match="did not go through"):
            deploy.run_sam({})

    def test_sam_that_is_not_there_is_said(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """
        Who calls the module without make learns what make would have done.
        """
        monkeypatch.setattr(deploy, "SAM", tmp_path / "sam")

        with pytest.raises(Trouble, match="not installed"):
            deploy.run_sam({})


READY = {"ProductionAccessEnabled": True, "SendingEnabled": True}


def look(of: Stack, account: dict[str, bool], *, verified: bool, confirmed: bool) -> list[str]:
    """Return what is missing in an account that is as told."""
    sesv2, sns = client("sesv2"), client("sns")
    subscription = {
        "SubscriptionArn": f"{OUTPUTS['AlarmTopic']}:1" if confirmed else "PendingConfirmation",
        "Endpoint": "alarm@example.org",
        "Protocol": "email",
    }
    other = {**subscription, "SubscriptionArn": "arn:x:2", "Endpoint": "former@example.org"}
    with Stubber(sesv2) as ses_stub, Stubber(sns) as sns_stub:
        ses_stub.add_response("get_account", account)
        ses_stub.add_response(
            "get_email_identity",
            {"VerifiedForSendingStatus": verified},
            {"EmailIdentity": of.outputs["SenderIdentity"]},
        )
        sns_stub.add_response(
            "list_subscriptions_by_topic", {"Subscriptions": [other, subscription]}
        )
        return live.missing(of, sesv2=sesv2, sns=sns)


class TestMissing:
    def test_nothing_is_missing(self) -> None:
        """
        Out of the sandbox, verified and confirmed: the form may open.
        """
        assert look(deployed(), READY, verified=True, confirmed=True) == []

    def test_sandbox_is_noticed(self) -> None:
        """
        An account in SES's sandbox can mail no applicant.
        """
        (words,) = look(
            deployed(), {**READY, "ProductionAccessEnabled": False}, verified=True, confirmed=True
        )
        assert "Request production access" in words

    def test_stopped_account_is_noticed(self) -> None:
        """
        An account that Amazon has stopped can mail nobody.
        """
        (words,) = look(
            deployed(), {**READY, "SendingEnabled": False}, verified=True, confirmed=True
        )
        assert "stopped" in words

    def test_unverified_domain_comes_with_its_records(self) -> None:
        """
        Whoever looks after the DNS can copy the records from what is printed.
        """
        (words,) = look(deployed(), READY, verified=False, confirmed=True)

        for number in (1, 2, 3):
            assert OUTPUTS[f"DkimRecord{number}"] in words

    def test_unverified_address_comes_with_its_link(self) -> None:
        """
        A single address is verified by a link in a mail, not by DNS.
        """
        outputs = {**OUTPUTS, "SenderIdentity": "mentorship@example.org"}
        of = Stack(name="x", status="x", parameters=parameters(), outputs=outputs)
        (words,) = look(of, READY, verified=False, confirmed=True)

        assert "Open the link" in words
        assert "CNAME" not in words

    def test_unconfirmed_alarm_is_noticed(self) -> None:
        """
        An alarm nobody confirmed reaches nobody, whoever else has confirmed theirs.
        """
        (words,) = look(deployed(), READY, verified=True, confirmed=False)

        assert "alarm@example.org" in words

    def test_all_is_said_at_once(self) -> None:
        """
        Nobody has to run the command three times to learn of three things.
        """
        account = {"ProductionAccessEnabled": False, "SendingEnabled": True}

        assert len(look(deployed(), account, verified=False, confirmed=False)) == 3

    @mock_aws
    def test_subscription_is_looked_for_as_sns_lists_it(self) -> None:
        """
        SNS itself, as moto plays it, is understood.
        """
        sns, sesv2 = client("sns"), client("sesv2")
        topic = sns.create_topic(Name="alarms")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="alarm@example.org")
        of = Stack(
            name="x",
            status="x",
            parameters=parameters(),
            outputs={**OUTPUTS, "AlarmTopic": topic},
        )
        with Stubber(sesv2) as stub:
            stub.add_response("get_account", READY)
            stub.add_response("get_email_identity", {"VerifiedForSendingStatus": True})
            assert live.missing(of, sesv2=sesv2, sns=sns) == []


class TestCheckLive:
    def test_form_stays_closed_while_something_is_missing(
        self, done: list[tuple[str, Any]]
    ) -> None:
        """
        The form is not opened by halves.
        """
        aws: Any = Aws(described(parameters(PublicAddress="https://x.example.org")))

        with pytest.raises(Trouble, match="sandbox"):
            live.check_live(aws)
        assert done == []

    def test_form_is_opened_with_everything_else_as_it_was(
        self, done: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Only Applications changes; the pages are built open and published after the functions are.
        """
        monkeypatch.setattr(live, "missing", lambda *_, **__: [])
        before = parameters(PublicAddress="https://x.example.org")
        aws: Any = Aws(described(before))
        aws.stub.add_response(
            "update_stack",
            {"StackId": "1"},
            {
                "StackName": "wsrs-mentorship",
                "UsePreviousTemplate": True,
                "Parameters": [
                    {"ParameterKey": name, "ParameterValue": "open"}
                    if name == "Applications"
                    else {"ParameterKey": name, "UsePreviousValue": True}
                    for name in sorted(before)
                ],
                "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            },
        )
        aws.stub.add_response("describe_stacks", described(before, "UPDATE_COMPLETE"))
        live.check_live(aws)

        aws.stub.assert_no_pending_responses()
        assert [name for name, _ in done] == ["site", "publish", "invalidate"]
        assert done[0][1]["APPLICATIONS"] == "open"

    def test_open_form_is_published_again(
        self, done: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A second run mends a publication that broke off, and changes nothing else.
        """
        monkeypatch.setattr(live, "missing", lambda *_, **__: [])
        aws: Any = Aws(
            described(parameters(PublicAddress="https://x.example.org", Applications="open"))
        )
        live.check_live(aws)

        assert [name for name, _ in done] == ["site", "publish", "invalidate"]


class Function:
    """A Lambda client whose function answers as it is told to."""

    def __init__(self, answer: dict[str, Any], **more: str) -> None:
        self.answer = {"Payload": io.BytesIO(json.dumps(answer).encode()), **more}
        self.asked: list[Any] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Mapping[str, Any]:  # noqa: N803
        """Run the function."""
        self.asked.append((FunctionName, json.loads(Payload)))
        return self.answer


class TestExport:
    def fetch(self, function: Function, folder: Path, **given: str) -> tuple[Path, int]:
        """Fetch an export."""
        return export.fetch(given, function="export", client=function, folder=folder)

    def test_file_is_saved_for_oneself_only(self, tmp_path: Path) -> None:
        """
        The file has the function's name and content, and nobody else's account can read it.
        """
        body = base64.b64encode(b"name\r\n").decode()
        function = Function({"filename": "mentees.csv", "rows": 0, "body": body})
        path, rows = self.fetch(function, tmp_path, ROLE="mentee", FORMAT="csv")

        assert (path, rows) == (tmp_path / "mentees.csv", 0)
        assert path.read_bytes() == b"name\r\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert function.asked == [("export", {"role": "mentee", "format": "csv"})]

    def test_everything_can_be_asked_for(self) -> None:
        """
        Each variable becomes an argument; a list of names becomes a list.
        """
        given = {
            "ROLE": "mentor",
            "STATUS": "waiting",
            "AREA": "breast",
            "SINCE": "2026-08-01",
            "UNTIL": "2026-09-30",
            "FORMAT": "xlsx",
            "INCLUDE": "not_with, phone",
            "PATH": "/bin",
        }

        assert export.wanted(given) == {
            "role": "mentor",
            "status": "waiting",
            "area": "breast",
            "since": "2026-08-01",
            "until": "2026-09-30",
            "format": "xlsx",
            "include": ["not_with", "phone"],
        }
        assert export.wanted({"ROLE": "", "INCLUDE": " "}) == {}

    def test_large_export_is_loaded_from_its_link(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        What is too large for an answer is loaded at once, while its link works.
        """
        opened = []

        def urlopen(link: str, timeout: float) -> io.BytesIO:
            opened.append((link, timeout))
            return io.BytesIO(b"large")

        monkeypatch.setattr(export, "urlopen", urlopen)
        link = "https://exports.s3.us-west-2.amazonaws.com/x"
        path, rows = self.fetch(
            Function({"filename": "mentors.xlsx", "rows": 9000, "link": link}), tmp_path
        )

        assert (path.read_bytes(), rows) == (b"large", 9000)
        assert opened == [(link, 300)]

    def test_other_links_are_not_followed(self, tmp_path: Path) -> None:
        """
        Only an encrypted address of the web is loaded from, and no file is left behind.
        """
        with pytest.raises(Trouble, match="https"):
            self.fetch(
                Function({"filename": "a", "rows": 1, "link": "file:///etc/hosts"}), tmp_path
            )
        assert list(tmp_path.iterdir()) == []

    def test_name_cannot_lead_elsewhere(self, tmp_path: Path) -> None:
        """
        The file lands in the folder, whatever it is called.
        """
        body = base64.b64encode(b"x").decode()
        path, _ = self.fetch(
            Function({"filename": "../../mentees.csv", "rows": 1, "body": body}), tmp_path
        )

        assert path == tmp_path / "mentees.csv"

    def test_problem_is_shown_in_its_own_words(self, tmp_path: Path) -> None:
        """
        What the function says about the request is what the person reads.
        """
        problem = {
            "title": "Not understood",
            "detail": "This cannot be exported.",
            "errors": [{"pointer": "#/role", "detail": "Choose mentee or mentor"}],
        }
        with pytest.raises(Trouble) as trouble:
            self.fetch(Function({"problem": problem}), tmp_path, ROLE="both")

        assert str(trouble.value) == ("This cannot be exported.\n  #/role: Choose mentee or mentor")

    def test_failure_is_said(self, tmp_path: Path) -> None:
        """
        A function that broke leaves no file, and the person learns where to look.
        """
        function = Function({"errorMessage": "boom"}, FunctionError="Unhandled")

        with pytest.raises(Trouble, match="log of export"):
            self.fetch(function, tmp_path)
        assert list(tmp_path.iterdir()) == []


class TestMain:
    def test_missing_sign_in_is_one_sentence(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        """
        Without a sign-in each command ends with a sentence and no trace.
        """
        for name in list(os.environ):
            if name.startswith("AWS_"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        for told in (deploy.main([]), live.main(), export.main()):
            assert told == 1
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 3
        assert all("not signed in" in line for line in lines)

    def test_unknown_parameter_is_one_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        """
        A slip is answered with what can be said.
        """
        assert deploy.main(["undeploy"]) == 1
        assert "The parameters are:" in capsys.readouterr().err
