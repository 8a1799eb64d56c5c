"""Providers of identity for the tests: a certified one that runs beside us, and one that lies as told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from motcham.blocks.identity import upstream
from motcham.project.testing import PATIENCE, free_port, until

CLIENT, SECRET = "motcham-test", "a secret of the tests"
HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let providers take their time, and one that failed be left alone for long: the machine may be busy with other tests."""
    for name, seconds in (("CONNECT_SECONDS", PATIENCE), ("READ_SECONDS", PATIENCE), ("RESTS_FOR", 10 * PATIENCE)):
        monkeypatch.setattr(upstream, name, seconds)


def configure(settings: Any, issuer: str) -> None:
    """Make a provider the one of this house."""
    app = {
        "provider_id": "vneid",
        "name": "VNeID",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": issuer, "levels": {"1": ["1"], "2": ["2"]}},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    settings.SIGN_IN_ORIGINS = [issuer]


@pytest.fixture(scope="session")
def node() -> str:
    """Return the program that runs the certified provider."""
    return shutil.which("node") or pytest.skip("node is not installed")


@pytest.fixture
def certified(node: str) -> Iterator[Callable[[str], str]]:
    """Start the certified provider for one of our addresses, and stop it at the end."""
    running: list[subprocess.Popen[bytes]] = []

    def start(ours: str) -> str:
        port = free_port()
        back = f"{ours}/account/oidc/vneid/login/callback/"
        running.append(
            subprocess.Popen(
                [node, str(HERE / "provider.mjs"), str(port), back, CLIENT, SECRET],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=HERE,
            )
        )
        issuer = f"http://127.0.0.1:{port}"
        until(lambda: answers(issuer))
        return issuer

    yield start
    for process in running:
        process.terminate()
        process.wait(PATIENCE)


def answers(issuer: str) -> bool:
    """Tell whether a provider is there."""
    try:
        return requests.get(f"{issuer}/.well-known/openid-configuration", timeout=PATIENCE).ok
    except requests.RequestException:
        return False


@dataclass
class Visitor:
    """Somebody with one browser before two houses: ours, and the provider's."""

    client: Client = field(default_factory=Client)
    there: requests.Session = field(default_factory=requests.Session)

    def leaves(self, following: str = "", path: str = "/account/oidc/vneid/login/", **data: str) -> str:
        """Press the button of sign-in; returns where it leads."""
        response = self.client.post(path, {"next": following, **data})
        assert response.status_code == 302, response.text
        return str(response["Location"])

    def is_asked(self, address: str, who: str, level: str) -> str:
        """Answer the certified provider; returns the way back."""
        page = self.there.get(address, timeout=PATIENCE)
        if found := re.search(r'action="(/who/[^"]+)"', page.text):
            origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
            page = self.there.post(origin + found[1], {"who": who, "level": level}, allow_redirects=False, timeout=PATIENCE)
            while "/callback/" not in page.headers["Location"]:
                page = self.there.get(page.headers["Location"], allow_redirects=False, timeout=PATIENCE)
            return str(page.headers["Location"])
        raise AssertionError(page.text)

    def returns(self, address: str) -> Any:
        """Follow the way back to us."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}")

    def signs_in(self, who: str = "someone", level: str = "1", following: str = "") -> Any:
        """Do all of it."""
        return self.returns(self.is_asked(self.leaves(following), who, level))


@pytest.fixture
def visitor() -> Visitor:
    """Return somebody with a browser."""
    return Visitor()


@dataclass
class Liar:
    """A provider that follows the standard but where it is told to lie: `claims` and `header` change what it signs."""

    issuer: str
    key: rsa.RSAPrivateKey
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    silent: threading.Event | None = None
    """While this is not set, it gives no token."""
    status: int = 200
    status_of_configuration: int = 200
    nonces: dict[str, str] = field(default_factory=dict)

    def configuration(self) -> dict[str, Any]:
        """Say what a provider says of itself."""
        ends = {f"{each}_endpoint": f"{self.issuer}/{each}" for each in ("authorization", "token", "userinfo")}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **ends, **methods}

    def jwks(self) -> dict[str, Any]:
        """Show the public key."""
        shown = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**shown, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def token(self, code: str) -> dict[str, Any]:
        """Sign what it was told to."""
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "someone", "aud": CLIENT, "iat": now, "exp": now + 300, "acr": "1"}
        claims = {**claims, "nonce": self.nonces.get(code, ""), **self.claims}
        key: Any = {"RS256": self.key, "none": None, "HS256": "the public key as a shared secret, which it must never be"}
        signed = jwt.encode(claims, key[self.algorithm], algorithm=self.algorithm, headers={"kid": "one", **self.header})
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}

    def agrees(self, address: str) -> str:
        """Answer as if somebody had agreed; returns the way back."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.nonces)}"
        self.nonces[code] = asked["nonce"]
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"


@pytest.fixture
def liar(settings: Any) -> Iterator[Liar]:
    """Start a provider that lies as told, configured as the one of this house."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/jwks":
                return self.say(found.jwks())
            return self.say(found.configuration(), found.status_of_configuration)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if found.silent:
                found.silent.wait(PATIENCE)
            self.say(found.token(form["code"][0]), found.status)

        def say(self, words: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(words).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Liar(f"http://127.0.0.1:{server.server_port}", rsa.generate_private_key(65537, 2048))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    configure(settings, found.issuer)
    yield found
    server.shutdown()
    server.server_close()
