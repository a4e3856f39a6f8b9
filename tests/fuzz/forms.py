"""Random forms, and lists and answers to go with them."""

from __future__ import annotations

from random import Random
from xml.sax.saxutils import quoteattr

from tests.fuzz.expressions import NUMBERS, TEXTS, expression, monster
from tests.xform.scenario import ask, bind, group, repeat, rows, select, select_from, xform

_LEAVES = ("a", "b", "k", "g/s", "p/n", "p/q/m", "p/c", "x", "y", "z")
_TYPES = (
    *("string", "int", "decimal", "date", "dateTime", "time", "boolean", "geopoint", "geotrace"),
    *("binary", "barcode", "select1", "xsd:int", "rubbish"),
)
_RULES = ("calculate", "relevant", "readonly", "required", "constraint")
_COUNTS = ("", "", "2", "/data/a", "/data/k", "1000000000", "count(/data/p) + 1", "9001", "-1")
_INSTANCE = (
    "<a/><b>2</b><k/><g><s/></g><p jr:template=''><n/><q jr:template=''><m/></q><c/></p>"
    "<p><n>1</n></p><x/><y/><z/><meta><instanceID/></meta>"
)
_EVENTS = ("odk-instance-first-load", "odk-new-repeat", "xforms-value-changed", "odk-instance-load")


def likely(chance: Random) -> str:
    """A condition or calculation as people write them, so that some forms load."""
    path = chance.choice(("/data/a", "/data/b", "/data/x", "/data/g/s", "/data/p/n"))
    other = chance.choice((path, "1", "'x'", "/data/b", "/data/p/n"))
    return chance.choice(
        (
            f"{path} > {other}",
            f"{path} = {other} or {path} != ''",
            f"concat({path}, {path}, {path}, {path}, {path}, {path}, {path}, {path})",
            f"sum({path}) * count({path})",
            f"if({path} = {other}, {path}, {other})",
            f"regex({path}, '(a+)+b')",
            f"selected({path}, {other})",
            f"once({path})",
            f"substr({path}, 0, {other})",
            f"date({path}) + {other}",
            f"pow({path}, {path})",
            f"jr:choice-name({path}, '/data/g/s')",
            f"join({path}, //*)",
            f"instance('ext')/root/item[name = {path}]/label",
            f"pulldata('ext', 'label', 'name', {path})",
            f"indexed-repeat(/data/p/n, /data/p, {path})",
        )
    )


def rule(chance: Random) -> str:
    return likely(chance) if chance.random() < 0.85 else expression(chance, 3)


def form(chance: Random) -> bytes:
    binds = []
    for name in _LEAVES:
        attributes = {}
        if chance.random() < 0.5:
            attributes["type"] = chance.choice(_TYPES)
        for attribute in _RULES:
            if chance.random() < 0.12:
                attributes[attribute] = rule(chance)
        if chance.random() < 0.05:
            attributes["jr_preload"] = chance.choice(("uid", "timestamp", "date", "property"))
            attributes["jr_preloadParams"] = chance.choice(("start", "end", "today", "deviceid"))
        if attributes:
            binds.append(bind(name, **attributes))
    return xform(_INSTANCE, binds, _body(chance), _extra(chance))


def _label(chance: Random) -> str:
    if chance.random() < 0.3:
        return f"<output value={quoteattr(rule(chance))}/> of"
    return chance.choice(("Name", "", "x" * 50))


def _body(chance: Random) -> list[str]:
    inner = ask("p/q/m", _label(chance))
    action = ""
    if chance.random() < 0.3:
        action = (
            f'<setvalue event="{chance.choice(_EVENTS)}" ref="/data/{chance.choice(("x", "a"))}" '
            f"value={quoteattr(rule(chance))}/>"
        )
    filters = chance.choice(("instance('l')/root/item", "instance('ext')/root/item", "/data/p"))
    if chance.random() < 0.5:
        filters += f"[{rule(chance)}]"
    return [
        ask("a", _label(chance), action),
        ask("b", "<output value=\"jr:itext('t1')\"/>"),
        group("g", select_from("g/s", filters, chance.choice(("select", "select1", "rank")))),
        repeat(
            "p",
            ask("p/n", _label(chance), action),
            repeat("p/q", inner, count=chance.choice(_COUNTS)),
            count=chance.choice(_COUNTS),
        ),
        select("x", "v", "w", "selected"),
        ask("y") if chance.random() < 0.7 else "<upload ref='/data/y' mediatype='image/*'/>",
    ]


def _extra(chance: Random) -> str:
    texts = "".join(
        f'<text id="t{number}"><value>{_label(chance)}'
        f"<output value=\"jr:itext('t{chance.randint(1, 4)}')\"/>"
        f"<output value={quoteattr(rule(chance))}/></value></text>"
        for number in range(1, 5)
    )
    languages = "".join(
        f'<translation lang="{name}">{texts}</translation>' for name in ("id", "en")
    )
    return (
        (f"<itext>{languages}</itext>" if chance.random() < 0.5 else "")
        + rows("l", *({"name": name, "label": name.upper()} for name in "abc12"))
        + f'<instance id="ext" src="jr://file-csv/ext.{chance.choice(("csv", "xml", "geojson"))}"/>'
    )


def value(chance: Random) -> str:
    """An answer."""
    kind = chance.random()
    if kind < 0.4:
        return chance.choice(("1", "2", "3", "a", "b", "x", "v", "w", "", "2020-09-15"))
    if kind < 0.7:
        return chance.choice(TEXTS)
    if kind < 0.9:
        return chance.choice(NUMBERS)
    return chance.choice(("\ud800", "\x00", "\x0b", "a\ud83d", "x" * 100_000, "1 " * 5000, "-0"))


