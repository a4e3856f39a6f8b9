"""What a release wrote, kept for those that come after it: each folder is of one protocol version.

``python -m tests.golden.make`` writes the folder of the present version. A folder of a version
that was released is never written again: its tests tell whether today's program still reads it.
"""
