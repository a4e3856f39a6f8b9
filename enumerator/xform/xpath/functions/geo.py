"""Functions on places: lengths in metres, areas in square metres."""

from __future__ import annotations

import math
from itertools import pairwise

from enumerator.xform.xpath.registry import alias, eager
from enumerator.xform.xpath.syntax import XPathError
from enumerator.xform.xpath.values import NAN, Value, number_of_text, to_text

EARTH_RADIUS_M = 6378100.0
MAX_COMPARISONS = 500_000  # of segments of one trace: about a second

Point = tuple[float, float]
Segment = tuple[Point, Point]


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


alias("enclosed-area", "area")


@eager("geofence", "vv", "boolean")
def _geofence(place: Value, shape: Value) -> bool:
    """Whether a point lies inside a shape (ray casting), whose last point is its first."""
    points, fence = points_of(place), points_of(shape)
    if len(points) != 1 or len(fence) < 4 or fence[0] != fence[-1]:
        return False
    (y, x), inside = points[0], False
    for (y1, x1), (y2, x2) in pairwise(fence):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


@eager("intersects", "v", "boolean")
def _intersects(value: Value) -> bool:
    """Whether a trace or shape crosses or touches itself, seen as lines on a flat map.

    Neighbours share an end, the first and the last segment of a closed shape as well: that is no
    crossing, but turning back on oneself is. Raises XPathError for what is no trace.
    """
    points = points_of(value)
    if not points:
        text = to_text(value)
        if text.strip():
            raise XPathError(f"intersects() needs a trace or a shape, not {text[:40]!r}")
        return False
    return _crosses(points)


def _crosses(points: list[Point]) -> bool:
    """Sweeps over the segments by latitude, so that only those side by side are compared.

    Raises XPathError where that is still too much for one answer.
    """
    segments = [(start, end) for start, end in pairwise(points) if start != end]
    last = len(segments) - 1
    closed = points[0] == points[-1] and last > 1
    boxes = [
        (min(y1, y2), max(y1, y2), min(x1, x2), max(x1, x2), place)
        for place, ((y1, x1), (y2, x2)) in enumerate(segments)
    ]
    boxes.sort()
    tests = 0
    for index, (_, top, left, right, place) in enumerate(boxes, 1):
        for bottom, _, other_left, other_right, other in boxes[index:]:
            if bottom > top:
                break
            tests += 1
            if other_left > right or other_right < left:
                continue
            earlier, later = (place, other) if place < other else (other, place)
            if later == earlier + 1:
                meets = _turns_back(segments[earlier], segments[later])
            elif closed and earlier == 0 and later == last:
                meets = _turns_back(segments[last], segments[0])
            else:
                meets = _meet(segments[earlier], segments[later])
            if meets:
                return True
        if tests > MAX_COMPARISONS:
            raise XPathError(f"intersects(): a trace of {len(points)} points is too long")
    return False


def _side(start: Point, end: Point, point: Point) -> float:
    """Positive to the left of the line, negative to the right, 0 on it."""
    return (end[1] - start[1]) * (point[0] - start[0]) - (end[0] - start[0]) * (point[1] - start[1])


def _holds(segment: Segment, point: Point) -> bool:
    (y1, x1), (y2, x2) = segment
    return (
        _side(*segment, point) == 0
        and min(x1, x2) <= point[1] <= max(x1, x2)
        and min(y1, y2) <= point[0] <= max(y1, y2)
    )


def _turns_back(first: Segment, second: Segment) -> bool:
    """Of two segments of which the second begins where the first ends."""
    return _holds(second, first[0]) or _holds(first, second[1])


def _meet(first: Segment, second: Segment) -> bool:
    a, b = (_side(*second, point) for point in first)
    c, d = (_side(*first, point) for point in second)
    if (a > 0 > b or b > 0 > a) and (c > 0 > d or d > 0 > c):
        return True
    return (
        _holds(second, first[0])
        or _holds(second, first[1])
        or _holds(first, second[0])
        or _holds(first, second[1])
    )
