"""The measurement table: what each tailor's measure is called, and how it is taken. One row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDefinition:
    """One row. `iso` is the clause of ISO 8559-1:2017 whose term it is; `method` says how it is taken here."""

    name: str
    title: str
    kind: Literal["girth", "length"]
    iso: str
    method: str


DEFINITIONS = (
    MeasureDefinition(
        name="height",
        title="Height",
        kind="length",
        iso="5.1.1",
        method="Straight up from the floor to the crown.",
    ),
    MeasureDefinition(
        name="chest",
        title="Chest",
        kind="girth",
        iso="5.3.4",
        method="Horizontal tape at the level of the nipples, without the arms.",
    ),
    MeasureDefinition(
        name="waist",
        title="Waist",
        kind="girth",
        iso="5.3.10",
        method="Horizontal tape at the natural waist, between the lowest rib and the hip bone.",
    ),
    MeasureDefinition(
        name="hip",
        title="Hip",
        kind="girth",
        iso="5.3.13",
        method="Horizontal tape at the fullest part of the buttocks.",
    ),
    MeasureDefinition(
        name="neck",
        title="Neck",
        kind="girth",
        iso="5.3.2",
        method="Tape at right angles to the neck, at the Adam's apple.",
    ),
    MeasureDefinition(
        name="thigh",
        title="Thigh",
        kind="girth",
        iso="5.3.20",
        method="Tape at right angles to the thigh, 3 cm below the crotch; mean of both legs.",
    ),
    MeasureDefinition(
        name="calf",
        title="Calf",
        kind="girth",
        iso="5.3.24",
        method="Tape at right angles to the lower leg where it is fullest; mean of both legs.",
    ),
    MeasureDefinition(
        name="upper_arm",
        title="Upper arm",
        kind="girth",
        iso="5.3.16",
        method="Tape at right angles to the upper arm, halfway from shoulder to elbow; mean of both arms.",
    ),
    MeasureDefinition(
        name="wrist",
        title="Wrist",
        kind="girth",
        iso="5.3.19",
        method="Tape at right angles to the forearm, just above the wrist; mean of both arms.",
    ),
    MeasureDefinition(
        name="inseam",
        title="Inseam",
        kind="length",
        iso="5.1.15",
        method="Straight up from the floor to the crotch.",
    ),
    MeasureDefinition(
        name="shoulder_width",
        title="Shoulder width",
        kind="length",
        iso="5.4.3",
        method="Straight line between the centres of the two shoulder joints; a tape across the back reads more.",
    ),
    MeasureDefinition(
        name="arm_length",
        title="Arm length",
        kind="length",
        iso="5.7.8",
        method="From the shoulder joint over the elbow to the wrist; mean of both arms.",
    ),
)

MEASURE_NAMES = tuple(row.name for row in DEFINITIONS)
