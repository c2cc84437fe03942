"""Words for hair, eyes, skin and styles of picture that the draft follows, and words that ask for nothing of it."""

from __future__ import annotations

HAIR_STYLE_WORDS: dict[str, str] = {
    "bald": "bald", "bald head": "bald", "shaved head": "bald", "bald-headed": "bald",
    "buzz cut": "buzz", "buzzcut": "buzz", "crew cut": "buzz",
    "short hair": "crop", "short cropped hair": "crop", "cropped hair": "crop", "short haired": "crop",
    "short modern hair": "crop",
    "side part": "side-part", "side-parted hair": "side-part", "short side-parted hair": "side-part",
    "pixie": "pixie", "pixie cut": "pixie", "pixie cut hair": "pixie",
    "undercut": "undercut", "undercut hair": "undercut",
    "undercut hair, short at the sides and swept back on top": "undercut",
    "mohawk": "mohawk", "mohawk hair": "mohawk",
    "cornrows": "cornrows", "cornrow": "cornrows", "hair in cornrows": "cornrows",
    "locs": "locs", "dreadlocks": "locs", "dreads": "locs", "hair in locs": "locs",
    "curly": "curly", "curls": "curly", "curly hair": "curly", "curly haired": "curly",
    "afro": "afro", "afro hair": "afro",
    "bob": "bob", "bob cut": "bob", "bob cut hair": "bob", "bob hair": "bob", "bob haircut": "bob",
    "bob with a fringe": "bob-fringe", "bob with fringe": "bob-fringe", "bob with bangs": "bob-fringe",
    "bob cut hair with a fringe": "bob-fringe",
    "long bob": "long-bob", "lob": "long-bob", "straight shoulder-length hair": "long-bob",
    "wavy": "wavy", "wavy hair": "wavy", "shoulder-length hair": "wavy", "shoulder length hair": "wavy",
    "shoulder-length wavy hair": "wavy", "long wavy hair": "wavy", "wavy haired": "wavy",
    "long hair": "long", "long straight hair": "long", "straight hair": "long", "long haired": "long",
    "ponytail": "ponytail", "pony tail": "ponytail", "hair in a ponytail": "ponytail",
    "bun": "bun", "hair bun": "bun", "hair in a bun": "bun", "updo": "bun",
    "low bun": "low-bun", "hair in a low bun": "low-bun", "chignon": "low-bun",
    "braid": "braid", "braids": "braid", "braided hair": "braid", "plait": "braid", "plaits": "braid",
}  # fmt: skip
HAIR_WORDS = ("hair", "haired", "hairstyle", "haircut")
HAIR_COLOR_WORDS: dict[str, str] = {
    "black": "black", "brown": "brown", "dark brown": "dark-brown", "auburn": "auburn", "red": "red",
    "ginger": "red", "blonde": "blonde", "blond": "blonde", "golden": "blonde", "grey": "grey", "gray": "grey",
    "silver": "grey", "white": "white", "chestnut": "brown", "dark": "dark-brown", "light brown": "brown",
}  # fmt: skip
# These name the hair and its colour at once.
HAIR_COLORED_WORDS: dict[str, str] = {
    "redhead": "red", "ginger": "red", "brunette": "brown", "blonde": "blonde", "blond": "blonde", "auburn": "auburn",
}  # fmt: skip
FACIAL_HAIR_WORDS: dict[str, str] = {
    "beard": "beard", "bearded": "beard", "full beard": "beard", "goatee": "beard",
    "moustache": "moustache", "mustache": "moustache",
    "stubble": "stubble", "light stubble": "stubble", "unshaven": "stubble",
    "clean-shaven": "none", "clean shaven": "none", "beardless": "none",
}  # fmt: skip
EYE_WORDS = ("eyes", "eyed", "eye")
EYE_COLOR_WORDS: dict[str, str] = {
    "brown": "brown", "dark brown": "brown", "dark": "brown", "hazel": "hazel", "green": "green", "blue": "blue",
    "light blue": "blue", "grey": "grey", "gray": "grey", "amber": "amber", "emerald": "green",
}  # fmt: skip
SKIN_WORDS = ("skin", "skinned", "complexion")
SKIN_TONE_WORDS: dict[str, str] = {
    "porcelain": "porcelain", "pale": "fair", "fair": "fair", "light": "light", "light-medium": "medium",
    "medium": "medium", "olive": "medium", "tan": "tan", "tanned": "tan", "bronze": "tan", "brown": "brown",
    "dark brown": "deep", "dark": "deep", "deep": "deep", "black": "deep", "ebony": "deep", "white": "fair",
}  # fmt: skip
EXPRESSION_WORDS: dict[str, str] = {
    "smile": "smile", "smiling": "smile", "smiles": "smile", "happy": "smile", "grin": "laugh", "grinning": "laugh",
    "laugh": "laugh", "laughing": "laugh", "laughs": "laugh", "joyful": "laugh",
    "serious": "serious", "stern": "serious", "grim": "serious",
    "sad": "sad", "crying": "sad", "melancholic": "sad", "unhappy": "sad",
    "angry": "angry", "furious": "angry", "raging": "angry", "scowling": "angry",
    "surprised": "surprised", "shocked": "surprised", "astonished": "surprised", "amazed": "surprised",
    "wink": "wink", "winking": "wink", "winks": "wink",
    "thoughtful": "thoughtful", "pensive": "thoughtful", "thinking": "thoughtful",
    "neutral expression": "neutral", "expressionless": "neutral",
}  # fmt: skip
# what a persona's personality shows on the face: expression, strength
PERSONALITY_EXPRESSIONS: dict[str, tuple[str, float]] = {
    "cheerful": ("smile", 1.0), "happy": ("smile", 1.0), "bubbly": ("smile", 1.0), "optimistic": ("smile", 0.8),
    "funny": ("smile", 1.0), "humorous": ("smile", 0.8), "playful": ("smile", 0.8),
    "joyful": ("laugh", 0.8), "exuberant": ("laugh", 0.8),
    "mischievous": ("wink", 0.8), "cheeky": ("wink", 0.8),
    "serious": ("serious", 0.8), "stern": ("serious", 1.0), "strict": ("serious", 1.0), "stoic": ("serious", 0.6),
    "solemn": ("serious", 0.8), "determined": ("serious", 0.6),
    "melancholic": ("sad", 0.6), "melancholy": ("sad", 0.6), "gloomy": ("sad", 0.6), "sad": ("sad", 0.8),
    "fierce": ("angry", 0.5), "aggressive": ("angry", 0.7), "grumpy": ("angry", 0.5), "angry": ("angry", 0.8),
    "thoughtful": ("thoughtful", 0.8), "pensive": ("thoughtful", 0.8), "introspective": ("thoughtful", 0.6),
    "contemplative": ("thoughtful", 0.7),
}  # fmt: skip
STYLE_WORDS: dict[str, str] = {
    "anime": "anime", "manga": "anime", "cel shading": "anime", "cel-shaded": "anime", "cel shaded": "anime",
    "anime style": "anime",
    "cartoon": "cartoon", "cartoon style": "cartoon", "comic": "cartoon", "comic style": "cartoon",
    "watercolour": "watercolour", "watercolor": "watercolour", "watercolour painting": "watercolour",
    "watercolor painting": "watercolour",
    "clay": "clay", "clay sculpture": "clay", "claymation": "clay",
}  # fmt: skip


