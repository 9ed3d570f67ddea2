"""Behind the real nginx of Debian, with the configuration that the documentation gives."""

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.patience import HANG, wait_until
from tests.ports import Port
from tests.web.killed_server import Server
from tests.web.lines import BODY, HEAD, answers, half_open, line_to

HOST = "trial.example.org"
PAGE = Path("docs/how-to/behind-nginx.md")
PASSWORD = "nine quiet herons flew"
AROUND = """
daemon off;
worker_processes 1;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{page}
}}
"""


def nginx() -> str:
    path = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    return path or pytest.fail("no nginx here: `make test` installs it (nginx-light)")


def configured(folder: Path, plain: int, tls: int, upstream: int) -> str:
    """The page's configuration with this test's ports and certificate, on the loopback address.

    A slow line is left open for longer, so that all of them are there while others are answered.
    """
    (page,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    for written, here in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        ("/etc/ssl/trial.example.org.pem", f"{folder}/cert.pem"),
        ("/etc/ssl/private/trial.example.org.key", f"{folder}/key.pem"),
        ("/var/log/nginx/equipoise.log", f"{folder}/access.log"),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{upstream}"),
        ("client_header_timeout 15s", f"client_header_timeout {HANG:.0f}s"),
        ("client_body_timeout 15s", f"client_body_timeout {HANG:.0f}s"),
    ):
        assert page.count(written) == 1, written
        page = page.replace(written, here)
    user = "user root;" if os.geteuid() == 0 else ""
    return AROUND.format(folder=folder, page=page, user=user)


class Proxy:
    """nginx before a server of Equipoise."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.held = Port(), Port()
        self.server, (self.plain, self.port) = server, (one.number for one in self.held)
        subject = ["-subj", f"/CN={HOST}", "-days", "2", "-nodes", "-newkey", "ec"]
        files = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
        curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"]
        subprocess.run(
            ["openssl", "req", "-x509", *subject, *curve, *files], check=True, capture_output=True
        )
        file = folder / "nginx.conf"
        file.write_text(configured(folder, self.plain, self.port, server.port), encoding="utf-8")
        self.process = subprocess.Popen(
            [nginx(), "-p", str(folder), "-c", str(file)], stderr=subprocess.DEVNULL
        )
        self.log = folder / "access.log"
        self.tls = ssl.create_default_context()
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        alive = lambda: self.process.poll() is None  # noqa: E731
        wait_until(self._listens, "nginx does not listen", alive)

    def _listens(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(
        self, method: str, address: str, body: str = "", source: str = "", **headers: str
    ) -> tuple[int, list[tuple[str, str]], str]:
        line = line_to(self.port, self.tls, source)
        line.request(method, address, body or None, {"Host": HOST, **headers})
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        return answer.status, answer.getheaders(), text


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("behind")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EQUIPOISE_HTTPS", "1")
        patch.setenv("EQUIPOISE_HOSTS", HOST)
        server = Server(folder / "home")
    server.start()
    (folder / "nginx").mkdir()
    proxy = Proxy(folder / "nginx", server)
    yield proxy
    proxy.process.terminate()
    proxy.process.wait(timeout=HANG)
    for port in proxy.held:
        port.give_back()
    server.end()


def of(headers: list[tuple[str, str]], name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def test_plain_requests_are_sent_to_tls_and_those_come_in_at_once(proxy):
    line = line_to(proxy.plain, None)
    line.request("GET", "/today/?site=01", headers={"Host": HOST})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{HOST}/today/?site=01")
    line.close()
    status, headers, _ = proxy.ask("GET", "/")
    assert status == 200
    assert of(headers, "strict-transport-security") == ["max-age=31536000"]
    once = ("content-security-policy", "x-frame-options", "x-content-type-options")
    for name in (*once, "permissions-policy"):
        assert len(of(headers, name)) == 1, name
    for name in ("cross-origin-opener-policy", "cross-origin-resource-policy", "referrer-policy"):
        assert of(headers, name) == ["same-origin"], name


def test_signing_in_works_through_it_and_its_cookies_travel_over_tls_only(proxy):
    proxy.server.told(
        "from equipoise.web.models import Account\n"
        f"a = Account.objects.get(); a.set_password({PASSWORD!r}); a.save()\n"
    )
    _, headers, page = proxy.ask("GET", "/accounts/login/")
    csrf = of(headers, "set-cookie")[0].split(";")[0]
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[:1]
    told = {"login": "doctor-01-1", "password": PASSWORD, "csrfmiddlewaretoken": token}
    status, headers, _ = proxy.ask(
        "POST",
        "/accounts/login/",
        urlencode(told),
        Cookie=csrf,
        Origin=f"https://{HOST}",
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert status == 302 and of(headers, "location") == ["/today/"]
    cookies = of(headers, "set-cookie")
    assert any(cookie.startswith("__Host-sessionid=") for cookie in cookies)
    for cookie in cookies:
        assert "; Secure" in cookie and "; SameSite=Lax" in cookie, cookie
        assert cookie.startswith("__Host-csrftoken=") or "HttpOnly" in cookie, cookie


def test_its_log_keeps_no_question_of_anyone(proxy):
    proxy.ask(
        "GET", "/trials/?q=leverkanker&age=61&at=51.92%2C4.47", referer=f"https://{HOST}/?q=pomp"
    )
    wait_until(lambda: "/trials/" in proxy.log.read_text(), "nginx logs nothing", lambda: True)
    log = proxy.log.read_text()
    assert "127.0.0.1" in log and "kanker" not in log and "pomp" not in log and "51.92" not in log


def test_who_guesses_keys_is_counted_by_their_own_address_whatever_they_claim(proxy):
    wrong = {"Authorization": "Bearer eqp_nothing"}
    found = [
        proxy.ask("GET", "/api/subjects", **wrong, **{"X-Forwarded-For": f"10.9.8.{number}"})[0]
        for number in range(25)
    ]
    assert found[0] == 401 and found[-1] == 429
    # Elsewhere one is not stopped by it.
    assert proxy.ask("GET", "/api/subjects", source="127.0.3.1", **wrong)[0] == 401


def test_200_half_open_lines_keep_none_of_20_people_from_their_answers(proxy):
    key = {"Authorization": f"Bearer {proxy.server.key}"}
    with half_open(proxy.port, [HEAD] * 100 + [BODY] * 100, proxy.tls):
        assert answers(20, proxy.port, "/api/subjects", proxy.tls, **key) == [200] * 60
