"""Fuzzing of what reads input that others wrote: expressions, forms, lists, scripts.

``python -m tests.fuzz [--minutes M] [--seed S] [--target xpath|form|lists|script|all]`` writes
every finding to a file; ``python -m tests.fuzz --replay FILE`` runs one again.

A finding is anything but an answer or a KnownError: another exception, more than two seconds of
processor time, more memory than allowed, the death of the process.
"""
