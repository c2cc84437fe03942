"""The composition root says plainly what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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
