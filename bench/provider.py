"""A provider of OpenID Connect for `signin`: agrees at once, signs with a key pair, waits as long as /slow/SECONDS said.

Not the certified provider of the tests: that takes five pages and more of the two cores than the house it is to load.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(65537, 2048)
slow = threading.Event()
seconds = 0.0


class Handler(BaseHTTPRequestHandler):
    """Answers what the house asks; the code carries who it is and the nonce, as `who~nonce`."""

    protocol_version = "HTTP/1.1"
    issuer = ""

    def do_GET(self) -> None:
        """Say what it is, show its key, or be told how slow to be."""
        global seconds
        if self.path.startswith("/slow/"):
            seconds = float(self.path[6:])
            self.say({})
        elif self.path == "/jwks":
            shown = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            self.say({"keys": [{**shown, "kid": "one", "use": "sig"}]})
        else:
            ends = {f"{each}_endpoint": f"{self.issuer}/{each}" for each in ("authorization", "token", "userinfo")}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            self.say({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **ends, **methods})

    def do_POST(self) -> None:
        """Give the token of a code."""
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        who, _, nonce = form["code"][0].partition("~")
        if seconds:
            slow.wait(seconds)
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": who, "aud": "bench", "iat": now, "exp": now + 60, "nonce": nonce, "acr": "2"}
        signed = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})
        self.say({"access_token": "opaque", "token_type": "Bearer", "id_token": signed})

    def say(self, words: dict[str, Any]) -> None:
        """Answer with JSON."""
        body = json.dumps(words).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Handler.issuer = f"http://127.0.0.1:{sys.argv[1]}"
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
