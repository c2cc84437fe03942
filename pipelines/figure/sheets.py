"""Contact sheets of the figure: `python -m pipelines.figure.sheets FOLDER [NAME ...]` draws all, or those named."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from pipelines.appearance import LIGHTS, Backdrop, Expression, Finish, Gender, Light
from pipelines.body.anny import open_anny
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.builds import BUILDS
from pipelines.figure.colors import EYE_COLORS, HAIR_COLORS, SKIN_TONES
from pipelines.figure.drawing import Drawing
from pipelines.figure.hair_styles import HAIR_STYLES
from pipelines.figure.props import props_of_goals
from pipelines.options import ANCESTRIES, EXPRESSIONS
from pipelines.pose.library import load_library
from pipelines.pose.resolve import resolve_pose
from pipelines.pose.template import CATEGORIES
from pipelines.types import VIEWS, BodyScene, CameraSpec, Framing, Persona, View

LARGEST_BYTES = 300_000
POSES_IN_A_ROW = 7
QUALITIES = (88, 84, 80, 74, 68, 60)

# (outfit's style, clothing words, gender, hair style, hair colour, skin, body type, facial hair, pose)
CAST: tuple[tuple[str, str, Gender, str, str, str, str, str, str], ...] = (
    ("casual", "", "female", "bob", "dark-brown", "medium", "average", "none", "weight-on-one-leg"),
    ("professional", "", "male", "side-part", "brown", "fair", "average", "none", "straightening-the-tie"),
    ("sporty", "", "female", "ponytail", "black", "brown", "athletic", "none", "hand-on-hip"),
    ("elegant", "", "female", "bun", "red", "porcelain", "slim", "none", "legs-crossed-hand-on-hip"),
    ("outdoor", "", "male", "crop", "brown", "tan", "average", "beard", "walking"),
    ("business-casual", "teal blazer, white shirt, navy trousers", "female", "wavy", "auburn", "light",
     "average", "none", "arms-crossed"),
    ("streetwear", "", "neutral", "curly", "black", "deep", "slim", "none", "hands-in-pockets"),
    ("fantasy", "", "female", "long", "auburn", "light", "athletic", "none", "superhero-stand"),
    ("elegant", "", "male", "buzz", "black", "deep", "athletic", "moustache", "relaxed-stand"),
    ("business-casual", "skirt", "female", "braid", "blonde", "fair", "curvy", "none", "walking"),
    ("sporty", "", "male", "afro", "black", "brown", "athletic", "stubble", "waving-hello"),
    ("elegant", "burgundy turtleneck", "neutral", "bald", "grey", "tan", "average", "stubble", "long-stride"),
)  # fmt: skip
SENTENCES = (
    "warrior character, blue armor",
    "knight, silver armor, red cape",
    "long emerald dress",
    "charcoal suit, light blue shirt, burgundy tie",
    "floral summer dress, white sneakers",
    "brown leather jacket over grey t-shirt, black jeans, boots",
    "camel coat, white sweater, black trousers",
    "purple robe with gold trim",
    "plaid mini skirt, yellow turtleneck",
    "black and white striped shirt, chinos, barefoot",
    "polka dot blouse, navy skirt, blonde hair",
    "green tracksuit, full beard",
)
ADORNED = (
    "red hat, glasses, gold necklace, white blouse",
    "blue cap, sunglasses, grey hoodie",
    "beanie, checked scarf, camel coat",
    "knight with a helmet, red cape",
    "teal hijab, black long dress",
    "green beanie, yellow scarf, quilted jacket",
)
OF_MEN = ("bald", "buzz", "crop", "side-part", "undercut", "mohawk")  # on these sheets alone
OF_COILS = ("afro", "cornrows", "locs")


class SheetMaker:
    """Draws tiles and lays them out."""

    def __init__(self) -> None:
        self._drawing = Drawing()

    def tile(
        self,
        persona: Persona,
        pose: str,
        size: tuple[int, int],
        *,
        finish: Finish = "coloured",
        view: View = "front",
        framing: Framing = "full",
        yaw_deg: float | None = None,
        style: str = "realistic",
        light: Light = "soft",
        backdrop: Backdrop = "paper",
    ) -> Image.Image:
        """One picture of a persona in a pose."""
        template = load_library().find(pose)
        body = body_of(persona)
        fitted = resolve_pose(template, open_anny(), body)
        yaw = template.camera_yaw_deg if yaw_deg is None else yaw_deg
        scene = BodyScene(
            body=body,
            pose=fitted.pose,
            camera=CameraSpec(view=view, framing=framing, yaw_deg=yaw),
            look=appearance_of(persona, finish=finish, style=style, light=light, backdrop=backdrop),
            props=props_of_goals({"props": fitted.props}),
            held=template.held,
        )
        return self._drawing.draw(scene, *size)

    def cast(self, number: int, **changes: Any) -> tuple[Persona, str]:
        """A member of the cast, and the pose it likes."""
        style, clothing, gender, hair, color, skin, build, facial, pose = CAST[number]
        persona = Persona(
            style=style,
            clothing=clothing,
            gender=gender,
            hair_style=hair,
            hair_color=color,
            skin_tone=skin,
            body_type=build,
            facial_hair=facial,
            eye_color=("brown", "blue", "green", "hazel")[number % 4],
        )
        return replace(persona, **changes), pose

    def outfits(self) -> Image.Image:
        """The cast in its clothes."""
        return lay_out([self.tile(*self.cast(i), (300, 420)) for i in range(len(CAST))], 6)

    def clay(self) -> Image.Image:
        """The same in clay."""
        return lay_out([self.tile(*self.cast(i), (300, 420), finish="clay") for i in range(12)], 6)

    def portraits(self) -> Image.Image:
        """Faces."""
        pose = "portrait-straight"
        tiles = [
            self.tile(self.cast(i)[0], pose, (440, 440), framing="portrait", yaw_deg=-22 if i % 2 else 18)
            for i in (5, 4, 6, 3, 1, 2, 8, 9)
        ]
        return lay_out(tiles, 4)

    def busts(self) -> Image.Image:
        """Head and chest."""
        tiles = [
            self.tile(self.cast(i)[0], "portrait-straight", (400, 400), framing="bust", yaw_deg=-20)
            for i in (0, 1, 4, 5, 6, 7, 8, 11)
        ]
        return lay_out(tiles, 4)

    def views(self) -> Image.Image:
        """One set of four views each."""
        return lay_out([self.tile(*self.cast(i), (300, 420), view=v) for i in (5, 6, 3) for v in VIEWS], 4)

    def builds(self) -> Image.Image:
        """Body types, at one height."""
        tiles = []
        pairs: tuple[tuple[Gender, str], ...] = (("female", "bob"), ("male", "crop"))
        for gender, hair in pairs:
            for build in BUILDS:
                persona = Persona(gender=gender, body_type=build, hair_style=hair, hair_color="dark-brown")
                tiles.append(self.tile(persona, "relaxed-stand", (280, 440), yaw_deg=-15))
        return lay_out(tiles, len(BUILDS))

    def ages(self) -> Image.Image:
        """The same two people through the years."""
        tiles = []
        for number, colors in (
            (5, ("auburn", "auburn", "grey", "white")),
            (4, ("brown", "brown", "grey", "white")),
        ):
            for age, color in zip((20, 45, 65, 85), colors, strict=True):
                persona, _ = self.cast(number, age=age, hair_color=color)
                tiles.append(
                    self.tile(persona, "portrait-straight", (360, 360), framing="portrait", yaw_deg=-18)
                )
        return lay_out(tiles, 4)

    def hair(self) -> Image.Image:
        """Every hair style, and the skin tones."""
        tones, tiles = list(SKIN_TONES), []
        colors = ("dark-brown", "brown", "black", "auburn", "blonde", "red")
        for i, style in enumerate(HAIR_STYLES):
            gender: Gender = "male" if style in OF_MEN else "female"
            persona = Persona(
                gender=gender,
                hair_style=style,
                hair_color="black" if style in OF_COILS else colors[i % len(colors)],
                skin_tone="deep" if style in OF_COILS else tones[(i * 2 + 1) % len(tones)],
            )
            tiles.append(self.tile(persona, "portrait-straight", (300, 300), framing="bust", yaw_deg=-25))
        return lay_out(tiles, 5)

    def people(self) -> Image.Image:
        """People by chance: as many faces as tiles."""
        chance = Random(7)
        tiles = [
            self.tile(
                random_persona(chance), "portrait-straight", (256, 256), framing="portrait", yaw_deg=-12
            )
            for _ in range(24)
        ]
        return lay_out(tiles, 8)

    def expressions(self) -> Image.Image:
        """Every expression on the faces of eight people."""
        chance, tiles = Random(3), []
        for _ in range(8):
            person = random_persona(chance)
            for option in EXPRESSIONS:
                shown = replace(person, expression=Expression(name=option.key))
                tiles.append(
                    self.tile(shown, "portrait-straight", (168, 168), framing="portrait", yaw_deg=-8)
                )
        return lay_out(tiles, len(EXPRESSIONS))

    def words(self) -> Image.Image:
        """What words alone dress: one tile a sentence."""
        tiles = []
        for i, sentence in enumerate(SENTENCES):
            gender: Gender = ("female", "male")[i % 2]
            hair = "long" if gender == "female" else "side-part"
            persona = Persona(gender=gender, hair_style=hair, face_seed=i + 1, own_words=sentence)
            view: View = "back" if "cape" in sentence and i else "front"
            tiles.append(self.tile(persona, "relaxed-stand", (260, 380), view=view, yaw_deg=-18))
        return lay_out(tiles, 6)

    def accessories(self) -> Image.Image:
        """What is worn on heads, hands and necks."""
        tiles = []
        for i, sentence in enumerate(ADORNED):
            gender: Gender = ("female", "male")[i % 2]
            hair = "long" if gender == "female" else "curly"
            persona = Persona(gender=gender, hair_style=hair, face_seed=i + 20, own_words=sentence)
            tiles.append(self.tile(persona, "portrait-straight", (260, 260), framing="bust", yaw_deg=-20))
        return lay_out(tiles, 6)

    def lights(self) -> Image.Image:
        """Every light in some of the sets."""
        persona, pose = self.cast(5)
        sets: tuple[Backdrop, ...] = ("paper", "gradient", "studio", "room", "park", "street", "stage")
        tiles = []
        for light in LIGHTS:
            tiles += [self.tile(persona, pose, (190, 250), light=light, backdrop=place) for place in sets]
            tiles.append(self.tile(persona, pose, (190, 250), light=light, framing="portrait"))
        return lay_out(tiles, len(sets) + 1)

    def styles(self) -> Image.Image:
        """Three people in every style of picture."""
        tiles = []
        for style in ("realistic", "anime", "cartoon", "watercolour", "blueprint", "clay"):
            for number in (5, 7, 2):
                persona, pose = self.cast(number)
                tiles.append(self.tile(persona, pose, (240, 320), style=style))
            tiles.append(
                self.tile(self.cast(5)[0], "portrait-straight", (240, 320), framing="bust", style=style)
            )
        return lay_out(tiles, 4)

    def poses(self, category: str) -> Image.Image:
        """Every pose of a category, in clay, as it is best looked at."""
        persona, _ = self.cast(6, hair_style="crop")
        templates = load_library().search(category=category)
        tiles = [
            self.tile(persona, template.slug, (216, 288), finish="clay", framing=template.framing)
            for template in templates
        ]
        return lay_out(tiles, min(len(tiles), POSES_IN_A_ROW))


def random_persona(chance: Random) -> Persona:
    """An adult by chance: every choice of a persona, its face included."""
    gender: Gender = chance.choice(("female", "male"))
    age = chance.choice((20, 26, 31, 38, 45, 56, 67, 78))
    hair = chance.choice(
        [key for key in HAIR_STYLES if gender == "female" or key not in ("bun", "bob", "braid")]
    )
    young = [key for key in HAIR_COLORS if key not in ("grey", "white")]
    return Persona(
        gender=gender,
        age=age,
        ancestry={name: chance.choice((0.0, 0.3, 1.0)) for name in ANCESTRIES},
        face_seed=chance.randrange(1, 10_000),
        skin_tone=chance.choice(list(SKIN_TONES)),
        hair_style=hair,
        hair_color=chance.choice(young if age < 60 else ["grey", "white"]),
        eye_color=chance.choice(list(EYE_COLORS)),
        facial_hair=chance.choice(("none", "none", "stubble", "beard", "moustache"))
        if gender == "male"
        else "none",
        body_type=chance.choice(list(BUILDS)),
        style=chance.choice(("casual", "professional", "sporty", "elegant", "outdoor", "streetwear")),
    )


def lay_out(tiles: Sequence[Image.Image], columns: int) -> Image.Image:
    """Tiles of one size in rows of that many."""
    width, height = tiles[0].size
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (width * columns, height * rows), tiles[0].getpixel((0, 0)))
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % columns * width, number // columns * height))
    return sheet


def save_sheet(sheet: Image.Image, path: Path) -> None:
    """Write a WEBP of at most LARGEST_BYTES."""
    for quality in QUALITIES:
        sheet.save(path, quality=quality, method=6)
        if path.stat().st_size <= LARGEST_BYTES:
            return


def make_sheets(folder: Path, names: Sequence[str] = ()) -> list[Path]:
    """Draw the sheets of those names, or all, into a folder; returns their paths. Raises KeyError."""
    maker = SheetMaker()
    sheets: dict[str, Callable[[], Image.Image]] = {
        "outfits": maker.outfits,
        "clay": maker.clay,
        "portraits": maker.portraits,
        "busts": maker.busts,
        "views": maker.views,
        "builds": maker.builds,
        "hair": maker.hair,
        "ages": maker.ages,
        "people": maker.people,
        "expressions": maker.expressions,
        "words": maker.words,
        "styles": maker.styles,
        "lights": maker.lights,
        "accessories": maker.accessories,
        **{f"poses-{category}": partial(maker.poses, category) for category in CATEGORIES},
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in names or sheets:
        path = folder / f"{name}.webp"
        save_sheet(sheets[name](), path)
        logging.getLogger(__name__).info("Drew %s", path)
        paths.append(path)
    return paths


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    make_sheets(Path(sys.argv[1]), sys.argv[2:])
