"""What POST /bodies takes: a kept photo or one that is sent along, and what is known of the person."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from pipelines.appearance import Gender
from pipelines.body.extractor import EXTRACTORS, USUAL_EXTRACTOR
from pipelines.bounds import ONE_LINE, Between, KeyOf, Text
from pipelines.options import LONGEST_NAME, MOST_PEOPLE
from pipelines.types import HeightCm, KnownMeasures, Tape, WeightKg
from studio.api.schemas import PictureText, Strict, picture_or_photo
from studio.api.words import BY
from studio.vocabulary.names import Id


class NewBody(Strict):
    """What is told of a body to be measured."""

    height_cm: HeightCm | None = Field(
        default=None,
        description="Left out: all centimetres are a guess from the average, ± wide, and say so.",
    )
    weight_kg: WeightKg | None = None
    gender: Gender | None = None
    person: Annotated[int, Between(1, MOST_PEOPLE)] | None = Field(
        default=None, description="Whom of several in the photo: 1 is the leftmost. Left out: the largest."
    )
    side_photo_id: Id | None = Field(
        default=None, description="A kept photo of the same person from one side: girths become surer."
    )
    back_photo_id: Id | None = Field(default=None, description="Likewise, from behind.")
    tape: Tape = Field(
        default_factory=dict,
        description="What a tape says, in cm: the body follows it as far as it can, and says where it cannot.",
        examples=[{"waist": 82, "hip": 101}],
    )
    extractor: Annotated[str, KeyOf(tuple(EXTRACTORS))] = USUAL_EXTRACTOR
    name: Annotated[str, Text(LONGEST_NAME, pattern=ONE_LINE)] = ""
    avatar_id: Id | None = Field(
        default=None,
        description="The job's result is the body of this avatar of yours, whose body before becomes a version. "
        "Left out: a new avatar.",
    )

    def to_known(self) -> KnownMeasures:
        """What the person told about their body."""
        return KnownMeasures(
            height_cm=self.height_cm, weight_kg=self.weight_kg, gender=self.gender, tape=self.tape
        )


class BodyAgain(Strict):
    """What is known now of a body that was measured; what is left out is as it was told before, null: not told."""

    height_cm: HeightCm | None = None
    weight_kg: WeightKg | None = None
    gender: Gender | None = None
    tape: Tape = Field(
        default_factory=dict, description="All of it: an empty one says that nothing was taped."
    )

    def to_known(self, before: KnownMeasures) -> KnownMeasures:
        """What was told before, with what is sent in its place."""
        return replace(before, **{name: getattr(self, name) for name in self.model_fields_set})


class BodyOfPhoto(NewBody):
    """Measure the person in a kept photo."""

    photo_id: Id


class BodyOfImage(NewBody):
    """Measure the person in a photo that is sent along; it is kept."""

    image: PictureText


BodyOrderIn = Annotated[
    Annotated[BodyOfPhoto, Tag(BY + "photo_id")] | Annotated[BodyOfImage, Tag(BY + "image")],
    Discriminator(picture_or_photo),
]
