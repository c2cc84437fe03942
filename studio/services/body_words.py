"""A measured body as text: the table of its measures as CSV, and body.json."""

from __future__ import annotations

import csv
import io
from typing import Any

from studio.vocabulary.avatar import MeasuredBody
from studio.vocabulary.codec import to_json

CSV_COLUMNS = ("name", "cm", "plus_minus_cm", "method", "left_cm", "right_cm", "value", "plus_minus", "unit")


def measurements_csv(body: MeasuredBody) -> str:
    """One line a measure, centimetres; then one for each number that follows from them, with its unit."""
    rows = io.StringIO()
    table = csv.DictWriter(rows, CSV_COLUMNS, lineterminator="\n")
    table.writeheader()
    for one in body.measurements:
        sides = {"left_cm": one.left_cm, "right_cm": one.right_cm}
        table.writerow(
            {"name": one.name, "cm": f"{one.cm:.1f}", "plus_minus_cm": f"{one.plus_minus_cm:.1f}"}
            | {"method": one.method}
            | {side: f"{cm:.1f}" for side, cm in sides.items() if cm is not None}
        )
    for derived in body.derived:
        within = "" if derived.plus_minus is None else f"{derived.plus_minus:.3f}"
        table.writerow(
            {"name": derived.name, "method": derived.method, "value": f"{derived.value:.3f}"}
            | {"plus_minus": within, "unit": derived.unit}
        )
    return rows.getvalue()


def describe_body(body: MeasuredBody) -> dict[str, Any]:
    """A measured body as body.json says it. Joints are in the camera's frame: x right, y down, z forward, metres."""
    return {
        "model": body.parameters.model,
        "parameters": {
            "shape": dict(body.parameters.shape),
            "pose": None if body.pose is None else to_json(body.pose),
        },
        "measurements": [to_json(measurement) for measurement in body.measurements],
        "sizes": [to_json(size) for size in body.sizes],
        "joints": [{"name": name, "xyz_m": list(xyz)} for name, xyz in body.joints_m.items()],
        "camera": None if body.camera is None else to_json(body.camera),
        "remarks": list(body.remarks),
        "confidence": body.confidence,
        "pose": None if body.pose is None else to_json(body.pose),
        "people": [to_json(person) for person in body.people],
        "coverage": body.coverage,
        "extractor": body.extractor,
        "raw": {name: list(values) for name, values in body.raw.items()},
        "derived": [to_json(one) for one in body.derived],
        "measured_at": None if body.measured_at is None else body.measured_at.isoformat(),
        "source": body.source,
    }
