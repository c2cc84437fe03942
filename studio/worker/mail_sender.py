"""Sends one mail about a job that ended, through the mail server that the settings name.

It says what webhooks say: what kind of job, how it ended and how much it made; no names, no words, no pictures.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from studio.settings import Settings
from studio.worker.webhook_sender import Message, NotSent

MAILTO = "mailto:"
TIMEOUT_S = 20.0  # of one step of the conversation
ACCEPTED = 250
KINDS = {
    "generation": "Your pictures",
    "body": "Your body measurement",
    "export": "Your export",
    "import": "Your import",
    "download": "Your download",
}
ENDS = {"succeeded": "finished", "failed": "failed", "cancelled": "cancelled"}
COUNTED = {"pictures": "Pictures", "generations": "Orders"}


def send_mail(settings: Settings, url: str, message: Message, *, now_s: int) -> int:
    """Send it once to the address of a `mailto:`; the status of the mail server. Raises NotSent where there is none.

    Where the settings ask for TLS and the server has none, nothing is sent: neither the password nor the mail.
    """
    if not is_mail_on(settings):
        raise NotSent("No mail server is named (the settings smtp_host and smtp_from).")
    mail = write_mail(settings, url.removeprefix(MAILTO), message, now_s=now_s)
    try:
        with _connect(settings) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        return next(iter(error.recipients.values()))[0]
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSent(f"{type(error).__name__}: {error}"[:200]) from error
    return ACCEPTED


def is_mail_on(settings: Settings) -> bool:
    """Whether there is a mail server, and an address that mails come from."""
    return bool(settings.smtp_host and settings.smtp_from)


def write_mail(settings: Settings, to: str, message: Message, *, now_s: int) -> EmailMessage:
    """The mail. Its id stays the same when it is sent again, so that one that comes twice is known."""
    data: Mapping[str, Any] = message.body["data"]
    ended = ENDS.get(data["state"], str(data["state"]))
    mail = EmailMessage()
    mail["Subject"] = f"Avatar Studio: {ended}"
    mail["From"], mail["To"] = settings.smtp_from, to
    mail["Date"] = format_datetime(datetime.fromtimestamp(now_s, UTC))
    mail["Message-ID"] = f"<{message.id}@avatar-studio>"
    mail["Auto-Submitted"] = "auto-generated"
    lines = [f"{KINDS.get(data['kind'], 'Your job')}: {ended}."]
    lines += [f"{words}: {data['result'][name]}" for name, words in COUNTED.items() if name in data["result"]]
    lines += [f"Why: {data['error_code']}"] if data["error_code"] else []
    lines += ["", "Open the studio to see it.", "", f"Job {data['id']}"]
    mail.set_content("\n".join(lines))
    return mail


def _connect(settings: Settings) -> smtplib.SMTP:
    if settings.smtp_security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S)
