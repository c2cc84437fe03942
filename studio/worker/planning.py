"""From a planned order (its seed chosen, its words written) to exact requests: scenes, controls, references, size.

`check_order` is for whoever takes the order: it refuses all that can be refused without solving a pose.
`plan_requests` is for the worker: it makes the scenes, and needs seconds for a body that it has not posed yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from pipelines.appearance import Expression
from pipelines.errors import RequestRefused
from pipelines.figure.appearance import appearance_of
from pipelines.image.capabilities import narrow_info, suggest_controls
from pipelines.image.engines import engine_class
from pipelines.image.plan import plan_common, plan_generation
from pipelines.image.presets import PresetShelf, loras_for
from pipelines.image.provenance import MEDIA_TYPES
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.pose.library import load_library
from pipelines.pose.template import PoseTemplate
from pipelines.progress import OnProgress, Progress
from pipelines.prompt.own_words import chosen_expression
from pipelines.prompt.styles import find_style, with_style
from pipelines.prompt.write import words_of_expression, write_negative_prompt
from pipelines.types import BodyParameters, ControlSpec, GenerationRequest, Reference
from store.errors import RowMissing
from store.store import Store
from studio.vocabulary.character_sheet import CELLS, prompt_of
from studio.vocabulary.codec import from_json
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.pose import template_of_json
from studio.worker.character_sheets import make_sheet_scenes
from studio.worker.redraws import Redrawn, refuse_redraw
from studio.worker.scenes import make_scenes

POSING = "Posing the body"
LOOKED_AT = (MEDIA_TYPES["JPEG"], MEDIA_TYPES["PNG"])  # kept photos, and pictures that were made here


def check_order(
    order: GenerationOrder,
    presets: PresetShelf,
    *,
    references: tuple[Reference, ...],
    redrawn: Redrawn | None = None,
) -> None:
    """Refuse what plan_requests would, but by a word and not by a scene.

    Raises UnknownName for a preset, a pose or a style that is not there, RequestRefused for what the engine denies.
    """
    preset = presets.find(order.preset)
    if preset.engine != order.engine:
        raise RequestRefused(f"The preset “{order.preset}” belongs to the engine “{preset.engine}”.")
    info = narrow_info(engine_class(order.engine).info, preset)
    for pose in order.poses:
        find_template(order, pose)
    _refuse_sameness(info, order)
    if redrawn is not None:
        refuse_redraw(info, preset, redrawn)
        _plan_redraw(order, info, preset, references, redrawn)
        return
    _plan_common(order, info, preset, references, order.prompts[0])


def plan_requests(
    order: GenerationOrder,
    presets: PresetShelf,
    *,
    body: BodyParameters | None,
    references: tuple[Reference, ...],
    on_progress: OnProgress,
    redrawn: Redrawn | None = None,
) -> tuple[GenerationRequest, ...]:
    """One request a picture, for every prompt, pose, view and seed in this order.

    `body` is the avatar's measured one; None: the persona's own. Raises what check_order raises, PersonaRefused,
    and what `on_progress` raises: it is told of every prompt and pose.
    """
    preset = presets.find(order.preset)
    info = narrow_info(engine_class(order.engine).info, preset)
    requests: list[GenerationRequest] = []
    if redrawn is not None:
        return (_plan_redraw(order, info, preset, references, redrawn),)
    if order.sheet:
        return _plan_sheet(order, info, preset, body, references, on_progress)
    for prompt in order.prompts:
        scenes = []
        for pose in order.poses:
            on_progress(Progress(stage=POSING, counts=False))
            scenes += make_scenes(
                order.persona,
                body=body,
                poses=(find_template(order, pose),),
                views=order.views,
                framing=order.framing,
                finish=order.look,
                words=prompt,
                style=order.picture_style,
                light=order.light,
                backdrop=order.set,
                expression=order.expression,
            )
        common = _plan_common(order, info, preset, references, prompt)
        planned = plan_generation(info, preset, common, [scene for _, scene in scenes], order.count)
        requests += _say_faces(planned, order, prompt)
    return tuple(requests)


def _plan_sheet(
    order: GenerationOrder,
    info: EngineInfo,
    preset: EnginePreset,
    body: BodyParameters | None,
    references: tuple[Reference, ...],
    on_progress: OnProgress,
) -> tuple[GenerationRequest, ...]:
    """The requests of a character sheet: each says in words what it shows, for engines that read them."""
    on_progress(Progress(stage=POSING, counts=False))
    prompt = order.prompts[0]
    scenes = make_sheet_scenes(
        order.persona,
        body=body,
        pose=find_template(order, order.poses[0]),
        finish=order.look,
        words=prompt,
        style=order.picture_style,
        light=order.light,
        backdrop=order.set,
        expression=order.expression,
    )
    common = _plan_common(order, info, preset, references, prompt)
    requests = _say_faces(plan_generation(info, preset, common, scenes, order.count), order, prompt)
    return tuple(
        replace(request, prompt=prompt_of(prompt, cell))
        for request, cell in zip(requests, CELLS, strict=True)
    )


def _plan_redraw(
    order: GenerationOrder,
    info: EngineInfo,
    preset: EnginePreset,
    references: tuple[Reference, ...],
    redrawn: Redrawn,
) -> GenerationRequest:
    """The request of a part: the body, pose and camera of the picture that is there, dressed as is asked for now."""
    before, prompt = redrawn.request, order.prompts[0]
    assert before.scene is not None
    alike = replace(
        order,
        width=before.width,
        height=before.height,
        quality="sd",
        draft_strength=None,
        second_pass=False,
        face_pass=False,
    )
    look = appearance_of(
        order.persona,
        order.look,
        order.set,
        words=prompt,
        style=order.picture_style,
        light=order.light,
        expression=order.expression,
    )
    if order.expression is None and chosen_expression(order.persona, prompt) is None:  # as it was drawn
        drawn = before.scene.look
        look = replace(look, expression=drawn.expression, expression_strength=drawn.expression_strength)
    common = _plan_common(alike, info, preset, references, prompt)
    request = replace(common, scene=replace(before.scene, look=look), redraw=redrawn.redraw)
    return _say_faces((request,), order, prompt)[0]


def _say_faces(
    requests: Iterable[GenerationRequest], order: GenerationOrder, prompt: str
) -> list[GenerationRequest]:
    """The requests of one prompt; where it says nothing of the face, each has words for what its own face shows."""
    if order.expression is None and chosen_expression(order.persona, prompt) is not None:
        return list(requests)
    return [replace(request, prompt=_say_face(request)) for request in requests]


def _say_face(request: GenerationRequest) -> str:
    look = request.scene.look if request.scene else None
    if look is None or not look.expression:
        return request.prompt
    words = words_of_expression(Expression(name=look.expression, strength=look.expression_strength))
    said = {part.strip().casefold() for part in request.prompt.split(",")}
    return request.prompt if words in said else ", ".join(filter(None, (request.prompt, words)))


def find_template(order: GenerationOrder, pose: str) -> PoseTemplate:
    """A pose of an order: the one that it carries, or the gallery's. Raises UnknownName."""
    given = order.given_poses.get(pose)
    return load_library().find(pose) if given is None else template_of_json(given)


