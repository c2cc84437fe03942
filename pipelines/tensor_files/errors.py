"""What can be wrong with a file of tensors, each with the sentence that says what to do."""

from __future__ import annotations

from pipelines.errors import PipelineError


class FileRefused(PipelineError):
    """A weights file is not plain, well-formed safetensors or GGUF. Nothing of it is used."""

    code = "file-refused"


class LoraRefused(PipelineError):
    """This file cannot be used as a LoRA."""

    code = "lora-refused"
