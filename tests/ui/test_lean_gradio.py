"""Gradio is the same without what the start spares it: stubs, pandas, command lines, spare applications."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gradio as gr
import pytest

from studio.ui.lean_gradio import skip_unserved_apps

ROOT = Path(__file__).parents[2]
CODE = """
import sys
sys.path.insert(0, {root!r})
from studio.ui.lean_gradio import skip_stub_writing
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


DEFERRED = """
import sys, threading
sys.path.insert(0, {root!r})
from studio.ui.deferred import defer_import
from studio.ui.lean_gradio import import_less
import_less()
import_less()
defer_import("no_such_module")
import gradio
import pandas as pd
print("pandas.core" in sys.modules, "no_such_module" in sys.modules)
found = []
threads = [threading.Thread(target=lambda: found.append(pd.DataFrame({{"a": [1]}}).shape)) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
from pandas.io.formats.style import Styler
print("gradio.cli.cli" in sys.modules, gradio.deploy.__name__ != "deploy", "rich" in sys.modules)
print(found == [(1, 1)] * 4, isinstance(pd.Series([1]), sys.modules["pandas"].Series), Styler.__name__)
"""


def test_a_deferred_module_comes_when_it_is_looked_into_also_by_several_threads_at_once() -> None:
    code = DEFERRED.format(root=str(ROOT))
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False", "False", "True", "False", "True", "True", "Styler"]


STARTED = """
import sys
sys.path.insert(0, {root!r})
import studio.api.app, studio.studio
from studio.ui.lean_gradio import import_less
import_less()
import studio.ui.shell
heavy = "torch mediapipe cv2 skimage trimesh diffusers pandas.core mcp alembic scipy.spatial".split()
print([name for name in heavy if name in sys.modules])
"""


def test_the_start_imports_nothing_that_only_a_job_needs() -> None:
    code = STARTED.format(root=str(ROOT))
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_window_that_is_built_makes_no_application_that_nobody_serves(built: gr.Blocks) -> None:
    assert built.app is None


def test_a_failed_build_leaves_gradio_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError), skip_unserved_apps():
        1 / 0  # noqa: B018
    assert gr.blocks.App is gr.routes.App