def written_negatives(order: GenerationOrder) -> set[str]:
    """Every negative prompt that the studio may have written for this order, with the style's words and without, in
    each of its wordings."""
    style, written = find_style(order.picture_style), {""}
    for realism, earlier in product((True, False), repeat=2):
        plain = write_negative_prompt(order.persona, realism=realism, earlier=earlier)
        written |= {plain, with_style("", plain, style, earlier=earlier)[1]}
    return written


def find_body(store: Store, owner: str, order: GenerationOrder) -> BodyParameters | None:
    """The avatar's measured body; None where the persona's own is meant. Raises NotFound."""
    if order.avatar_id is None:
        return None
    kept = store.avatars.get(owner, order.avatar_id).body
    return from_json(BodyParameters, kept["parameters"]) if kept else None


def find_references(store: Store, owner: str, order: GenerationOrder) -> tuple[Reference, ...]:
    """The hashes of photos and pictures, by which a request names them. Raises NotFound for what is not the owner's,
    RequestRefused for a file that is no picture."""
    found = []
    for reference in order.references:
        photo = store.photos.get(owner, reference.photo_id)
        found.append(Reference(role=reference.role, sha256=store.files.get(owner, photo.file_id).sha256))
    for file_id in order.person_pictures:
        file = store.files.get(owner, file_id)
        if file.owner != owner:  # shared: the worker reads one's own
            raise RowMissing
        if file.media_type not in LOOKED_AT:
            raise RequestRefused("What is to be looked at is no picture. Name the file of one.")
        found.append(Reference(role="person", sha256=file.sha256))
    return tuple(found)


