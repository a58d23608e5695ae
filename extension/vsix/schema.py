"""Checks a value against a JSON schema: the part of drafts 4 and 7 that the two schemas use.

Of our own, since `make extension` needs nothing but Python's standard library. A keyword it doesn't know is an error, so a
newer schema can't be half checked. The tests compare its verdicts with those of the package jsonschema, where that is
installed.
"""

import re

# They say nothing about whether a value is valid.
ANNOTATIONS = {"$schema", "$id", "$comment", "id", "title", "description", "default", "examples", "definitions"}
FORMATS = {
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\\<>\"{}|^`]+\Z"),
    "uri-reference": re.compile(r"[^\s\\<>\"{}|^`]*\Z"),
}


class UnknownKeyword(Exception):
    """The schema has a word that this checker would pass over."""


def violations(value, schema, root=None, place=""):
    """Yields (place, text) for each part of `value` that `schema` refuses."""
    root = schema if root is None else root
    if "$ref" in schema:
        yield from violations(value, _resolve(schema["$ref"], root), root, place)
        return
    for keyword, expected in schema.items():
        if keyword in ANNOTATIONS:
            continue
        check = CHECKS.get(keyword)
        if check is None:
            raise UnknownKeyword(
                f"the checker doesn't know the schema's keyword '{keyword}'; teach it to vsix/schema.py"
            )
        yield from check(value, expected, schema, root, place)


def _resolve(reference, root):
    if not reference.startswith("#/"):
        raise UnknownKeyword(f"the checker follows no reference such as '{reference}'")
    target = root
    for step in reference[2:].split("/"):
        target = target[step]
    return target


def _is(value, name):
    if name == "boolean":
        return isinstance(value, bool)
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool) or isinstance(value, float) and value.is_integer()
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, {"object": dict, "array": list, "string": str, "null": type(None)}[name])


def _same(left, right):
    """Equal as JSON values: 1 is not true."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _told(value):
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _member(place, name):
    return f"{place}.{name}" if place else name


def _type(value, expected, _schema, _root, place):
    names = expected if isinstance(expected, list) else [expected]
    if not any(_is(value, name) for name in names):
        yield place, f"is {_told(value)}, but must be of type {' or '.join(names)}"


def _enum(value, expected, _schema, _root, place):
    if not any(_same(value, allowed) for allowed in expected):
        yield place, f"is {_told(value)}, but must be one of {', '.join(str(allowed) for allowed in expected)}"


def _pattern(value, expected, _schema, _root, place):
    if isinstance(value, str) and not re.search(expected, value):
        yield place, f"is {_told(value)}, but must match {expected}"


def _format(value, expected, _schema, _root, place):
    if expected not in FORMATS:
        raise UnknownKeyword(f"the checker doesn't know the format '{expected}'")
    if isinstance(value, str) and not FORMATS[expected].match(value):
        yield place, f"is {_told(value)}, which is no {expected}"


def _maximum_length(value, expected, _schema, _root, place):
    if isinstance(value, str) and len(value) > expected:
        yield place, f"has {len(value)} characters, but may have {expected}"


def _minimum_items(value, expected, _schema, _root, place):
    if isinstance(value, list) and len(value) < expected:
        yield place, f"has {len(value)} elements, but must have {expected}"


def _unique_items(value, expected, _schema, _root, place):
    if expected and isinstance(value, list):
        for index, element in enumerate(value):
            if any(_same(element, other) for other in value[:index]):
                yield f"{place}[{index}]", f"is {_told(element)}, which is there already"


def _minimum_members(value, expected, _schema, _root, place):
    if isinstance(value, dict) and len(value) < expected:
        yield place, f"has {len(value)} members, but must have {expected}"


def _required(value, expected, _schema, _root, place):
    if isinstance(value, dict):
        for name in expected:
            if name not in value:
                yield _member(place, name), "is missing"


def _properties(value, expected, _schema, root, place):
    if isinstance(value, dict):
        for name, part in expected.items():
            if name in value:
                yield from violations(value[name], part, root, _member(place, name))


def _additional_properties(value, expected, schema, root, place):
    if not isinstance(value, dict) or expected is True:
        return
    for name in value:
        if name in schema.get("properties", {}):
            continue
        if expected is False:
            yield _member(place, name), "is not known here; take it out, or mend its spelling"
        else:
            yield from violations(value[name], expected, root, _member(place, name))


def _items(value, expected, _schema, root, place):
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from violations(element, expected, root, f"{place}[{index}]")


def _all_of(value, expected, _schema, root, place):
    for part in expected:
        yield from violations(value, part, root, place)


def _any_of(value, expected, _schema, root, place):
    if not any(not list(violations(value, part, root, place)) for part in expected):
        yield place, f"is {_told(value)}, which none of the allowed forms takes"


CHECKS = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "format": _format,
    "maxLength": _maximum_length,
    "minItems": _minimum_items,
    "uniqueItems": _unique_items,
    "minProperties": _minimum_members,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "items": _items,
    "allOf": _all_of,
    "anyOf": _any_of,
}
