# SPDX-License-Identifier: Apache-2.0
import pathlib
import subprocess

import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
SPDX = '/* SPDX-License-Identifier: Apache-2.0 */\n'


class Planted:
    """A checkout in a temporary folder, with files planted in it."""

    def __init__(self, root):
        self.root = root
        for folder in ('base', 'sys', 'core', 'alpha', 'beta', 'web', 'cli'):
            (root / 'src' / folder).mkdir(parents=True)

    def plant(self, path, text, spdx=True):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = text if isinstance(text, bytes) else text.encode()
        file.write_bytes((SPDX if spdx else '').encode() + text)

    def run(self, tool, *options):
        command = [CHECKOUT / 'tools' / tool, '--root', self.root, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stderr == ''
        return done.returncode, done.stdout

    def findings(self, tool='lint', *options):
        code, output = self.run(tool, *options)
        found = [line for line in output.splitlines() if not line.startswith(tool + ':')]
        assert code == (1 if found else 0), output
        return found


@pytest.fixture
def planted(tmp_path):
    return Planted(tmp_path / 'a check out')
