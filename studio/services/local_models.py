"""Local models: what Hugging Face's own tools keep on this computer, used once a person allows it."""

from __future__ import annotations

from pathlib import Path

from pipelines.weights.local import default_hub_cache
from studio.services.service import Service
from studio.settings import AUTO, keep_setting, read_kept_setting
from studio.vocabulary.model import LocalModels
from studio.weights import is_kept_auto

CACHE_SETTING, TOKEN_SETTING = "hub_cache", "hf_token"
OFFERED = (
    "What Hugging Face's own tools have downloaded to this computer can be used as it is, with nothing to download "
    "again. If you allow it, the studio reads two things: the folder {folder}, where it changes nothing, and the "
    "access token that “hf auth login” saved. The token goes to Hugging Face alone (or to your mirror of it), and is "
    "never shown, copied or logged. Neither is read before."
)
ALLOWED = (
    "The models in {folder} are used as they are, and the token that “hf auth login” saved where a download asks "
    "for one. Nothing there is changed. Hugging Face Inference takes the token when the studio is next started."
)
BY_SETTINGS = (
    "A folder of Hugging Face's tools or a token is used as the studio's settings said when it was started."
)


class LocalHub(Service):
    """The choice to use them: kept in settings.toml, in force at once."""

    def state(self) -> LocalModels:
        """Whether they are used. The folder is named and not looked into; no token is read."""
        allowed = any(is_kept_auto(self._settings, name) for name in (CACHE_SETTING, TOKEN_SETTING))
        at_start = bool(self._settings.hub_cache or self._settings.hf_token)
        folder = _write_folder(default_hub_cache())
        if allowed and self._settings.hub_cache:
            folder = _write_folder(Path(self._settings.hub_cache))
        says = (ALLOWED if allowed else OFFERED).format(folder=folder)
        if at_start and not allowed:
            says = f"{BY_SETTINGS} {says}"
        return LocalModels(folder=folder, is_allowed=allowed, is_used=allowed or at_start, says=says)

    def allow(self) -> LocalModels:
        """Use them from now on; a folder or a token that settings.toml names itself stays.

        Raises SettingsRefused where settings.toml cannot be read.
        """
        for name in (CACHE_SETTING, TOKEN_SETTING):
            if not read_kept_setting(self._settings.data, name):
                keep_setting(self._settings.data, name, AUTO)
        return self.state()

    def disallow(self) -> LocalModels:
        """Use them no more: at once what was allowed since the start, the rest from the next start on.

        Raises SettingsRefused where settings.toml cannot be read.
        """
        for name in (CACHE_SETTING, TOKEN_SETTING):
            if read_kept_setting(self._settings.data, name) == AUTO:
                keep_setting(self._settings.data, name, "")
        return self.state()


def _write_folder(path: Path) -> str:
    """As a person writes it: the home folder is ~."""
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
