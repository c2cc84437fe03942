"""Words and pictures as Qwen2.5-VL reads them together.

The library's own processor does the same, but opens torchvision for the videos that nothing here shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

PICTURE_TOKEN = "<|image_pad|>"


class WordsAndPictures:
    """A tokenizer, and what cuts pictures into patches."""

    def __init__(self, tokenizer: Any, image_processor: Any) -> None:
        self.tokenizer = tokenizer
        self.image_processor = image_processor

    def __call__(
        self,
        text: Sequence[str],
        images: Sequence[Image.Image] | None = None,
        *,
        padding: bool = True,
        return_tensors: str = "pt",
    ) -> Any:
        """`input_ids` and `attention_mask`; with pictures `pixel_values` and `image_grid_thw`, too.

        Each PICTURE_TOKEN of the text becomes as many as its picture has patches, after they are merged.
        """
        from transformers import BatchFeature

        seen = self.image_processor(images=list(images), return_tensors=return_tensors) if images else {}
        merged = self.image_processor.merge_size**2
        lengths = iter([int(grid.prod()) // merged for grid in seen.get("image_grid_thw", ())])
        spelled = [
            "".join(
                part if number == 0 else PICTURE_TOKEN * next(lengths) + part
                for number, part in enumerate(one.split(PICTURE_TOKEN))
            )
            for one in text
        ]
        read = self.tokenizer(spelled, padding=padding, return_tensors=return_tensors)
        return BatchFeature({**read, **seen})
