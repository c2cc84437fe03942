"""docs/seeds.md: what programs of the four seed systems send, each row run against the real app with these very values.

python -m tests.api.test_seeds writes the page anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from studio.api.persona_words import read_free_words
from tests.api.test_routes import API
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio

PAGE = Path(__file__).parents[2] / "docs" / "seeds.md"
SMALL = {"width": 64, "height": 64}  # of what is drawn here, so that the test is quick
DEFAULT_SIDE = 1024
Ids = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A seed's call, and ours: "{photo}" and the like in it are ids of what was made before."""

    seed: str
    call: str
    method: str
    path: str
    body: dict[str, Any] | None = None
    form: bool = False
    status: int = 200
    sent: str = (
        ""  # "theirs → ours, …": fields of theirs and where they stand in what is sent; one name: the same
    )
    said: str = ""  # likewise in the answer
    shows: Callable[[Any, Ids], bool] = lambda answer, ids: True


def order(
    seed: str,
    call: str,
    body: dict[str, Any],
    shows: Any = lambda answer, ids: True,
    *,
    sent: str,
    said: str = "",
) -> Row:
    return Row(
        seed=seed,
        call=call,
        method="POST",
        path="/generations",
        body=body,
        status=202,
        shows=shows,
        sent=sent,
        said=said,
    )


