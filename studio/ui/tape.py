"""What a tape said: one field a measure. The body follows what is told, as far as it can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from pipelines.body.definitions import DEFINITIONS
from pipelines.errors import RequestRefused
from pipelines.options import TAPE_RANGES_CM
from studio.ui.units import CM_PER_INCH, read_girth

TAPE_FIELDS = {f"tape_{row.name}": row for row in DEFINITIONS if row.name in TAPE_RANGES_CM}
WHY = '<p class="quiet">Leave out what you do not know. The body is fitted to the photo and to what you write here.</p>'


class TapeFields:
    """The fold with the fields; `fields` by their names in a form."""

    def build(self) -> None:
        """Make the fold."""
        with gr.Accordion("Measured with a tape", open=False, elem_id="tape-fold"):
            gr.HTML(WHY, apply_default_css=False)
            with gr.Row(elem_id="tape"):
                self.fields = {
                    name: gr.Textbox(
                        label=row.title,
                        placeholder="cm or in",
                        elem_id=name.replace("_", "-"),
                        min_width=0,
                        max_lines=1,
                    )
                    for name, row in TAPE_FIELDS.items()
                }


def read_tape(form: Mapping[str, Any]) -> dict[str, float]:
    """Centimetres by the names of the measures. Raises RequestRefused for what is no length, or nobody's."""
    told: dict[str, float] = {}
    for name, row in TAPE_FIELDS.items():
        cm = read_girth(form.get(name) or "", row.title)
        if cm is None:
            continue
        least, most = TAPE_RANGES_CM[row.name]
        if not least <= cm <= most:
            inches = f"{least / CM_PER_INCH:.0f} to {most / CM_PER_INCH:.0f} in"
            raise RequestRefused(
                f"{row.title} can be {least:.0f} to {most:.0f} cm ({inches}). Look at the unit."
            )
        told[row.name] = cm
    return told
