"""The app as a whole: it says plainly what is missing, and ends in order."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_END_S = 10.0


@pytest.mark.parametrize("package", ["fastapi", "numpy", "sqlalchemy"])
def test_a_missing_package_is_one_line_that_says_what_to_run(package: str, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{package!r}] = None\n"
        f"sys.argv = ['app.py', '--port', '0', '--data', {str(tmp_path)!r}]\n"
        "import app\n"
        "sys.exit(app.main())"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    said = ended.stderr.strip().splitlines()
    assert len(said) == 1, ended.stderr
    assert "pip install -c constraints.txt" in said[0]
    assert package in said[0]


def test_files_without_their_database_end_the_start_with_one_sentence(tmp_path: Path) -> None:
    picture = tmp_path / "objects" / "ab" / ("ab" + "0" * 62)
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    command = [sys.executable, "app.py", "--port", "0", "--data", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 3
    said = ended.stderr.strip().splitlines()
    assert len(said) == 1, ended.stderr
    assert "--begin-anew" in said[0]
    assert "--adopt" in said[0]
    assert picture.read_bytes() == b"a picture"
    assert not (tmp_path / "studio.sqlite3").exists()


def test_a_data_folder_that_cannot_be_made_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    command = [sys.executable, "app.py", "--port", "0", "--data", str(tmp_path / "file" / "data")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert_one_sentence(ended, "storage-missing", "is not there")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(
    ("limit", "amount", "code"),
    [("RLIMIT_FSIZE", 0, "storage-limit"), ("RLIMIT_NOFILE", 8, "too-many-files")],
)
def test_a_start_that_the_system_does_not_let_write_is_one_sentence(
    limit: str, amount: int, code: str, tmp_path: Path
) -> None:
    """No byte may be written, as on a full disk; or hardly a file be opened."""
    program = (
        "import resource, sys\n"
        f"sys.argv = ['app.py', '--port', '0', '--data', {str(tmp_path / 'data')!r}]\n"
        "import app, studio.cli, studio.studio, studio.data_folder, store.store, studio.commands.upkeep\n"
        "import studio.api.app, studio.ui.shell, studio.worker.supervisor\n"
        f"resource.setrlimit(resource.{limit}, ({amount}, {amount}))\n"
        "sys.exit(app.main())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert_one_sentence(ended, code)


def assert_one_sentence(ended: subprocess.CompletedProcess[str], *words: str) -> None:
    """The command was refused in one line of these words."""
    said = ended.stderr.strip().splitlines()
    assert len(said) == 1, ended.stderr
    assert ended.returncode not in (0, 1), ended
    for word in words:
        assert word in said[0]


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends a process there at once")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_in_order_with_a_job_running(sign: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "app.py", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # a shell's background job ignores it
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().rpartition(" ")[2].strip()
            job_id = order_pictures(url)
            wait_for_state(url, job_id, "running")
            log = (tmp_path / "logs/studio.log").read_text()
            worker_id = int(re.findall(r"worker started, process (\d+)", log)[0])
            told = time.monotonic()
            process.send_signal(sign)
            _, complained = process.communicate(timeout=30)
        finally:
            process.kill()
    assert time.monotonic() - told < LONGEST_END_S
    assert complained == ""
    assert process.returncode == {signal.SIGTERM: 0, signal.SIGINT: 130}[sign]
    with pytest.raises(ProcessLookupError):  # it ended before the app did
        os.kill(worker_id, 0)
    assert not (tmp_path / "studio.lock.json").exists()
    with closing(sqlite3.connect(tmp_path / "studio.sqlite3")) as database:
        assert database.execute("SELECT state FROM jobs").fetchall() == [("queued",)]


def order_pictures(url: str) -> str:
    """Enough of them to be at it for a while; the job's id."""
    poses = [slug["slug"] for slug in get(f"{url}/api/v1/poses")["items"][:8]]
    wanted = {"persona": {"name": "Mira", "age": 30}, "poses": poses, "views": ["front", "back"]}
    request = urllib.request.Request(
        f"{url}/api/v1/generations",
        data=json.dumps(wanted).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["job_id"]


def wait_for_state(url: str, job_id: str, state: str) -> None:
    until = time.monotonic() + 30
    while get(f"{url}/api/v1/jobs/{job_id}")["state"] != state:
        assert time.monotonic() < until
        time.sleep(0.05)


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)