FORGE, POSES, CREATOR, PERFIT = "AvatarForge", "Avatar & Pose Generator", "Avatar Creator", "Perfit"
VIEWS = ["front", "back", "side", "quarter"]
ATTRIBUTES = {
    "name": "Ada", "personality": ["professional", "confident", "friendly"], "background": "Runs a shop",
    "gender": "female", "age_range": "adult", "ethnicity": "east-asian", "body_type": "athletic",
    "hair_style": "short modern", "hair_color": "black", "eye_color": "dark brown", "skin_tone": "light-medium",
    "style": "business-casual",
}  # fmt: skip
FILE_SAID = (
    "file_id → id, filename → name, content_hash → sha256, file_type → role, mime_type → media_type, size, width, "
    "height, reference_count → uses, created_at, last_accessed → last_used_at"
)
PERSONA_SENT = ", ".join(
    f"{theirs} → persona.{ours}"
    for theirs, ours in (
        ("personaName", "name"), ("personaPersonality", "personality.0"), ("personaBackground", "background"),
        ("gender", "gender"), ("ageRange", "age_range"), ("ethnicity", "ethnicity"), ("bodyType", "body_type"),
        ("hairStyle", "hair_style"), ("hairColor", "hair_color"), ("eyeColor", "eye_color"),
        ("skinTone", "skin_tone"), ("style", "style"),
    )
)  # fmt: skip
TOTALS_SAID = (
    "totalGenerations → total, completedGenerations → completed, failedGenerations → failed, "
    "averageProcessingTime → average_processing_time_s, totalCreditsUsed → credits_used"
)
# Values that the seeds' programs send in these fields, and the part of the prompt, from comma to comma, that is written
# of each.
VALUES: tuple[tuple[str, str, str], ...] = (
    ("gender", "female", "woman"), ("gender", "male", "man"),
    ("age_range", "adult", "middle-aged adult (30-50 years old)"),
    ("ethnicity", "asian", "asian ethnicity"), ("ethnicity", "east-asian", "east-asian ethnicity"),
    ("body_type", "athletic", "athletic build"),
    ("hair_style", "straight", "straight hair"), ("hair_style", "long straight", "long straight hair"),
    ("hair_style", "short modern", "short modern hair"),
    ("hair_color", "black", "black bob cut hair"), ("eye_color", "brown", "brown eyes"),
    ("eye_color", "dark brown", "dark brown eyes"),
    ("skin_tone", "light-medium", "medium skin"), ("skin_tone", "medium", "medium skin"),
    ("style", "professional", "wearing professional business attire"),
    ("style", "business-casual", "wearing business casual attire"),
    *((("personality", word, f"{word} personality")) for word in
      ("professional", "confident", "friendly", "charismatic", "innovative")),
)  # fmt: skip
# Who is somebody else in a field: the plain persona has these words already.
SOMEBODY_ELSE: dict[str, dict[str, Any]] = {
    "age_range": {"age": 60}, "eye_color": {"eye_color": "green"}, "skin_tone": {"skin_tone": "deep"},
}  # fmt: skip
OTHERWISE = (
    "A file's `is_deleted`: a photo in the trash answers 404 until `POST /photos/{photo}/restore`.",
    "`meta.offset` and `meta.hasMore`: pages go on by `cursor`; `next_cursor` is null on the last.",
    "`status`: queued or pending is `queued`, processing `running`, completed `succeeded`, failed `failed`.",
    "`creditUsed`: `credits` of an order, in a shared studio; elsewhere nothing has a price, and `credits_used` of "
    "`GET /stats` is 0.",
    "`image` of `POST /generate`: kept by `POST /photos` first, or sent along in `references`.",
    "`avatarId` of a generation: whichever of its pictures `POST /avatars` makes one.",
    "Perfit's `user_id`: whoever is signed in. Its measures: `body.measurements`, by `name`, in `cm`. Its `betas`, "
    "`body_pose` and `global_orient`: `body.raw`, and body.npz, where HMR2 measured: docs/extractors.md.",
)
ROWS = (
    Row(seed=FORGE, call="POST /upload/reference_image", method="POST", path="/photos", form=True, status=201,
        sent="file → form", said="file_id → id, is_duplicate",
        shows=lambda photo, ids: photo["is_duplicate"]),
    Row(seed=FORGE, call="POST /upload/pose_image", method="POST", path="/photos?role=pose", form=True, status=201,
        sent="file → form", said="file_id → id, is_duplicate",
        shows=lambda photo, ids: photo["id"] == ids["photo"]),
    Row(seed=FORGE, call="GET /files/{file_id}", method="GET", path="/photos/{photo}",
        said=FILE_SAID),
    Row(seed=FORGE, call="GET /files/hash/{hash}", method="GET", path="/photos/hash/{sha256}",
        said="exists, file_id → photo_id",
        shows=lambda known, ids: known == {"exists": True, "photo_id": ids["photo"]}),
    Row(seed=FORGE, call="DELETE /files/{file_id}", method="DELETE", path="/photos/{spare_photo}", status=204),
    order(FORGE, "POST /generate/avatar, pose_image",
          {"prompt": "warrior", "pose_image": "data:image/png;base64,{base64}"},
          sent="prompt, pose_image", said="generation_id"),
    order(FORGE, "POST /generate/avatar, pose_file_id, no pose name",
          {"prompt": "warrior character, blue armor", "pose_photo_id": "{photo}", "realism": False},
          sent="prompt, pose_file_id → pose_photo_id, realism", said="generation_id"),
    order(FORGE, "POST /generate/avatar, no pose", {"prompt": "warrior character", "realism": False},
          lambda ordered, ids: ordered["not_drawn"] == [] or isinstance(ordered["not_drawn"][0], str),
          sent="prompt, realism", said="generation_id"),
    order(FORGE, "POST /generate/avatar, clothing and style",
          {"persona": {"clothing": "blue armor"}, "style": "anime"},
          sent="clothing → persona.clothing, style"),
    order(FORGE, "POST /generate/avatar, reference_file_id",
          {"prompt": "warrior", "preset": "klein-4b", "references": [{"photo_id": "{photo}"}]},
          sent="prompt, reference_file_id → references.0.photo_id", said="generation_id"),
    order(FORGE, "POST /generate/avatar, reference_image",
          {"prompt": "warrior", "preset": "klein-4b", "references": [{"image": "{base64}"}]},
          sent="prompt, reference_image → references.0.image", said="generation_id"),
    order(FORGE, "POST /generate_pose", {"prompt": "warrior", "views": ["quarter"]}, sent="prompt, pose → views.0"),
    order(FORGE, "POST /generate_all_poses",
          {"prompt": "knight, silver armor, red cape", "realism": False, "views": VIEWS}, sent="prompt, realism"),
    Row(seed=FORGE, call="GET /generations/{id}", method="GET", path="/generations/{generation}",
        said="status → state, error, created_at, started_at, completed_at → finished_at, output files → "
        "pictures.0.file_url, request → order",
        shows=lambda one, ids: one["state"] == "succeeded"),
    Row(seed=FORGE, call="GET /generations", method="GET",
        path="/generations?q=warrior&from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z&limit=2&cursor=",
        sent="page → ?cursor, page size → ?limit, search → ?q, date range → ?from ?to",
        said="generations → items, total → counts.total",
        shows=lambda page, ids: len(page["items"]) == 2 and page["next_cursor"]),
    Row(seed=FORGE, call="DELETE /generations/{id}", method="DELETE", path="/generations/{spare_2}", status=204),
    Row(seed=FORGE, call="GET /poses", method="GET", path="/poses"),
    Row(seed=FORGE, call="GET /health", method="GET", path="/health",
        said="database, queue, ComfyUI → engines.comfyui",
        shows=lambda health, ids: health["database"].startswith("ok") and health["queue"]["depth"] == 0),
    order(POSES, "POST /generate", {"pose": "hand-on-hip", "quality": "sd", "priority": False, "references": []},
          sent="poseTemplateId → pose, quality, priority", said="id → generation_id"),
    order(POSES, "POST /generate, hd", {"pose": "hand-on-hip", "quality": "hd", "priority": True},
          sent="poseTemplateId → pose, quality, priority", said="id → generation_id"),
    Row(seed=POSES, call="GET /generations?limit=20&offset=0", method="GET", path="/generations?limit=20&cursor=",
        sent="limit → ?limit, offset → ?cursor", said="data → items, meta.total → counts.total"),
    Row(seed=POSES, call="GET /generations/{id}", method="GET", path="/generations/{generation}",
        said="id, status → state"),
    Row(seed=POSES, call="GET /stats", method="GET", path="/stats",
        said=TOTALS_SAID, shows=lambda said, ids: said["completed"] > 0),
    Row(seed=POSES, call="DELETE /generations/{id}", method="DELETE", path="/generations/{spare}", status=204),
    Row(seed=CREATOR, call="POST /projects", method="POST", path="/projects", body={"name": "Campaign"}, status=201,
        sent="name", said="id, name"),
    Row(seed=CREATOR, call="GET /projects", method="GET", path="/projects",
        shows=lambda said, ids: len(said["items"]) > 1),
    Row(seed=CREATOR, call="GET /projects/{id}", method="GET", path="/projects/{project}"),
    Row(seed=CREATOR, call="PUT /projects/{id}", method="PATCH", path="/projects/{project}", body={"name": "Autumn"},
        sent="name",
        shows=lambda project, ids: project["name"] == "Autumn"),
    Row(seed=CREATOR, call="POST /projects/{id}/avatars/upload", method="POST", path="/avatars", status=201,
        body={"name": "Ada", "project_id": "{project}", "image": "data:image/png;base64,{base64}"},
        sent="name, projectId → project_id, image",
        said="baseImageUrl → base_url, thumbnailUrl → thumbnail_url, sourceType → origin.source",
        shows=lambda one, ids: one["origin"]["source"] == "photo" and one["base_url"] and one["thumbnail_url"]),
    Row(seed=CREATOR, call="POST /projects/{id}/avatars/generate, the avatar", method="POST", path="/avatars",
        status=201,
        body={"name": "Ada", "project_id": "{project}", "prompt": "portrait", "persona": ATTRIBUTES},
        sent=f"name, projectId → project_id, prompt, {PERSONA_SENT}",
        shows=lambda one, ids: one["origin"]["source"] == "text" and one["project_id"] == ids["project"]
        and {"short", "modern", "portrait"} <= {*one["persona"]["own_words"].replace(",", "").split()}),
    order(CREATOR, "POST /projects/{id}/avatars/generate, its picture",
          {"prompt": "portrait", "width": 1024, "height": 1024, "seed": 12345, "persona": ATTRIBUTES | {"age": 35}},
          sent=f"prompt, width, height, seed, personaAge → persona.age, {PERSONA_SENT}", said="id → generation_id",
          shows=lambda ordered, ids: not {"short", "modern", "light-medium"}
          & {*" ".join(ordered["not_drawn"]).split()}),
    Row(seed=CREATOR, call="a finished text-to-image order is an avatar", method="POST", path="/avatars", status=201,
        body={"name": "Ada", "picture_id": "{picture}"},
        said="baseImageUrl → base_url, thumbnailUrl → thumbnail_url, sourceType → origin.source, "
        "generationPrompt → origin.prompt, seedUsed → origin.seed",
        shows=lambda one, ids: one["origin"]["source"] == "picture" and one["origin"]["seed"] == 42
        and one["base_url"] and one["thumbnail_url"]),
    Row(seed=CREATOR, call="the words of that", method="POST", path="/prompts/preview", body={"persona": ATTRIBUTES},
        shows=lambda said, ids: all(
            words in said["prompt"]
            for words in ("middle-aged adult (30-50 years old)", "short modern hair", "brown eyes", "east-asian",
                          "professional photo studio portrait", "85mm portrait lens", "8k quality")
        ) and "wax figure" in said["negative_prompt"]),
    Row(seed=CREATOR, call="GET /generations/{id}", method="GET", path="/jobs/{job}",
        said="status → state, progress → percent, errorMessage → error",
        shows=lambda job, ids: job["percent"] == 100),
    Row(seed=CREATOR, call="GET /generations/{id}, what was asked", method="GET", path="/generations/{generation}",
        said="id, status → state, prompt, options → order, createdAt → created_at"),
    Row(seed=CREATOR, call="GET /avatars/{id}", method="GET", path="/avatars/{avatar}"),
    Row(seed=CREATOR, call="PUT /avatars/{id}", method="PATCH", path="/avatars/{avatar}",
        body={"name": "Grace",
              "persona": {"hair_style": "long straight", "personality": ["charismatic", "innovative"]}},
        shows=lambda one, ids: one["name"] == "Grace"
        and one["persona"]["personality"] == ["charismatic", "innovative"]),
    Row(seed=CREATOR, call="GET /avatars/{id}/usage-history", method="GET", path="/avatars/{avatar}/usage",
        shows=lambda said, ids: said["total"] == 1 and said["items"][0]["generation_id"] == ids["used"]),
    Row(seed=CREATOR, call="DELETE /avatars/{id}", method="DELETE", path="/avatars/{spare_avatar}", status=204),
    Row(seed=CREATOR, call="DELETE /projects/{id}", method="DELETE", path="/projects/{spare_project}", status=204),
    Row(seed=CREATOR, call="GET /stats", method="GET", path="/stats", said=TOTALS_SAID),
    Row(seed=CREATOR, call="GET /health", method="GET", path="/health", said="status → ok"),
    Row(seed=PERFIT, call="POST /avatar, image_base64", method="POST", path="/photos", status=201,
        body={"image": "{base64}"}, sent="image_base64 → image", shows=lambda photo, ids: photo["id"] == ids["photo"]),
    Row(seed=PERFIT, call="POST /avatar, in one call", method="POST", path="/bodies", status=202,
        body={"image": "data:image/png;base64,{base64}", "gender": "female"},
        sent="image_base64 → image, gender", said="job_id"),
    Row(seed=PERFIT, call="POST /avatar, with a height", method="POST", path="/bodies", status=202,
        body={"photo_id": "{photo}", "height_cm": 172, "gender": "female"}),
    Row(seed=PERFIT, call="GET /avatar/job/{job_id}", method="GET", path="/jobs/{measured}",
        said="status → state, progress_percent → percent, avatar_id → result.avatar_id",
        shows=lambda job, ids: job["result"]["avatar_id"] == ids["avatar"]),
    Row(seed=PERFIT, call="GET /avatar/{user_id}", method="GET", path="/avatars/{avatar}",
        said="measures → body.measurements, betas → body.raw, mesh.obj → body.obj_url, source image → base_url",
        shows=lambda one, ids: {"height", "chest", "waist", "hip", "neck", "thigh"}
        <= {measure["name"] for measure in one["body"]["measurements"]}),
)  # fmt: skip


