"""Errors about who asks: not signed in, not allowed, no such invitation."""

from __future__ import annotations

from pipelines.errors import PipelineError


class NotSignedIn(PipelineError):
    """Sign in first: with a name and a password, or with an API key."""

    code = "not-signed-in"
    http_status = 401


class SignInRefused(PipelineError):
    """That name and that password do not belong together."""

    code = "sign-in-refused"
    http_status = 401


class TooManyTries(PipelineError):
    """Too many tries. Wait before the next one."""

    code = "too-many-tries"
    http_status = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many tries. Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class TooManyVisitors(PipelineError):
    """There are as many visitors as this demo takes at once. Come again in a while."""

    code = "too-many-visitors"
    http_status = 503
    retry_after_s = 60


class NotAllowed(PipelineError):
    """Your role, or the key that you use, does not allow this. Ask whoever runs this studio."""

    code = "not-allowed"
    http_status = 403


class NotYours(PipelineError):
    """This is somebody else's, and shared with you for less than that. Ask whoever shared it."""

    code = "not-yours"
    http_status = 403


class PasswordWrong(PipelineError):
    """That is not your present password."""

    code = "password-wrong"
    http_status = 403


class InvitationUnknown(PipelineError):
    """This invitation is not valid: it was used, has expired, or never was. Ask for a new one."""

    code = "invitation-unknown"
    http_status = 404


class FirstStartRefused(PipelineError):
    """That is not the code that the studio printed when it was started, or it has an admin already."""

    code = "first-start-refused"
    http_status = 403


class SignUpClosed(PipelineError):
    """Nobody makes an account of their own here. Ask whoever runs this studio for an invitation."""

    code = "sign-up-closed"
    http_status = 404


class TooManyVisits(PipelineError):
    """More visitors come from your address than this demo takes from one. Come again in a while."""

    code = "too-many-visits"
    http_status = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class ProviderOff(PipelineError):
    """Nobody signs in by another service here. Sign in with a name and a password."""

    code = "provider-off"
    http_status = 404


class ProviderSilent(PipelineError):
    """The service that you sign in with does not answer as it should. Try again in a while."""

    code = "provider-silent"
    http_status = 503


class ProviderDistrusted(PipelineError):
    """What the service said of you cannot be trusted, so nobody was signed in. Begin again; if it stays so, tell
    whoever runs this studio: the log says why."""

    code = "provider-distrusted"
    http_status = 403


class SignInLost(PipelineError):
    """This sign-in was not finished, was finished already, took too long, or was begun in another browser. Begin
    again."""

    code = "sign-in-lost"
    http_status = 403


class StrangerRefused(PipelineError):
    """You have no account here that you can use. Ask whoever runs this studio for an invitation."""

    code = "stranger-refused"
    http_status = 403


class NameTaken(PipelineError):
    """Somebody has that name already. Choose another one."""

    code = "name-taken"
    http_status = 409


class LastAdmin(PipelineError):
    """This is the last admin of the studio. Make somebody else an admin first."""

    code = "last-admin"
    http_status = 409


class TooManyKeys(PipelineError):
    """You have as many API keys as are kept. Revoke some first."""

    code = "too-many-keys"
    http_status = 409


class AdoptLater(PipelineError):
    """Some of what was made without accounts is still at work. Wait for it, or cancel it, and ask again."""

    code = "adopt-later"
    http_status = 409
