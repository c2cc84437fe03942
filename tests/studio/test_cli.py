"""The command line over a studio in memory: formats, exit statuses, what goes to which stream."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines import types
from pipelines.photo.errors import REFUSALS, PhotoRefused
from store.store import open_store
from studio import cli
from studio.settings import Settings
from studio.vocabulary.health import Finding
from studio.vocabulary.person import YOU
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio, open_scripted_studio
from tests.store.conftest import Things

ROOT = Path(__file__).parents[2]
Run = Callable[..., tuple[int, str, str]]


def no_window(settings: Settings) -> int:
    raise AssertionError("the window was opened")


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedStudio]:
    """What `open_studio` opens in these tests."""
    with open_scripted_studio(tmp_path / "kept") as opened:
        monkeypatch.setattr("studio.studio.open_studio", lambda settings, inline: opened)
        yield opened


@pytest.fixture
def run(studio: ScriptedStudio, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line: exit status, stdout, stderr."""

    def run_it(*argv: object) -> tuple[int, str, str]:
        status = cli.main([str(word) for word in argv], serve=no_window)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run_it


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "ada.png"
    path.write_bytes(encode(draw_figure(600, 900), "PNG"))
    return path


class TestBody:
    def test_one_photo_goes_straight_into_the_folder(self, run: Run, photo: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        status, said, complained = run("body", photo, "--height-cm", 172, "--out", out)
        assert (status, said, complained) == (0, "", "")
        body = json.loads((out / "body.json").read_text(encoding="utf-8"))
        assert list(body) == [
            *("model", "parameters", "measurements", "sizes", "joints", "camera", "remarks", "confidence"),
            *("pose", "people", "coverage", "extractor", "raw", "derived", "measured_at", "source"),
        ]
        assert body["pose"] == body["parameters"]["pose"]
        assert body["people"] == [{"number": 1, "box": [0, 0, 600, 900], "measured": True}]
        assert body["coverage"] == 0.5
        measures = {row["name"]: row for row in body["measurements"]}
        assert set(measures["calf"]) == {
            *("name", "cm", "plus_minus_cm", "method", "told_cm", "left_cm", "right_cm"),
        }
        assert measures["calf"]["left_cm"] == pytest.approx(measures["calf"]["cm"], abs=0.1)
        assert measures["waist"]["left_cm"] is None
        derived = {row["name"]: row for row in body["derived"]}
        assert derived["weight"]["value"] == pytest.approx(0.98 * derived["volume"]["value"])
        assert derived["waist_to_hip"]["value"] == pytest.approx(
            measures["waist"]["cm"] / measures["hip"]["cm"]
        )
        assert body["measured_at"]
        assert "<h1>ada</h1>" in (out / "sheet.html").read_text(encoding="utf-8")
        assert (
            (out / "body.csv").read_text(encoding="utf-8").startswith("name,cm,plus_minus_cm,method,left_cm")
        )
        assert (out / "body.glb").read_bytes().startswith(b"glTF")
        assert "\nv " in (out / "body.obj").read_text(encoding="utf-8")
        assert (out / "body.ply").read_bytes().startswith(b"ply\n")
        assert (out / "body.bvh").read_text(encoding="ascii").startswith("HIERARCHY\nROOT Hips")
        assert int.from_bytes((out / "body.stl").read_bytes()[80:84], "little") == 27420
        with np.load(out / "body.npz", allow_pickle=False) as numbers:
            assert numbers["shape"].tolist() == list(body["parameters"]["shape"].values())

    def test_photos_from_the_side_and_behind_go_along(self, run: Run, photo: Path, tmp_path: Path) -> None:
        side, back = tmp_path / "side.png", tmp_path / "back.png"
        side.write_bytes(encode(draw_figure(640, 960), "PNG"))
        back.write_bytes(encode(draw_figure(620, 960), "PNG"))
        words = ("body", photo, "--height-cm", 172, "--side", side, "--back", back, "--out", tmp_path / "out")
        assert run(*words) == (0, "", "")
        body = json.loads((tmp_path / "out" / "body.json").read_text(encoding="utf-8"))
        assert body["remarks"] == ["Seen from the side.", "Seen from the back."]

    def test_a_person_is_named_by_number_and_has_to_be_there(
        self, run: Run, photo: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        status, _, complained = run("body", photo, "--height-cm", 172, "--person", 2, "--out", out)
        assert (status, complained.partition(":")[0]) == (2, "no-such-person")
        assert run("body", photo, "--height-cm", 172, "--person", 1, "--out", out) == (0, "", "")
        assert run("body", photo, photo, "--height-cm", 172, "--person", 1, "--out", out)[0] == 2

    def test_a_side_photo_is_of_one_person_and_has_to_show_them(
        self, run: Run, photo: Path, tmp_path: Path
    ) -> None:
        cut = tmp_path / "cut.png"
        cut.write_bytes(encode(draw_figure(900, 600), "PNG"))
        words = ("--height-cm", 172, "--side", cut, "--out", tmp_path / "out")
        status, _, complained = run("body", photo, *words)
        assert status == 2
        assert complained.startswith("cropped-below-the-knee: The side photo: The feet are outside")
        status, _, complained = run("body", photo, photo, *words)
        assert (status, complained.partition(":")[0]) == (2, "request-refused")
        assert not (tmp_path / "out").exists()

    def test_what_an_extractor_lacks_is_said_before_anything_is_done(
        self, run: Run, photo: Path, tmp_path: Path
    ) -> None:
        words = ("body", photo, "--height-cm", 172, "--out", tmp_path / "out", "--extractor")
        status, _, complained = run(*words, "hmr2")
        assert (status, complained.partition(":")[0]) == (2, "body-model-missing")
        assert "STUDIO_SMPL_FOLDER" in complained
        status, _, complained = run(*words, "smplify")
        assert (status, complained.partition(":")[0]) == (2, "unknown-name")
        assert "landmark-fit, hmr2" in complained
        assert not (tmp_path / "out").exists()

    def test_what_a_tape_says_is_told_and_stands_in_the_measures(
        self, run: Run, photo: Path, tmp_path: Path
    ) -> None:
        words = (
            "body",
            photo,
            "--height-cm",
            172,
            "--tape",
            "waist=82.5, hip=101",
            "--out",
            tmp_path / "out",
        )
        assert run(*words) == (0, "", "")
        body = json.loads((tmp_path / "out" / "body.json").read_text(encoding="utf-8"))
        told = {row["name"]: row["told_cm"] for row in body["measurements"] if row["told_cm"] is not None}
        assert told == {"height": 172, "waist": 82.5, "hip": 101}

    def test_a_kept_body_is_measured_again_and_compared(
        self, run: Run, studio: ScriptedStudio, photo: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        assert run("body", photo, "--height-cm", 172, "--tape", "waist=80", "--out", out)[0] == 0
        [ada] = studio.for_person(YOU).avatars.list_recent()
        status, said, _ = run("avatars", "measure", ada.id, "--weight-kg", 70, "--tape", "hip=99")
        assert (status, said.splitlines()[0].startswith("ada, version 1")) == (0, True)
        body = studio.for_person(YOU).avatars.get(ada.id).body
        assert body is not None
        assert body.known == types.KnownMeasures(height_cm=172, weight_kg=70, tape={"waist": 80, "hip": 99})
        assert run("body", photo, "--height-cm", 175, "--avatar", ada.id, "--out", out)[0] == 0
        assert len(studio.for_person(YOU).avatars.list_versions(ada.id)) == 2
        assert len(studio.for_person(YOU).avatars.list_recent()) == 1

    @pytest.mark.parametrize(
        ("tape", "says"),
        [
            ("waist=8", "“waist” can be 45 to 220 cm"),
            ("waists=82", "no “waists”"),
            ("waist", "“waist” is not a name and its centimetres"),
            ("waist=82,waist=83", "each name once"),
            ("waist=nan", "“waist=nan” is not"),
        ],
    )
    def test_a_silly_tape_is_refused_by_name(
        self, run: Run, photo: Path, tmp_path: Path, tape: str, says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        words = ("body", photo, "--height-cm", 172, "--tape", tape, "--out", tmp_path / "out")
        try:
            status, _, complained = run(*words)
        except SystemExit as ended:  # argparse's way
            status, complained = int(ended.code or 0), capsys.readouterr().err
        assert status == 2
        assert says in complained
        assert not (tmp_path / "out" / "body.json").exists()

    def test_several_photos_go_into_folders_of_their_names(
        self, run: Run, photo: Path, tmp_path: Path
    ) -> None:
        other = tmp_path / "more" / "ada.png"
        other.parent.mkdir()
        other.write_bytes(encode(draw_figure(640, 960), "PNG"))
        third = tmp_path / "ben.jpeg"
        third.write_bytes(encode(draw_figure(640, 960), "JPEG"))
        out = tmp_path / "out"
        assert run("body", photo, other, third, "--height-cm", 172, "--out", out)[0] == 0
        assert {path.parent.name for path in out.glob("*/body.json")} == {"ada", "ada-2", "ben"}

    def test_a_photo_that_cannot_be_used_is_said_and_the_others_go_on(
        self, run: Run, photo: Path, tmp_path: Path
    ) -> None:
        wide = tmp_path / "wide.png"
        wide.write_bytes(encode(draw_figure(900, 600), "PNG"))
        out = tmp_path / "out"
        status, said, complained = run("body", wide, photo, "--height-cm", 172, "--out", out)
        assert (status, said) == (2, "")
        assert complained.startswith("cropped-below-the-knee: The feet are outside the picture.")
        assert complained.endswith("[wide.png]\n")
        assert (out / "ada" / "body.json").is_file()
        assert not (out / "wide").exists()

    @pytest.mark.parametrize(
        ("name", "data", "code"),
        [("no.png", None, "unreadable-file"), ("text.png", b"hello", "not-an-image")],
    )
    def test_the_error_code_comes_first(
        self, run: Run, tmp_path: Path, name: str, data: bytes | None, code: str
    ) -> None:
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        status, said, complained = run("body", path, "--height-cm", 172, "--out", tmp_path / "out")
        assert (status, said) == (2, "")
        assert complained.startswith(f"{code}: ")
        assert complained.count("\n") == 1
        assert not (tmp_path / "out").exists()

    def test_a_file_over_the_limit_is_not_even_read(
        self, run: Run, studio: ScriptedStudio, tmp_path: Path
    ) -> None:
        path = tmp_path / "large.png"
        with path.open("wb") as file:
            file.truncate(51_000_000)
        status, _, complained = run("body", path, "--height-cm", 172, "--out", tmp_path / "out")
        assert status == 2
        assert complained.startswith("too-many-bytes: ")

    def test_a_job_that_fails_says_why(
        self, run: Run, studio: ScriptedStudio, photo: Path, tmp_path: Path
    ) -> None:
        studio.fail_with = PhotoRefused(REFUSALS["no-person"])
        status, _, complained = run("body", photo, "--height-cm", 172, "--out", tmp_path / "out")
        assert (status, complained) == (2, f"no-person: {REFUSALS['no-person'].sentence}\n")

    def test_what_only_the_log_explains_ends_otherwise(
        self, run: Run, studio: ScriptedStudio, photo: Path, tmp_path: Path
    ) -> None:
        studio.fail_with = ZeroDivisionError("secret")
        status, _, complained = run("body", photo, "--height-cm", 172, "--out", tmp_path / "out")
        assert status == 1
        last = complained.splitlines()[-1]  # after what the log says
        assert re.fullmatch(r"unexpected: Unexpected error in job \w+; see the log\.", last)


class TestGenerate:
    def test_four_views_and_their_facts(self, run: Run, tmp_path: Path) -> None:
        persona = tmp_path / "persona.json"
        persona.write_text(json.dumps({"name": "Ada", "age": 36}), encoding="utf-8")
        out = tmp_path / "out"
        status, said, complained = run(
            "generate", "--persona", persona, "--pose", "Hand on hip", "--view", "all",
            "--engine", "draft", "--seed", 7, "--size", "128x160", "--out", out,
        )  # fmt: skip
        assert (status, said, complained) == (0, "", "")
        facts = json.loads((out / "generation.json").read_text(encoding="utf-8"))
        assert [picture["file"] for picture in facts["pictures"]] == [
            f"hand-on-hip-{view}.png" for view in ("front", "back", "side", "quarter")
        ]
        for picture in facts["pictures"]:
            with Image.open(out / picture["file"]) as image:
                assert (image.format, image.size) == ("PNG", (128, 160))
        assert facts["request"]["persona"]["name"] == "Ada"
        assert facts["request"]["seed"] == 7
        assert len(facts["requests"]) == 4
        assert facts["prompt"]
        assert facts["created_at"] <= facts["finished_at"]

    def test_several_pictures_of_one_view_have_names_of_their_own(
        self, run: Run, studio: ScriptedStudio, tmp_path: Path
    ) -> None:
        studio.bring("klein-4b")
        words = ("--preset", "klein-4b", "--count", 3, "--size", "64x64")
        run("generate", "--pose", "relaxed-stand", *words, "--out", tmp_path / "out")
        assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == [
            "relaxed-stand-front-2.png", "relaxed-stand-front-3.png", "relaxed-stand-front.png",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("persona", "code"),
        [
            ('{"age": 17}', "adults-only"),
            ('{"age": 30, "nickname": "x"}', "request-refused"),
            ("[]", "request-refused"),
            ("{", "unreadable-file"),
            (None, "unreadable-file"),
        ],
    )
    def test_a_persona_that_cannot_be_is_refused(
        self, run: Run, tmp_path: Path, persona: str | None, code: str
    ) -> None:
        path = tmp_path / "persona.json"
        if persona is not None:
            path.write_text(persona, encoding="utf-8")
        status, _, complained = run(
            "generate", "--persona", path, "--pose", "relaxed-stand", "--out", tmp_path / "out"
        )
        assert status == 2
        assert complained.startswith(f"{code}: ")
        assert not (tmp_path / "out").exists()

    def test_an_unknown_pose_names_the_nearest(self, run: Run, tmp_path: Path) -> None:
        status, _, complained = run("generate", "--pose", "hand on hips", "--out", tmp_path / "out")
        assert status == 2
        assert complained.startswith("unknown-name: ")
        assert "hand-on-hip" in complained

    @pytest.mark.parametrize(
        "wrong",
        [
            ["--size", "1024"],
            ["--size", "0x10"],
            ["--size", "99999x99999"],
            ["--view", "top"],
            ["--seed", "x"],
            ["--nonsense"],
        ],
    )
    def test_wrong_options_are_explained(
        self, run: Run, capsys: pytest.CaptureFixture[str], wrong: list[str]
    ) -> None:
        with pytest.raises(SystemExit) as stopped:
            run("generate", "--pose", "relaxed-stand", "--out", "out", *wrong)
        assert stopped.value.code == 2
        assert "usage:" in capsys.readouterr().err


class TestTheRest:
    def test_control_writes_a_png(self, run: Run, tmp_path: Path) -> None:
        out = tmp_path / "maps" / "depth.png"
        assert (
            run("control", "--pose", "relaxed-stand", "--kind", "depth", "--size", "96x128", "--out", out)[0]
            == 0
        )
        with Image.open(out) as image:
            assert (image.format, image.size) == ("PNG", (96, 128))

    def test_a_mirrored_pose_is_asked_for_by_its_name_and_seen_as_designed(
        self, run: Run, tmp_path: Path
    ) -> None:
        drawn = []
        for pose in ("hand-on-hip", "hand-on-hip-mirrored"):
            out = tmp_path / f"{pose}.png"
            asked = ("--kind", "depth", "--view", "designed", "--size", "96x128", "--out", out)
            assert run("control", "--pose", pose, *asked)[0] == 0
            drawn.append(np.asarray(Image.open(out).convert("L"), float))
        plain, mirrored = drawn
        exchanged, same = (np.abs(one - mirrored).mean() for one in (plain[:, ::-1], plain))
        assert exchanged < 0.5 * same

    def test_poses_go_out_as_files(self, run: Run, tmp_path: Path) -> None:
        assert run("poses", "export", "Hand on hip", "--out", tmp_path / "a" / "pose.json")[0] == 0
        assert json.loads((tmp_path / "a" / "pose.json").read_text())["slug"] == "hand-on-hip"
        run("poses", "export", "hand-on-hip", "t-pose", "--format", "bvh", "--out", tmp_path / "two.zip")
        with zipfile.ZipFile(tmp_path / "two.zip") as archive:
            assert archive.namelist() == ["hand-on-hip.bvh", "t-pose.bvh"]
            assert archive.read("t-pose.bvh").startswith(b"HIERARCHY")

    def test_poses_for_programs_and_for_people(self, run: Run) -> None:
        poses = json.loads(run("poses", "--json")[1])
        assert {"slug", "name", "category", "tags", "framing"} <= poses[0].keys()
        lines = run("poses")[1].splitlines()
        assert len(lines) == len(poses)
        assert lines[1].split()[0] == poses[1]["slug"]

    def test_favourite_poses(self, run: Run) -> None:
        assert run("poses", "mark", "Hand on hip", "t-pose")[1].count("\n") == 2
        assert [line.split()[0] for line in run("poses", "unmark", "t-pose")[1].splitlines()] == [
            "hand-on-hip"
        ]
        assert run("poses", "--favourite", "--q", "hip")[1].startswith("hand-on-hip")
        assert run("poses", "mark", "nobody")[0] == 2

    def test_doctor_says_ok_of_every_part(self, run: Run, tmp_path: Path) -> None:
        status, said, _ = run("doctor", "--json", "--data", tmp_path)
        report = json.loads(said)
        assert (status, report["ok"]) == (0, True)
        assert {"python", "gpu", "data folder", "database"} <= {check["name"] for check in report["checks"]}
        assert all(line.startswith("ok ") for line in run("doctor")[1].splitlines())

    def test_doctor_finds_what_is_wrong(
        self, run: Run, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from studio.errors import StorageTrouble

        def broken(settings: Settings, inline: bool) -> Any:
            raise StorageTrouble("The database cannot be read.")

        monkeypatch.setattr("studio.studio.open_studio", broken)
        status, said, _ = run("doctor")
        assert status == 1
        assert "BAD studio       The database cannot be read." in said

    def test_fsck_finds_and_repairs(
        self, run: Run, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert run("fsck", "--data", studio.folder) == (0, "Rows and files agree.\n", "")

        def found(*, repair: bool, on_begin: object) -> tuple[Finding, ...]:
            return (Finding(kind="file-without-row", subject="ab12", repaired=repair),)

        monkeypatch.setattr(studio.maintenance, "fsck", found)
        status, said, _ = run("fsck", "--data", studio.folder)
        assert status == 1
        assert "file-without-row: ab12" in said
        assert "--yes" in said
        status, said, _ = run("fsck", "--yes", "--json", "--data", studio.folder)
        assert (status, json.loads(said)["ok"]) == (0, True)

    def test_without_a_command_the_window_is_served(self, tmp_path: Path) -> None:
        served: list[Settings] = []

        def serve(settings: Settings) -> int:
            served.append(settings)
            return 0

        assert cli.main(["--port", "7999", "--host", "::1", "--data", str(tmp_path)], serve=serve) == 0
        assert (served[0].port, served[0].host, served[0].data) == (7999, "::1", tmp_path.resolve())

    def test_data_may_stand_on_either_side(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, studio: ScriptedStudio
    ) -> None:
        opened: list[Path] = []

        def remember(settings: Settings, inline: bool) -> ScriptedStudio:
            opened.append(settings.data)
            assert inline
            return studio

        monkeypatch.setattr("studio.studio.open_studio", remember)
        run("--data", tmp_path, "poses")
        run("poses", "--data", tmp_path)
        assert opened == [tmp_path.resolve()] * 2

    def test_a_refused_setting_is_said(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "settings.toml").write_text("colour = 1\n", encoding="utf-8")
        assert cli.main(["--data", str(tmp_path)], serve=no_window) == 2
        assert capsys.readouterr().err.startswith("settings-refused: ")


class TestProgress:
    def test_a_terminal_sees_a_bar_and_a_file_does_not(self, tmp_path: Path, studio: ScriptedStudio) -> None:
        import io

        from studio.commands.console import Console
        from studio.vocabulary.order import GenerationOrder

        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        studio.job_seconds = 1.0
        for stream, drawn in ((Terminal(), True), (io.StringIO(), False)):
            job_id = (
                studio.for_person(YOU)
                .generations.order(GenerationOrder(persona=types.Persona(), width=64, height=64))
                .job_id
            )
            job = Console(out=stream, err=stream).follow(studio, job_id)
            assert job.state == "succeeded"
            assert ("Drawing the view" in stream.getvalue()) is drawn
            assert (" s left" in stream.getvalue()) is drawn

    def test_ctrl_c_asks_the_job_to_stop(
        self, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import io

        from studio.commands import console
        from studio.vocabulary.order import GenerationOrder

        def interrupt(seconds: float) -> None:
            raise KeyboardInterrupt

        studio.job_seconds = 60
        monkeypatch.setattr(console.time, "sleep", interrupt)
        job_id = studio.for_person(YOU).generations.order(GenerationOrder(persona=types.Persona())).job_id
        with pytest.raises(KeyboardInterrupt):
            console.Console(out=io.StringIO(), err=io.StringIO()).follow(studio, job_id)
        monkeypatch.undo()
        studio.settle()
        assert studio.for_person(YOU).jobs.get(job_id).state == "cancelled"


class TestStart:
    def test_nothing_heavy_is_loaded_before_parsing(self) -> None:
        code = (
            "import sys; from studio import cli; cli.build_parser(); "
            "heavy = {'numpy', 'PIL', 'sqlalchemy', 'gradio', 'fastapi', 'torch', 'mediapipe'} & set(sys.modules); "
            "sys.exit(f'loaded: {heavy}' if heavy else 0)"
        )
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


@pytest.mark.parametrize(
    "argv",
    [
        ("body", "{photo}", "--height-cm", "175", "--out", "{photo}"),
        ("generate", "--pose", "relaxed-stand", "--out", "{photo}"),
        ("control", "--pose", "relaxed-stand", "--kind", "depth", "--out", "{folder}"),
        ("control", "--pose", "relaxed-stand", "--kind", "depth", "--out", "{photo}/depth.png"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_sentence(
    run: Run, studio: ScriptedStudio, tmp_path: Path, argv: tuple[str, ...]
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(studio.poses.example_photo())
    before = photo.read_bytes()
    status, _, complained = run(*(word.format(photo=photo, folder=tmp_path) for word in argv))
    assert status == 2
    assert complained.startswith("unwritable-file: ")
    assert complained.count("\n") == 1
    assert photo.read_bytes() == before


def test_a_data_folder_that_is_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, _, complained = run("poses", "--data", tmp_path / "file")
    assert (status, complained.split(":")[0]) == (2, "settings-refused")


def test_a_backup_comes_back_in_a_new_folder_and_nowhere_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> int:
        return cli.main([*words], serve=lambda _: 0)

    data, backup, new = (str(tmp_path / name) for name in ("data", "backup", "new"))
    assert run("restore", backup, "--data", new) != 0
    open_store(tmp_path / "data").close()
    assert run("backup", backup, "--data", data) == 0
    assert run("restore", backup, "--data", new) == 0
    assert "compared" in capsys.readouterr().out
    assert run("restore", backup, "--data", new) != 0
    assert "not empty" in capsys.readouterr().err
    assert run("fsck", "--data", new) == 0


def test_a_lost_database_is_rebuilt_from_the_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> int:
        return cli.main([*words, "--data", str(tmp_path / "data")], serve=lambda _: 0)

    store = open_store(tmp_path / "data")
    things = Things(store)
    things.finished()
    store.close()
    (tmp_path / "data" / "studio.sqlite3").unlink()
    assert run() == 3
    assert run("fsck") == 2
    assert "--adopt" in capsys.readouterr().err
    assert run("fsck", "--adopt") == 1
    assert run("fsck", "--adopt", "--yes") == 0
    assert "1 × generation, 2 × picture" in capsys.readouterr().out
    assert run("fsck") == 0
    assert run() == 0
