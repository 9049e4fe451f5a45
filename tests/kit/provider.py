"""An OpenID Connect provider on a port of its own: discovery, keys, authorize, token, userinfo.

It keeps to the protocol: codes hold once, for the client, address and PKCE challenge they were made for.
`person` is who signs in there, without being asked. Faults are put in by name: each test spoils one thing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "dakehu", "client-secret-of-the-test"
_KID = "key-1"


class Provider:
    """A running provider. `asked` holds the parameters of each visit to `authorize`, oldest first."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = {"sub": "p-1", "preferred_username": "manager", "name": "王晓明"}
        self.claims: dict[str, Any] = {}
        self.dropped: set[str] = set()
        self.userinfo: dict[str, Any] = {}
        self.signs_with: Any = self.key
        self.algorithm = "RS256"
        self.is_silent_at: set[str] = set()
        self.refuses = ""
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: set[str] = set()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": _KID, "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """The address to which the browser goes back."""
        self.asked.append(asked)
        if self.refuses:
            return f"{asked['redirect_uri']}?{urlencode({'error': self.refuses, 'state': asked['state']})}"
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """None for what the protocol refuses."""
        granted = self._codes.pop(asked.get("code", ""), None)
        if granted is None or (asked.get("client_id"), asked.get("client_secret")) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != granted.get("code_challenge") or asked["redirect_uri"] != granted["redirect_uri"]:
            return None
        access = secrets.token_urlsafe(12)
        self._tokens.add(access)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        return answer if "id_token" in self.dropped else {**answer, "id_token": self._id_token(granted)}

    def who(self, authorization: str) -> dict[str, Any] | None:
        known = authorization.removeprefix("Bearer ") in self._tokens
        return {**self.person, **self.userinfo} if known else None

    def _id_token(self, granted: dict[str, str]) -> str:
        at = int(time.time())
        claims = {
            **self.person,
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": granted.get("nonce"),
            **self.claims,
        }
        kept = {name: value for name, value in claims.items() if name not in self.dropped}
        key = "" if self.algorithm == "none" else self.signs_with
        return jwt.encode(kept, key, algorithm=self.algorithm, headers={"kid": _KID})


@contextmanager
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = _asked(self.path)
            if path in running.is_silent_at:
                self._answer(503, {})
            elif path == "/authorize":
                self.send_response(302)
                self.send_header("Location", running.authorize(query))
                self.end_headers()
            elif path == "/userinfo":
                told = running.who(self.headers.get("Authorization", ""))
                self._answer(200 if told else 401, told or {})
            else:
                self._answer(200, running.keys() if path == "/keys" else running.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = running.token(_asked(f"?{body}")[1])
            self._answer(200 if answer else 400, answer or {"error": "invalid_grant"})

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _asked(address: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(address)
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}