def _refuse_sameness(info: EngineInfo, order: GenerationOrder) -> None:
    """An engine that draws the scene itself knows no seed: the same scene twice would be the same picture twice."""
    if info.pose != "draws":
        return
    if order.count > 1:
        raise RequestRefused(
            f"{info.title} makes the same picture whatever the seed: order one of each pose and view."
        )
    if not order.more_prompts:
        return
    drawn = [
        appearance_of(
            order.persona,
            order.look,
            words=prompt,
            style=order.picture_style,
            expression=order.expression,
        )
        for prompt in order.prompts
    ]
    if any(look in drawn[:number] for number, look in enumerate(drawn)):
        raise RequestRefused(
            f"{info.title} draws nothing that differs between two of the prompts: "
            "name other clothes or colours in one of them, or leave it out."
        )


def _plan_common(
    order: GenerationOrder,
    info: EngineInfo,
    preset: EnginePreset,
    references: tuple[Reference, ...],
    prompt: str,
) -> GenerationRequest:
    """What the pictures of one prompt have in common: the person's choices, or the preset's where they made none."""
    assert order.seed is not None
    hd = order.quality == "hd"
    scale = _scale_of(order, preset, info) if hd else 1.0
    width, height = (_scale_side(side, scale, info.side_multiple) for side in (order.width, order.height))
    return plan_common(
        info,
        preset,
        scenes=order.scenes,
        count=order.count,
        prompt=prompt,
        negative_prompt=order.negative_prompt or "",
        written_negatives=written_negatives(order),
        seed=order.seed,
        width=width,
        height=height,
        controls=_choose_controls(order, info, preset),
        references=references,
        loras=loras_for(preset, order.picture_style) if order.loras is None else order.loras,
        steps=preset.hd_steps or None if hd and order.steps is None else order.steps,
        guidance=order.guidance,
        draft_strength=order.draft_strength,
        hd=hd,
        second_pass=order.second_pass,
        face_pass=order.face_pass,
    )


def _choose_controls(
    order: GenerationOrder, info: EngineInfo, preset: EnginePreset
) -> tuple[ControlSpec, ...]:
    """What the person chose, or what suits the preset, with the preset's strengths."""
    kinds = suggest_controls(info, preset) if order.controls is None else order.controls
    plain = ControlSpec(kind="pose")
    return tuple(
        ControlSpec(
            kind=kind,
            strength=preset.control_strength.get(kind, plain.strength),
            end=preset.control_end.get(kind, plain.end),
        )
        for kind in kinds
    )


def _scale_of(order: GenerationOrder, preset: EnginePreset, info: EngineInfo) -> float:
    """How much larger an "hd" picture is: as the preset says, up to the largest that the engine makes."""
    return max(1.0, min(preset.hd_scale, info.max_side / max(order.width, order.height, 1)))


def _scale_side(side: int, scale: float, multiple: int) -> int:
    return side if scale == 1.0 else round(side * scale / multiple) * multiple
