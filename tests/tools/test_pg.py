# SPDX-License-Identifier: Apache-2.0
"""tests/pg.sh: a server comes, is what we ask for, and leaves nothing."""
import os
import pathlib
import shlex
import subprocess

import pytest

TOOL = pathlib.Path(__file__).resolve().parents[1] / 'pg.sh'
psycopg2 = pytest.importorskip('psycopg2')


def pg(command, environment):
    return subprocess.run([TOOL, command], capture_output=True, text=True, check=False, env=environment)


def test_start_use_stop(tmp_path):
    # Shorter than pytest's own folder, and with a space: a socket's path is limited to 107 bytes.
    parent = pathlib.Path('/tmp') / f'akari pg {os.getpid()}'
    parent.mkdir(mode=0o755)
    environment = {**os.environ, 'TMPDIR': str(parent)}
    try:
        started = pg('start', environment)
        if 'not installed' in started.stderr:
            pytest.skip(started.stderr.strip())
        assert started.returncode == 0, started.stderr
        settings = dict(line.removeprefix('export ').split('=', 1) for line in started.stdout.splitlines())
        url, folder = (shlex.split(settings[name])[0] for name in ('AKARI_TEST_PG', 'AKARI_TEST_PG_DIR'))
        try:
            assert url.startswith('postgres:')
            connection = psycopg2.connect(url.removeprefix('postgres:'))
            with connection.cursor() as cursor:
                for name, value in (('fsync', 'on'), ('full_page_writes', 'on'), ('listen_addresses', ''),
                                    ('server_encoding', 'UTF8'), ('lc_collate', 'C')):
                    cursor.execute('SHOW ' + name)
                    assert cursor.fetchone()[0] == value
            connection.close()
            assert pathlib.Path(folder).parent == parent
        finally:
            stopped = pg('stop', {**environment, 'AKARI_TEST_PG_DIR': folder})
        assert stopped.returncode == 0, stopped.stderr
        assert not list(parent.iterdir())
    finally:
        subprocess.run(['rm', '-rf', parent], check=False)


def test_wrong_use(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith('AKARI_')}
    assert pg('restart', environment).returncode == 64
    assert pg('stop', environment).returncode == 1
    assert pg('stop', {**environment, 'AKARI_TEST_PG_DIR': str(tmp_path)}).returncode == 1
    assert tmp_path.exists()
