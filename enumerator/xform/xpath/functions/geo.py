"""Functions on places: lengths in metres, areas in square metres."""

from __future__ import annotations

import math
from itertools import pairwise

from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.registry import eager
from enumerator.xform.xpath.values import NAN, Value, number_of_text, to_text

EARTH_RADIUS_M = 6378100.0

Point = tuple[float, float]


def points_of(value: Value) -> list[Point]:
    """Latitude and longitude in degrees; empty where one of them is no place."""
    texts = [node.string() for node in value] if isinstance(value, list) else [to_text(value)]
    found: list[Point] = []
    for text in texts:
        for part in text.split(";"):
            if not part.strip():
                continue
            numbers = [number_of_text(word) for word in part.split()]
            if len(numbers) < 2 or any(number != number for number in numbers[:2]):
                return []
            latitude, longitude = numbers[:2]
            if abs(latitude) > 90 or abs(longitude) > 180:
                return []
            found.append((latitude, longitude))
    return found


def _metres(first: Point, second: Point) -> float:
    """Great circle."""
    lat1, lat2 = math.radians(first[0]), math.radians(second[0])
    delta = math.radians(second[1] - first[1])
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(delta)
    return math.acos(max(-1.0, min(1.0, cosine))) * EARTH_RADIUS_M


@eager("distance", "vv*", "number")
def _distance(*values: Value) -> float:
    points: list[Point] = []
    for value in values:
        found = points_of(value)
        if not found:
            return NAN if not isinstance(value, list) or value else 0.0
        points += found
    return math.fsum(_metres(a, b) for a, b in pairwise(points))


@eager("area", "v", "number")
def _area(value: Value) -> float:
    points = points_of(value)
    if not points:
        return NAN
    if len(points) < 3:
        return 0.0
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in zip(points, [*points[1:], points[0]], strict=True):
        total += math.radians(lon2 - lon1) * (
            2 + math.sin(math.radians(lat1)) + math.sin(math.radians(lat2))
        )
    return abs(total * EARTH_RADIUS_M * EARTH_RADIUS_M / 2.0)


@eager("geofence", "vv", "boolean", context=True)
def _geofence(_context: Context, place: Value, shape: Value) -> bool:
    """Whether a point lies inside a shape (ray casting), whose last point is its first."""
    points, fence = points_of(place), points_of(shape)
    if len(points) != 1 or len(fence) < 4 or fence[0] != fence[-1]:
        return False
    (y, x), inside = points[0], False
    for (y1, x1), (y2, x2) in pairwise(fence):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
