"""The layers (README: how it works), held by reading every import in the tree."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.image.engines import ENGINES
from pipelines.image.presets import PresetShelf

ROOT = Path(__file__).parents[1]
PACKAGES = ("pipelines", "store", "studio")
HEAVY = ("torch", "diffusers", "transformers", "mediapipe", "cv2", "skimage", "trimesh")
NOT_FOR_A_PAGE = (
    "studio.api.rest",
    "studio.api.routes.photos",
    "studio.api.library_answers",
    "pipelines.figure.wardrobe",
    "pipelines.body.measure",
    "scipy.optimize",
)
# A third-party package, and the only places that may import it at all.
ONLY_IN = {
    "gradio": ("studio/ui/",),
    "fastapi": ("studio/api/", "studio/ui/shell.py"),
    "uvicorn": ("studio/api/",),
    "huey": ("studio/worker/notify.py",),
    "sqlalchemy": ("store/",),
    "alembic": ("store/",),
    "mediapipe": ("pipelines/photo/",),
    "torch": ("pipelines/",),
    "anny": ("pipelines/body/prepare_anny.py",),
    # Lines to the outside: only where a person asked for them.
    "ssl": ("studio/worker/webhook_sender.py", "studio/worker/mail_sender.py"),
    "httpx": ("pipelines/image/", "pipelines/weights/"),
    "httpx2": ("studio/services/oidc_provider.py",),
    "authlib": ("studio/services/oidc_provider.py",),
    "joserfc": ("studio/services/oidc_provider.py",),
    "smtplib": ("studio/worker/mail_sender.py",),
    "mcp": ("studio/commands/mcp_server.py",),
    "websockets": ("pipelines/image/comfyui_events.py",),
}
MAY_IMPORT = {
    "pipelines": ("pipelines",),
    "store": ("store",),
    "studio": ("studio", "pipelines", "store"),
}

# The packages of pipelines (and its modules beside them), each below those after it: imports point to the left.
PIPELINES = (
    "errors",
    "bounds",
    "options",
    "progress",
    "appearance",
    "props",
    "types",
    "network",
    "devices",
    "tensor_files",
    "render",
    "photo",
    "prompt",
    "body",
    "pose",
    "figure",
    "control",
    "image",
    "weights",
)


def product_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imports_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide the layer they reach into"
            yield node.module or ""


def imports_at_import_time(tree: ast.Module) -> Iterator[str]:
    """Imports that run when the module is imported: not those inside functions or under TYPE_CHECKING."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports_of(ast.Module(body=[node], type_ignores=[]))
        waiting.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("path", product_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_point_down(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    layer = name.split("/")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for module in imports_of(tree):
        top = module.split(".")[0]
        if top in PACKAGES:
            assert top in MAY_IMPORT[layer], f"{name} imports {module}"
        assert top != "tests", f"{name} imports {module}"
        assert top in {"app"} or top != "app", name
        if top in ONLY_IN:
            assert name.startswith(ONLY_IN[top]), f"{name} imports {module}"
        if name.startswith("studio/") and not name.startswith(("studio/ui/", "studio/api/")):
            assert not module.startswith(("studio.ui", "studio.api")), f"{name} imports {module}"
        if name.startswith("studio/worker/"):
            assert not module.startswith("studio.services"), f"{name} imports {module}"
        if name.startswith("studio/api/routes/"):  # what several take stands beside them, not in one of them
            assert not module.startswith("studio.api.routes"), f"{name} imports {module}"
    for module in imports_at_import_time(tree):
        top = module.split(".")[0]
        assert top not in HEAVY or name == "pipelines/body/prepare_anny.py", (
            f"{name} imports {module} when imported"
        )


def modules_of(package: str) -> dict[str, Path]:
    """Every module of a package by its dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / package).rglob("*.py")
    }


def import_graph(package: str) -> dict[str, set[str]]:
    """Module -> modules of the same package that it imports anywhere, inside functions too; types alone left out."""
    modules = modules_of(package)
    graph = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used: set[str] = set()
        for node in nodes_that_run(tree):
            if isinstance(node, ast.Import):
                used |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                inside = {f"{node.module}.{alias.name}" for alias in node.names} & set(modules)
                used |= inside or {node.module or ""}
        graph[name] = (used & set(modules)) - {name}
    return graph


def nodes_that_run(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from nodes_that_run(node)


def find_circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of the graph, as the way around it; empty where there is none."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph.get(name, ())):
            circle = walk(other, [*way, name])
            if circle:
                return circle
        done.add(name)
        return []

    return next((circle for name in sorted(graph) if (circle := walk(name, []))), [])


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_imports_itself_in_a_circle(package: str) -> None:
    assert find_circle(import_graph(package)) == []


def test_the_search_for_circles_finds_one() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert find_circle(graph) == ["b", "c", "b"]
    assert find_circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_packages_of_pipelines_import_those_before_them() -> None:
    graph = import_graph("pipelines")
    packages = {name.split(".")[1] for name in graph if "." in name}
    assert packages == set(PIPELINES)
    up = [
        f"{name} imports {other}"
        for name, others in graph.items()
        for other in others
        if "." in other and PIPELINES.index(other.split(".")[1]) > PIPELINES.index(name.split(".")[1])
    ]
    assert up == []


def test_the_window_is_imported_without_the_heavy_libraries() -> None:
    code = (
        "import sys, studio.ui.shell, studio.api.app, studio.studio, studio.worker.process, studio.cli\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_page_waits_neither_for_rest_nor_for_the_clothes(tmp_path: Path) -> None:
    """What only a program asks for, and what only a drawing needs, is imported by who is first to want it."""
    code = (
        "import sys; from pathlib import Path\n"
        "from studio.api.app import build_app; from studio.settings import read_settings\n"
        "from studio.studio import open_studio; from studio.ui.shell import mount_window\n"
        "studio = open_studio(read_settings({'data': sys.argv[1]}))\n"
        "mount_window(build_app(studio), studio); studio.close()\n"
        f"print([name for name in {NOT_FOR_A_PAGE!r} if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_no_engine_and_no_preset_is_named_outside_engines_and_presets() -> None:
    """What is special about one is a field of its EngineInfo or EnginePreset."""
    names = {*ENGINES, *PresetShelf()}
    named = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} names {node.value}"
        for path in product_files()
        if not path.is_relative_to(ROOT / "pipelines" / "image")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names
    ]
    assert named == []


def test_files_are_nouns_of_a_readable_length() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in product_files()
    }
    assert {name: lines for name, lines in long.items() if lines > 350} == {}


def test_a_class_name_means_one_thing() -> None:
    counted = Counter(
        node.name
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in counted.items() if count > 1] == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        path.name
        for path in product_files()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
