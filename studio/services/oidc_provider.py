"""A house's own sign-in service, spoken to by OpenID Connect: the authorization code flow with PKCE.

OpenID Connect Core 1.0, Discovery 1.0; RFC 7636 (PKCE) and RFC 9207 (who answers). Nothing is asked before a person
presses the button. The libraries are imported then.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from studio.account_errors import ProviderDistrusted, ProviderSilent
from studio.oidc_settings import LOOPBACK

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

    from studio.settings import Settings

log = logging.getLogger(__name__)

# Signatures that only the service can make: never "none", and none by a secret that others have.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
DISCOVERY = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SCOPE = "openid profile email"
TIMEOUT_S = 10.0
LEEWAY_S = 60  # clocks differ
VERIFIER_BYTES, NONCE_BYTES = 48, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """One person's way to the service, as far as it is known here."""

    url: str  # where the person goes
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    metadata: Mapping[str, Any]  # what the service said of itself then


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the service says of a person; `subject` is theirs at this issuer, for ever."""

    issuer: str
    subject: str
    name: str
    email: str  # "" unless the service says that it is theirs


class Provider:
    """The service of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer
        self._client_id, self._secret = settings.oidc_client_id, settings.oidc_client_secret

    def begin(self, redirect_uri: str) -> SignInRequest:
        """Ask the service where people sign in. Raises ProviderSilent, ProviderDistrusted."""
        with self._open({}) as client:
            metadata = self._fetch(client, self._issuer.rstrip("/") + DISCOVERY)
            if metadata.get("issuer") != self._issuer:
                raise self._distrust("its issuer is not the one of the settings")
            for name in ENDPOINTS:
                self._check_address(metadata.get(name))
            verifier, nonce = secrets.token_urlsafe(VERIFIER_BYTES), secrets.token_urlsafe(NONCE_BYTES)
            client.redirect_uri = redirect_uri
            url, state = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=secrets.token_urlsafe(NONCE_BYTES),
                code_verifier=verifier,
                nonce=nonce,
            )
        return SignInRequest(
            url=url,
            state=state,
            nonce=nonce,
            verifier=verifier,
            redirect_uri=redirect_uri,
            metadata=metadata,
        )

    def finish(self, request: SignInRequest, code: str, answered_by: str) -> Claims:
        """Whom the service signed in, by the code that their browser brought. Raises ProviderSilent,
        ProviderDistrusted."""
        says_so = request.metadata.get("authorization_response_iss_parameter_supported") is True
        if (answered_by or says_so) and answered_by != self._issuer:
            raise self._distrust("another service answered")
        with self._open(request.metadata) as client:
            keys = self._fetch(client, request.metadata["jwks_uri"])
            token = self._exchange(client, request, code)
        return self._read(token, keys, request.nonce)

    def _open(self, metadata: Mapping[str, Any]) -> OAuth2Client:
        from authlib.integrations.httpx_client import OAuth2Client

        methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        way = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth2Client(
            client_id=self._client_id,
            client_secret=self._secret or None,
            token_endpoint_auth_method=way if self._secret else "none",
            code_challenge_method="S256",
            scope=SCOPE,
            timeout=TIMEOUT_S,
        )

    def _fetch(self, client: OAuth2Client, url: str) -> dict[str, Any]:
        """A JSON object of the service's. Raises ProviderSilent."""
        import httpx2

        try:
            answer = client.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise self._miss(error) from error
        if not isinstance(found, dict):
            raise self._distrust("it did not answer with a JSON object")
        return found

    def _exchange(self, client: OAuth2Client, request: SignInRequest, code: str) -> Mapping[str, Any]:
        """The tokens for a code. Raises ProviderSilent, ProviderDistrusted."""
        import httpx2
        from authlib.common.errors import AuthlibBaseError

        try:
            return client.fetch_token(
                request.metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=request.verifier,
                redirect_uri=request.redirect_uri,
            )
        except AuthlibBaseError as error:
            raise self._distrust(f"it takes the code for nothing ({type(error).__name__})") from error
        except httpx2.HTTPStatusError as error:
            if error.response.is_client_error:
                raise self._distrust(f"it answered {error.response.status_code} to the code") from error
            raise self._miss(error) from error
        except (httpx2.HTTPError, ValueError) as error:
            raise self._miss(error) from error

    def _read(self, token: Mapping[str, Any], keys: Any, nonce: str) -> Claims:
        """What the ID token says, if the service made it, for this studio, for this request, just now. Raises
        ProviderDistrusted."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        told = token.get("id_token")
        if not isinstance(told, str):
            raise self._distrust("there is no ID token")
        try:
            signed = jwt.decode(told, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
            said = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "nonce": {"essential": True, "value": nonce},
                    "sub": {"essential": True},
                },
                params={"nonce": nonce, "client_id": self._client_id},
            )
            said.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise self._distrust(f"its ID token is not good ({type(error).__name__})") from error
        subject, email = said.get("sub"), said.get("email")
        if not isinstance(subject, str) or not subject:
            raise self._distrust("its ID token names nobody")
        is_theirs = isinstance(email, str) and said.get("email_verified") is True
        names = (said.get(key) for key in ("name", "preferred_username", "email"))
        name = next((one for one in names if isinstance(one, str) and one.strip()), "")
        return Claims(issuer=self._issuer, subject=subject, name=name, email=email if is_theirs else "")

    def _check_address(self, address: Any) -> None:
        """Raises ProviderDistrusted for one that others could listen to or answer for."""
        parts = urlsplit(address if isinstance(address, str) else "")
        is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or is_local):
            raise self._distrust("an address of it does not begin with https://")

    def _distrust(self, why: str) -> ProviderDistrusted:
        log.warning("The sign-in service %s is not trusted: %s.", self._issuer, why)
        return ProviderDistrusted()

    def _miss(self, error: Exception) -> ProviderSilent:
        log.warning("The sign-in service %s does not answer: %s.", self._issuer, type(error).__name__)
        return ProviderSilent()
