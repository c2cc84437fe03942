"""Space over REST: what takes how much, the trash, the backup."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.test_routes import API, ORDER
from tests.scripted_studio import ScriptedStudio


def test_the_trash_is_emptied_and_what_is_left_is_said(client: TestClient, studio: ScriptedStudio) -> None:
    ordered = client.post(f"{API}/generations", json=ORDER).json()["generation_id"]
    studio.settle()
    assert client.delete(f"{API}/generations/{ordered}").status_code == 204
    said = client.get(f"{API}/storage").json()
    assert said["in_trash"] == 1
    assert {share["name"]: share["files"] for share in said["shares"]}["trash"] == 2
    assert said["backup"] == {"is_running": False, "at": None, "ok": False, "says": "No backup was made yet."}
    assert client.delete(f"{API}/trash").json() == {"deleted": 1}
    assert client.get(f"{API}/storage").json()["in_trash"] == 0
    assert client.post(f"{API}/generations/{ordered}/restore").status_code == 404


def test_without_a_folder_a_backup_is_refused_with_what_to_do(client: TestClient) -> None:
    refused = client.post(f"{API}/backups")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "no-backup-folder"
    assert "settings.toml" in refused.json()["error"]["message"]


def test_a_picture_whose_file_is_damaged_says_so(client: TestClient, studio: ScriptedStudio) -> None:
    ordered = client.post(f"{API}/generations", json=ORDER).json()["generation_id"]
    studio.settle()
    [picture] = client.get(f"{API}/generations/{ordered}").json()["pictures"]
    assert not picture["is_lost"]
    store = studio.resources.store
    store.mark()
    store.objects.path(store.files.get("you", picture["file_id"]).sha256).write_bytes(b"damaged")
    refused = client.get(picture["file_url"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "file-damaged")
    [listed] = client.get(f"{API}/generations").json()["items"]
    assert listed["pictures"][0]["is_lost"]
    assert listed["state"] == "succeeded"