@pytest.fixture
def ids(client: TestClient, studio: ScriptedStudio) -> Ids:
    """What the rows are about."""
    photo_bytes = encode(draw_figure(600, 900), "PNG")
    photo = client.post(f"{API}/photos", files={"file": ("me.png", photo_bytes, "image/png")}).json()
    spare_photo = client.post(
        f"{API}/photos", files={"file": ("you.png", encode(draw_figure(600, 910), "PNG"))}
    )
    body = client.post(f"{API}/bodies", json={"photo_id": photo["id"], "height_cm": 172}).json()["job_id"]
    avatar = client.get(f"{API}/jobs/{body}").json()["result"]["avatar_id"]
    studio.bring("klein-4b")
    orders = ({"seed": 42}, {"seed": 43}, {"seed": 44}, {"avatar_id": avatar})
    ordered = [client.post(f"{API}/generations", json={**SMALL, **one}).json() for one in orders]
    first = client.get(f"{API}/generations/{ordered[0]['generation_id']}").json()
    projects = [
        client.post(f"{API}/projects", json={"name": name}).json()["id"] for name in ("Spring", "Winter")
    ]
    spare_avatar = client.post(f"{API}/avatars", json={"name": "Ben", "persona": {}}).json()["id"]
    return {
        "photo": photo["id"],
        "sha256": hashlib.sha256(photo_bytes).hexdigest(),
        "base64": base64.b64encode(photo_bytes).decode(),
        "generation": first["id"],
        "picture": first["pictures"][0]["id"],
        "job": ordered[0]["job_id"],
        "spare": ordered[1]["generation_id"],
        "spare_2": ordered[2]["generation_id"],
        "used": ordered[3]["generation_id"],
        "measured": body,
        "avatar": avatar,
        "spare_avatar": spare_avatar,
        "spare_photo": spare_photo.json()["id"],
        "project": projects[0],
        "spare_project": projects[1],
    }


