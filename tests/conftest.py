# SPDX-License-Identifier: Apache-2.0
"""For every test here: programs of the build are found below AKARI_BUILD, which ./check sets."""
import os
import pathlib

BUILD = os.environ.get('AKARI_BUILD')
if BUILD:
    os.environ.setdefault('AKARI_DUMP_CALENDAR', str(pathlib.Path(BUILD) / 'tests/clocks/dump_calendar'))
