"""Fixtures of the tests with frameworks, none of which may call home."""

import os
import random

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
os.environ["LANGSMITH_TRACING"] = "false"
os.environ["ANONYMIZED_TELEMETRY"] = "False"

import pytest

import vecstore


@pytest.fixture
def db():
    with vecstore.open(":memory:") as opened:
        yield opened


@pytest.fixture
def rng():
    return random.Random(20241)
