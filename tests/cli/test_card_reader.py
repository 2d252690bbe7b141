# SPDX-License-Identifier: Apache-2.0
"""A residence card over PC/SC: the program, pcscd, and a card in software on the virtual reader of vsmartcard
(vpcd). Skipped without pcscd, the driver and the right to start it. No card number of a person."""
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import threading
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AKARI = pathlib.Path(os.environ.get("AKARI_BUILD", ROOT / "build" / "check-gcc")) / "src" / "cli" / "akari"
VPCD = ("127.0.0.1", 35963)
READER = pathlib.Path("/etc/reader.conf.d/vpcd")


def reachable():
    with socket.socket() as probe:
        return probe.connect_ex(VPCD) == 0


pytestmark = pytest.mark.skipif(
    not AKARI.exists() or not shutil.which("pcscd") or not READER.exists() or os.geteuid() or reachable(),
    reason="no pcscd with vpcd that may be started here",
)


@pytest.fixture(scope="module")
def service():
    with subprocess.Popen(["pcscd", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(100):
            if process.poll() is not None or reachable():
                break
            time.sleep(0.1)
        if process.poll() is not None or not reachable():
            process.terminate()
            pytest.skip("pcscd does not start")
        yield process
        process.terminate()


class Card(threading.Thread):
    """Answers as a card of that type does before it knows the number, which is always another one."""

    def __init__(self, kind):
        super().__init__(daemon=True)
        self.kind = kind
        self.heard = []
        self.socket = socket.create_connection(VPCD, timeout=30)

    def take(self, n):
        data = b""
        while len(data) < n:
            part = self.socket.recv(n - len(data))
            if not part:
                raise ConnectionError
            data += part
        return data

    def answer(self, command):
        self.heard.append(command)
        if command[1] == 0xA4:
            return b"\x90\x00"
        if command[1] == 0xB0 and command[2] == 0x8A:
            return b"\xC1" + bytes([len(self.kind)]) + self.kind + b"\x90\x00"
        if command[1] == 0xB0 and command[2] == 0x8B:
            return b"\xC0\x040001\x90\x00"
        if command[1] == 0x84:
            return b"8 bytes.\x90\x00"
        return b"\x63\x00"

    def run(self):
        try:
            while True:
                message = self.take(struct.unpack(">H", self.take(2))[0])
                reply = bytes.fromhex("3B80800101") if message == b"\x04" else b""
                if len(message) > 1:
                    reply = self.answer(message)
                if reply:
                    self.socket.sendall(struct.pack(">H", len(reply)) + reply)
        except OSError:
            pass


def read_chip(kind):
    card = Card(kind)
    card.start()
    words = [str(AKARI), "document", "card", "--json", "--chip", "--role", "immigration_officer"]
    for _ in range(50):  # until the reader has seen the card
        done = subprocess.run(words, input=b"AA12345678BB\n", capture_output=True, timeout=60, check=False)
        if done.returncode != 66:
            break
        time.sleep(0.1)
    card.socket.close()
    time.sleep(1)
    return done, card.heard


def test_another_number_opens_nothing(service):
    for kind, generation in ((b"05", 2), (b"1", 1)):
        done, heard = read_chip(kind)
        assert done.returncode == 0, done.stderr
        chip = json.loads(done.stdout)["chip"]
        assert chip["generation"] == generation
        assert chip["number_agrees"] is False
        assert "signature" not in chip
        assert chip["not_verified"]
        assert [command[1] for command in heard] == [0xA4, 0xB0, 0xB0, 0x84, 0x82]
        assert b"12345678" not in done.stdout + done.stderr


def test_a_my_number_card_is_left_alone(service):
    done, heard = read_chip(b"07")
    assert done.returncode == 69
    assert [command[1] for command in heard] == [0xA4, 0xB0]
