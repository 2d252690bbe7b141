# SPDX-License-Identifier: Apache-2.0
"""Every action and view that a program declares is in the permission matrix: somebody may do it, and with
each class of its fields. The declarations are those of the OpenAPI document, of akari and of the test server,
with the pack of Japan. AKARI_BUILD names the build folder."""
import json
import os
import pathlib
import re
import signal
import subprocess
import urllib.request

import pytest

BUILD = pathlib.Path(os.environ["AKARI_BUILD"])
AKARI, SERVER = BUILD / "src/cli/akari", BUILD / "tests/http/akari-http-server"
PACK = pathlib.Path(__file__).resolve().parents[2] / "pack/japan"
PASSPHRASE = {"AKARI_PASSPHRASE": "synthetic passphrase"}


def document_at(address):
    with urllib.request.urlopen(address + "/api/v1/openapi.json", timeout=30) as answer:
        return json.load(answer)


def from_akari(folder):
    """(OpenAPI document, names that `akari help` lists)"""
    if not AKARI.exists():
        pytest.skip("the program is not built")
    data, environment = str(folder / "data"), dict(os.environ, **PASSPHRASE)
    subprocess.run([AKARI, "init", "--pack", PACK, "--data", data, "--synthetic"], check=True,
                   env=environment, stdout=subprocess.DEVNULL)
    listed = subprocess.run([AKARI, "help", "--data", data], check=True, env=environment, encoding="utf-8",
                            stdout=subprocess.PIPE).stdout
    declared = listed[listed.index("\nActions ("):]
    names = re.findall(r"^  (\w+(?:\.\w+)+) ", declared, re.MULTILINE)
    with subprocess.Popen([AKARI, "serve", "--data", data, "--listen", "127.0.0.1:0"], env=environment,
                          stdout=subprocess.PIPE, encoding="utf-8") as serving:
        try:
            return document_at(serving.stdout.readline().strip()), names
        finally:
            serving.send_signal(signal.SIGTERM)


def from_test_server(_folder):
    if not SERVER.exists():
        pytest.skip("the test server is not built")
    with subprocess.Popen([SERVER, PACK], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          encoding="utf-8") as serving:
        said = dict(line.split() for line in iter(serving.stdout.readline, "ready\n"))
        document = document_at("http://127.0.0.1:" + said["port"])
        listed, _ = serving.communicate("declarations\n", timeout=60)
    return document, [line.split(" ")[1] for line in listed.splitlines() if " " in line]


@pytest.fixture(scope="module", params=[from_akari, from_test_server])
def declared(request, tmp_path_factory):
    return request.param(tmp_path_factory.mktemp("routes"))


def operations(declared):
    return [operation for path in declared[0]["paths"].values() for operation in path.values()]


def classes_in(schema):
    if isinstance(schema, list):
        return set().union(*map(classes_in, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["x-akari-class"]} if "x-akari-class" in schema else set()
    return own.union(*map(classes_in, schema.values()))


def test_all_that_is_listed_is_described(declared):
    names = [operation["operationId"] for operation in operations(declared)]
    assert len(names) > 50
    assert len(set(names)) == len(names)
    assert sorted(declared[1]) == sorted(names)


def test_somebody_may(declared, oracle):
    for operation in operations(declared):
        verb, object_ = operation["x-akari-verb"], operation["x-akari-object"]
        roles = [role for role in oracle.document.enums["role"] if oracle.may(role, verb, object_)]
        assert roles, "%s: nobody may %s %s" % (operation["operationId"], verb, object_)
        if {} in operation["security"]:
            assert "anonymous" in roles, operation["operationId"]


def test_somebody_may_with_each_class(declared, oracle):
    asked = {(operation["x-akari-verb"], operation["x-akari-object"], class_)
             for operation in operations(declared) for class_ in classes_in(operation)}
    assert len(asked) > 20
    # What can be written can be read again by somebody.
    asked |= {("read", object_, class_) for _, object_, class_ in asked}
    never = [words for words in sorted(asked)
             if not any(oracle.may(role, *words) for role in oracle.document.enums["role"])]
    assert never == []
