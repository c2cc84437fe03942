"""The words of `admin`: accounts made, invited and given what was made without them."""

from __future__ import annotations

import argparse

from studio.vocabulary.permission import INVITED


def add_admin(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Its actions and their options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser(
        "create", parents=[common], help="make an account, an admin's unless --role says"
    )
    invite = actions.add_parser(
        "invite", parents=[common], help="print a link by which one person makes an account"
    )
    adopt = actions.add_parser(
        "adopt", parents=[common], help="give somebody what was made before there were accounts"
    )
    password = actions.add_parser("password", parents=[common], help="set a password that was forgotten")
    for named in (create, adopt, password):
        named.add_argument("name", metavar="NAME", help="of the person")
    for keeping in (create, password):
        keeping.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input, not the terminal",
        )
    create.add_argument("--role", choices=INVITED, default="admin", help="default: admin")
    invite.add_argument("--role", choices=INVITED, default="creator", help="default: creator")
