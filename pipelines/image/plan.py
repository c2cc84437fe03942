"""From what a person wants to the exact requests, refusing what the engine denies. Pure.

`plan_common` needs no scene, so that an order can be refused before a pose is solved; `plan_generation` adds them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from pipelines.errors import RequestRefused
from pipelines.image.passes import first_size
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.types import (
    BodyScene,
    ControlSpec,
    FacePass,
    GenerationRequest,
    LoraUse,
    Reference,
    SecondPass,
)

MOST_PICTURES = 64  # in one job
LARGEST_SEED = 2**31 - 1


def plan_common(
    info: EngineInfo,
    preset: EnginePreset,
    *,
    prompt: str,
    negative_prompt: str,
    scenes: int,
    seed: int,
    count: int,
    width: int,
    height: int,
    controls: tuple[ControlSpec, ...] = (),
    references: tuple[Reference, ...] = (),
    loras: tuple[LoraUse, ...] = (),
    steps: int | None = None,
    guidance: float | None = None,
    draft_strength: float | None = None,
    written_negatives: Collection[str] = (),
    hd: bool = False,
    second_pass: bool | None = None,
    face_pass: bool | None = None,
) -> GenerationRequest:
    """What the requests of all pictures have in common: everything but the scene, and the first one's seed.

    `scenes` is the number of scenes; `count` pictures are made of each, with seeds seed, seed + 1, …
    Steps and guidance that are None are the preset's; passes that are None are made for hd, where they can be.
    `info` is the engine's, narrowed to what the preset supports. `written_negatives`: the negative prompts that the
    studio writes by itself. Where a negative prompt counts it costs a second call of the model at every step (true
    CFG), so there one is kept only if it is a person's own.
    Raises RequestRefused, saying which choice the engine does not support and what it can.
    """
    refuse_size(info, width, height)
    _refuse_counts(scenes, seed, count)
    _refuse_denied(info, controls, references, loras, draft_strength)
    if guidance is not None:
        refuse_guidance(preset, guidance)
    request = GenerationRequest(
        engine=info.name,
        preset=preset.name,
        prompt=prompt,
        negative_prompt=""
        if info.negative_prompt and negative_prompt in written_negatives
        else negative_prompt,
        seed=seed,
        steps=preset.steps if steps is None else steps,
        guidance=preset.guidance if guidance is None else guidance,
        width=width,
        height=height,
        controls=controls,
        references=references,
        loras=loras,
        draft_strength=draft_strength,
    )
    return _with_passes(info, preset, request, hd, second_pass, face_pass)


def plan_generation(
    info: EngineInfo,
    preset: EnginePreset,
    common: GenerationRequest,
    scenes: Sequence[BodyScene],
    count: int,
) -> tuple[GenerationRequest, ...]:
    """One request per picture: what plan_common gave for so many scenes, for each of them and with `count` seeds.

    Each further view of a pose has the first one beside it, where the engine keeps a person.
    """
    requests = []
    for place, scene in enumerate(scenes):
        back = count * (place - _first_view(scenes, place))
        references = (*common.references, *_same_person(info, preset, common, back))
        requests += [
            replace(common, scene=scene, references=references, seed=common.seed + number)
            for number in range(count)
        ]
    return tuple(requests)


def _with_passes(
    info: EngineInfo,
    preset: EnginePreset,
    request: GenerationRequest,
    hd: bool,
    second: bool | None,
    face: bool | None,
) -> GenerationRequest:
    """The request with the passes that are wanted; None: those that can be, for hd. Raises RequestRefused."""
    second_pass = _choose_second_pass(info, preset, request, hd if second is None else second)
    face_pass = _choose_face_pass(info, preset, request, hd if face is None else face)
    if second and second_pass is None:
        able = info.second_pass and preset.second_pass is not None
        raise RequestRefused(
            "The picture is too small for a second pass. Make it larger, or turn the pass off."
            if able
            else f"{preset.title} does not draw a second time over the enlarged picture."
        )
    if face and face_pass is None:
        raise RequestRefused(
            f"{preset.title} cannot draw the face by itself here: it must start from the draft picture, or hold the "
            "pose by a control map, to know where the face is."
        )
    return replace(request, second_pass=second_pass, face_pass=face_pass)


def _first_view(scenes: Sequence[BodyScene], place: int) -> int:
    """The place of the first scene with the same body in the same pose."""
    wanted = scenes[place]
    return next(n for n, scene in enumerate(scenes) if (scene.body, scene.pose) == (wanted.body, wanted.pose))


def _same_person(
    info: EngineInfo, preset: EnginePreset, request: GenerationRequest, back: int
) -> tuple[Reference, ...]:
    """The first view as the person of the further ones, where the engine keeps one and has room for it.

    A person of a photo is kept by that photo; what they wear by the first view, where the preset has words for clothes
    and no photo of any is given.
    """
    pictures = len(request.controls) + len(request.references)
    has_room = len(request.references) < info.max_references and pictures < (
        info.max_pictures or pictures + 1
    )
    if not back or info.identity != "keeps" or not has_room:
        return ()
    given = {reference.role for reference in request.references}
    if "person" not in given:
        return (Reference(role="person", sha256="", pictures_back=back),)
    if "garment" in preset.role_sentences and "garment" not in given:
        return (Reference(role="garment", sha256="", pictures_back=back),)
    return ()


def _refuse_counts(scenes: int, seed: int, count: int) -> None:
    if not scenes:
        raise RequestRefused("Choose at least one pose and one view.")
    if count < 1 or scenes * count > MOST_PICTURES:
        raise RequestRefused(
            f"One order can hold 1 to {MOST_PICTURES} pictures; this one has {scenes * count}."
        )
    if not 0 <= seed <= LARGEST_SEED - count:
        raise RequestRefused(f"The seed can be 0 to {LARGEST_SEED - count}.")


def _refuse_denied(
    info: EngineInfo,
    controls: tuple[ControlSpec, ...],
    references: tuple[Reference, ...],
    loras: tuple[LoraUse, ...],
    draft_strength: float | None,
) -> None:
    denied = [control.kind for control in controls if control.kind not in info.controls]
    if denied:
        can = ", ".join(info.controls) or "none"
        raise RequestRefused(f"{info.title} does not take a {denied[0]} map. It takes: {can}.")
    looked_at = [reference for reference in references if reference.role != "init"]
    if looked_at and not info.max_references:
        raise RequestRefused(f"{info.title} does not look at reference pictures.")
    if len(looked_at) > info.max_references:
        raise RequestRefused(
            f"{info.title} takes {info.max_references} reference pictures, not {len(looked_at)}."
        )
    if len(looked_at) < len(references) and not info.starts_from_draft:
        raise RequestRefused(f"{info.title} does not start from a picture.")
    if loras and not info.loras:
        raise RequestRefused(f"{info.title} does not take LoRAs.")
    if draft_strength is not None and not info.starts_from_draft:
        raise RequestRefused(f"{info.title} does not start from a draft picture.")


def _choose_second_pass(
    info: EngineInfo, preset: EnginePreset, request: GenerationRequest, wanted: bool
) -> SecondPass | None:
    """The preset's, where it is wanted, the engine can, and the smaller picture is not too small."""
    if not wanted or not info.second_pass or preset.second_pass is None:
        return None
    smaller = first_size(replace(request, second_pass=preset.second_pass), info.side_multiple)
    return preset.second_pass if min(smaller) >= info.min_side else None


