# SPDX-License-Identifier: Apache-2.0
"""Every command, action, view and option has help, a man page and a completion: all from the same tables."""
import pathlib
import re
import shutil
import subprocess

import pytest
from test_cli import AKARI, ROOT, akari, init

pytestmark = pytest.mark.skipif(not AKARI.exists(), reason="the program is not built")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("man")
    done = akari("man", "--out", folder)
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_text() for path in pathlib.Path(folder).iterdir()}, folder


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Nouns and verbs as the help has them: commands, and what the pack declares."""
    data = init(tmp_path_factory.mktemp("store"))
    text = akari("help", "--data", data).stdout
    words = set()
    for line in text.splitlines():
        declared = re.match(r"  ([a-z_]+)\.([a-z_.]+) +\S", line)
        command = re.match(r"  akari ([a-z]+)(?: ([a-z]+))?(?= |$)", line)
        if declared:
            words.add(declared.groups())
        elif command:
            words.add((command.group(1), command.group(2) if not command.group(2) else command.group(2)))
    assert len(words) > 80
    return words


def options():
    source = (ROOT / "src/cli/args.c").read_text()
    return re.findall(r'^    (?:TEXT|NUMBER|FLAG)\("(--[a-z-]+)"', source, re.M)


def test_every_word_has_a_man_page(pages, known):
    texts, _ = pages
    for noun, verb in known:
        page = texts["akari-%s.1" % noun]
        if verb and noun != "completion":
            assert re.search(r"^\.It Cm %s %s$" % (noun, re.escape(verb)), page, re.M), (noun, verb)
        assert ".Xr akari-%s 1" % noun in texts["akari.1"]


def test_every_option_is_described(pages):
    main = pages[0]["akari.1"]
    assert len(options()) > 20
    for option in options():
        assert re.search(r"^\.It Fl -%s\b.*\n(?!\.).+" % option[2:], main, re.M), option


def test_every_option_of_a_usage_is_on_its_page(pages):
    for name, text in pages[0].items():
        for usage in re.findall(r"^\.Dl akari (.*)$", text, re.M):
            for option in re.findall(r"--([a-z-]+)", usage):
                assert ".It Fl -" + option in text, (name, option)


def test_mandoc_finds_nothing(pages):
    if not shutil.which("mandoc"):
        pytest.skip("mandoc is not installed")
    found = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", *sorted(pages[1].iterdir())], capture_output=True, text=True
    )
    assert found.stdout == "" and found.returncode == 0, found.stdout[:2000]


@pytest.mark.parametrize("shell", ("bash", "zsh", "fish"))
def test_every_word_and_option_completes(shell, known):
    done = akari("completion", shell)
    assert done.returncode == 0, done.stderr
    words = set(re.findall(r"[a-z_.]+", done.stdout))
    assert {noun for noun, _ in known} <= words
    assert {verb for noun, verb in known if verb and noun != "completion"} <= words
    for option in options():
        assert (option if shell != "fish" else "-l " + option[2:]) in done.stdout
    assert akari("completion", "tcsh").returncode == 64


def test_bash_takes_it(tmp_path):
    script = tmp_path / "akari.bash"
    script.write_text(akari("completion", "bash").stdout)
    ask = 'source "%s"; COMP_WORDS=(akari case ha); COMP_CWORD=2; _akari; echo "${COMPREPLY[@]}"' % script
    said = subprocess.run(["bash", "-c", ask], capture_output=True, text=True)
    assert said.stdout.split() == ["hand_over"] and said.stderr == ""