def list_file(chance: Random) -> tuple[str, bytes]:
    """(name, contents): CSV, XML or GeoJSON, right or nearly."""
    ending = chance.choice(("csv", "csv", "xml", "geojson"))
    maker = {"csv": _csv, "xml": _xml, "geojson": _geojson}[ending]
    return f"ext.{ending}", maker(chance)


def _csv(chance: Random) -> bytes:
    comma = chance.choice((",", ",", ";", "\t"))
    columns = ["name", "label", *chance.sample(("up", "", "name", "é", "a b", "1", "*"), 2)]
    lines = [comma.join(columns)]
    for _ in range(chance.randint(0, 20)):
        width = len(columns) + chance.choice((0, 0, 0, -1, 1))
        lines.append(comma.join(_cell(chance) for _ in range(width)))
    text = chance.choice(("\n", "\r\n", "\r")).join(lines)
    encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))
    return text.encode(encoding, "replace")


def _cell(chance: Random) -> str:
    text = chance.choice((*TEXTS[:20], "1", "2", "a", "b"))
    quoted = '"' + text.replace('"', '""') + '"'
    return chance.choice((text, quoted, text + '"', "\0", '"', quoted + "x"))


def _xml(chance: Random) -> bytes:
    items = "".join(
        f"<item{chance.choice(('', '', ' id=&quot;1&quot;'.replace('&quot;', chr(34))))}>"
        f"<name>{chance.choice('ab12')}</name><label>{chance.choice(('L', '<b>x</b>', ''))}</label>"
        f"{chance.choice(('', '', '<name>2</name>', '<geometry>1 1 0 0</geometry>'))}</item>"
        for _ in range(chance.randint(0, 10))
    )
    return f"<root>{items}</root>".encode()


def _geojson(chance: Random) -> bytes:
    numbers = ("1", "-6.2", "null", '"x"', "1e999", "[]", "9" * 30, "{}", "true")
    coordinates = chance.choice(
        ("[{0}, {1}]", "[[{0}, {1}], [{1}, {0}]]", "[[[{0}, {1}], [1, 1]]]", "{0}", "[]", "[{0}]")
    )
    features = []
    for _ in range(chance.randint(0, 6)):
        place = coordinates.replace("{0}", chance.choice(numbers))
        place = place.replace("{1}", chance.choice(numbers))
        kind = chance.choice(("Point", "LineString", "Polygon", "Rubbish"))
        properties = chance.choice(
            ('{"name": "a", "label": "A"}', "null", "[]", "5", '{"name": {"deep": [1]}}', '"x"')
        )
        geometry = f'{{"type": "{kind}", "coordinates": {place}}}'
        right = f'{{"type": "Feature", "geometry": {geometry}, "properties": {properties}}}'
        odd = f'{{"geometry": {place}, "id": {chance.choice(numbers)}}}'
        features.append(chance.choice((right, right, right, odd, "null", "[]", "5")))
    return f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'.encode()


def reader_form(chance: Random, name: str) -> bytes:
    """A form that reads the list in several ways."""
    listed = "instance('ext')/root/item"
    expressions = (
        f"count({listed})",
        f"count({listed}[name = /data/a])",
        f"{listed}[name = /data/a and label != '']/label",
        f"{listed}[position() = /data/a]/name",
        "pulldata('ext', 'label', 'name', /data/a)",
        f"sum({listed}/name)",
        f"join(',', randomize({listed}/name, 3))",
        f"concat({listed}[contains(label, /data/a)]/geometry)",
        f"{listed}[{rule(chance)}]/name",
    )
    binds = [bind(f"k{place}", calculate=text) for place, text in enumerate(expressions)]
    body = [
        ask("a"),
        select_from("s", f"{listed}[name != /data/a]"),
        *(ask(f"k{place}") for place in range(len(expressions))),
    ]
    instance = "<a/><s/>" + "".join(f"<k{place}/>" for place in range(len(expressions)))
    return xform(instance, binds, body, f'<instance id="ext" src="jr://file/{name}"/>')


def nested_xml(chance: Random) -> bytes:
    """What XML readers have died of."""
    size = chance.choice((100, 249, 251, 1000, 100_000))
    makers = (
        lambda: b"<a>" * size + b"</a>" * size,
        lambda: b"<!DOCTYPE d [<!ENTITY a 'x'>]><d>&a;</d>",
        lambda: b"<!DOCTYPE d [<!ATTLIST d a CDATA '" + b"x" * 1000 + b"'>]><d/>",
        lambda: b"<!DOCTYPE d SYSTEM 'file:///etc/passwd'><d/>",
        lambda: xform("<a>" * size + "</a>" * size),
        lambda: xform("<a/>", [bind("a", calculate=monster(chance))]),
        lambda: xform("<a/>", body=["<group>" * size + ask("a") + "</group>" * size]),
        lambda: xform("<a/>", body=[ask("a", "<b>" * size + "</b>" * size)]),
        lambda: xform("".join(f"<a{n}/>" for n in range(min(size, 2000)))),
        lambda: xform("<a/>", [bind("gone" + str(n)) for n in range(min(size, 3000))]),
        lambda: xform("<a/>", [bind("a", **{f"x{n}": "1" for n in range(min(size, 3000))})]),
        lambda: xform("<a/>", body=[ask("a", "x" * size * 10)]),
        lambda: xform("<a/>").decode().encode(chance.choice(("utf-16", "utf-16-be", "utf-32"))),
        lambda: b"<?xml version='1.0' encoding='" + chance.choice(_ENCODINGS) + b"'?><a/>",
    )
    return makers[chance.randrange(len(makers))]()


_ENCODINGS = (b"utf-7", b"idna", b"punycode", b"zlib", b"cp037", b"x-none", b"utf-16", b"shift_jis")
