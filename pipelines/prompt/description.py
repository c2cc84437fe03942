"""From a person's own words to what is drawn: garments, hair, eyes, style, and the words that nothing is drawn for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.appearance import WornGarment
from pipelines.prompt.garment_words import find_garment

CHOICES = ("hair_style", "hair_color", "facial_hair", "eye_color", "skin_tone", "style", "expression")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What words ask the draft for; "" where they say nothing.

    garments: what is worn, one for each slot; outfit: what a word brings whole ("suit", "knight"); outfit_colors:
    slot -> "#rrggbb" for it; absent: slots that are not to be worn; hair_color, eye_color: a key or "#rrggbb";
    not_drawn: the person's words that nothing is drawn for, as written.
    """

    garments: tuple[WornGarment, ...] = ()
    outfit: str = ""
    outfit_colors: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    hair_style: str = ""
    hair_color: str = ""
    facial_hair: str = ""
    eye_color: str = ""
    skin_tone: str = ""
    style: str = ""
    expression: str = ""
    not_drawn: tuple[str, ...] = ()

    @property
    def dresses(self) -> bool:
        """Whether anything is said about what is worn."""
        return bool(self.garments or self.outfit or self.absent)


def slot_of(worn: WornGarment) -> str:
    """The slot that a garment takes. Raises UnknownName."""
    return find_garment(worn.garment).slot


def join_descriptions(first: Description, later: Description) -> Description:
    """Both together; the later one has the last word where they disagree."""
    taken = {slot_of(worn) for worn in later.garments} | later.absent
    kept = () if later.outfit else tuple(worn for worn in first.garments if slot_of(worn) not in taken)
    return Description(
        garments=kept + later.garments,
        outfit=later.outfit or first.outfit,
        outfit_colors=later.outfit_colors if later.outfit else first.outfit_colors,
        absent=(first.absent - taken) | later.absent,
        not_drawn=tuple(dict.fromkeys((*first.not_drawn, *later.not_drawn))),
        **{choice: getattr(later, choice) or getattr(first, choice) for choice in CHOICES},
    )
