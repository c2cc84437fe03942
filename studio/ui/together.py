"""With whom a project is shared, in the dialog of projects: who, what they may do, and what others share with you."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from studio.vocabulary.person import LONGEST_NAME
from studio.vocabulary.project import Access, Project, ProjectMember

ACCESS_WORDS: tuple[tuple[Access, str], ...] = (("read", "may look"), ("write", "may change"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What the dialog knows of sharing."""

    can_share: bool = False
    name: str = ""  # of whoever looks
    members: Mapping[str, Sequence[ProjectMember]] = field(default_factory=dict)  # project id → its people
    opened: str = ""  # the id of the project whose people are shown
    problem: str = ""  # why it could not be shared, said there
    typed: str = ""  # the name that was typed, which stays


def count_html(project: Project) -> str:
    """How much is in it."""
    return "1 order" if project.generations == 1 else f"{project.generations:,} orders"


def share_html(project: Project, together: Together) -> str:
    """The people of a project of one's own, behind one word; nothing where nobody else is."""
    if not together.can_share:
        return ""
    people = together.members.get(project.id, ())
    said = f"Shared with {len(people)}" if people else "Share"
    is_open = together.opened == project.id
    rows = "".join(_member(project, one) for one in people)
    problem = (
        f'<p class="problem" role="alert">{html.escape(together.problem)}</p>'
        if is_open and together.problem
        else ""
    )
    typed = html.escape(together.typed) if is_open else ""
    name = html.escape(project.name)
    return (
        f'<details class="shelf-people"{" open" if is_open else ""}>'
        f'<summary class="link-button" aria-label="{said}: {name}">{said}</summary>'
        f"{f'<ul>{rows}</ul>' if rows else ''}"
        f'<form data-share="{html.escape(project.id)}"><input name="name" dir="auto" required autocomplete="off" '
        f'maxlength="{LONGEST_NAME}" aria-label="Name of the person" placeholder="Name of a person" value="{typed}">'
        f'{_choice("read", "What they may do")}<button class="button">Share</button></form>{problem}'
        '<p class="quiet">They see what is in it from then on; what anybody made stays theirs.</p></details>'
    )


def theirs_html(project: Project, together: Together) -> str:
    """A project that somebody else shares."""
    may = dict(ACCESS_WORDS)[project.access]
    name = html.escape(project.name)
    return (
        f'<li><span class="shelf-theirs"><bdi>{name}</bdi><span class="quiet">from <bdi>'
        f"{html.escape(project.owner)}</bdi>, you {may}</span></span>"
        f'<span class="quiet tabular">{count_html(project)}</span>'
        f'<button type="button" class="link-button" data-unshare="{html.escape(project.id)}" '
        f'data-name="{html.escape(together.name)}" aria-label="Leave: {name}">Leave</button></li>'
    )


def _member(project: Project, member: ProjectMember) -> str:
    name, of = html.escape(member.name), html.escape(project.id)
    return (
        f"<li><bdi>{name}</bdi>{_choice(member.access, f'What {member.name} may do', of, member.name)}"
        f'<button type="button" class="link-button" data-unshare="{of}" data-name="{name}" '
        f'aria-label="End the share with {name}">End</button></li>'
    )


def _choice(chosen: Access, label: str, project_id: str = "", name: str = "") -> str:
    """Read or write; of somebody it is shared with, what is chosen counts at once."""
    told = f' data-access="{project_id}" data-name="{html.escape(name)}"' if project_id else ""
    options = "".join(
        f'<option value="{access}"{" selected" if access == chosen else ""}>{words}</option>'
        for access, words in ACCESS_WORDS
    )
    return f'<select name="access" aria-label="{html.escape(label)}"{told}>{options}</select>'