def fill(text: str, ids: Ids) -> str:
    for name, value in ids.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def ours_of(fields: str) -> list[str]:
    """Our names in such a list."""
    return [ours for field in fields.split(", ") if field for ours in field.split(" → ")[-1].split(" ")]


def has(given: Any, place: str) -> bool:
    """Whether something stands at "origin.seed" or "pictures.0.id", though it be nothing."""
    for name in place.split("."):
        if not (name.isdecimal() and int(name) < len(given) if isinstance(given, list) else name in given):
            return False
        given = given[int(name) if isinstance(given, list) else name]
    return True


def is_sent(row: Row, place: str) -> bool:
    """Whether a row's call says the field: in its address, its form or its body."""
    if place.startswith("?"):
        return re.search(rf"[?&]{place[1:]}=", row.path) is not None
    return row.form if place == "form" else has(row.body, place)


def keep_as_written(client: TestClient, studio: ScriptedStudio, row: Row, sent: dict[str, Any]) -> None:
    """Send an order with these very values while nobody draws: they stand in the order that is kept."""
    studio.is_away = True
    answer = client.post(API + row.path, json=sent)
    studio.is_away = False
    assert answer.status_code == row.status, f"{row.seed}: {row.call}: {answer.text[:500]}"
    kept = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()["order"]
    wanted = {"width": DEFAULT_SIDE, "height": DEFAULT_SIDE} | sent
    for name in {"prompt", "width", "height", "seed", "quality", "priority", "views", "preset"} & {*wanted}:
        assert kept[name] == wanted[name], f"{row.seed}: {row.call}: {name}"
    if "pose" in sent:
        assert kept["poses"] == [sent["pose"]], f"{row.seed}: {row.call}"
    cancelled = client.post(f"{API}/jobs/{answer.json()['job_id']}/cancel")
    assert cancelled.json()["state"] == "cancelled", f"{row.seed}: {row.call}"


