"""What a persona can be chosen from: one table of options per attribute. Another option is another row.

The figure and the prompt writer look their words and colours up here or by key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ADULT_AGE = 18
HEIGHT_RANGE_CM = (130.0, 230.0)  # of an adult, measured or a persona: who can be measured can be drawn
WEIGHT_RANGE_KG = (30.0, 300.0)
# What a tape can say of an adult, least and most in cm, by the name of the measure.
TAPE_RANGES_CM = {
    "chest": (60.0, 200.0),
    "waist": (45.0, 220.0),
    "hip": (60.0, 220.0),
    "neck": (25.0, 70.0),
    "thigh": (30.0, 110.0),
    "calf": (20.0, 75.0),
    "upper_arm": (15.0, 75.0),
    "wrist": (10.0, 30.0),
    "inseam": (50.0, 120.0),
    "shoulder_width": (25.0, 60.0),
    "arm_length": (35.0, 85.0),
}
LONGEST_LORA_NAME = 100  # characters
MOST_LORA_WEIGHT = 2.0
MOST_PEOPLE = 6  # that are looked for in one photo
SIDE_PX = (64, 2048)  # of a picture that is ordered, and of a control map
TILT_DEG = (-30.0, 60.0)  # that a pose's own camera looks down
LENS_MM = (24.0, 200.0)  # of it, on 35 mm film held upright
OLDEST_AGE = 110
LONGEST_WORDS = 2000  # characters in a free text
LONGEST_NAME = 80
LONGEST_WORD = 60
MOST_PERSONALITY_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice: the key that is stored, the label in the window, the words in a prompt, a colour where it has one."""

    key: str
    label: str
    words: str
    swatch: str = ""  # "#rrggbb"


