"""Avatars as files over REST and on the command line: ordered, made by a job, fetched, forgotten."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from PIL import Image, ImageSequence

from pipelines.body.anny import open_anny
from pipelines.figure.appearance import body_of
from pipelines.figure.export.movements import MovementMaker
from pipelines.image.provenance import find_mark
from pipelines.pose.exchange.bvh_text import read_bvh_text
from pipelines.pose.exchange.files import read_poses_file
from pipelines.pose.library import load_library
from pipelines.pose.resolve import adapt_pose
from pipelines.types import Persona
from studio.api.answers import API_PREFIX as API
from studio.cli import main
from tests.api.test_avatars import AVATARS, make
from tests.glb_reader import read_glb

FEW = 8000


def order(client: TestClient, avatar_id: str, **asked: Any) -> Any:
    """A finished export."""
    answer = client.post(f"{AVATARS}/{avatar_id}/exports", json=asked)
    assert answer.status_code == 202, answer.text
    made = client.get(answer.headers["location"])
    assert (made.status_code, made.json()["state"]) == (200, "succeeded"), made.text
    return made.json()


def test_an_avatar_goes_out_as_a_file_and_is_forgotten_with_its_avatar(client: TestClient) -> None:
    ada = make(client, persona={"height_cm": 168, "gender": "female"})
    made = order(client, ada["id"], clip="wave", pose="walking-head-down", triangles=FEW, joints="mixamo")
    assert (made["avatar_id"], made["format"], made["title"]) == (ada["id"], "glb", "Ada as GLB")
    assert made["height_cm"] == 168.0
    assert FEW / 2 < made["triangles"] <= FEW
    answer = client.get(made["file_url"])
    assert answer.headers["content-type"] == "model/gltf-binary"
    assert "Ada.glb" in answer.headers["content-disposition"]
    assert len(answer.content) == made["size"]
    glb = read_glb(answer.content)
    assert [one["name"] for one in glb.document["animations"]] == ["wave", "pose"]
    names = glb.document["meshes"][0]["extras"]["targetNames"]
    face = dict(zip(names, glb.document["meshes"][0]["weights"], strict=True))
    assert face["mouthFrownLeft"] > 0.5, "the face of a pose that its tags call sad"
    assert glb.document["nodes"][0]["name"] == "mixamorig:Hips"
    assert sum(len(piece.faces) for piece in glb.pieces) == made["triangles"]
    assert client.get(f"/api/v1/exports/{made['id']}").status_code == 404  # it is not one of pictures
    ben = make(client, persona={"age": 50})
    assert client.get(f"{AVATARS}/{ben['id']}/exports/{made['id']}").status_code == 404
    assert client.delete(f"{AVATARS}/{ada['id']}", params={"purge": True}).status_code == 204
    assert client.get(f"{AVATARS}/{ada['id']}/exports/{made['id']}").status_code == 404
    assert client.get(made["file_url"]).status_code == 404


CANNOT_BE = (
    ({"format": "fbx"}, 422),
    ({"format": "vrm", "clip": "walk"}, 422),
    ({"format": "obj", "pose": "walking"}, 422),
    ({"format": "vrm", "joints": "mixamo"}, 422),
    ({"pose": "no-such-pose"}, 404),
    ({"triangles": 10}, 422),
    ({"format": "webp", "triangles": 9000}, 422),
    ({"format": "gif", "suit": True}, 422),
    ({"format": "gif", "clip": "../../etc/passwd"}, 422),
    ({"format": "webp", "width": 5000}, 422),
    ({"width": 100}, 422),
    ({"format": "bvh", "width": 100}, 422),
    ({"clip": "path"}, 422),
    ({"clip": "path", "through": ["walking"]}, 422),
    ({"clip": "walk", "through": ["hand-on-hip", "relaxed-stand"]}, 422),
    ({"format": "bvh", "clip": "path", "through": ["hand-on-hip", "../../etc/passwd"]}, 404),
)


def test_what_cannot_be_is_refused_before_any_work(client: TestClient) -> None:
    ada = make(client, persona={"age": 44})
    components = client.get(f"{API}/openapi.json").json()["components"]
    told = Draft202012Validator({**components["schemas"]["AvatarExportIn"], "components": components})
    for asked, status in CANNOT_BE:
        answer = client.post(f"{AVATARS}/{ada['id']}/exports", json=asked)
        assert answer.status_code == status, (asked, answer.text)
        assert told.is_valid(asked) is (status != 422), f"the description of {asked} says something else"


def test_a_missing_avatar_is_not_found(client: TestClient) -> None:
    assert client.post(f"{AVATARS}/01ARZ3NDEKTSV4RRFFQ69G5FAV/exports", json={}).status_code == 404


def test_the_command_writes_a_persona_and_says_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    persona, out = tmp_path / "ada.json", tmp_path / "ada.vrm"
    persona.write_text(json.dumps({"name": "Ada", "height_cm": 171}), encoding="utf-8")

    def run(*argv: str) -> int:
        return main(["export", "--data", str(tmp_path / "data"), *argv], serve=lambda _: 1)

    who = ("--persona", str(persona), "--out", str(out))
    assert (
        run(*who, "--format", "vrm", "--suit", "--author", "Me", "--licence", "Ask", "--triangles", str(FEW))
        == 0
    )
    assert "171.0 cm" in capsys.readouterr().out
    meta = read_glb(out.read_bytes()).document["extensions"]["VRMC_vrm"]["meta"]
    assert (meta["name"], meta["authors"], meta["copyrightInformation"]) == ("Ada", ["Me"], "Ask")
    assert len(trimesh.load(io.BytesIO(out.read_bytes()), file_type="glb").geometry) > 2
    assert run(*who, "--format", "csv") == 2
    assert "Choose one of: glb, vrm, obj, webp, gif, mp4, bvh" in capsys.readouterr().err
    assert run(*who, "--format", "vrm", "--clip", "walk") == 2
    assert "VRM takes no clip. Leave it out, or choose GLB, WebP, GIF, MP4 or BVH." in capsys.readouterr().err
    assert run("--q", "", "--format", "vrm", "--out", str(out)) == 2
    assert "--avatar or --persona" in capsys.readouterr().err


def test_an_avatar_goes_out_in_a_clip_that_is_drawn(client: TestClient) -> None:
    ada = make(client, persona={"height_cm": 168})
    made = order(client, ada["id"], format="gif", clip="walk", width=64, height=96)
    answer = client.get(made["file_url"])
    assert answer.headers["content-type"] == "image/gif"
    assert "Ada.gif" in answer.headers["content-disposition"]
    moving = Image.open(io.BytesIO(answer.content))
    shown = len(list(ImageSequence.Iterator(moving)))
    assert (moving.size, made["frames"], made["triangles"]) == ((64, 96), shown, 0)
    assert find_mark(answer.content) == "algorithmicMedia"


def test_a_video_goes_out_and_is_served_as_one(client: TestClient) -> None:
    ada = make(client, persona={"height_cm": 168})
    made = order(
        client, ada["id"], format="mp4", clip="path", through=["relaxed-stand"] * 2, width=64, height=96
    )
    answer = client.get(made["file_url"])
    assert answer.headers["content-type"] == "video/mp4"
    assert "Ada.mp4" in answer.headers["content-disposition"]
    assert find_mark(answer.content) == "algorithmicMedia"


def test_the_joints_of_a_clip_go_out_as_bvh(client: TestClient) -> None:
    ada = make(client, persona={"height_cm": 150})
    made = order(client, ada["id"], format="bvh")
    answer = client.get(made["file_url"])
    assert "Ada.bvh" in answer.headers["content-disposition"]
    bvh, body = read_bvh_text(answer.content), body_of(Persona(height_cm=150))
    assert (len(bvh.frames), bvh.frame_time_s) == (made["frames"], pytest.approx(1 / 30, abs=1e-5))
    assert bvh.frames[-1] == pytest.approx(bvh.frames[0], abs=1e-3)
    walk = MovementMaker(open_anny(), body).make("walk")
    for frame in (0, 9, 20):
        there = open_anny().build(body, walk.pose_at(frame / (len(bvh.frames) - 1)))
        places = bvh.places(bvh.frames[frame])
        for name, bone in (("Head", "head"), ("LeftFoot", "foot.L"), ("RightHand", "wrist.R")):
            assert places[name] / 100 == pytest.approx(there.joint(bone), abs=2e-3)
    [found] = read_poses_file(answer.content, "Ada.bvh", frame=9)
    assert found.pose.rotations["lowerleg01.L"][0] == pytest.approx(
        walk.pose_at(9 / (len(bvh.frames) - 1)).rotations["lowerleg01.L"][0], abs=0.05
    )


def test_a_path_goes_through_its_poses_and_back(client: TestClient) -> None:
    ada = make(client, persona={"height_cm": 150})
    through = ["relaxed-stand", "hand-on-hip"]
    made = order(client, ada["id"], format="bvh", clip="path", through=through)
    bvh, body = read_bvh_text(client.get(made["file_url"]).content), body_of(Persona(height_cm=150))
    assert bvh.frames[-1] == pytest.approx(bvh.frames[0], abs=1e-3)
    for frame, slug in ((0, through[0]), (len(bvh.frames) // 2, through[1])):
        pose = adapt_pose(load_library().find(slug), open_anny(), body)
        places, there = bvh.places(bvh.frames[frame]), open_anny().build(body, pose)
        assert places["RightHand"] / 100 == pytest.approx(there.joint("wrist.R"), abs=2e-3)
    feet = np.stack([[bvh.places(frame)[foot] for foot in ("LeftFoot", "RightFoot")] for frame in bvh.frames])
    steps = np.linalg.norm(np.diff(feet, axis=0), axis=-1)
    assert steps.max() < 3, "no foot jumps, centimetres"
