"""The pose editor's own routes: the rig with its ETag, a pose opened, an edit settled and kept; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.types import Persona
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio


def edit_of(client: TestClient, slug: str = "relaxed-stand") -> dict[str, Any]:
    """An edit that changes nothing yet."""
    opened = client.get(f"/stage/poses/{slug}/edit").json()
    return {
        name: opened[name]
        for name in ("slug", "angles", "hands", "fingers", "airborne_m", "yaw_deg", "framing")
    }


def test_the_rig_is_asked_for_once(client: TestClient, studio: ScriptedStudio) -> None:
    first = client.get("/stage/rig")
    assert first.status_code == 200
    assert len(first.content) < 300_000
    rig = first.json()
    assert len(rig["bones"]) == len(rig["parents"]) == len(rig["offsets"])
    again = client.get("/stage/rig", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    tall = studio.for_person(YOU).avatars.keep(Persona(name="Ada", height_cm=195))
    other = client.get("/stage/rig", params={"avatar_id": tall.id})
    assert other.headers["etag"] != first.headers["etag"]
    assert client.get("/stage/rig", params={"avatar_id": "nobody"}).status_code == 404


def test_an_edit_is_settled_and_kept_by_rest(client: TestClient) -> None:
    edit = edit_of(client)
    edit["angles"]["elbow.L"] = 3.0  # further than an elbow bends
    shown = {"name": "wink", "strength": 0.5}
    edit |= {"tilt_deg": -12.0, "lens_mm": 35.0, "expression": shown}
    settled = client.post("/stage/pose/settle", json=edit)
    assert settled.status_code == 200
    assert settled.json()["over"] == ["elbow.L"]
    whole = settled.json()["pose"] | {"name": "Flexed", "tags": ["fitness"]}
    del whole["slug"]
    kept = client.post("/api/v1/poses", json=whole)
    assert (kept.status_code, kept.json()["slug"]) == (201, "flexed")
    back = client.get("/stage/poses/flexed/edit").json()
    assert back["angles"]["elbow.L"] == pytest.approx(2.548, abs=0.01)
    assert (back["tilt_deg"], back["lens_mm"], back["is_own"]) == (-12.0, 35.0, True)
    assert back["expression"] == shown

    # and once more over the same pose: what is said of it stays
    again = client.post("/stage/pose/settle", json=edit_of(client, "flexed") | {"lens_mm": 50.0}).json()[
        "pose"
    ]
    changed = client.patch("/api/v1/poses/flexed", json={"name": "Flexed more", "pose": again})
    assert (changed.status_code, changed.json()["slug"]) == (200, "flexed")
    assert (changed.json()["name"], changed.json()["tags"]) == ("Flexed more", ["fitness"])
    assert client.get("/stage/poses/flexed/edit").json()["lens_mm"] == 50.0
    for broken in ({"rotations": {"tail": [0, 0, 0]}}, {"name": "No rotations"}):
        assert client.patch("/api/v1/poses/flexed", json={"pose": broken}).status_code == 422
    assert client.get("/api/v1/poses/flexed").json()["pose"]["lens_mm"] == 50.0
    assert client.delete("/api/v1/poses/flexed").status_code == 204


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("angles", {"elbow.L": 1e9}),
        ("angles", {"third-arm": 0.1}),
        ("hands", ["relaxed"]),
        ("hands", ["relaxed", "tentacle"]),
        ("fingers", {"head": [0, 0, 0]}),
        ("fingers", {"finger1-1.L": [0, 0]}),
        ("airborne_m", 40.0),
        ("framing", "sideways"),
        ("tilt_deg", 80.0),
        ("lens_mm", 5.0),
        ("expression", {"name": "bored"}),
        ("slug", "../etc"),
        ("surprise", 1),
    ],
)
def test_what_is_no_edit_is_refused(client: TestClient, field: str, value: Any) -> None:
    edit = edit_of(client) | {field: value}
    assert client.post("/stage/pose/settle", json=edit).status_code == 422


def test_a_pose_that_is_not_there_is_not_opened(client: TestClient) -> None:
    assert client.get("/stage/poses/no-such-pose/edit").status_code in (404, 422)
