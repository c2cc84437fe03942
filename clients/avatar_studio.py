"""A thin client of Avatar Studio's REST, in this one file: copy it beside your program. It needs httpx alone.

    from avatar_studio import AvatarStudio

    with AvatarStudio() as studio:  # the studio of this computer
        ada = studio.create_avatar("Ada", prompt="a woman of 44 years, red hair, navy suit")
        made = studio.draw(avatar_id=ada["id"], pose="arms-crossed", views=["front", "back"])
        for number, picture in enumerate(made["pictures"]):
            studio.save(picture["file_url"], f"ada-{number}.png")

Each call sends what it is given and answers with what the studio answered; GET /api/v1/docs says all of it. A refusal
is a StudioError with the studio's own sentence, its code and its hint.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

HOME = "http://127.0.0.1:7860"
PREFIX = "/api/v1"
LOOK_EVERY_S = 0.2
Answer = dict[str, Any]


class StudioError(Exception):
    """The studio refused: `code` is stable, `hint` says where to look, `status` is HTTP's."""

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message, self.hint = status, code, message, hint


class AvatarStudio:
    """The calls. `http` is an httpx.Client of your own, with the studio's address as its base."""

    def __init__(self, home: str = HOME, *, http: Any = None, timeout_s: float = 60.0) -> None:
        self._http = http or httpx.Client(base_url=home, timeout=timeout_s)

    def __enter__(self) -> AvatarStudio:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    # --- photos ---

    def upload_photo(self, path: str | Path, role: str = "person") -> Answer:
        """Keep a photo: "person", "pose", "style", "garment" or "init"."""
        return self._ask("POST", "/photos", params={"role": role}, files=_file_of(path))

    def find_photo(self, sha256: str) -> str | None:
        """The id of the photo that was uploaded as these bytes, by their SHA-256; asked before an upload."""
        return self._ask("GET", f"/photos/hash/{sha256}")["photo_id"]

    def photos(self) -> Iterator[Answer]:
        """All photos, newest first."""
        return self._pages("/photos")

    def change_photo(self, photo_id: str, **said: Any) -> Answer:
        """Change name, role or tags."""
        return self._ask("PATCH", f"/photos/{photo_id}", json=said)

    def delete_photo(self, photo_id: str, *, purge: bool = False) -> None:
        """Into the trash, or with `purge` for good."""
        self._ask("DELETE", f"/photos/{photo_id}", params={"purge": purge})

    # --- avatars ---

    def avatars(self, **filters: str) -> Iterator[Answer]:
        """All avatars, or those of a `project_id`, newest first."""
        return self._pages("/avatars", filters)

    def avatar(self, avatar_id: str) -> Answer:
        """One avatar with its body and measures."""
        return self._ask("GET", f"/avatars/{avatar_id}")

    def create_avatar(self, name: str, **said: Any) -> Answer:
        """Of `prompt` and `persona`, of `photo_id`, of `picture_id`, or of `image` (see `as_base64`)."""
        return self._ask("POST", "/avatars", json={"name": name, **said})

    def change_avatar(self, avatar_id: str, **said: Any) -> Answer:
        """Change name, persona (the fields that are named), project_id or licence."""
        return self._ask("PATCH", f"/avatars/{avatar_id}", json=said)

    def delete_avatar(self, avatar_id: str, *, purge: bool = False) -> None:
        """Into the trash, or with `purge` for good."""
        self._ask("DELETE", f"/avatars/{avatar_id}", params={"purge": purge})

    def avatar_usage(self, avatar_id: str) -> Iterator[Answer]:
        """The generations that were ordered of it."""
        return self._pages(f"/avatars/{avatar_id}/usage")

    def export_avatar(self, avatar_id: str, path: str | Path, *, photo: bool = False) -> Path:
        """Write the avatar to a `.avatar` file."""
        return self._write("GET", f"/avatars/{avatar_id}/file", path, params={"photo": photo})

    def import_avatar(self, path: str | Path) -> Answer:
        """Take a `.avatar` file in."""
        return self._ask("POST", "/avatars/file", files=_file_of(path))

    def measure(self, *, wait: bool = True, **said: Any) -> Answer:
        """Measure the person of `photo_id` or `image`, with `height_cm` where it is known: the new avatar, or with
        `wait=False` the job."""
        job = self._ask("POST", "/bodies", json=said)
        return self.avatar(self.wait(job["job_id"])["result"]["avatar_id"]) if wait else job

    # --- poses and pictures ---

    def poses(self, **filters: str) -> list[Answer]:
        """The gallery and one's own, by `q`, `category` and the other filters."""
        return self._ask("GET", "/poses", params=filters)["items"]

    def models(self) -> list[Answer]:
        """What can draw here."""
        return self._ask("GET", "/models")["items"]

    def preview_prompt(self, **said: Any) -> Answer:
        """The words that an order would send."""
        return self._ask("POST", "/prompts/preview", json=said)

    def order(self, *, key: str = "", **said: Any) -> Answer:
        """Order pictures: `job_id` and `generation_id`. The same `key` with the same order is the same job."""
        return self._ask("POST", "/generations", json=said, headers={"Idempotency-Key": key} if key else {})

    def draw(self, *, key: str = "", **said: Any) -> Answer:
        """Order pictures and wait for them: the finished generation."""
        ordered = self.order(key=key, **said)
        self.wait(ordered["job_id"])
        return self.generation(ordered["generation_id"])

    def generation(self, generation_id: str) -> Answer:
        """One generation with its pictures."""
        return self._ask("GET", f"/generations/{generation_id}")

    def generations(self, **filters: Any) -> Iterator[Answer]:
        """The history, or what fits: `q`, `project_id`, `tag`, `favourite`, `preset`, `category` and more."""
        return self._pages("/generations", filters)

    def again(self, generation_id: str) -> Answer:
        """Make it again, to the letter."""
        return self._ask("POST", f"/generations/{generation_id}/again")

    def variations(self, generation_id: str, count: int = 4) -> Answer:
        """The same with other seeds."""
        return self._ask("POST", f"/generations/{generation_id}/variations", json={"count": count})

    def proceed(self, generation_id: str, preset: str) -> Answer:
        """The same of another engine: make this draft real."""
        return self._ask("POST", f"/generations/{generation_id}/continue", json={"preset": preset})

    def change_generation(self, generation_id: str, **said: Any) -> Answer:
        """Change title, tags, favourite, rating, notes or project_id."""
        return self._ask("PATCH", f"/generations/{generation_id}", json=said)

    def delete_generation(self, generation_id: str, *, purge: bool = False) -> None:
        """Into the trash, or with `purge` for good."""
        self._ask("DELETE", f"/generations/{generation_id}", params={"purge": purge})

    # --- templates, projects, the house ---

    def templates(self) -> list[Answer]:
        """Saved orders; `order(template_id=…)` uses one."""
        return self._ask("GET", "/templates")["items"]

    def save_template(self, name: str, order: Answer, open_fields: tuple[str, ...] = ()) -> Answer:
        """Keep an order with some fields left open."""
        return self._ask("POST", "/templates", json={"name": name, "order": order, "open": list(open_fields)})

    def projects(self) -> list[Answer]:
        """All projects."""
        return self._ask("GET", "/projects")["items"]

    def create_project(self, name: str) -> Answer:
        """Begin a project."""
        return self._ask("POST", "/projects", json={"name": name})

    def tags(self) -> list[Answer]:
        """Every tag that is used, and on how much."""
        return self._ask("GET", "/tags")["items"]

    def stats(self) -> Answer:
        """Totals, times and space."""
        return self._ask("GET", "/stats")

    def health(self) -> Answer:
        """Whether each part works."""
        return self._ask("GET", "/health")

    # --- jobs and files ---

    def jobs(self, **filters: str) -> Iterator[Answer]:
        """All jobs that are not forgotten yet, or those of a `state` or a `kind`, newest first."""
        return self._pages("/jobs", filters)

    def job(self, job_id: str) -> Answer:
        """A job as it stands."""
        return self._ask("GET", f"/jobs/{job_id}")

    def wait(self, job_id: str, timeout_s: float = 3600.0) -> Answer:
        """The job when it has succeeded. Raises StudioError where it did not, TimeoutError."""
        until = time.monotonic() + timeout_s
        while (job := self.job(job_id))["state"] in ("queued", "running"):
            if time.monotonic() > until:
                raise TimeoutError(f"The job {job_id} is still at work.")
            time.sleep(LOOK_EVERY_S)
        if job["state"] != "succeeded":
            said = job["error"] or {"code": job["state"], "message": f"The job ended as {job['state']}."}
            raise StudioError(200, said["code"], said["message"])
        return job

    def save(self, file_url: str, path: str | Path) -> Path:
        """Write a file of an answer (`file_url`, `thumbnail_url`, `glb_url`) to disk."""
        return self._write("GET", file_url.removeprefix(PREFIX), path)

    # --- how ---

    def _ask(self, method: str, path: str, **sent: Any) -> Any:
        answer = self._http.request(method, PREFIX + path, **sent)
        _refuse(answer)
        return answer.json() if answer.content else None

    def _write(self, method: str, path: str, to: str | Path, **sent: Any) -> Path:
        answer = self._http.request(method, PREFIX + path, **sent)
        _refuse(answer)
        Path(to).write_bytes(answer.content)
        return Path(to)

    def _pages(self, path: str, filters: Answer | None = None) -> Iterator[Answer]:
        cursor = ""
        while True:
            page = self._ask("GET", path, params={**(filters or {}), "cursor": cursor})
            yield from page["items"]
            if (cursor := page["next_cursor"] or "") == "":
                return


def as_base64(path: str | Path) -> str:
    """A picture as `image`, `pose_image` and `references[].image` take it."""
    return base64.b64encode(Path(path).read_bytes()).decode()


def _file_of(path: str | Path) -> dict[str, Any]:
    return {"file": (Path(path).name, Path(path).read_bytes())}


def _refuse(answer: Any) -> None:
    if answer.status_code < 400:
        return
    try:
        said = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        said = {"code": "unknown", "message": answer.text[:200]}
    raise StudioError(answer.status_code, said["code"], said["message"], said.get("hint", ""))
