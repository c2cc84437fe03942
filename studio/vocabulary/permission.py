"""Permission: what a person may do, from one table of roles. REST, the window and the command line ask it alike."""

from __future__ import annotations

from typing import Literal, get_args

Mode = Literal["single", "shared", "space"]  # one creator, people with accounts, visitors of a demo
Role = Literal["admin", "creator", "viewer", "visitor"]
Permission = Literal[
    "read",  # what is one's own, and what is there for everybody
    "write",  # make, change and delete what is one's own
    "send",  # share links and webhooks: what reaches others
    "account",  # one's password, profile, sessions and API keys
    "models",  # weights: licences, downloads, what is removed
    "house",  # storage, backups, logs and numbers of the whole studio
    "people",  # accounts, invitations, everybody's jobs, credits, the audit log
]
EVERYTHING: frozenset[Permission] = frozenset(get_args(Permission))

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "admin": EVERYTHING,
    "creator": frozenset({"read", "write", "send", "account"}),
    "viewer": frozenset({"read", "account"}),
    "visitor": frozenset({"read", "write"}),  # of a Space: without an account
}
INVITED: tuple[Role, ...] = ("admin", "creator", "viewer")  # the roles that an account can have
SCOPES: tuple[Permission, ...] = (
    "read",
    "write",
    "send",
    "models",
    "house",
    "people",
)  # what a key can be for
