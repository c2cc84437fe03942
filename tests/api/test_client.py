"""The client in one file: each of its calls is one of the description, and they do what they say."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.errors import PictureRefused
from tests.api.test_routes import API
from tests.scripted_studio import ScriptedStudio

FILE = Path(__file__).parents[2] / "clients" / "avatar_studio.py"
CALLS = {"_ask": 0, "_write": 0, "_pages": None}  # where the method stands; None: GET


@pytest.fixture(scope="module")
def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("avatar_studio", FILE)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def calls_of(tree: ast.AST) -> set[tuple[str, str]]:
    """Every (method, path) that the client names, its ids as {}."""
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in CALLS or not node.args:
            continue
        place = CALLS[node.func.attr]
        method = "GET" if place is None else ast.literal_eval(node.args[place])
        path = ast.unparse(node.args[0 if place is None else place + 1]).lstrip("f").strip("'\"")
        if path.startswith("/"):
            found.add((method, re.sub(r"\{[^}]*\}", "{}", path)))
    return found


def test_each_call_is_described(client: TestClient) -> None:
    described = {
        (method.upper(), re.sub(r"\{[^}]*\}", "{}", path))
        for path, methods in client.get(f"{API}/openapi.json").json()["paths"].items()
        for method in methods
    }
    named = calls_of(ast.parse(FILE.read_text(encoding="utf-8")))
    assert len(named) > 25
    assert named - described == set()


def test_it_needs_httpx_alone() -> None:
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    tops = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    tops |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert tops - set(sys.stdlib_module_names) == {"httpx"}


def test_a_day_with_it(
    client: TestClient, studio: ScriptedStudio, module: ModuleType, photo_bytes: bytes, tmp_path: Path
) -> None:
    mine: Any = module.AvatarStudio(http=client)
    (tmp_path / "me.png").write_bytes(photo_bytes)
    digest = hashlib.sha256(photo_bytes).hexdigest()
    assert mine.find_photo(digest) is None
    photo = mine.upload_photo(tmp_path / "me.png")
    assert mine.find_photo(digest) == photo["id"]
    assert mine.change_photo(photo["id"], tags=["red"])["tags"] == ["red"]
    assert [one["id"] for one in mine.photos()] == [photo["id"]]
    measured = mine.measure(photo_id=photo["id"], height_cm=172)
    assert measured["body"]["measurements"]
    ada = mine.create_avatar(
        "Ada", prompt="a woman of 44 years", project_id=mine.create_project("Summer")["id"]
    )
    assert mine.change_avatar(ada["id"], persona={"age": 45})["persona"]["age"] == 45
    made = mine.draw(avatar_id=ada["id"], pose=mine.poses(q="arms crossed")[0]["slug"], width=64, height=64)
    for number in range(3):
        mine.draw(avatar_id=ada["id"], seed=number, width=64, height=64)
    assert [one["generation_id"] for one in mine.avatar_usage(ada["id"])][-1] == made["id"]
    assert len(list(mine.generations(q="ada", limit=2))) == 4  # over two pages
    saved = mine.save(made["pictures"][0]["file_url"], tmp_path / "ada.png")
    assert saved.read_bytes().startswith(b"\x89PNG")
    file = mine.export_avatar(ada["id"], tmp_path / "ada.avatar")
    assert mine.import_avatar(file)["origin"]["source"] == "file"
    template = mine.save_template("Small", {"width": 64, "height": 64}, ("poses",))
    assert mine.draw(template_id=template["id"], pose="hand-on-hip")["order"]["width"] == 64
    assert (
        mine.draw(pose_image=module.as_base64(tmp_path / "me.png"), width=64, height=64)["state"]
        == "succeeded"
    )
    assert mine.change_generation(made["id"], favourite=True)["favourite"]
    assert mine.wait(mine.again(made["id"])["job_id"])["state"] == "succeeded"
    assert {one["state"] for one in mine.jobs(kind="generation", limit=2)} == {"succeeded"}  # over pages
    assert (mine.stats()["failed"], mine.health()["ok"]) == (0, True)
    mine.delete_generation(made["id"], purge=True)
    mine.delete_avatar(ada["id"])
    mine.delete_photo(photo["id"])
    with pytest.raises(module.StudioError, match="not-found") as refused:
        mine.generation(made["id"])
    assert refused.value.status == 404
    studio.fail_with = PictureRefused("The picture is black.")
    with pytest.raises(module.StudioError, match="The picture is black"):
        mine.draw(width=64, height=64)