def test_every_row_does_what_the_page_says(client: TestClient, studio: ScriptedStudio, ids: Ids) -> None:
    for row in ROWS:
        sent: dict[str, Any] = {}
        if row.form:
            data = base64.b64decode(ids["base64"])
            sent["files"] = {"file": ("me.png", data, "image/png")}
        elif row.body is not None:
            sent["json"] = json.loads(fill(json.dumps(row.body), ids))
        for ours in ours_of(row.sent):
            assert is_sent(row, ours), f"{row.seed}: {row.call}: {ours} is not sent"
        is_order = row.path == "/generations" and row.body is not None
        if is_order:
            keep_as_written(client, studio, row, sent["json"])
            sent["json"] |= SMALL
        answer = client.request(row.method, API + fill(row.path, ids), **sent)
        assert answer.status_code == row.status, f"{row.seed}: {row.call}: {answer.text[:500]}"
        for ours in ours_of(row.said):
            assert has(answer.json(), ours), f"{row.seed}: {row.call}: {ours} is not in {answer.text[:500]}"
        if is_order:
            drawn = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()
            assert drawn["state"] == "succeeded", f"{row.seed}: {row.call}: {drawn['error']}"
        assert row.status == 204 or row.shows(answer.json(), ids), (
            f"{row.seed}: {row.call}: {answer.text[:900]}"
        )


