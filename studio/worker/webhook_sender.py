"""Sends one message to an address that a person named: signed, to where it was looked up and to nowhere else.

After the Standard Webhooks specification (standardwebhooks.com, 1.0). The name is looked up once, every address that it
stands for is judged, and the connection goes to that very address: a name that is pointed elsewhere in between (DNS
rebinding) leads nowhere. Redirects are not followed.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

SECRET_PREFIX = "whsec_"
TIMEOUT_S, TOTAL_S = 10.0, 20.0  # of one step of the conversation, and of all of it
MOST_ANSWER_BYTES = 4096  # read, so that the connection ends in order; nothing of it is kept
USER_AGENT = "AvatarStudio-Webhooks/1"
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotSent(Exception):
    """Why there was no answer, in words for the delivery log."""


class PrivateAddress(NotSent):
    """The address is of this computer or of its own network, which is refused (the setting webhooks_private)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent: its id, which stays the same when it is sent again, and its JSON."""

    id: str
    body: Mapping[str, Any]


def send_message(url: str, secret: str, message: Message, *, now_s: int, allow_private: bool) -> int:
    """Send it once; the status of the answer. Raises NotSent where there is none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": message.id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": sign_message(secret, message.id, now_s, body),
    }
    try:
        port = parts.port or PORTS[parts.scheme]
        address = find_address(host, port, allow_private=allow_private)
        connection = PinnedConnection(host, port, address, is_secure=parts.scheme == "https")
        clock = threading.Timer(TOTAL_S, connection.cut)  # an answer that comes drop by drop ends here
        clock.daemon = True
        clock.start()
        try:
            connection.request("POST", _target(parts), body=body, headers=headers)
            answer = connection.getresponse()
            answer.read(MOST_ANSWER_BYTES)
            return answer.status
        finally:
            clock.cancel()
            connection.close()
    except NotSent:
        raise
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        raise NotSent(f"{type(error).__name__}: {error}"[:200]) from error


def sign_message(secret: str, message_id: str, now_s: int, body: bytes) -> str:
    """The signature of Standard Webhooks: HMAC-SHA256 over id, time and body, by the secret's own bytes."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{now_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def find_address(host: str, port: int, *, allow_private: bool) -> str:
    """The one address to connect to. Raises PrivateAddress where any that the name stands for is not of the open
    internet, and NotSent where it stands for none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"The name “{host}” was not found.") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not allow_private and not all(is_public(ipaddress.ip_address(one)) for one in addresses):
        raise PrivateAddress(" ".join((PrivateAddress.__doc__ or "").split()))
    if not addresses:
        raise NotSent(f"The name “{host}” was not found.")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address is of the open internet, also where it wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_private_host(host: str) -> bool:
    """Whether a host as it is written is not of the open internet; of names only this computer's own are known."""
    plain = host.strip("[]").rstrip(".").lower()
    if plain == "localhost" or plain.endswith((".localhost", ".local", ".internal")) or not plain:
        return True
    try:
        return not is_public(ipaddress.ip_address(plain))
    except ValueError:
        return all(part.isdigit() or part.startswith("0x") for part in plain.split("."))  # 2130706433, 0x7f.1


class PinnedConnection(http.client.HTTPConnection):
    """An HTTP(S) connection to one address, whatever the name of its host stands for by now."""

    def __init__(self, host: str, port: int, address: str, *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self._address = address
        self._context = ssl.create_default_context() if is_secure else None
        self.default_port = PORTS["https" if is_secure else "http"]

    def connect(self) -> None:
        """Connect to the address, and have the certificate say the name."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End the conversation from another thread."""
        with contextlib.suppress(OSError, AttributeError):  # over already, or not begun
            self.sock.shutdown(socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path
