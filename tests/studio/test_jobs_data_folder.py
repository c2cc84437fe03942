"""One studio per data folder: the second is refused by name, the place of a killed one is free."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.data_folder import NOTE_NAME, claim_data_folder
from studio.errors import DataFolderBusy

CHECKOUT = Path(__file__).resolve().parents[2]
URL = "http://127.0.0.1:7860"
HOLD = f"""
import sys
from pathlib import Path
from studio.data_folder import claim_data_folder
claim = claim_data_folder(Path(sys.argv[1]), {URL!r})
print("held", flush=True)
sys.stdin.read()
claim.release()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "data"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"held"
        yield process
        process.kill()


def test_the_second_is_told_who_the_first_is(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    with pytest.raises(DataFolderBusy) as refusal:
        claim_data_folder(tmp_path / "data", URL)
    assert f"process {holder.pid}" in refusal.value.message
    assert URL in refusal.value.message
    assert str(tmp_path / "data") in refusal.value.message


@pytest.mark.parametrize("note", [b"", b"{}", b"[1]", b'{"pid": "x", "url": ""}', b"\xff" * 9000])
def test_a_spoilt_note_does_not_hide_the_refusal(
    tmp_path: Path, holder: subprocess.Popen[bytes], note: bytes
) -> None:
    (tmp_path / "data" / NOTE_NAME).write_bytes(note)
    with pytest.raises(DataFolderBusy, match="Another Avatar Studio is using"):
        claim_data_folder(tmp_path / "data", URL)


def test_the_folder_of_a_killed_one_is_free(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()
    assert (tmp_path / "data" / NOTE_NAME).exists()
    with claim_data_folder(tmp_path / "data", URL):
        pass


def test_a_released_folder_is_free_and_tidy(tmp_path: Path) -> None:
    claim = claim_data_folder(tmp_path, URL)
    with pytest.raises(DataFolderBusy):
        claim_data_folder(tmp_path, URL)  # not even this process twice
    claim.release()
    claim.release()
    assert not (tmp_path / NOTE_NAME).exists()
    claim_data_folder(tmp_path, URL).release()
