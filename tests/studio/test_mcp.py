"""The studio for assistants: asked by the protocol's own client, in this process and over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from pipelines.errors import PictureRefused
from pipelines.types import Persona
from studio.account_errors import NotSignedIn
from studio.commands.console import Console
from studio.commands.mcp_server import build_server, run_mcp
from studio.vocabulary.person import Person
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

ROOT = Path(__file__).parents[2]
Talk = Callable[[Client], Coroutine[Any, Any, None]]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path / "data") as opened:
        yield opened


def talk(server: Any, say: Talk) -> None:
    async def run() -> None:
        async with Client(server) as client:
            await say(client)

    asyncio.run(run())


async def call(client: Client, tool: str, /, **arguments: Any) -> Any:
    """The plain values of an answer; its pictures are left out."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return json.loads(answer.content[0].text)


async def refused(client: Client, tool: str, /, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return answer.content[0].text


def test_an_assistant_poses_draws_and_measures(studio: ScriptedStudio, tmp_path: Path) -> None:
    photo = tmp_path / "me.png"
    photo.write_bytes(encode(draw_figure(600, 900), "PNG"))

    async def say(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {"list_poses", "pose_of_photo", "create_avatar", "measure_photo", "draw"} <= set(tools)
        assert "measure" in (tools["measure_photo"].description or "").lower()
        poses = await call(client, "list_poses", q="arms crossed")
        ada = await call(client, "create_avatar", name="Ada", description="a woman of 44 years, red hair")
        made = await client.call_tool(
            "draw",
            {"pose": poses[0]["pose"], "views": ["front", "back"], "avatar_id": ada["avatar_id"], "width": 64,
             "height": 64},
        )  # fmt: skip
        said = json.loads(made.content[0].text)
        assert [one.type for one in made.content] == ["text", "image", "image"]
        assert all(Path(picture["path"]).is_file() for picture in said["pictures"])
        [found] = await call(client, "find_generations", q="ada")
        assert found["generation_id"] == said["generation_id"]
        [job] = await call(client, "list_jobs", state="succeeded")
        assert (job["kind"], job["percent"]) == ("generation", 100)
        measured = await call(client, "measure_photo", photo=str(photo), height_cm=172, name="Ben")
        again = await call(client, "measure_avatar", avatar_id=measured["avatar_id"])
        assert {"chest", "waist"} <= {one["name"] for one in again["measurements"]}
        assert [one["name"] for one in await call(client, "list_avatars")] == ["Ben", "Ada"]
        pose = await call(client, "pose_of_photo", photo=str(photo), name="Mine")
        assert pose["pose"] == "mine"
        assert (await call(client, "list_models"))[0]["preset"]

    talk(build_server(studio), say)


def test_a_refusal_is_the_studios_own_sentence(studio: ScriptedStudio) -> None:
    async def say(client: Client) -> None:
        assert (await refused(client, "measure_avatar", avatar_id="nobody")).endswith(
            "It may have been deleted."
        )
        assert "adults" in await refused(client, "draw", persona={"age": 12})
        assert "adults" in await refused(
            client, "create_avatar", name="x", description="a girl, 12 years old"
        )
        assert "There is no pose" in await refused(client, "draw", pose="no such pose")
        assert "cannot be read" in await refused(client, "measure_photo", photo="/nowhere.png")
        assert "hair_style" in await refused(client, "draw", persona={"hair_style": "green"})
        studio.fail_with = PictureRefused("The picture is black.")
        assert "The picture is black." in await refused(client, "draw", width=64, height=64)

    talk(build_server(studio), say)


def test_in_a_shared_studio_it_acts_for_whose_key_it_has(tmp_path: Path) -> None:
    with open_scripted_studio(tmp_path / "shared", mode="shared", credits_per_picture=0) as shared:
        ben = Person(id=shared.people.create("Ben", "correct horse battery", "creator").id)
        eve = Person(id=shared.people.create("Eve", "correct horse battery", "creator").id)
        theirs = shared.for_person(eve).avatar_making.from_persona("Eve's", Persona(name="Secret"))
        key, kept = shared.for_person(ben).account.add_key("assistant", ["read", "write"])
        looks, _ = shared.for_person(ben).account.add_key("looks", ["read"])
        session = shared.people.sign_in("Ben", "correct horse battery", address="").token
        begin = shared.settings

        def with_key(given: str) -> ScriptedStudio:
            shared.settings = replace(begin, assistant_key=given)
            return shared

        async def act(client: Client) -> None:
            await call(client, "create_avatar", name="Mine")
            assert [one["name"] for one in await call(client, "list_avatars")] == ["Mine"]
            foreign = await refused(client, "measure_avatar", avatar_id=theirs.id)
            assert foreign == await refused(client, "measure_avatar", avatar_id="0" * 28)
            shared.for_person(ben).account.revoke_key(kept.id)
            assert "not-signed-in" in await refused(client, "list_avatars")

        async def look(client: Client) -> None:
            assert await call(client, "list_avatars")
            assert "not-allowed" in await refused(client, "create_avatar", name="x")

        talk(build_server(with_key(key)), act)
        talk(build_server(with_key(looks)), look)
        assert [one.name for one in shared.for_person(ben).avatars.list_recent()] == ["Mine"]
        for nobodys in ("", "ask_" + "x" * 43, key, session):
            with pytest.raises(NotSignedIn, match="STUDIO_ASSISTANT_KEY"):
                run_mcp(with_key(nobodys), Namespace(), Console(out=sys.stdout, err=sys.stderr))


@pytest.mark.slow
def test_over_standard_input_and_output(tmp_path: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=[str(ROOT / "app.py"), "mcp", "--data", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=str(ROOT),
    )

    async def say(client: Client) -> None:
        assert [one["pose"] for one in await call(client, "list_poses", q="relaxed stand", limit=1)]
        said = await call(client, "draw", width=64, height=64)
        assert said["state"] == "succeeded"

    talk(command, say)
