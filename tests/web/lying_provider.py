"""A provider that says whatever a test has it say, as a real one never would."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

__all__ = ["Liar", "lying"]


class Liar:
    """What it says: its description, its keys, and the answer to a code."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = rsa.generate_private_key(65537, 2048)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.keys: dict[str, Any] = {
            "keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]
        }
        self.description = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
        }
        self.answer: Any = {}
        self.redirects: dict[str, str] = {}
        self.asked: list[str] = []

    def says(self, token: str) -> None:
        """Answer the next code with this ID token."""
        self.answer = {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def of(self, path: str) -> Any:
        said = {
            "/.well-known/openid-configuration": self.description,
            "/keys": self.keys,
            "/token": self.answer,
        }
        return said.get(path, {})


@contextmanager
def lying() -> Iterator[Liar]:
    """It listens on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            liar.asked.append(self.path)
            if to := liar.redirects.get(self.path):
                self.send_response(302)
                self.send_header("Location", to)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            said = liar.of(self.path)
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar = Liar(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
