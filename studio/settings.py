"""Settings: one table, read once into a frozen object and passed on."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dotenv import dotenv_values

from studio.body_settings import BODY_SETTINGS
from studio.errors import SettingsRefused
from studio.mail_settings import MAIL_SETTINGS
from studio.network_settings import NETWORK_SETTINGS, check_together
from studio.oidc_settings import OIDC_SETTINGS, check_oidc
from studio.people_settings import PEOPLE_SETTINGS, SPACE_HOST, defaults_of_space, hosts_of_space
from studio.setting import LARGEST_PORT, Setting
from studio.setting_values import parse_value
from studio.sharing_settings import SHARING_SETTINGS

if TYPE_CHECKING:
    from pipelines.photo.checks import Verdict
    from studio.vocabulary.permission import Mode

ENVIRONMENT_PREFIX = "STUDIO_"
SETTINGS_FILE = "settings.toml"
AUTO = "auto"
HUB_ENDPOINT = "HF_ENDPOINT"  # where the hub's own tools look for a mirror


LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

SETTINGS: tuple[Setting, ...] = (
    Setting(name="data", default="data", help="Folder that keeps the database, the files and the logs."),
    Setting(name="host", default="127.0.0.1", help="Address that the window listens on."),
    *PEOPLE_SETTINGS,
    *OIDC_SETTINGS,
    Setting(name="port", default=7860, least=0, most=LARGEST_PORT, help="Port that the window listens on."),
    *NETWORK_SETTINGS,
    Setting(name="max_upload_mb", default=50, least=1, help="Largest photo that is taken, in MB."),
    Setting(
        name="max_import_mb",
        default=4000,
        least=1,
        help="Largest archive that is imported, in MB, also unpacked.",
    ),
    Setting(name="max_pixels_mp", default=40, least=1, help="Largest photo that is taken, in megapixels."),
    Setting(
        name="photo_face",
        default="remark",
        choices=("remark", "refuse"),
        help="A face that cannot be seen in a photo for a body: remark or refuse.",
    ),
    Setting(
        name="photo_blur",
        default="refuse",
        choices=("remark", "refuse"),
        help="A photo for a body that is far too blurred (sharpness below 0.001): remark or refuse.",
    ),
    *BODY_SETTINGS,
    Setting(
        name="finished_jobs_kept_hours", default=24, least=0, help="How long finished job rows are kept."
    ),
    Setting(name="failed_jobs_kept_days", default=7, least=0, help="How long failed job rows are kept."),
    Setting(
        name="deleted_kept_days", default=30, least=0, help="How long deleted things can be brought back."
    ),
    Setting(
        name="unused_photos_kept_days",
        default=30,
        least=0,
        help="How long photos are kept that nothing was made with, in days; then they go to the trash. 0: for ever.",
    ),
    Setting(
        name="reference_max_px",
        default=4096,
        least=64,
        help="Longest side of a picture that is given as a reference or a pose, in pixels; 64 is the shortest.",
    ),
    Setting(
        name="scan_command",
        default="",
        help="A command that every upload must pass, such as `clamdscan --fdpass`; it is run without a shell, with the "
        "path of the file after it. Exit status 0 takes the file, 1 refuses it; else nothing is taken.",
    ),
    Setting(name="scan_seconds", default=30, least=1, help="How long that command may take, in seconds."),
    Setting(
        name="backup_folder",
        default="",
        help="A folder on another disk that backups are made into; empty: none.",
    ),
    Setting(
        name="backup_every_night",
        default=True,
        help="Whether a backup is made every night, where a folder is chosen; 7 days and 4 weeks of them are kept.",
    ),
    Setting(
        name="recipe_in_pictures",
        default=False,
        help="Write the prompt and the settings into every picture, so that it can be made again from the file.",
    ),
    Setting(
        name="share_links",
        default=False,
        help="Whether links can be made that show pictures to whoever has them, without anything else.",
    ),
    Setting(
        name="webhooks_private",
        default=False,
        help="Whether webhooks may tell addresses of this computer and its own network.",
    ),
    *MAIL_SETTINGS,
    Setting(
        name="models",
        default="",
        help="Folder for the weights of image models; empty: `models` in the data folder.",
    ),
    Setting(
        name="hub_cache",
        default="",
        help="A Hugging Face cache on this machine whose weights may be used; it is only read. auto: the usual one.",
    ),
    Setting(
        name="hub_url",
        default="",
        is_url=True,
        help="Another address of the Hugging Face hub, as a mirror; empty: `HF_ENDPOINT`, or the hub itself.",
    ),
    Setting(
        name="downloads", default=True, help="Whether weights may be downloaded when a person asks for it."
    ),
    Setting(
        name="hf_token",
        default="",
        help="Your Hugging Face token: for gated weights, and for Inference. auto: that of `hf auth login`.",
    ),
    Setting(
        name="hf_inference",
        default=False,
        help="Offer Hugging Face Inference. Prompts and reference photos then leave this computer.",
    ),
    Setting(
        name="comfyui_url",
        default="",
        is_url=True,
        several=True,
        help="Address of a ComfyUI that you run, for example http://127.0.0.1:8188. Requests are sent there; of "
        "several, with commas between them, to the least busy.",
    ),
    Setting(
        name="free_gpu_after_minutes",
        default=10,
        least=0,
        help="How long an unused image model stays loaded, in minutes.",
    ),
    Setting(
        name="cpu_jobs", default=1, least=1, most=16, help="How many bodies and drafts are made at once."
    ),
    Setting(name="download_jobs", default=1, least=1, most=4, help="How many downloads run at once."),
    Setting(
        name="stuck_after_minutes",
        default=15,
        least=1,
        help="How long a job may go without a step before it is given up, in minutes.",
    ),
    *SHARING_SETTINGS,
    Setting(name="log_level", default="INFO", choices=LOG_LEVELS, help="DEBUG, INFO, WARNING or ERROR."),
    Setting(
        name="log_format",
        default="text",
        choices=("text", "json"),
        help="How the logs in the data folder are written: text, or json, an object a line for programs.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one run; see SETTINGS for what each does."""

    data: Path
    host: str
    mode: Mode
    open_to_network: bool
    trusted_proxies: str
    sign_up: Literal["off", "creator", "viewer"]
    assistant_key: str
    visitors_by_address: int
    visitor_kept_seconds: int
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_domains: tuple[str, ...]
    oidc_role: Literal["creator", "viewer"]
    port: int
    allowed_hosts: tuple[str, ...]
    root_path: str
    cors_origins: tuple[str, ...]
    max_upload_mb: int
    max_import_mb: int
    max_pixels_mp: int
    photo_face: Verdict
    photo_blur: Verdict
    device: str
    smpl_folder: str
    person_threshold: float
    finished_jobs_kept_hours: int
    failed_jobs_kept_days: int
    deleted_kept_days: int
    unused_photos_kept_days: int
    reference_max_px: int
    scan_command: str
    scan_seconds: int
    backup_folder: str
    backup_every_night: bool
    recipe_in_pictures: bool
    share_links: bool
    webhooks_private: bool
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password: str
    smtp_from: str
    models: str
    hub_cache: str
    hub_url: str
    downloads: bool
    hf_token: str
    hf_inference: bool
    comfyui_url: str
    free_gpu_after_minutes: int
    cpu_jobs: int
    download_jobs: int
    stuck_after_minutes: int
    orders_per_minute: int
    queued_per_person: int
    credits_per_picture: int
    credits_hd: int
    credits_priority: int
    credits_monthly: int
    log_level: str
    log_format: str


