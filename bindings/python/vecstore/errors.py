"""What calls raise: one class per kind of failure, each also the built-in exception that fits it.

``except vecstore.Error`` catches everything that the store refuses or reports; ``except KeyError`` catches a missing record as it
would of a dict. The message names the thing and the numbers; ``code`` is the same word in every language and on the wire.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "Aborted",
    "AlreadyExists",
    "AlreadyOpen",
    "Cancelled",
    "DataLoss",
    "DeadlineExceeded",
    "Error",
    "FailedPrecondition",
    "Internal",
    "InvalidArgument",
    "NotFound",
    "OutOfMemory",
    "OutOfRange",
    "PermissionDenied",
    "ResourceExhausted",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "WrongType",
]


class Error(Exception):
    """Base of all errors of a store.

    >>> try:
    ...     docs.get("nobody")
    ... except vecstore.Error as error:
    ...     print(error.code)
    not_found
    """

    code: ClassVar[str] = "unknown"  #: the kind, one word, the same in every language and on the wire

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class Cancelled(Error, RuntimeError):
    """The caller asked to stop: a CancelToken, or a task that was cancelled."""

    code = "cancelled"


class InvalidArgument(Error, ValueError):
    """The request is wrong whatever the state: a dimension, a filter's text, a limit, NaN."""

    code = "invalid_argument"


class WrongType(InvalidArgument, TypeError):
    """An argument is of a type that cannot be taken, or has a name that is not known."""


class DeadlineExceeded(Error, TimeoutError):
    """The time given ran out."""

    code = "deadline_exceeded"


class NotFound(Error, KeyError):
    """No such collection, record, field or database."""

    code = "not_found"


class AlreadyExists(Error, ValueError):
    """What was to be created is there."""

    code = "already_exists"


class PermissionDenied(Error, PermissionError):
    """The operating system, or a rule, refuses."""

    code = "permission_denied"


class ResourceExhausted(Error, OSError):
    """Disk full, too many files, a limit of the machine. Nothing was changed; writes go on when the cause is gone."""

    code = "resource_exhausted"


class OutOfMemory(Error, MemoryError):
    """An allocation failed. Nothing was changed."""

    code = "resource_exhausted"


class FailedPrecondition(Error, RuntimeError):
    """The state forbids it: closed, read-only, configured otherwise, inherited over a fork."""

    code = "failed_precondition"


class Aborted(Error, RuntimeError):
    """A conditional write lost; nothing was changed."""

    code = "aborted"


class OutOfRange(Error, IndexError):
    """A position beyond the end."""

    code = "out_of_range"


class Unimplemented(Error, NotImplementedError):
    """This version, or this build, lacks it."""

    code = "unimplemented"


class Internal(Error, RuntimeError):
    """A mistake of ours."""

    code = "internal"


class Unavailable(Error, OSError):
    """Busy: try again later."""

    code = "unavailable"


class AlreadyOpen(Unavailable):
    """Another process writes the database; the message has its process id. It can be opened with ``read_only=True``."""


class DataLoss(Error, OSError):
    """Bytes fail their checksum; the message names file and offset. The rest stays readable."""

    code = "data_loss"


class Unauthenticated(Error, PermissionError):
    """Who asks is not known."""

    code = "unauthenticated"


def by_name() -> dict[str, type[Error]]:
    """The classes by the names of their codes, for the compiled part."""
    of_codes = [c for c in Error.__subclasses__() if c is not OutOfMemory]
    classes: dict[str, type[Error]] = {c.code: c for c in of_codes}
    return classes | {
        "unknown": Error,
        "wrong_type": WrongType,
        "out_of_memory": OutOfMemory,
        "already_open": AlreadyOpen,
    }
