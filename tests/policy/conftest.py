# SPDX-License-Identifier: Apache-2.0
import importlib.util
import pathlib

import pytest


@pytest.fixture(scope="session")
def oracle_module():
    """By its path: tests/clocks has a module of that name, too."""
    path = pathlib.Path(__file__).resolve().parent / "oracle.py"
    spec = importlib.util.spec_from_file_location("policy_oracle", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def oracle(oracle_module):
    return oracle_module.Oracle()
