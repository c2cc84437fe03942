"""The measurement table: what each tailor's measure is called, and how it is taken. One row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDefinition:
    """One row. `iso` is the clause of ISO 8559-1:2017 whose term it is, empty where none is cited; `method` says
    how it is taken here."""

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
        method="Horizontal tape 3 cm below the crotch, under the fold of the buttocks; mean of both legs.",
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
        method="Tape at right angles to the upper arm, halfway from shoulder point to elbow; mean of both arms.",
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
        iso="5.4.2",
        method="Tape from shoulder point to shoulder point over the seventh vertebra of the neck.",
    ),
    MeasureDefinition(
        name="arm_length",
        title="Arm length",
        kind="length",
        iso="5.7.8",
        method="From the shoulder point over the elbow to the bone of the wrist; mean of both arms.",
    ),
    MeasureDefinition(
        name="underbust",
        title="Under bust",
        kind="girth",
        iso="5.3.6",
        method="Horizontal tape directly under the breasts.",
    ),
    MeasureDefinition(
        name="high_hip",
        title="High hip",
        kind="girth",
        iso="",
        method="Horizontal tape halfway from waist to hip.",
    ),
    MeasureDefinition(
        name="head",
        title="Head",
        kind="girth",
        iso="",
        method="Horizontal tape where the head is fullest above the brows, over the ears' tops.",
    ),
    MeasureDefinition(
        name="knee",
        title="Knee",
        kind="girth",
        iso="5.3.22",
        method="Tape at right angles to the lower leg, over the middle of the kneecap; mean of both legs.",
    ),
    MeasureDefinition(
        name="ankle",
        title="Ankle",
        kind="girth",
        iso="",
        method="Tape at right angles to the lower leg where it is thinnest; mean of both legs.",
    ),
    MeasureDefinition(
        name="elbow",
        title="Elbow",
        kind="girth",
        iso="",
        method="Tape around the elbow of a nearly straight arm; mean of both arms.",
    ),
    MeasureDefinition(
        name="back_width",
        title="Back width",
        kind="length",
        iso="",
        method="Across the back from arm to arm, halfway from shoulder points to armpits.",
    ),
    MeasureDefinition(
        name="back_waist_length",
        title="Back waist length",
        kind="length",
        iso="5.4.5",
        method="From the seventh vertebra of the neck down the spine, along the skin, to the waist.",
    ),
    MeasureDefinition(
        name="front_waist_length",
        title="Front waist length",
        kind="length",
        iso="",
        method="From the side of the neck over the breast, and straight down to the waist; mean of both sides.",
    ),
    MeasureDefinition(
        name="crotch_length",
        title="Crotch length",
        kind="length",
        iso="5.4.18",
        method="Tape from the waist in front between the legs to the waist behind.",
    ),
    MeasureDefinition(
        name="rise",
        title="Rise",
        kind="length",
        iso="",
        method="Straight up from the crotch to the waist.",
    ),
    MeasureDefinition(
        name="outside_leg",
        title="Outside leg",
        kind="length",
        iso="",
        method="From the waist's side over the hip, then straight down to the floor; mean of both sides.",
    ),
    MeasureDefinition(
        name="hand_length",
        title="Hand length",
        kind="length",
        iso="",
        method="From the wrist along the middle finger to its tip; mean of both hands.",
    ),
    MeasureDefinition(
        name="foot_length",
        title="Foot length",
        kind="length",
        iso="",
        method="From the heel to the longest toe; mean of both feet.",
    ),
)

MEASURE_NAMES = tuple(row.name for row in DEFINITIONS)
