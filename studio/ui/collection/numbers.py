"""Numbers: how much a person has made, how it ended and how long it took, with a bar for each."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import ClassVar

from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.collection.section import Act, Extent
from studio.ui.model_words import write_size
from studio.vocabulary.statistics import Statistics

Bar = tuple[str, float, str]  # what, how long its bar is, what is said of it
SECONDS_PER_MINUTE = 60


class NumberSection:
    """Totals and bars. Counted when it is opened."""

    id: ClassVar[str] = "statistics"
    label: ClassVar[str] = "Numbers"
    about: str = "What you made so far, without the trash."

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @property
    def acts(self) -> Mapping[str, Act]:
        """Nothing is pressed here."""
        return {}

    def show(self, mine: PersonalStudio, extent: Extent) -> str:
        """All of them as of now."""
        seen = mine.statistics.look()
        titles = {name: preset.title for name, preset in self.studio.presets.items()}
        return statistics_html(seen, titles)


def statistics_html(seen: Statistics, titles: Mapping[str, str]) -> str:
    """The totals, how orders ended, how long each model took."""
    totals = (
        (f"{seen.total:,}", "orders" if seen.total != 1 else "order"),
        (f"{seen.pictures:,}", "pictures" if seen.pictures != 1 else "picture"),
        (f"{seen.avatars:,}", "avatars" if seen.avatars != 1 else "avatar"),
        (f"{seen.photos:,}", "photos" if seen.photos != 1 else "photo"),
        (write_size(seen.storage_bytes), "on the disk, with the trash"),
        ("" if seen.credits_used is None else f"{seen.credits_used:,}", "credits used"),
    )
    tiles = "".join(f"<div><dd>{number}</dd><dt>{words}</dt></div>" for number, words in totals if number)
    ends = (
        ("Finished", seen.completed),
        ("Failed", seen.failed),
        ("Cancelled", seen.cancelled),
        ("Waiting", seen.queued),
        ("In the making", seen.running),
    )
    ended: list[Bar] = [(name, count, f"{count:,}") for name, count in ends if count]
    times: list[Bar] = [
        (
            titles.get(one.preset, one.preset),
            one.average_s,
            f"{write_time(one.average_s)} on average, 19 of 20 within {write_time(one.p95_s)} "
            f"({one.completed:,} order{'' if one.completed == 1 else 's'})",
        )
        for one in seen.engines
    ]
    average = seen.average_processing_time_s
    took = (
        f'<p class="quiet">An order took {write_time(average)} on average.</p>' if average is not None else ""
    )
    return (
        f'<dl class="number-tiles">{tiles}</dl>'
        f"{_chart('How orders ended', ended)}{_chart('How long each model took', times)}{took}"
    )


def _chart(title: str, bars: Sequence[Bar]) -> str:
    """A bar each, the longest over the whole width."""
    if not bars:
        return ""
    largest = max(size for _, size, _ in bars) or 1
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}<span class="share-bar" aria-hidden="true">'
        f'<i style="width: {100 * size / largest:.1f}%"></i></span></th><td>{html.escape(said)}</td></tr>'
        for name, size, said in bars
    )
    table = f'<table class="shares"><tbody>{rows}</tbody></table>'
    return f'<section class="number-chart"><h3>{title}</h3>{table}</section>'


def write_time(seconds: float) -> str:
    """ "0.8 s", "42 s", "3 min 5 s"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), SECONDS_PER_MINUTE)
    return f"{minutes:,} min {rest} s" if minutes else f"{rest} s"
