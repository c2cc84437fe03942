"""A small OpenID Connect service on loopback, which checks what it is sent and can be made to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "studio", "s3cret: of/the studio"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
STRANGERS_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})

Claims = dict[str, Any]


def write_token(claims: Claims, *, key: Any = KEY, alg: str = "RS256") -> str:
    """An ID token as the service signs it."""
    return jwt.encode({"alg": alg, "kid": key.kid}, claims, key, algorithms=[alg])


def write_unsigned(claims: Claims) -> str:
    """An ID token with the algorithm “none”."""
    parts = ({"alg": "none"}, claims)
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts)
        + "."
    )


def write_with_public_key(claims: Claims) -> str:
    """An ID token that everybody can make: the key that all know, taken for a shared secret."""
    import hmac

    parts = ({"alg": "HS256", "kid": KEY.kid}, claims)
    text = ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts)
    signature = hmac.new(KEY.as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@dataclass
class SignInService:
    """Signs in whoever `person` says, without asking; `change` and `write` make the ID token another one."""

    url: str = ""
    person: Claims = field(default_factory=lambda: {"sub": "248289761001", "name": "Mira Sol"})
    change: Callable[[Claims], Claims] = dict
    write: Callable[[Claims], str] = write_token
    metadata: Claims = field(default_factory=dict)  # over what it says of itself
    answers: Mapping[str, str] = field(default_factory=dict)  # over what it sends back with the browser
    token_status: int = 200
    asked: list[str] = field(default_factory=list)  # the paths
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # each good once

    def describe(self) -> Claims:
        at = self.url
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata

    def authorize(self, asked: Mapping[str, str]) -> str:
        """Where the browser is sent back to. What a real service refuses is asserted."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["code_challenge"]) == 43
        assert len(asked["state"]) >= 24
        code = secrets.token_urlsafe()
        self.codes[code] = dict(asked)
        back = {"code": code, "state": asked["state"], "iss": self.url, **self.answers}
        return f"{asked['redirect_uri']}?{urlencode({name: one for name, one in back.items() if one})}"

    def exchange(self, headers: Mapping[str, str], form: Mapping[str, str]) -> Response:
        if self.token_status != 200:
            return Response(status_code=self.token_status)
        name, _, secret = base64.b64decode(headers["authorization"].partition(" ")[2]).decode().partition(":")
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (unquote(name), unquote(secret)) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if (
            asked is None
            or form["grant_type"] != "authorization_code"
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        told = {"access_token": "not used", "token_type": "Bearer", "expires_in": 300}
        return JSONResponse(told | {"id_token": self.write(self.change(claims | self.person))})


def build_service(service: SignInService) -> FastAPI:
    """The service as an app."""
    app = FastAPI(openapi_url=None)

    @app.middleware("http")
    async def note(request: Request, call_next: Any) -> Any:
        service.asked.append(request.url.path)
        return await call_next(request)

    @app.get("/.well-known/openid-configuration")
    def describe() -> Any:
        return service.describe()

    @app.get("/keys")
    def list_keys() -> Any:
        return {"keys": [KEY.as_dict(private=False), OTHER_KEY.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        return RedirectResponse(service.authorize(dict(request.query_params)))

    @app.post("/token")
    async def exchange(request: Request) -> Response:
        form = {name: one[0] for name, one in parse_qs((await request.body()).decode()).items()}
        return service.exchange(dict(request.headers), form)

    return app
