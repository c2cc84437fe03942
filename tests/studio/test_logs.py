"""The log: all in its file, trouble on the terminal, nothing of libraries that are well, one line when ready."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from studio import cli, logs
from studio.errors import DataFolderBusy
from studio.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
READY = "Avatar Studio is ready: "
START_S = 120


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"data": tmp_path / "data"}, {})


@pytest.fixture
def serve(settings: Settings) -> Callable[..., int]:
    """Run the window's part of the command line around a function in the window's place."""

    def run(window: Callable[[Settings], int], **given: str) -> int:
        words = [word for name, value in given.items() for word in (f"--{name}", value)]
        return cli.main(["--data", str(settings.data), *words], serve=window)

    return run


def read_log(settings: Settings) -> str:
    return (settings.data / "logs" / "studio.log").read_text(encoding="utf-8")


def speak(settings: Settings) -> int:
    ours, theirs = logging.getLogger("studio.services.photos"), logging.getLogger("alembic.runtime.migration")
    ours.debug("our detail")
    ours.info("photo p1 kept")
    ours.warning("the disk is nearly full")
    theirs.info("Context impl SQLiteImpl.")
    theirs.warning("their trouble")
    return 0


def test_as_json_each_line_is_an_object(serve: Callable[..., int], settings: Settings) -> None:
    def speak_oddly(_: Settings) -> int:
        log = logging.getLogger("studio.api.errors")
        log.error("request %s\nfailed", "r1", extra={"request_id": "r1"})
        try:
            raise ValueError("odd")
        except ValueError:
            log.exception("unexpected")
        return 0

    (settings.data).mkdir(parents=True)
    (settings.data / "settings.toml").write_text('log_format = "json"\n')
    assert serve(speak_oddly) == 0
    first, second = [json.loads(line) for line in read_log(settings).splitlines()][-2:]
    assert (first["level"], first["message"], first["request_id"]) == ("ERROR", "request r1\nfailed", "r1")
    assert datetime.fromisoformat(first["time"]).utcoffset() == timedelta(0)
    assert second["error"].endswith("ValueError: odd")
    assert "request_id" not in second


def test_all_goes_to_the_file_and_trouble_to_the_terminal(
    serve: Callable[..., int], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve(speak) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "WARNING: the disk is nearly full\nWARNING: their trouble\n"
    written = read_log(settings)
    assert "INFO studio.services.photos: photo p1 kept\n" in written
    assert "our detail" not in written
    assert "SQLiteImpl" not in written


def test_the_level_is_a_setting(serve: Callable[..., int], settings: Settings) -> None:
    serve(speak, **{"log-level": "DEBUG"})
    assert "our detail" in read_log(settings)
    assert "SQLiteImpl" not in read_log(settings)


def test_afterwards_everything_is_as_before(serve: Callable[..., int]) -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, logging.getLogger("studio").level)
    serve(speak)
    assert (list(root.handlers), root.level, logging.getLogger("studio").level) == before


def test_an_error_before_there_is_a_folder_is_said_and_leaves_none(
    serve: Callable[..., int], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(settings: Settings) -> int:
        raise DataFolderBusy

    assert serve(refuse) == 2
    assert capsys.readouterr().err.startswith("data-folder-busy: ")
    assert not settings.data.exists()


def test_a_log_that_cannot_be_written_is_said_once_and_nothing_else_is_lost(
    serve: Callable[..., int], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.data.mkdir()
    (settings.data / "logs").write_text("a file where the folder should be", encoding="utf-8")
    assert serve(speak) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert "cannot be written" in lines[0]
    assert lines[1] == "WARNING: the disk is nearly full"


def test_a_long_log_starts_anew(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LOG_MAX_BYTES", 2000)
    with logs.log_window(settings):
        for number in range(200):
            logging.getLogger("studio.worker.jobs").info("job %d succeeded", number)
    files = sorted((settings.data / "logs").iterdir())
    assert [file.name for file in files] == ["studio.log", "studio.log.1", "studio.log.2", "studio.log.3"]
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "job 199 succeeded" in read_log(settings)


@pytest.mark.slow
def test_the_app_says_one_line_until_it_has_ended_and_its_log_names_nobody(settings: Settings) -> None:
    process = subprocess.Popen(
        [sys.executable, "app.py", "--port", "0", "--data", str(settings.data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    too_late = threading.Timer(START_S, process.kill)
    too_late.start()
    try:
        line = process.stdout.readline()
        assert line.startswith(READY + "http://127.0.0.1:")
        url = line.removeprefix(READY).strip()
        with urllib.request.urlopen(url, timeout=START_S) as page:
            assert page.status == 200
        with urllib.request.urlopen(f"{url}/gradio_api/heartbeat/page1", timeout=START_S):  # an open page
            process.send_signal(signal.SIGTERM)  # on Windows it ends at once
            said, complained = process.communicate()
    finally:
        process.kill()
        too_late.cancel()
    assert (said, complained) == ("", "")
    written = read_log(settings)
    assert "worker started" in written
    assert not {"alembic", "uvicorn", "gradio", "httpx"} & set(
        written.replace(".", " ").replace(":", " ").split()
    )
