"""What can go wrong with weights, each with the sentence that says what to do."""

from __future__ import annotations

from typing import ClassVar

from pipelines.errors import PipelineError, PresetUnready


class LicenceNotAccepted(PresetUnready):
    """The licence of these weights has not been accepted yet. Read it, then accept it on the page “Models”."""

    code = "licence-not-accepted"
    step = "Read the licence, then accept it on the page “Models”, or choose another preset."


class TokenNeeded(PipelineError):
    """These weights are given out to known people only. Ask for access on their page, then set your token."""

    code = "token-needed"


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

    def __init__(self, message: str = "", *, wait_s: float = 0.0) -> None:
        """wait_s: how long the hub asks to be left alone."""
        super().__init__(message)
        self.wait_s = wait_s


class DownloadStalled(HubTrouble):
    """Nothing has arrived for a while. What has arrived is kept: download again to go on from there."""

    code = "download-stalled"


class WrongBytes(PipelineError):
    """What arrived is not what the hub's listing promised, twice. Nothing of it is used; try another line."""

    code = "wrong-bytes"


class ListingRefused(PipelineError):
    """The hub's list of these files cannot be trusted. Nothing was downloaded."""

    code = "listing-refused"


class DiskFull(PipelineError):
    """There is not enough room on the disk. Free some, or move the weights folder; what has arrived is kept."""

    code = "disk-full"
    http_status = 507


class DownloadBusy(PipelineError):
    """Another download is running. Wait until it is done, or cancel it."""

    code = "download-busy"
    http_status = 409
