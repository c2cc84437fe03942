"""Gradio is the same without its stub writing, and imports faster."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = """
import sys
sys.path.insert(0, {root!r})
from studio.ui.stubs import skip_stub_writing
skip_stub_writing()
skip_stub_writing()
import gradio, gradio.component_meta
print(gradio.component_meta.create_or_modify_pyi(1, 2, 3), len(sys.meta_path), hasattr(gradio.Button, "click"))
"""


def test_the_stub_writer_is_silent_and_gradio_works() -> None:
    before = len(sys.meta_path)
    code = CODE.format(root=str(ROOT))
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    writer, finders, has_click = found.stdout.split()
    assert writer == "None"
    assert has_click == "True"
    assert int(finders) <= before + 1  # the finder has left
