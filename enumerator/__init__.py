"""Enumerator: the offline-first field program for a census's non-response follow-up.

This package is the core: no Qt, no network. ``sync`` is the wire and both of its ends, ``ui``
the window. The version stands in ``pyproject.toml`` and nowhere else.
"""
