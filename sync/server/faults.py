"""Errors as what a laptop is told: a status and a problem."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

from enumerator.errors import KnownError
from sync.protocol import Problem
from sync.server.store import StoreFailedError

log = logging.getLogger(__name__)

RETRY_AFTER_S = 60
"""A full disk is not mended in a moment."""
_STATUS: Mapping[str, int] = MappingProxyType(
    {
        "code_unknown": 404,
        "code_used": 409,
        "code_expired": 410,
        "revoked": 403,
        "frozen": 403,
        "not_assigned": 403,
        "upgrade_needed": 426,
        "unknown_device": 401,
        "bad_nonce": 401,
        "bad_signature": 401,
        "session_expired": 401,
        "no_content": 404,
        "bad_range": 416,
        "bad_request": 400,
        "not_yours": 403,
        "no_space": 503,
        "store_fault": 503,
    }
)


def told(error: Exception, request: str) -> tuple[int, Problem]:
    """``request``: its method and path, for the log, where our own faults stand whole."""
    if isinstance(error, KnownError):
        if isinstance(error, StoreFailedError):
            log.error("%s failed: %s", request, error.code)
        return _STATUS.get(error.code, 400), Problem(code=error.code, text=str(error))
    log.error("%s failed", request, exc_info=error)
    return 500, Problem(code="server_fault", text="The server failed. Try again later.")
