import asyncio
import random

import pytest

import vecstore


@pytest.fixture
def db():
    with vecstore.open(":memory:") as opened:
        yield opened


@pytest.fixture
def rng():
    return random.Random(20241)