def _split(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Joining words: part of an undrawn phrase when they stand inside it, never at its ends.
JOINING = _split(
    "a an the of on in at to by for from as into onto with near under behind beside his her their its my"
)
# Doing words: they go with the thing that is done with, and ask for nothing alone (the pose is chosen elsewhere).
DOING = _split(
    "wearing wears worn dressed holding holds carrying carries riding wielding sitting seated standing stands walking "
    "running jumping dancing lying leaning kneeling looking facing posing posed waving playing using swinging raising "
    "surrounded covered clad fighting flying"
)
# What a thing can be a part of: with such a word after it, the word belongs to the phrase.
SETTINGS = _split(
    "background backdrop scene scenery setting landscape environment interior behind around nearby foreground"
)
# Words about the picture, the view, its quality, or about whom it shows: the draft is one of these anyway, or they
# are chosen elsewhere.
ASKS_NOTHING = _split(
    "f s x is are be was being has have having and or but so very really quite rather some any this that these those "
    "who which it she he they you i me we our your us please make draw create show give me picture image photo photos "
    "photograph photography photographic portrait portraits picture headshot selfie shot snapshot close-up closeup "
    "upper lower half full whole body figure character avatar hero heroine protagonist person people human man woman "
    "male female lady gentleman guy girl boy adult androgynous neutral someone somebody model subject "
    "front back side rear quarter view views angle profile eye-level face head shoulders waist length camera viewer "
    "full-body full-length half-body three-quarter center centered centred frame framing composition "
    "pose poses action dynamic natural relaxed "
    "high highly higher ultra hyper extremely best good great top quality detail details detailed intricate "
    "resolution res hd uhd 4k 8k 16k hdr raw sharp sharpness focus focused crisp clear clean masterpiece "
    "award-winning trending artstation unreal engine octane render rendered rendering cg cgi 3d 2d "
    "realistic realism photorealistic photorealism hyperrealistic lifelike hyper-realistic ultra-realistic "
    "professional studio light lighting lights lit soft softbox cinematic dramatic ambient natural daylight "
    "dslr lens lenses 85mm 50mm 35mm aperture bokeh depth field blurred blur canon nikon sony fujifilm film grain "
    "texture textures textured skin-texture color colour colors colours colored coloured vivid vibrant bright style "
    "styled stylish aesthetic art artwork illustration drawing painting digital concept design "
    "beautiful pretty handsome attractive gorgeous cute cool nice elegant modern classic casual formal simple smart "
    "fashionable trendy chic sleek tailored fitted plain basic ordinary typical everyday business corporate work "
    "outfit outfits clothes clothing attire costume garment garments wear dressed look looks wardrobe ensemble "
    "confident friendly charismatic innovative warm calm curious playful determined cheerful bold gentle "
    "witty brave strong proud wise kind creative ambitious energetic personality expression expressive "
    "cotton linen silk silken satin velvet wool cashmere polyester nylon tweed metal metallic shiny matte polished "
    "heavy soft thin thick new matching pair set piece same also too own only just one two both"
)
PLAIN_GROUNDS = _split("white plain simple neutral paper clean empty light blank studio blurred blurry bokeh")
NEGATIONS = ("no", "without", "not", "never")