def write_page() -> str:
    """The whole page."""
    lines = [
        "# Calls of the four seed systems, and ours",
        "",
        "Each row is run by `tests/api/test_seeds.py` with these very values, which also writes this page:",
        "`python -m tests.api.test_seeds`. Ours are below `/api/v1`. Each order is sent as it stands and looked at as",
        "it is kept; then it is drawn at 64 × 64.",
        "",
        "Fields are written as theirs → ours, or once where both say it alike; with dots they are inside of others, "
        "with ? in the address.",
        "",
        "| system | its call | ours | body | what it sends | what it reads |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in ROWS:
        body = "a form with the field `file`" if row.form else f"`{json.dumps(row.body)}`" if row.body else ""
        lines.append(
            f"| {row.seed} | `{row.call}` | `{row.method} {row.path}` | {body} | {row.sent} | {row.said} |"
        )
    lines += ["", "## What their programs send in these fields", "", "| our field | value | in the prompt |"]
    lines += ["| --- | --- | --- |", *(f"| `{name}` | {value} | {words} |" for name, value, words in VALUES)]
    lines += ["", "Seeds: 42 and 12345. Sizes: 1024 × 1024.", "", "## What is said otherwise", ""]
    lines += [f"- {one}" for one in OTHERWISE]
    return "\n".join(lines) + "\n"


def test_their_values_are_in_the_prompt_of_who_has_them(client: TestClient) -> None:
    def write(persona: dict[str, Any]) -> list[str]:
        said = client.post(f"{API}/prompts/preview", json={"persona": persona}).json()
        return str(said["prompt"]).split(", ")

    for field, value, words in VALUES:
        assert words in write({field: [value] if field == "personality" else value}), f"{field}: {value}"
        assert words not in write(SOMEBODY_ELSE.get(field, {})), f"{field}: {value} changes nothing"


def test_realism_is_a_style_said_shortly(client: TestClient) -> None:
    def negative(**said: Any) -> str:
        return str(client.post(f"{API}/prompts/preview", json=said).json()["negative_prompt"])

    assert negative(realism=True) == negative()
    assert negative(realism=False) == negative(style="render") != negative()
    assert negative(realism=False, style="anime") == negative(style="anime")
    answer = client.post(f"{API}/generations", json={"realism": False, **SMALL})
    made = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()
    assert made["order"]["picture_style"] == "render"


def test_the_page_is_what_is_run() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(), "run: python -m tests.api.test_seeds"


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ({"hair_style": "short modern"}, {"hair_style": "crop", "own_words": "short modern hair"}),
        ({"skin_tone": "light-medium"}, {"skin_tone": "medium"}),
        ({"eye_color": "Dark brown"}, {"eye_color": "brown", "own_words": "Dark brown eyes"}),
        ({"hair_color": "dark brown"}, {"hair_color": "dark-brown"}),
        (
            {"hair_style": "asymmetric beehive", "own_words": "red hat"},
            {"own_words": "red hat, asymmetric beehive hair"},
        ),
        (
            {"hair_style": "short modern", "own_words": "x" * 2000},
            {"hair_style": "crop", "own_words": "x" * 2000},
        ),
        ({"age_range": "adult"}, {"age": 40}),
        ({"age_range": "adult", "age": 35}, {"age": 35}),
        ({"hair_style": "bob", "eye_color": 7}, {"hair_style": "bob", "eye_color": 7}),
        ({"skin_tone": " "}, {}),
    ],
)  # fmt: skip
def test_words_of_ones_own(sent: dict[str, Any], taken: dict[str, Any]) -> None:
    assert read_free_words(sent) == taken


def test_unknown_words_are_in_the_prompt_and_are_said(client: TestClient) -> None:
    asked = {"persona": {"hair_style": "asymmetric beehive", "eye_color": "mismatched"}}
    said = client.post(f"{API}/prompts/preview", json=asked).json()
    assert "asymmetric beehive hair" in said["prompt"]
    assert "mismatched eyes" in said["prompt"]
    assert said["not_drawn"] == ["asymmetric beehive", "mismatched"]


@pytest.mark.parametrize(
    "persona", [{"hair_style": ""}, {"skin_tone": 3}, {"eye_color": "a\nb"}, {"age_range": "child"}]
)
def test_what_is_no_word_is_refused(client: TestClient, persona: dict[str, Any]) -> None:
    assert client.post(f"{API}/prompts/preview", json={"persona": persona}).status_code == 422


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