def read_settings(command_line: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Defaults < settings.toml in the data folder < .env and STUDIO_* < command line (None: not given).

    Raises SettingsRefused for an unknown name or a value of the wrong kind.
    """
    if environment is None:
        environment = {**{k: v for k, v in dotenv_values(".env").items() if v is not None}, **os.environ}
    given_environment = {
        name[len(ENVIRONMENT_PREFIX) :].lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT_PREFIX)
    }
    if environment.get(HUB_ENDPOINT):
        given_environment.setdefault("hub_url", environment[HUB_ENDPOINT])
    given = {name: value for name, value in command_line.items() if value is not None}
    defaults = {setting.name: setting.default for setting in SETTINGS}
    if (given_environment.get("mode") or (environment.get(SPACE_HOST) and "space")) == "space":
        defaults |= defaults_of_space()
    data = Path(given.get("data", given_environment.get("data", defaults["data"]))).expanduser().resolve()
    values = {**defaults, **_read_file(data / SETTINGS_FILE), **given_environment, **given, "data": data}
    values = _from_hubs_tools(values)
    unknown = sorted(set(values) - set(defaults))
    if unknown:
        raise SettingsRefused(f"Unknown setting “{unknown[0]}”. Known: {', '.join(defaults)}.")
    if data.exists() and not data.is_dir():
        raise SettingsRefused(
            f"The data folder “{data}” is a file. Name a folder, or one that is yet to be made."
        )
    parsed = {row.name: parse_value(row, values[row.name]) for row in SETTINGS if row.name != "data"}
    if parsed["mode"] == "space":
        parsed["allowed_hosts"] = tuple(
            dict.fromkeys((*parsed["allowed_hosts"], *hosts_of_space(environment)))
        )
    check_together(parsed)
    check_oidc(parsed)
    return Settings(data=data, **parsed)


def keep_setting(data: Path, name: str, value: str) -> None:
    """Write one text into settings.toml, for the next start; every other line stays as it is.

    Raises SettingsRefused where the file cannot be read.
    """
    path = data / SETTINGS_FILE
    _read_file(path)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    said = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    first_table = next((n for n, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    kept = [line for line in lines[:first_table] if line.partition("=")[0].strip() != name]
    text = "\n".join([*kept, said, *lines[first_table:]]) + "\n"
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def read_kept_setting(data: Path, name: str) -> str:
    """What settings.toml says now of a text; "" where it says nothing. Raises SettingsRefused."""
    return str(_read_file(data / SETTINGS_FILE).get(name, ""))


def _from_hubs_tools(values: dict[str, Any]) -> dict[str, Any]:
    """What is “auto” as the hub's own tools have it on this machine; the token is looked for only then."""
    if AUTO not in (values["hf_token"], values["hub_cache"]):
        return values
    from pipelines.weights import local

    if values["hf_token"] == AUTO:
        values = {**values, "hf_token": local.stored_token() or ""}
    if values["hub_cache"] == AUTO:
        values = {**values, "hub_cache": str(local.default_hub_cache())}
    return values


def _read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsRefused(f"{path.name} in the data folder cannot be read: {error}.") from error
