"""What asynchronous twins have in common: calls in threads, and what a cancelled task does to them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from ._vecstore import CancelToken
from .errors import FailedPrecondition

P = ParamSpec("P")
R = TypeVar("R")


class Twin:
    """What an asynchronous object and its database's threads share."""

    _executor: ThreadPoolExecutor | None  # None: that of the loop
    _sync: Any

    async def _call(self, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        try:
            call = asyncio.get_running_loop().run_in_executor(self._executor, functools.partial(function, *args, **kwargs))
        except RuntimeError as error:
            raise FailedPrecondition("the database is closed") from error
        return await call

    async def _cancellable(self, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        token = kwargs.get("cancel") or CancelToken()
        kwargs["cancel"] = token
        call = asyncio.ensure_future(self._call(function, *args, **kwargs))
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError:
            token.cancel()
            await asyncio.wait([call])  # soon: and then nothing of it runs any more
            if not call.cancelled():
                call.exception()
            raise


def awaited(function: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]:
    """The twin of a method."""

    @functools.wraps(function)
    async def twin(self: Twin, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._call(function, self._sync, *args, **kwargs)

    return cast(Any, twin)  # type: ignore[no-any-return]


def stoppable(function: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, R]]:
    """The twin of a method that takes a token."""

    @functools.wraps(function)
    async def twin(self: Twin, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._cancellable(function, self._sync, *args, **kwargs)

    return cast(Any, twin)  # type: ignore[no-any-return]
