"""One row of the benchmark table, and how the table is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured, beside its bar and beside the naive way in the same run.

    A bar is an upper limit of `value`, or a lower limit of naive / value where `bar_is_ratio`.
    """

    what: str
    value: float
    unit: str
    bar: float | None = None
    bar_is_ratio: bool = False
    naive: float | None = None
    naive_way: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than the naive way."""
        return self.naive / self.value if self.naive is not None and self.value else None

    @property
    def verdict(self) -> str:
        """Whether the bar is met; "–" where there is none."""
        if self.bar is None:
            return "–"
        if self.bar_is_ratio:
            return "met" if (self.ratio or 0) >= self.bar else "missed"
        return "met" if self.value <= self.bar else "missed"


def format_table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| what | measured | bar | naive way, same run | ratio | bar met |",
        "| --- | ---: | ---: | --- | ---: | --- |",
    ]
    for row in rows:
        if row.bar is None:
            bar = "–"
        elif row.bar_is_ratio:
            bar = f"≥ {row.bar:g}×"
        else:
            bar = f"≤ {row.bar:g} {row.unit}"
        naive = f"{row.naive:.3g} {row.unit}, {row.naive_way}" if row.naive is not None else "–"
        ratio = f"{row.ratio:.1f}×" if row.ratio is not None else "–"
        note = f" ({row.note})" if row.note else ""
        lines.append(
            f"| {row.what}{note} | {row.value:.3g} {row.unit} | {bar} | {naive} | {ratio} | {row.verdict} |"
        )
    return "\n".join(lines)
