"""Drawing a scene: dress, light, look, paint, shade, put on the backdrop; each step kept for the next picture."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from pipelines.appearance import Appearance
from pipelines.figure.assembly import DressedFigure, dress
from pipelines.figure.backdrop import paint_backdrop
from pipelines.figure.clay import turn_to_clay
from pipelines.figure.expression import face_key
from pipelines.figure.held.all import frame_scene
from pipelines.figure.lamps import LAMPS, toward_key
from pipelines.figure.light import (
    FINE,
    LightQuality,
    Shadows,
    ambient_shadows,
    key_shadows,
    level_frame,
)
from pipelines.figure.likeness import FaceTexture
from pipelines.figure.mesh import Part
from pipelines.figure.palette import mix_palette
from pipelines.figure.people import build_body, canonical_map
from pipelines.figure.shade import bend_normals, find_cavities, set_lights, shade_part, to_display
from pipelines.figure.toon import TOONS, WASH, draw_lines, draw_plan_paper, shade_toon, wash
from pipelines.figure.visible import Visible, look_at
from pipelines.progress import OnProgress, Progress, ignore_progress
from pipelines.render.camera import Camera
from pipelines.types import BodyScene

KEPT_SCENES = 4  # how many of each step's results are kept
STAGES = ("Dressing the figure", "Setting the light", "Looking", "Painting", "Finishing")
SMOOTH_ROUNDS = 3
SMOOTH_SHARE = 0.6  # how far the splatted light is smoothed over the mesh

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LitParts:
    """Light at the parts' vertices, per part (n,), and what it leaves on the floor."""

    values: tuple[np.ndarray, ...]
    shadows: Shadows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What a camera sees, without colours."""

    camera: Camera
    visible: Visible
    cavity: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SceneSight:
    """One look at a scene: the dressed figure, what is seen of it, its colours (H, W, 4) float32 premultiplied by
    coverage, and the picture on its backdrop."""

    figure: DressedFigure
    view: View
    image: np.ndarray
    picture: Image.Image


class Drawing:
    """Draws scenes, reusing what did not change since the last ones. One thread at a time."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {}

    def draw(
        self,
        scene: BodyScene,
        width: int,
        height: int,
        *,
        quality: LightQuality = FINE,
        camera: Camera | None = None,
        likeness: FaceTexture | None = None,
        on_progress: OnProgress = ignore_progress,
    ) -> Image.Image:
        """The scene at that size: RGB, or RGBA on the transparent backdrop. Raises UnknownName, PersonaRefused.

        camera: of that size, in place of the one that frames this pose: that of the frames of one clip; likeness: the
        face of a photo.
        """

        def tell(step: int) -> None:
            on_progress(Progress(stage=STAGES[step], step=step, total=len(STAGES)))

        mix_palette(scene.look)  # refuse unknown colours before any work
        tell(0)
        figure = self._figure(scene, likeness)
        tell(1)
        ambient, key = self._light(scene, figure, quality, camera)
        tell(2)
        view = self._view(scene, figure, ambient, key, (width, height, quality), camera)
        tell(3)
        image = render(view, scene.look)
        tell(4)
        return finish(image, view.camera, scene.look, (ambient.shadows, key.shadows), figure.floor_y)

    def see(self, scene: BodyScene, width: int, height: int, *, quality: LightQuality = FINE) -> SceneSight:
        """What `draw` makes its picture of, and that picture, from one look at the scene."""
        figure = self._figure(scene)
        ambient, key = self._light(scene, figure, quality)
        view = self._view(scene, figure, ambient, key, (width, height, quality))
        image = render(view, scene.look)
        picture = finish(image, view.camera, scene.look, (ambient.shadows, key.shadows), figure.floor_y)
        return SceneSight(figure=figure, view=view, image=image, picture=picture)

    def forget(self) -> None:
        """Drop everything that is kept."""
        self._kept.clear()

    def _figure(self, scene: BodyScene, likeness: FaceTexture | None = None) -> DressedFigure:
        return self._once(
            "figure",
            (_figure_key(scene), likeness),
            lambda: dress(
                build_body(scene.body, scene.pose),
                scene.look,
                scene.props,
                scene.held,
                scene.pose.hands,
                likeness,
            ),
        )

    def _light(
        self, scene: BodyScene, figure: DressedFigure, quality: LightQuality, camera: Camera | None = None
    ) -> tuple[LitParts, LitParts]:
        figure_key = _figure_key(scene)
        light = scene.look.light
        turn = (scene.camera.view, scene.camera.yaw_deg, light, camera)
        points: list[tuple[np.ndarray, np.ndarray, list[np.ndarray]]] = []

        def gathered() -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
            if not points:
                points.append(_lit_points(figure.parts))
            return points[0]

        def make_ambient() -> LitParts:
            places, normals, used = gathered()
            shadows = ambient_shadows(places, normals, figure.floor_y, quality.ambient)
            return LitParts(values=_spread(shadows.seen, figure.parts, used), shadows=shadows)

        def make_key() -> LitParts:
            places, _, used = gathered()
            looking = camera or frame_scene(scene, figure.body, 64, 64)
            towards = toward_key(light) @ level_frame(looking.rotation)
            shadows = key_shadows(places, figure.floor_y, towards, quality.key, LAMPS[light].spread)
            return LitParts(values=_spread(shadows.seen, figure.parts, used), shadows=shadows)

        ambient = self._once("ambient", (figure_key, quality), make_ambient)
        key = self._once("key", (figure_key, quality, turn), make_key)
        return ambient, key

    def _view(
        self,
        scene: BodyScene,
        figure: DressedFigure,
        ambient: LitParts,
        key: LitParts,
        size: tuple[int, int, LightQuality],
        camera: Camera | None = None,
    ) -> View:
        def make() -> View:
            looking = camera or frame_scene(scene, figure.body, size[0], size[1])
            visible = look_at(figure.parts, ambient.values, key.values, looking)
            return View(camera=looking, visible=visible, cavity=find_cavities(visible, looking.focal_px))

        asked = (scene.camera, scene.look.light, size, camera, figure.likeness)
        return self._once("view", (_figure_key(scene), *asked), make)

    def _once(self, step: str, key: Hashable, make: Callable[[], Made]) -> Made:
        kept = self._kept.setdefault(step, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
        made = make()
        kept[key] = made
        while len(kept) > KEPT_SCENES:
            kept.popitem(last=False)
        return made


def _figure_key(scene: BodyScene) -> Hashable:
    """What decides the figure's geometry."""
    body, pose, appearance = scene.body, scene.pose, scene.look
    return (
        body.model,
        tuple(sorted(body.shape.items())),
        tuple(sorted((bone, tuple(turn)) for bone, turn in pose.rotations.items())),
        pose.root_m,
        pose.hands,
        tuple(worn.garment for worn in appearance.garments) or appearance.outfit,
        appearance.hair_style,
        appearance.facial_hair,
        face_key(appearance),
        scene.props,
        scene.held,
    )


def _lit_points(parts: tuple[Part, ...]) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Places and normals of the vertices that are seen or carry light to seen ones, and which (per part) they are."""
    used_of = []
    for part in parts:
        pattern = part.pattern
        used = np.zeros(len(part.vertices), bool)
        a, b, c = pattern.faces.T
        drawn = (pattern.clip[a] > 0) | (pattern.clip[b] > 0) | (pattern.clip[c] > 0)
        used[pattern.faces[drawn]] = True
        end = len(used)
        for pair in reversed(pattern.parents):  # a split vertex asks its parents
            begin = end - pair.shape[1]
            used[pair[:, used[begin:end]]] = True
            end = begin
        used_of.append(used[: pattern.base_count])
    chosen = list(zip(parts, used_of, strict=True))
    places = np.concatenate([part.vertices[: len(used)][used] for part, used in chosen])
    normals = np.concatenate([part.normals[: len(used)][used] for part, used in chosen])
    return places, normals, used_of


def _spread(seen: np.ndarray, parts: tuple[Part, ...], used_of: list[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Light at the used vertices, smoothed over the body's mesh, carried to every vertex of every part."""
    values, start = [], 0
    for part, used in zip(parts, used_of, strict=True):
        count = int(used.sum())
        light = np.ones(len(used), np.float32)
        light[used] = seen[start : start + count]
        start += count
        smoothing = part.pattern.smoothing
        if smoothing is None and len(used) == len(canonical_map().canonical):
            smoothing = canonical_map().smoothing
        if smoothing is not None:
            share = used.astype(np.float32)
            near = smoothing @ share + 1e-6
            for _ in range(SMOOTH_ROUNDS):
                light = (1 - SMOOTH_SHARE) * light + SMOOTH_SHARE * (smoothing @ (light * share)) / near
        values.append(part.pattern.inherit(light.astype(np.float32)))
    return tuple(values)


def render(view: View, appearance: Appearance) -> np.ndarray:
    """(H, W, 4) float32: sRGB premultiplied by coverage, and coverage."""
    visible, camera = view.visible, view.camera
    palette = mix_palette(appearance)
    rig = set_lights(camera, LAMPS[appearance.light])
    is_clay = "clay" in (appearance.finish, appearance.style)
    toon = None if is_clay else TOONS.get(appearance.style)
    paints = []
    for seen in visible.seen:
        paint = seen.part.material.paint(seen.surface, palette)
        if is_clay:
            turn_to_clay(paint, seen.part.material.tone)
        paints.append(paint)
    normals = bend_normals(visible, [paint.height for paint in paints], rig, camera.focal_px)
    color = np.empty((len(visible.pixel), 3), np.float32)
    for seen, paint, bent in zip(visible.seen, paints, normals, strict=True):
        if toon:
            light = shade_toon(seen, paint, bent, rig, toon)
        else:
            light = shade_part(seen, paint, bent, view.cavity[seen.rows], rig)
        color[seen.rows] = to_display(light)
    size = visible.width * visible.height
    image = np.empty((size, 4), np.float32)
    for channel in range(3):
        image[:, channel] = np.bincount(visible.pixel, color[:, channel] * visible.share, minlength=size)
    image[:, 3] = np.bincount(visible.pixel, visible.share, minlength=size)
    image = image.reshape(visible.height, visible.width, 4)
    if toon is WASH:
        return draw_lines(wash(image), visible, toon)
    return draw_lines(image, visible, toon) if toon else image


def finish(
    image: np.ndarray,
    camera: Camera,
    appearance: Appearance,
    shadows: tuple[Shadows, Shadows],
    floor_y: float,
) -> Image.Image:
    """The rendered figure on its backdrop."""
    if appearance.backdrop == "transparent":
        cover = image[..., 3:]
        straight = np.concatenate([image[..., :3] / np.maximum(cover, 1e-3), cover], axis=-1)
        return Image.fromarray(_to_bytes(straight), "RGBA")
    behind = paint_backdrop(appearance, camera, shadows, floor_y)
    if appearance.finish != "clay" and appearance.style == "blueprint":
        behind = draw_plan_paper(behind)
    return Image.fromarray(_to_bytes(image[..., :3] + behind * (1 - image[..., 3:])), "RGB")


def _to_bytes(image: np.ndarray) -> np.ndarray:
    return (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
