# ===- test_lsp.py - the language server, as an editor talks to it ----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""catgrad-lsp-server over standard input and output, one JSON-RPC message at a time."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import harness

URI = "file:///model.mlir"
TIMEOUT = 60  # seconds for an answer

FAULTY = """\
func.func @f(%x: tensor<4x3xf32>, %w: tensor<2x5xf32>) -> tensor<4x5xf32> {
  %0 = catgrad.matmul %x, %w : (tensor<4x3xf32>, tensor<2x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}
"""
MODEL = """\
func.func @model(%x: tensor<4xf32>) -> tensor<4xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<4xf32>
  %0 = catgrad.multiply %x, %w : tensor<4xf32>
  return %0 : tensor<4xf32>
}
catgrad.learner @m model(@model) optimiser(#catgrad.sgd<rate = 1.0e-2>) loss(#catgrad.mse)
"""


class Server:
    """A running server. Messages are read by a thread, so that silence is a failure, not a hang."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [harness.BUILD / "bin" / "catgrad-lsp-server"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.last_id = 0

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                line = stream.readline()
            self.messages.put(json.loads(stream.read(length)))
        self.messages.put(None)

    def _write(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def expect(self, **fields: Any) -> dict[str, Any]:
        """The next message with these fields; others are passed over."""
        while True:
            message = self.messages.get(timeout=TIMEOUT)
            assert message is not None, "the server ended"
            if all(message.get(name) == value for name, value in fields.items()):
                return message

    def request(self, method: str, params: Any = None) -> Any:
        """The result of a request."""
        self.last_id += 1
        self._write(id=self.last_id, method=method, params=params)
        answer = self.expect(id=self.last_id)
        assert "error" not in answer, answer
        return answer["result"]

    def notify(self, method: str, params: Any = None) -> None:
        self._write(method=method, params=params)

    def open(self, text: str) -> list[dict[str, Any]]:
        """The diagnostics of a document."""
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": URI, "languageId": "mlir", "version": 1, "text": text}})
        published = self.expect(method="textDocument/publishDiagnostics")["params"]
        assert published["uri"] == URI
        return published["diagnostics"]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server after the handshake. At the end it is asked to go, and has to."""
    server = Server()
    try:
        capabilities = server.request("initialize", {
            "processId": None, "rootUri": None, "capabilities": {}})["capabilities"]
        assert capabilities["definitionProvider"] and capabilities["hoverProvider"]
        server.notify("initialized", {})
        yield server
        assert server.request("shutdown") is None
        server.notify("exit")
        assert server.process.wait(TIMEOUT) == 0
    finally:
        server.process.kill()
        server.process.wait()


def span(text: str, what: str) -> dict[str, dict[str, int]]:
    """The range of the only place of `what`, as the protocol counts."""
    line, character = next((number, row.index(what)) for number, row in enumerate(text.split("\n"))
                           if what in row)
    assert text.count(what) == 1
    return {"start": {"line": line, "character": character},
            "end": {"line": line, "character": character + len(what)}}


def test_diagnostic(server: Server) -> None:
    """A verifier's message stands where the operation does."""
    first, *others = server.open(FAULTY)
    assert first["severity"] == 1
    assert first["message"] == ("expected the last axis of lhs to equal the last but one of rhs "
                                "but got 3 and 2")
    # MLIR adds one of its own at the same place.
    for diagnostic in (first, *others):
        assert diagnostic["range"] == span(FAULTY, "catgrad.matmul")


def test_diagnostic_goes_away(server: Server) -> None:
    """When the fault is mended, an empty list says so."""
    assert server.open(FAULTY)
    server.notify("textDocument/didChange", {
        "textDocument": {"uri": URI, "version": 2},
        "contentChanges": [{"text": FAULTY.replace("2x5", "3x5")}]})
    assert server.expect(method="textDocument/publishDiagnostics")["params"]["diagnostics"] == []


def test_symbol_and_value(server: Server) -> None:
    """From the learner to its model, and from a use to its definition."""
    assert server.open(MODEL) == []

    def definition(what: str, offset: int = 0) -> dict[str, Any]:
        position = span(MODEL, what)["start"]
        position["character"] += offset
        (found,) = server.request("textDocument/definition", {
            "textDocument": {"uri": URI}, "position": position})
        return found["range"]

    assert definition("(@model)", 2)["start"]["line"] == 0
    assert definition("%x, %w", 4)["start"] == span(MODEL, "%w = ")["start"]
    hover = server.request("textDocument/hover", {
        "textDocument": {"uri": URI}, "position": span(MODEL, "catgrad.multiply")["start"]})
    assert "catgrad.multiply" in hover["contents"]["value"]