def _choose_face_pass(
    info: EngineInfo, preset: EnginePreset, request: GenerationRequest, wanted: bool
) -> FacePass | None:
    """The preset's, where it is wanted, the engine can, and the picture's face is where the body has it."""
    own_start = any(reference.role == "init" for reference in request.references)
    from_draft = request.draft_strength is not None
    held = from_draft or (info.pose == "lock" and bool(request.controls))
    return preset.face_pass if wanted and info.face_pass and held and not own_start else None


def refuse_guidance(preset: EnginePreset, guidance: float) -> None:
    """Raises RequestRefused for a guidance that the preset's model was distilled not to have."""
    if not preset.takes_guidance and guidance != preset.guidance:
        raise RequestRefused(
            f"{preset.title} draws without guidance: it was distilled so, and {guidance:g} would change nothing. "
            "Leave the guidance out, or choose a model that has one."
        )


def refuse_size(info: EngineInfo, width: int, height: int) -> None:
    """Raises RequestRefused unless the engine makes pictures of that size."""
    for name, side in (("width", width), ("height", height)):
        if not info.min_side <= side <= info.max_side:
            raise RequestRefused(f"The {name} can be {info.min_side} to {info.max_side} pixels.")
        if side % info.side_multiple:
            raise RequestRefused(f"{info.title} needs a {name} that is a multiple of {info.side_multiple}.")
