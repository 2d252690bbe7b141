# SPDX-License-Identifier: Apache-2.0
"""The server that the tests of this folder share."""
import os

import pytest

from served import Server


@pytest.fixture(scope='session')
def server():
    if 'AKARI_BUILD' not in os.environ:
        pytest.skip('AKARI_BUILD names no build folder')
    made = Server()
    yield made
    made.stop()
