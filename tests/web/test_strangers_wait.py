"""Whoever is not signed in has a bounded share of the server, and is answered in their turn."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from equipoise.web.hosting.strangers_wait import Share, is_of_a_stranger
from equipoise.web.strangers_share import within_their_share
from tests.patience import HANG
from tests.web.killed_server import Server
from tests.web.lines import answers

HEAD = b"%s / HTTP/1.1\r\nHost: x\r\n%s\r\n"


@pytest.mark.parametrize(
    ("method", "brings", "stranger"),
    [
        (b"GET", b"", True),
        (b"HEAD", b"", True),
        (b"GET", b"Cookie: django_language=nl\r\n", True),
        (b"GET", b"X-Told: sessionid=1\r\n", True),
        (b"GET", b"Cookie: django_language=nl; sessionid=abc\r\n", False),
        (b"GET", b"cookie: __Host-sessionid=abc\r\n", False),
        (b"GET", b"authorization: Bearer abc\r\n", False),
        (b"POST", b"", False),
    ],
)
def test_a_stranger_only_reads_and_brings_no_session_and_no_key(method, brings, stranger):
    assert is_of_a_stranger(HEAD % (method, brings)) == stranger


def test_strangers_are_answered_one_at_a_time_in_the_order_in_which_they_came():
    share = Share()
    assert [share.enters(line) for line in "abc"] == [True, False, False]
    assert share.next() is None  # nobody has left
    share.leaves("somebody who works")
    assert share.next() is None
    share.leaves("a")
    assert share.next() == "b" and share.has("b") and not share.has("a")
    assert share.next() is None
    share.leaves("b")
    assert share.next() == "c"
    share.leaves("c")
    assert share.next() is None and share.enters("d")


def test_a_line_of_strangers_ends_somewhere():
    share = Share(places=1, most_waiting=2)
    assert not share.is_full()
    for line in "abc":
        share.enters(line)
    assert share.is_full()
    share.leaves("a")
    assert share.next() == "b" and not share.is_full()


def test_of_all_strangers_in_a_process_one_is_answered_at_a_time():
    inside, most = [], []

    def slowly(_):
        inside.append(1)
        most.append(len(inside))
        for _ in range(1000):
            threading.Event().is_set()
        inside.pop()

    ask, request = within_their_share(slowly), RequestFactory().get("/")
    request.user = AnonymousUser()
    with ThreadPoolExecutor(8) as pool:
        assert len([*pool.map(ask, [request] * 64)]) == 64
    assert max(most) == 1


def test_forty_strangers_at_once_are_all_answered_and_so_is_who_works(tmp_path):
    one = Server(tmp_path / "home", workers=1)
    try:
        one.start()
        lines = [http.client.HTTPConnection("127.0.0.1", one.port, timeout=HANG) for _ in range(40)]
        for _ in range(2):  # the second time on lines that were kept
            for line in lines:
                line.request("GET", "/check/")
            told = {"Host": "127.0.0.1", "Authorization": f"Bearer {one.key}"}
            assert answers(2, one.port, "/api/subjects", None, **told) == [200] * 6
            found = [line.getresponse() for line in lines]
            assert {(one.status, len(one.read()) > 1000) for one in found} == {(200, True)}
    finally:
        one.end()
