"""The central server (extra ``server``)."""
