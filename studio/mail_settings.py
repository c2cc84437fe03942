"""The settings of e-mail."""

from __future__ import annotations

from studio.setting import LARGEST_PORT, Setting

MAIL_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="smtp_host",
        default="",
        help="Mail server that says when jobs end, to addresses that people name; empty: no mail is sent.",
    ),
    Setting(name="smtp_port", default=587, least=1, most=LARGEST_PORT, help="Its port."),
    Setting(
        name="smtp_security",
        default="starttls",
        choices=("starttls", "tls", "none"),
        help="How the way to it is kept secret: starttls, tls (often port 465), or none.",
    ),
    Setting(name="smtp_user", default="", help="Who logs in there; empty: nobody does."),
    Setting(name="smtp_password", default="", help="The password for it; best as STUDIO_SMTP_PASSWORD."),
    Setting(name="smtp_from", default="", help="Address that the mails come from; empty: no mail is sent."),
)
