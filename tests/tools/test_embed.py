# SPDX-License-Identifier: Apache-2.0
"""tools/embed: what is put into C stands in the file; texts that could not be read end the build."""
import pathlib
import subprocess

import pytest

EMBED = pathlib.Path(__file__).resolve().parents[2] / 'tools' / 'embed'
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
ONCE = 'msgid "one"\nmsgstr "1"\n\n'


def embed(folder, name, text):
    (folder / name).write_text(text, encoding='utf-8')
    command = [EMBED, folder / 'texts.c', f'ja={folder / name}']
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_texts_are_embedded(tmp_path):
    done = embed(tmp_path, 'ja.po', HEAD + ONCE + 'msgid "two"\nmsgstr "2"\n')
    assert done.returncode == 0 and 'EMBEDDED_TEXTS' in (tmp_path / 'texts.c').read_text()


@pytest.mark.parametrize('again', [
    ONCE, 'msgid "one"\nmsgstr "other"\n', 'msgid ""\n"o"\n"ne"\nmsgstr "1"\n', HEAD])
def test_a_text_that_stands_twice_ends_the_build(tmp_path, again):
    done = embed(tmp_path, 'ja.po', HEAD + ONCE + again)
    assert done.returncode != 0 and 'stands twice' in done.stderr and 'ja.po:' in done.stderr
    assert not (tmp_path / 'texts.c').exists()


def test_an_obsolete_text_and_one_of_another_context_are_no_doubles(tmp_path):
    text = HEAD + ONCE + 'msgctxt "x"\nmsgid "one"\nmsgstr "1"\n#~ msgid "one"\n#~ msgstr "1"\n'
    assert embed(tmp_path, 'ja.po', text).returncode == 0


def test_only_texts_are_looked_into(tmp_path):
    assert embed(tmp_path, 'x.css', ONCE + ONCE).returncode == 0
