"""What can go wrong with weights, each with the sentence that says what to do."""

from __future__ import annotations

from typing import ClassVar, Self

from pipelines.errors import PipelineError


class PresetUnready(PipelineError):
    """This preset cannot be used before something is done. Look at the page “Models”."""

    step: ClassVar[str] = ""  # what to do, in the window

    def __init__(self, facts: str = "", *, preset: str = "", step: str = "", more: str = "") -> None:
        """facts: what stands in the way; preset: its name, where the step helps; more: what else is to be known."""
        self.facts, self.preset, self.more = facts, preset, more
        said = (facts, more, step or (self.step if preset else ""))
        super().__init__(" ".join(part for part in said if part))

    def with_more(self, more: str) -> Self:
        """The same, and something else that is to be known."""
        return type(self)(self.facts, preset=self.preset, more=more)

    def with_step(self, step: str) -> Self:
        """The same for those who have no window: the step in other words."""
        return type(self)(self.facts, preset=self.preset, step=step, more=self.more)


class WeightsMissing(PresetUnready):
    """The weights of this preset are not on this machine. Download them on the page “Models”."""

    code = "weights-missing"
    step = "Download the weights on the page “Models”, or choose another preset."


class LicenceNotAccepted(PresetUnready):
    """The licence of these weights has not been accepted yet. Read it, then accept it on the page “Models”."""

    code = "licence-not-accepted"
    step = "Read the licence, then accept it on the page “Models”, or choose another preset."


class TokenNeeded(PipelineError):
    """These weights are given out to known people only. Ask for access on their page, then set your token."""

    code = "token-needed"


class TokenRefused(PipelineError):
    """The hub does not accept the token. It may be mistyped or expired: make a new one and set it."""

    code = "token-refused"


class AccessNotGranted(PipelineError):
    """The token is good, but its owner has no access to these weights yet. Ask for it on their page."""

    code = "access-not-granted"


class WeightsGone(PipelineError):
    """The hub has no such weights. Check the repository and the revision that the preset names."""

    code = "weights-gone"
    http_status = 404


class HubOffline(PipelineError):
    """The hub cannot be reached. Check the connection, or use weights that are on this machine."""

    code = "offline"
    http_status = 503


class HubTrouble(PipelineError):
    """The hub has trouble, or the line broke. What has arrived is kept: download again to go on from there."""

    code = "hub-trouble"
    http_status = 503
    passing: ClassVar[bool] = True


class DownloadStalled(HubTrouble):
    """Nothing has arrived for a while. What has arrived is kept: download again to go on from there."""

    code = "download-stalled"


class WrongBytes(PipelineError):
    """What arrived is not what the hub's listing promised, twice. Nothing of it is used; try another line."""

    code = "wrong-bytes"


class ListingRefused(PipelineError):
    """The hub's list of these files cannot be trusted. Nothing was downloaded."""

    code = "listing-refused"


class FileRefused(PipelineError):
    """A weights file is not plain, well-formed safetensors. Nothing of it is used."""

    code = "file-refused"


class DiskFull(PipelineError):
    """There is not enough room on the disk. Free some, or move the weights folder; what has arrived is kept."""

    code = "disk-full"
    http_status = 507


class DownloadBusy(PipelineError):
    """Another download is running. Wait until it is done, or cancel it."""

    code = "download-busy"
    http_status = 409


class LoraRefused(PipelineError):
    """This file cannot be used as a LoRA."""

    code = "lora-refused"
