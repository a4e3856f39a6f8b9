"""zstd, with a dictionary trained on interviews where both ends have it.

What the questionnaire repeats in every interview is in the dictionary, so that an interview weighs
what its answers weigh. ``python -m sync.bench.training`` made it. A frame names its dictionary;
which one an end has, it says in Accept-Encoding as ``zstd;d=1``: in a request as a wish, in an
answer (RFC 7694) as an offer.
"""

from __future__ import annotations

import functools
from importlib import resources

import zstandard

ZSTD = "zstd"
DICTIONARY = 1
"""The newest; released ones never change."""
ACCEPTED = f"{ZSTD};d={DICTIONARY}"

MAX_MESSAGE_BYTES = 32 * 1024 * 1024
"""Of a message after decompression: a bomb ends here."""
_STEP_BYTES = 256
"""zstd shrinks at most about 32,000 times: one step of a bomb stays under 9 MB."""
QUICK = 6
THOROUGH = 19
"""For a laptop: a tenth fewer bytes; 256 kB take 0.15 s, and minutes on 2G."""


def common_dictionary(accepted: str) -> int:
    """Ours, if an Accept-Encoding header names it; else 0, for none."""
    for coding in accepted.split(","):
        name, *parameters = coding.replace(" ", "").lower().split(";")
        if name == ZSTD and f"d={DICTIONARY}" in parameters:
            return DICTIONARY
    return 0


def compress(data: bytes, dictionary: int = 0, level: int = QUICK) -> bytes:
    """``dictionary``: a number that the other end named, or 0."""
    loaded = _loaded(dictionary, level) if dictionary else None
    return zstandard.ZstdCompressor(level=level, dict_data=loaded).compress(data)


def decompress(data: bytes, limit_bytes: int = MAX_MESSAGE_BYTES) -> bytes:
    """ValueError when ``data`` is not one whole zstd frame of at most ``limit_bytes``, or needs a
    dictionary that is not here."""
    try:
        named = zstandard.get_frame_parameters(data).dict_id
        decompressor = zstandard.ZstdDecompressor(
            dict_data=_loaded(named, QUICK) if named == DICTIONARY else None,
            max_window_size=1 << 24,
        ).decompressobj()
        found = bytearray()
        view = memoryview(data)
        for start in range(0, len(view), _STEP_BYTES):
            found += decompressor.decompress(view[start : start + _STEP_BYTES])
            if len(found) > limit_bytes:
                raise ValueError("decompressed message too large")
    except zstandard.ZstdError as error:
        raise ValueError("not a zstd frame") from error
    if not decompressor.eof:
        raise ValueError("truncated zstd frame")
    return bytes(found)


@functools.cache
def _loaded(number: int, level: int) -> zstandard.ZstdCompressionDict:
    data = (resources.files("sync") / f"dictionary-{number}.zdict").read_bytes()
    dictionary = zstandard.ZstdCompressionDict(data)
    dictionary.precompute_compress(level=level)
    return dictionary
