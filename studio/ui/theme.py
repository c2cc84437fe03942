"""The look of the window: theme, style sheet and scripts, as the arguments that Gradio takes when it is mounted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from pipelines.options import OPTIONS

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "theme"
STYLES = (
    "base.css",
    "controls.css",
    "fields.css",
    "buttons.css",
    "layout.css",
    "stage.css",
    "tray.css",
    "galleries.css",
    "photo-pose.css",
    "editor.css",
    "forms.css",
    "history.css",
    "library.css",
    "compare.css",
    "camera.css",
    "paint.css",
    "body.css",
    "models.css",
    "storage.css",
    "collection.css",
)
SCRIPTS = (
    "memory.js",
    "desk.js",
    "addresses.js",
    "news.js",
    "stage.js",
    "photo-pose.js",
    "galleries.js",
    "choose-poses.js",
    "library-search.js",
    "library-pages.js",
    "library-choice.js",
    "library.js",
    "library-projects.js",
    "compare.js",
    "paint.js",
    "camera.js",
    "upload.js",
    "recipes.js",
    "glb.js",
    "mesh.js",
    "body-painter.js",
    "avatar.js",
    "avatar-painter.js",
    "viewer-dressed.js",
    "viewer.js",
    "editor-rig.js",
    "editor-reach.js",
    "editor-edits.js",
    "editor-view.js",
    "editor-canvas.js",
    "editor-pointer.js",
    "editor-answers.js",
    "editor-panel.js",
    "editor-changes.js",
    "editor.js",
    "models.js",
    "storage.js",
    "collection.js",
)

PAGE, SURFACE, INK, QUIET, BORDER, ACCENT = "#FAFAF7", "#FFFFFF", "#1C1B19", "#6B6862", "#E6E3DC", "#B4492A"
DARK_PAGE, DARK_SURFACE, DARK_INK, DARK_QUIET, DARK_BORDER, DARK_ACCENT = (
    "#141413",
    "#1C1C1A",
    "#F1EFEA",
    "#A09C94",
    "#2E2D2A",
    "#E38D6E",
)
TERRACOTTA = gr.themes.Color(
    c50="#FBF1EC",
    c100="#F6DED4",
    c200="#EFC3B2",
    c300="#E9AA93",
    c400=DARK_ACCENT,
    c500=ACCENT,
    c600="#A54225",
    c700="#933A20",
    c800="#6F2C18",
    c900="#4E1F11",
    c950="#35150B",
    name="terracotta",
)
PAPER = gr.themes.Color(
    PAGE,
    "#F3F1EB",
    BORDER,
    "#D3CFC6",
    DARK_QUIET,
    "#837F77",
    QUIET,
    "#4A4843",
    DARK_BORDER,
    DARK_SURFACE,
    DARK_PAGE,
    name="paper",
)
# What the page says of itself instead of what Gradio's page says of Gradio.
METAS = (
    ("property", "og:title", "Avatar Studio"),
    ("property", "og:description", "A local-first avatar studio"),
    ("property", "og:image", ""),
    ("name", "twitter:title", "Avatar Studio"),
    ("name", "twitter:description", "A local-first avatar studio"),
    ("name", "twitter:image", ""),
    ("name", "twitter:creator", ""),
)
SANS = [gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700)), "system-ui", "sans-serif"]
MONO = [gr.themes.LocalFont("IBM Plex Mono", weights=(400,)), "ui-monospace", "monospace"]


def make_theme() -> gr.themes.Base:
    """Paper and ink, one accent, no boxes."""
    both = {
        "body_background_fill": (PAGE, DARK_PAGE),
        "body_text_color": (INK, DARK_INK),
        "body_text_color_subdued": (QUIET, DARK_QUIET),
        "background_fill_primary": (SURFACE, DARK_SURFACE),
        "background_fill_secondary": (PAGE, DARK_PAGE),
        "border_color_primary": (BORDER, DARK_BORDER),
        "border_color_accent": (ACCENT, DARK_ACCENT),
        "color_accent_soft": ("#FBF1EC", "#2A201C"),
        "link_text_color": (ACCENT, DARK_ACCENT),
        "block_background_fill": ("transparent", "transparent"),
        "block_border_color": (BORDER, DARK_BORDER),
        "block_label_text_color": (QUIET, DARK_QUIET),
        "block_title_text_color": (INK, DARK_INK),
        "input_background_fill": (SURFACE, DARK_SURFACE),
        "input_border_color": ("#D3CFC6", "#45433E"),
        "input_border_color_focus": (ACCENT, DARK_ACCENT),
        "input_placeholder_color": ("#837F77", "#8E8A82"),
        "button_primary_background_fill": (ACCENT, DARK_ACCENT),
        "button_primary_background_fill_hover": ("#9C3E22", "#EDA284"),
        "button_primary_text_color": (SURFACE, INK),
        "button_secondary_background_fill": (SURFACE, DARK_SURFACE),
        "button_secondary_background_fill_hover": ("#F3F1EB", "#262522"),
        "button_secondary_text_color": (INK, DARK_INK),
        "button_secondary_border_color": ("#D3CFC6", "#45433E"),
        "checkbox_background_color_selected": (ACCENT, DARK_ACCENT),
        "checkbox_border_color": ("#A09C94", "#6B6862"),
        "checkbox_border_color_selected": (ACCENT, DARK_ACCENT),
    }
    values: dict[str, Any] = {}
    for name, (light, dark) in both.items():
        values[name], values[f"{name}_dark"] = light, dark
    theme = gr.themes.Base(
        primary_hue=TERRACOTTA,
        secondary_hue=TERRACOTTA,
        neutral_hue=PAPER,
        font=SANS,
        font_mono=MONO,
        text_size=gr.themes.sizes.text_md,
        radius_size=gr.themes.sizes.radius_md,
    )
    return theme.set(
        **values,
        block_border_width="0px",
        block_shadow="none",
        block_label_border_width="0px",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_title_text_weight="400",
        input_border_width="1px",
        input_shadow="none",
        input_shadow_focus="none",
        button_large_text_weight="700",
        button_small_text_weight="400",
        panel_border_width="0px",
    )


def make_head() -> str:
    """The style sheet and the scripts, inline: one request less each, and nothing is asked for elsewhere."""
    styles = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in STYLES)
    scripts = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)
    metas = "\n".join(f'<meta {kind}="{name}" content="{content}">' for kind, name, content in METAS)
    return f"{metas}\n<style>\n{styles}\n{swatch_css()}\n</style>\n<script>\n{scripts}\n</script>"


def swatch_css() -> str:
    """The colours of the persona's swatches, from the same table as their names."""
    rules = []
    for attribute, options in OPTIONS.items():
        if not options[0].swatch:
            continue
        field = f"#field-{attribute.replace('_', '-')}"
        rules.append(f"{field} {{ --swatches: {len(options)}; }}")
        for number, option in enumerate(options, start=1):
            rules.append(f"{field} label:nth-of-type({number}) {{ --swatch: {option.swatch}; }}")
    return "\n".join(rules)


def mount_options() -> dict[str, Any]:
    """What `gr.mount_gradio_app` is told besides the blocks: look, and everything off that is not ours."""
    return {
        "theme": make_theme(),
        "head": make_head(),
        "favicon_path": str(ASSETS / "favicon.svg"),
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "allowed_paths": [],
        "ssr_mode": False,
        "enable_monitoring": False,
        "mcp_server": False,
        "pwa": False,
    }
