"""Every asset that ships is described, licensed and the one that is described."""

from __future__ import annotations

import json

from tests.manifest import ASSETS, MANIFEST, describe_assets

MOST_BYTES = 60_000_000


def test_the_manifest_describes_every_asset_as_it_is() -> None:
    assert json.loads(MANIFEST.read_text(encoding="utf-8")) == describe_assets(), (
        "run: python -m tests.manifest"
    )


def test_every_asset_may_be_given_on() -> None:
    assert {entry["licence"] for entry in describe_assets().values()} <= {"CC0-1.0", "Apache-2.0"}


def test_the_assets_stay_small() -> None:
    assert sum(path.stat().st_size for path in ASSETS.rglob("*") if path.is_file()) < MOST_BYTES
