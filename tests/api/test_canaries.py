"""What one person writes is text to everybody: HTML in every text that a person can write, read back in every answer
of REST and every plain page by themselves, by somebody with whom they share it, by the admin and by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.api.app import build_app
from studio.api.callers import COOKIE
from studio.ui.shell import mount_window
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import Profile
from tests.api.people import API, House, open_house
from tests.scripted_studio import open_scripted_studio
from tests.ui.browser import open_browser, serve

EVIL = "\"'><img src=x onerror=hit=1>"
RAW = "<img src=x"
PATIENCE_MS = 60_000
IN_SIGHT = {
    EVIL: "/account",
    "Ada": "/people",
}  # a page that shows it to them, so that there is something to see
PLAIN_PAGES = ("/account", "/people", "/sign-in", f"{API}/docs")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("canaries")
    with (
        open_scripted_studio(folder, mode="shared", credits_per_picture=0, share_links=True) as studio,
        serve(lambda: build_app(studio, mount_window)) as url,
    ):
        client = TestClient(build_app(studio), base_url=url, raise_server_exceptions=False)
        house = open_house(studio, client)
        house.let_in(EVIL, "creator")
        yield url, house, write_everywhere(house)


def write_everywhere(house: House) -> dict[str, str]:
    """Let the person of that name write it into whatever takes a text; the ids of what came of it."""
    mine = house.mine(EVIL)
    persona = replace(
        EXAMPLE_PERSONA,
        name=EVIL,
        background=EVIL,
        own_words=EVIL,
        clothing=EVIL,
        ethnicity=EVIL,
        personality=(EVIL,),
    )
    mine.account.add_key(EVIL)
    mine.account.change_profile(Profile(about=EVIL))
    project = mine.projects.add(EVIL)
    photo = mine.photos.add(house.studio.poses.example_photo(), f"{EVIL}.png")
    avatar = mine.avatar_making.from_persona(EVIL, persona)
    order = GenerationOrder(persona=persona, prompt=EVIL, negative_prompt=EVIL, width=64, height=64)
    made = mine.generations.order(order, project_id=project.id)
    mine.generations.update(made.generation_id, title=EVIL, notes=EVIL, tags=(EVIL,))
    mine.templates.add(EVIL, order)
    mine.persona_presets.add(EVIL, persona)
    pose = mine.poses.find("hand-on-hip")
    mine.poses.add([replace(pose, slug="mine", name=EVIL)])
    house.studio.fail_with = RuntimeError(EVIL)
    mine.generations.order(order)
    house.studio.fail_with = None
    mine.project_people.share(project.id, "Eve", "read")
    link = mine.sharing.share(made.generation_id, 3600).path
    return {
        "project_id": project.id,
        "photo_id": photo.id,
        "avatar_id": avatar.id,
        "generation_id": made.generation_id,
        "job_id": made.job_id,
        "link": link,
    }


def test_no_answer_of_rest_or_page_lets_it_be_more_than_text(
    served: tuple[str, House, dict[str, str]],
) -> None:
    """Every address that is read, by everybody: HTML has it escaped, and nothing else can be taken for HTML."""
    _, house, ids = served
    described = house.ask_as("Ada", "GET", f"{API}/openapi.json").json()["paths"]
    paths = [
        API + path for path, methods in described.items() if "get" in methods and not path.endswith("/events")
    ]
    filled = [re.sub(r"\{(\w+)\}", lambda name: ids.get(name[1], "x"), path) for path in paths]
    seen = 0
    for path in (*PLAIN_PAGES, ids["link"], *filled):
        for name in (EVIL, "Eve", "Ada", ""):
            answer = house.ask(house.tokens.get(name, ""), "GET", path)
            kind = answer.headers.get("content-type", "")
            assert answer.headers["x-content-type-options"] == "nosniff"
            if answer.status_code < 400 and RAW in answer.text:
                seen += 1
            if kind.startswith("text/html"):
                assert RAW not in answer.text, (name, path)
            elif RAW in answer.text:
                assert not re.search("html|xml|svg|script", kind), (name, path, kind)
    assert seen > 10


def look(page: Page) -> bool:
    """Hold a page to it that the text became nothing else, and nothing ran; whether it is on the page."""
    assert page.locator('img[src="x"]').count() == 0, page.url
    assert page.evaluate("typeof window.hit") == "undefined", page.url
    return RAW in page.inner_text("body")


def walk_window(page: Page, url: str, name: str) -> None:
    """Every tab, and what opens over them, with the text in sight wherever its writer's things are shown."""
    page.goto(url)
    expect(page.locator(".scene-picture")).to_be_visible()
    page.get_by_role("tab", name="History", exact=True).click()
    project = page.get_by_label("Project", exact=True).first
    project.select_option(index=1)
    page.get_by_role("button", name=re.compile(re.escape(RAW))).first.click()
    sheet = page.get_by_role("dialog", name="Details")
    expect(sheet.get_by_role("heading", name=re.compile(re.escape(RAW))).first).to_be_visible()
    assert look(page)
    page.keyboard.press("Escape")
    if name != EVIL:
        return
    page.get_by_role("button", name="Projects", exact=True).click()
    dialog = page.get_by_role("dialog", name="Projects")
    expect(dialog.get_by_role("textbox").first).to_be_visible()
    look(page)
    dialog.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Library", exact=True).click()
    sections = page.locator("button.chip[data-collection]")
    for number in range(sections.count()):
        sections.nth(number).click()
        expect(sections.nth(number)).to_have_attribute("aria-pressed", "true")
        page.wait_for_function("!document.body.innerText.includes('One moment.')")
        assert look(page) or sections.nth(number).inner_text() not in ("Avatars", "Personas", "Templates")
    page.locator("[data-collection-close]").click()
    for tab in ("Upload", "Poses", "Persona", "Body"):
        page.get_by_role("tab", name=tab, exact=True).click()
        look(page)


def walk_admins_window(page: Page, url: str) -> None:
    """What only the admin's window has: models and storage of the house; and what others share with nobody's admin."""
    page.goto(url)
    expect(page.locator(".scene-picture")).to_be_visible()
    for opener, opened in ((".engine", "Models"), ("[data-storage]", "Storage and backups")):
        page.locator(opener).first.click()
        expect(page.get_by_role("heading", name=opened)).to_be_visible()
        assert not look(page)
        page.keyboard.press("Escape")
    page.get_by_role("tab", name="History", exact=True).click()
    assert not look(page)


@pytest.mark.browser
@pytest.mark.slow
def test_no_page_runs_it_whoever_reads(served: tuple[str, House, dict[str, str]]) -> None:
    """The writer, with whom they share, the admin and nobody: plain pages and the window in a real browser."""
    url, house, ids = served
    expect.set_options(timeout=PATIENCE_MS)
    with open_browser() as browser:
        for name in (EVIL, "Eve", "Ada", ""):
            context = browser.new_context()
            if name:
                context.add_cookies([{"name": COOKIE, "value": house.tokens[name], "url": url}])
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            seen = []
            for path in (*PLAIN_PAGES, ids["link"]):
                page.goto(f"{url}/{path.removeprefix('/')}")
                seen += [path] if look(page) else []
            assert name not in IN_SIGHT or IN_SIGHT[name] in seen
            if name in (EVIL, "Eve"):
                walk_window(page, url, name)
            if name == "Ada":
                walk_admins_window(page, url)
            look(page)
            context.close()
        page = browser.new_page()
        page.set_content(f"<p>{EVIL}")  # where it is no text it does run
        page.wait_for_function("window.hit === 1")
