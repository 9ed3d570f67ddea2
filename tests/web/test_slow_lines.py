"""Lines that send slowly cost the server no thread, also where no proxy stands before it."""

import pytest
from django.test import RequestFactory

from equipoise.cli.serve import run as serve
from equipoise.web import middleware, tokens
from equipoise.web.hosting import server
from equipoise.web.hosting.slow_lines import WHOLE, to_come
from tests.web.killed_server import Server
from tests.web.lines import BODY, HEAD, answers, half_open

WHOLE_BODY = b"POST / HTTP/1.1\r\ncontent-LENGTH: 5\r\nHost: x\r\n\r\n12345"


def test_a_request_has_come_when_its_head_and_body_have():
    for seen in range(1, len(WHOLE_BODY)):
        assert to_come(WHOLE_BODY[:seen]) > 0, seen
    assert to_come(WHOLE_BODY[:-3]) == 3
    assert to_come(WHOLE_BODY) == to_come(WHOLE_BODY + b"GET") == 0
    assert to_come(b"GET / HTTP/1.1\r\n\r\n") == 0
    assert to_come(HEAD) > 0 and to_come(BODY) > 0


def test_what_is_longer_than_is_waited_for_is_read_as_it_comes():
    assert to_come(b"G" * WHOLE) == 0
    assert to_come(b"POST / HTTP/1.1\r\nContent-Length: 40000\r\n\r\n") == 0
    assert to_come(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n") == 0


def test_half_sent_requests_and_silent_lines_keep_nobody_from_an_answer(tmp_path):
    one = Server(tmp_path / "home", workers=1)
    try:
        one.start()
        with half_open(one.port, [HEAD] * 16 + [BODY] * 16 + [b"G"] * 16 + [b""] * 16):
            told = {"Host": "127.0.0.1", "Authorization": f"Bearer {one.key}"}
            assert answers(6, one.port, "/api/subjects", None, **told) == [200] * 18
    finally:
        one.end()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_the_loopback_address_no_proxy_need_be_named(host):
    assert server.unguarded(host, "") == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "trial.example.org"])
def test_elsewhere_the_server_says_that_it_needs_a_proxy_until_one_is_named(host):
    assert "no proxy is named" in server.unguarded(host, "")
    assert server.unguarded(host, "10.0.0.2") == ""


def test_it_listens_on_the_loopback_address_unless_told(capsys):
    with pytest.raises(SystemExit):
        serve(["--help"])
    assert "--host" in capsys.readouterr().out
    assert server.HOST == "127.0.0.1"


def test_only_the_proxy_says_for_whom_it_asks(settings):
    settings.HTTPS = True
    whom = middleware.only_a_proxy_speaks_for_others(lambda request: tokens._address(request))
    for there, counted in (("127.0.0.1", "1.2.3.4"), ("10.0.0.9", "10.0.0.9")):
        asked = RequestFactory().get("/", headers={"X-Forwarded-For": "1.2.3.4"}, REMOTE_ADDR=there)
        assert whom(asked) == counted
