"""`admin`: accounts made, invited and given what was made without them; also beside a running studio."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace

from studio.commands.console import Console
from studio.data_folder import find_holder
from studio.settings import Settings
from studio.studio import Studio

ANY_ADDRESS = ("0.0.0.0", "::", "")  # what one listens on, and nobody can open


def run_admin(studio: Studio, asked: Namespace, console: Console) -> int:
    """Do what is asked about people. 0."""
    people = studio.people
    if asked.action == "create":
        account = people.create(asked.name, _read_password(asked), asked.role)
        console.say(f"{account.id}  {account.role}  {account.name}")
        if studio.settings.mode == "single":
            console.note("Accounts count once the studio is started with STUDIO_MODE=shared.")
    elif asked.action == "password":
        people.reset_password(asked.name, _read_password(asked))
        console.note("The password is set, and all sessions of that person have ended.")
    elif asked.action == "adopt":
        console.say(f"Given to {asked.name}: {people.adopt(asked.name)} rows.")
    else:
        code, invitation = people.invite(asked.role)
        console.say(f"{_base_url(studio.settings)}/invitations/{code}")
        console.note(f"For one {invitation.role}, until {invitation.expires_at.astimezone():%Y-%m-%d %H:%M}.")
    return 0


def _read_password(asked: Namespace) -> str:
    if asked.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("Password: ")


def _base_url(settings: Settings) -> str:
    """Where the studio is, as far as it is known here."""
    named = settings.allowed_hosts[0] if settings.allowed_hosts else settings.host
    host = "127.0.0.1" if named in ANY_ADDRESS else named
    if holder := find_holder(settings.data):
        url = holder.url
        for listened in ("//0.0.0.0:", "//[::]:"):
            url = url.replace(listened, f"//{host}:")
        return url
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