def _options(*rows: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(
        Option(key=row[0], label=row[1], words=row[2], swatch=row[3] if len(row) > 3 else "") for row in rows
    )


GENDERS = _options(
    ("female", "Woman", "woman"),
    ("male", "Man", "man"),
    ("neutral", "Neutral", "androgynous person"),
)
BODY_TYPES = _options(
    ("slim", "Slim", "slim build"),
    ("average", "Average", "average build"),
    ("athletic", "Athletic", "athletic build"),
    ("curvy", "Curvy", "curvy build"),
    ("heavy", "Heavy", "heavy build"),
)
HAIR_STYLES = _options(
    ("bald", "Bald", "bald head"),
    ("buzz", "Buzz cut", "buzz cut"),
    ("crop", "Short crop", "short cropped hair"),
    ("side-part", "Side part", "short side-parted hair"),
    ("pixie", "Pixie cut", "pixie cut hair"),
    ("undercut", "Undercut", "undercut hair, short at the sides and swept back on top"),
    ("mohawk", "Mohawk", "mohawk hair"),
    ("cornrows", "Cornrows", "hair in cornrows"),
    ("locs", "Locs", "hair in locs"),
    ("curly", "Curly", "curly hair"),
    ("afro", "Afro", "afro hair"),
    ("bob", "Bob", "bob cut hair"),
    ("bob-fringe", "Bob with a fringe", "bob cut hair with a fringe"),
    ("long-bob", "Long bob", "straight shoulder-length hair"),
    ("wavy", "Wavy", "shoulder-length wavy hair"),
    ("long", "Long", "long straight hair"),
    ("ponytail", "Ponytail", "hair in a ponytail"),
    ("bun", "Bun", "hair in a bun"),
    ("low-bun", "Low bun", "hair in a low bun"),
    ("braid", "Braid", "braided hair"),
)
HAIR_COLORS = _options(
    ("black", "Black", "black", "#1d1a1b"),
    ("dark-brown", "Dark brown", "dark brown", "#3a2619"),
    ("brown", "Brown", "brown", "#5d3f28"),
    ("auburn", "Auburn", "auburn", "#7a3a22"),
    ("red", "Red", "red", "#a8502a"),
    ("blonde", "Blonde", "blonde", "#c9a263"),
    ("grey", "Grey", "grey", "#8e8b87"),
    ("white", "White", "white", "#dedad3"),
)
FACIAL_HAIR = _options(
    ("none", "None", ""),
    ("stubble", "Stubble", "light stubble"),
    ("moustache", "Moustache", "moustache"),
    ("beard", "Beard", "full beard"),
)
EYE_COLORS = _options(
    ("brown", "Brown", "brown", "#5b3a21"),
    ("hazel", "Hazel", "hazel", "#7d6234"),
    ("amber", "Amber", "amber", "#a9712a"),
    ("green", "Green", "green", "#5c7a4c"),
    ("blue", "Blue", "blue", "#4f7ea8"),
    ("grey", "Grey", "grey", "#7c8790"),
)
SKIN_TONES = _options(
    ("porcelain", "Porcelain", "porcelain", "#f3d9c9"),
    ("fair", "Fair", "fair", "#eac3a8"),
    ("light", "Light", "light", "#dca988"),
    ("medium", "Medium", "medium", "#c68c66"),
    ("tan", "Tan", "tan", "#a86d48"),
    ("brown", "Brown", "brown", "#7f4f34"),
    ("deep", "Deep", "deep brown", "#533425"),
)
STYLES = _options(
    ("casual", "Casual", "casual everyday clothes"),
    ("professional", "Professional", "professional business attire"),
    ("business-casual", "Business casual", "business casual attire"),
    ("sporty", "Sporty", "athletic sportswear"),
    ("elegant", "Elegant", "elegant evening wear"),
    ("streetwear", "Streetwear", "modern streetwear"),
    ("outdoor", "Outdoor", "practical outdoor clothing"),
    ("fantasy", "Fantasy", "detailed fantasy costume"),
)
PERSONALITY_WORDS = (
    "confident",
    "warm",
    "calm",
    "curious",
    "playful",
    "thoughtful",
    "determined",
    "cheerful",
    "bold",
    "gentle",
    "serious",
    "witty",
)
ETHNICITIES = (
    "African",
    "Afro-Caribbean",
    "East Asian",
    "European",
    "Indigenous American",
    "Latin American",
    "Middle Eastern",
    "Mixed",
    "North African",
    "Pacific Islander",
    "South Asian",
    "Southeast Asian",
)

ANCESTRIES = ("african", "asian", "caucasian")
# What a face can be moved to: the words at -1 and at 1.
FACE_SLIDERS: Mapping[str, tuple[str, str]] = {
    "face_width": ("narrow face", "wide face"),
    "face_length": ("short face", "long face"),
    "fullness": ("lean face", "full face"),
    "jaw": ("narrow jaw", "broad jaw"),
    "chin": ("receding chin", "strong chin"),
    "cheekbones": ("flat cheekbones", "high cheekbones"),
    "forehead": ("low forehead", "high forehead"),
    "brow": ("low brows", "high brows"),
    "brow_ridge": ("smooth brow", "strong brow"),
    "eye_size": ("small eyes", "large eyes"),
    "eye_distance": ("close-set eyes", "wide-set eyes"),
    "eye_slant": ("downturned eyes", "upturned eyes"),
    "nose_width": ("narrow nose", "wide nose"),
    "nose_length": ("short nose", "long nose"),
    "nose_tip": ("nose turned down", "nose turned up"),
    "nose_bridge": ("low nose bridge", "high nose bridge"),
    "lips": ("thin lips", "full lips"),
    "mouth_width": ("small mouth", "wide mouth"),
    "ears": ("small ears", "large ears"),
}
MOST_WORN = 12  # garments
LARGEST_FACE_SEED = 2**31 - 1
EXPRESSIONS = _options(
    ("neutral", "Neutral", "neutral expression"),
    ("smile", "Smile", "smiling"),
    ("laugh", "Laugh", "laughing"),
    ("serious", "Serious", "serious expression"),
    ("sad", "Sad", "sad expression"),
    ("angry", "Angry", "angry expression"),
    ("surprised", "Surprised", "surprised expression"),
    ("wink", "Wink", "winking"),
    ("thoughtful", "Thoughtful", "thoughtful expression"),
)

OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "gender": GENDERS,
    "body_type": BODY_TYPES,
    "hair_style": HAIR_STYLES,
    "hair_color": HAIR_COLORS,
    "facial_hair": FACIAL_HAIR,
    "eye_color": EYE_COLORS,
    "skin_tone": SKIN_TONES,
    "style": STYLES,
}

# (first age, last age, words), as in "middle-aged adult (30-50 years old)".
AGE_RANGES = (
    (18, 29, "young adult (18-29 years old)"),
    (30, 50, "middle-aged adult (30-50 years old)"),
    (51, 65, "mature adult (51-65 years old)"),
    (66, OLDEST_AGE, "senior adult (over 65 years old)"),
)
