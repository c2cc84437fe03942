"""The hub over HTTP: lists a repository at a revision and hands out its files; every answer is checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from pipelines.errors import PipelineError, TokenRefused
from pipelines.network import is_loopback, read_retry_after
from pipelines.weights.errors import AccessNotGranted, HubTrouble, ListingRefused, TokenNeeded, WeightsGone
from pipelines.weights.line import PATIENCE, Head, Line, Patience, Wanted, open_client
from pipelines.weights.listing import (
    DEFAULT_REVISION,
    MODEL_INDEX,
    HubFile,
    Listing,
    check_names,
    parse_listing,
    read_layout,
)

if TYPE_CHECKING:
    import httpx

HUB_URL = "https://huggingface.co"
MAX_LISTING_BYTES = 20_000_000
MAX_INDEX_BYTES = 1_000_000
TOO_MANY = 429

OnTick = Callable[[], None]  # may raise Cancelled


class Hub:
    """One hub and who asks; a context manager that hangs up.

    The token goes to the hub's own origin alone, and is in no message and no log.
    """

    def __init__(self, url: str = HUB_URL, token: str | None = None, patience: Patience = PATIENCE) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise ListingRefused("A hub's address must begin with https://.")
        self.url = url.rstrip("/")
        self.patience = patience
        self._token = token.strip() if token else ""
        self._client: httpx.Client | None = None
        if not self._token.isascii() or any(c.isspace() for c in self._token):
            raise TokenRefused("The token holds a space or a character that no token has. Copy it again.")

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    def list_files(self, repo: str, revision: str, on_tick: OnTick) -> Listing:
        """All files of a repository at a revision ("": the default one), with the commit that they are of.

        Raises the errors of `refusal`, HubOffline, HubTrouble, ListingRefused.
        """
        check_names(repo, revision)
        revision = revision or DEFAULT_REVISION
        url = f"{self.url}/api/models/{repo}/revision/{quote(revision, safe='')}?blobs=true"
        data = self._read(url, repo, MAX_LISTING_BYTES, on_tick)
        try:
            answer = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ListingRefused from error
        return parse_listing(repo, revision, answer)

    def read_layout(self, listing: Listing, on_tick: OnTick) -> tuple[str, ...] | None:
        """The folders that the repository's model_index.json names; None where it has none. Raises as list_files."""
        if not any(file.path == MODEL_INDEX for file in listing.files):
            return None
        url = self._file_url(listing.repo, listing.revision, MODEL_INDEX)
        return read_layout(listing.repo, self._read(url, listing.repo, MAX_INDEX_BYTES, on_tick))

    def open_file(
        self, repo: str, revision: str, file: HubFile, *, start: int = 0, whole: bool = False
    ) -> AbstractContextManager[Line]:
        """A line on which a file comes, from byte `start` on: out of the hub's store of pieces where it lies there,
        unless `whole`."""
        headers = self._headers()
        if start:
            headers["Range"] = f"bytes={start}-"
        tickets = f"{self.url}/api/models/{repo}/xet-read-token/{quote(revision, safe='')}"
        wanted = None if whole else Wanted(size=file.size, start=start, tickets=tickets)
        return self._line(self._file_url(repo, revision, file.path), headers, wanted)

    def refusal(self, repo: str, head: Head) -> PipelineError:
        """The error that a status stands for."""
        page = f"{self.url}/{repo}"
        code = head.headers.get("x-error-code", "")
        if head.status in (401, 403) and not self._token:
            if code == "RepoNotFound":
                return WeightsGone(
                    f"The hub has no repository {repo}, or it is private and needs your token."
                )
            return TokenNeeded(
                f"{repo} is given out to known people only. Ask for access at {page}, make a token at "
                f"{self.url}/settings/tokens and set it here."
            )
        if code == "GatedRepo" or head.status == 403:
            return AccessNotGranted(
                f"Your token is good, but has no access to {repo} yet. Ask for it at {page}, then try again."
            )
        if head.status == 401:
            return TokenRefused()
        if head.status == 404:
            if code == "RevisionNotFound":
                return WeightsGone(f"The hub no longer has the wanted revision of {repo}.")
            return WeightsGone(f"The hub has no {repo}, or not the files that the preset asks for.")
        if head.status == TOO_MANY or head.status >= 500:
            return HubTrouble(wait_s=read_retry_after(head.headers.get("retry-after", "")))
        return ListingRefused(f"The hub refuses to hand out {repo} (status {head.status}).")

    def _line(self, url: str, headers: dict[str, str], wanted: Wanted | None = None) -> Line:
        if self._client is None:
            self._client = open_client(self.url, self.patience)
        return Line(self._client, url, headers, self.patience, wanted)

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": "avatar-studio", "Accept-Encoding": "identity"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    def _file_url(self, repo: str, revision: str, path: str) -> str:
        return f"{self.url}/{repo}/resolve/{quote(revision, safe='')}/{quote(path)}"

    def _read(self, url: str, repo: str, limit: int, on_tick: OnTick) -> bytes:
        """A whole small answer."""
        data = bytearray()
        with self._line(url, self._headers()) as line:
            for part in line.parts():
                on_tick()
                if isinstance(part, bytes):
                    data += part
                elif part.status != 200:
                    raise self.refusal(repo, part)
                if len(data) > limit:
                    raise ListingRefused(f"The hub's answer about {repo} is larger than any such list.")
        return bytes(data)
