"""A call to another host reaches no network of ours, follows nobody elsewhere, and ends in time."""

from __future__ import annotations

import ipaddress
import socket
import threading
from typing import Any

import pytest

from coalition.actions import outward
from coalition.actions.outward import AddressNotTaken, NotReached, check_address, is_public, post
from tests.receiver import listening

pytestmark = pytest.mark.only_on("sqlite")
OURS = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 -- nothing listens there
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "::a00:1",
    "::ffff:0:a00:1",
    "fec0::1",
    "3fff::1",
    "192.0.0.8",
    "2002:7f00:1::",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", OURS)
def test_an_address_of_our_own_networks_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "typed",
    [
        "http://example.org/hooks",
        "https:///hooks",
        "https://user:word@example.org/",
        "https://example.org/#part",
        "https://example.org:port/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://exam ple.org/",
        "https://example.org/\r\nX: y",
        "file:///etc/passwd",
        "example.org",
    ],
)
def test_an_address_that_can_not_be_told_is_refused_as_typed(typed: str) -> None:
    with pytest.raises(AddressNotTaken):
        check_address(typed, reaches_private=False)


def test_a_whole_https_address_is_taken() -> None:
    check_address("https://example.org:8443/hooks?key=a", reaches_private=False)
    check_address("http://127.0.0.1:9/", reaches_private=True)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"]])
def test_a_name_that_leads_into_our_networks_is_not_called(monkeypatch: pytest.MonkeyPatch, found: list[str]) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (one, 443)) for one in found])
    monkeypatch.setattr(socket, "create_connection", _nobody_calls)
    with pytest.raises(NotReached, match="private"):
        post("https://example.org/", b"{}", {}, reaches_private=False)


def test_the_address_that_was_looked_at_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [["93.184.215.14"], ["127.0.0.1"]]  # the second look would lead home
    called: list[Any] = []

    def connect(address: tuple[str, int], **_: Any) -> socket.socket:
        called.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (answers.pop(0)[0], 443))])
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotReached, match="unreachable"):
        post("https://example.org/", b"{}", {}, reaches_private=False)
    assert called == [("93.184.215.14", 443)]
    assert len(answers) == 1


def test_a_redirect_is_not_followed() -> None:
    with listening() as one, listening() as other:
        one.answers = [(302, {"Location": other.address})]
        answer = post(one.address, b"{}", {}, reaches_private=True)
        assert (answer.status, answer.is_taken, other.told) == (302, False, [])


def test_what_is_asked_to_wait_is_heard() -> None:
    with listening() as receiver:
        receiver.answers = [(429, {"Retry-After": "90"})]
        assert post(receiver.address, b"{}", {}, reaches_private=True) == outward.Answer(429, 90)


def test_whoever_never_answers_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(NotReached, match="no_answer"):
            post(address, b"{}", {}, reaches_private=True, seconds=0.2)


def test_whoever_trickles_is_cut() -> None:
    ended = threading.Event()

    def trickle(server: socket.socket) -> None:
        peer, _address = server.accept()
        with peer:
            while not ended.wait(0.01):
                try:
                    peer.send(b"X")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=(server,))
        thread.start()
        try:
            with pytest.raises(NotReached, match="no_answer"):
                post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, reaches_private=True, seconds=0.3)
        finally:
            ended.set()
            thread.join()


def test_what_does_not_speak_tls_gets_nothing() -> None:
    with listening() as receiver:
        address = receiver.address.replace("http://", "https://")
        with pytest.raises(NotReached, match="no_answer"):
            post(address, b"{}", {}, reaches_private=True)
        assert receiver.told == []


def _nobody_calls(*_: Any, **__: Any) -> None:
    raise AssertionError
