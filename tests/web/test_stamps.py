"""A head is stamped by a real time stamping authority: OpenSSL's own, here on this machine."""

import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from equipoise.cli import main
from equipoise.cli.stamp import query

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = A time stamping authority of a test
[stamps]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_alg = sha256
"""


def openssl(*words, **how):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, **how)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Its address and its certificate."""
    folder = tmp_path_factory.mktemp("tsa")
    config = folder / "openssl.cnf"
    config.write_text(CONFIG.format(folder=folder))
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", config)
    openssl(*made, "-extensions", "stamps", "-keyout", key, "-out", cert)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802  (the name that the library asks for)
            asked = folder / "asked.tsq"
            asked.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            ways = ("-config", config, "-queryfile", asked, "-inkey", key, "-signer", cert)
            told = b"no" if self.path == "/no" else openssl("ts", "-reply", *ways).stdout
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", cert
    server.shutdown()
    server.server_close()


def test_openssl_stamps_a_head_and_finds_the_stamp_good_and_no_other(
    trial_here, authority, tmp_path, capsys
):
    url, cert = authority
    assert main(["heads", "--stamp", url, "--to", str(tmp_path)]) == 0
    stamp = capsys.readouterr().out.strip()
    note = stamp.replace(".tsr", ".note")
    ways = ("ts", "-verify", "-in", stamp, "-CAfile", cert)
    assert b"Verification: OK" in openssl(*ways, "-data", note).stdout
    with open(note, "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write("another\n")
    with pytest.raises(subprocess.CalledProcessError):
        openssl(*ways, "-data", note)


def test_openssl_reads_the_question_as_it_was_meant(tmp_path):
    asked = tmp_path / "asked.tsq"
    asked.write_bytes(query(b"a head"))
    said = openssl("ts", "-query", "-in", asked, "-text").stdout.decode()
    assert "Hash Algorithm: sha256" in said and "Certificate required: yes" in said


def test_where_no_stamp_comes_back_nothing_is_written_and_it_is_said(
    trial_here, authority, tmp_path, capsys
):
    url, _ = authority
    (folder := tmp_path / "stamps").mkdir()
    for asked in (f"{url}no", "ftp://nowhere"):
        assert main(["heads", "--stamp", asked, "--to", str(folder)]) == 1
        assert asked in capsys.readouterr().err
    assert list(folder.iterdir()) == []
