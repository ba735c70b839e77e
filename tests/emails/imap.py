"""A little IMAP server for tests: one mailbox, the commands that fetching needs, and the faults of servers."""

from __future__ import annotations

import base64
import re
import socketserver
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

USERNAME, PASSWORD = "post box", 'a "password" \\ of the tests'


@dataclass
class Stored:
    """One mail in the mailbox."""

    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Box:
    """What lies on the server, and how it behaves."""

    mails: dict[int, Stored] = field(default_factory=dict)
    moved: dict[str, list[bytes]] = field(default_factory=dict)
    capabilities: str = "IMAP4rev1 AUTH=PLAIN MOVE UIDPLUS"
    refuses: str = ""
    """A command that is answered by NO."""
    breaks_at: str = ""
    """A command at which the server hangs up."""
    is_silent_at: str = ""
    heard: list[str] = field(default_factory=list)

    def put(self, *contents: bytes) -> None:
        """Put mails into the mailbox."""
        for content in contents:
            self.mails[len(self.mails) + 7] = Stored(content.replace(b"\n", b"\r\n"))

    def unread(self) -> list[bytes]:
        """What lies there unread."""
        return [mail.content for mail in self.mails.values() if r"\Seen" not in mail.flags]


class _Conversation(socketserver.StreamRequestHandler):
    """One visit of a program."""

    box: Box

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            self.box.heard.append(re.sub(r"^(LOGIN|AUTHENTICATE).*", r"\1", rest))
            words = rest.removeprefix("UID ")
            name = words.partition(" ")[0].upper()
            if name == self.box.breaks_at:
                return
            if name == self.box.is_silent_at:
                self.rfile.readline()
                return
            if name == self.box.refuses:
                self.say(f"{tag} NO not today, {USERNAME}")
                continue
            answer = getattr(self, f"on_{name.lower()}", lambda _words: "BAD what?")(words)
            self.say(f"{tag} {answer or 'OK done'}")
            if name == "LOGOUT":
                return

    def say(self, line: str, literal: bytes = b"") -> None:
        self.wfile.write(line.encode() + literal + b"\r\n")

    def on_capability(self, _words: str) -> None:
        self.say(f"* CAPABILITY {self.box.capabilities}")

    def on_noop(self, _words: str) -> None: ...

    def on_logout(self, _words: str) -> None:
        self.say("* BYE")

    def on_authenticate(self, _words: str) -> str:
        self.say("+ ")
        said = base64.b64decode(self.rfile.readline()).decode()
        return "OK in" if said == f"\0{USERNAME}\0{PASSWORD}" else "NO who are you?"

    def on_login(self, words: str) -> str:
        escaped = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
        return "OK in" if words == f'LOGIN "{USERNAME}" "{escaped}"' else "NO who are you?"

    def on_select(self, words: str) -> str:
        self.say(f"* {len(self.box.mails)} EXISTS")
        return "OK [READ-WRITE]" if words == 'SELECT "INBOX"' else "NO there is no such folder"

    def on_search(self, words: str) -> None:
        unseen = "UNSEEN" in words
        found = [
            str(uid)
            for uid, mail in self.box.mails.items()
            if not (unseen and r"\Seen" in mail.flags) and r"\Deleted" not in mail.flags
        ]
        self.say(" ".join(["* SEARCH", *found]))

    def on_fetch(self, words: str) -> None:
        uid = int(words.split()[1])
        limit = int(words.partition("<0.")[2].partition(">")[0])
        if uid in self.box.mails:
            content = self.box.mails[uid].content[:limit]
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(content)}}}\r\n".encode() + content + b")\r\n")

    def on_store(self, words: str) -> None:
        _, uid, _, flags = words.split(" ", 3)
        self.box.mails[int(uid)].flags |= set(flags.strip("()").split())

    def on_copy(self, words: str) -> str:
        _, uid, folder = words.split(" ", 2)
        self.box.moved.setdefault(folder.strip('"'), []).append(self.box.mails[int(uid)].content)
        return "OK copied"

    def on_move(self, words: str) -> str:
        self.on_copy(words)
        del self.box.mails[int(words.split()[1])]
        return "OK moved"

    def on_expunge(self, words: str) -> str:
        self.box.mails.pop(int(words.split()[1]))
        return "OK gone"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    trust: ssl.SSLContext | None = None

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        return (self.trust.wrap_socket(connection, server_side=True) if self.trust else connection), address

    def handle_error(self, request: object, client_address: object) -> None:
        """A program that hung up is no news."""


@contextmanager
def imap_server(box: Box, *, trust: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server with that box; yields its port on 127.0.0.1. With `trust` it speaks TLS from the first byte."""
    with _Server(("127.0.0.1", 0), type("Conversation", (_Conversation,), {"box": box})) as server:
        server.trust = trust
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
