#!/usr/bin/env python3
"""Holds OCSF events against the published schema: one JSON object a line on standard input.

    riposte scan -o ocsf logs/ | build/venv/bin/python tests/ocsf/check.py

The schema of every version is part of the package ocsf-json-schema (requirements.txt). Class, version
and profiles are those that each event declares; what its schema does not know is refused. Beyond the
schema: no attribute is deprecated, and the caption beside a number (severity beside severity_id) is
the one that the schema gives.

Prints one line a mistake and a count at the end. Exit code 1 when there was a mistake, or no event.
"""

import functools
import json
import sys

import jsonschema
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

OTHER = "99"  # then the caption is the source's own word


@functools.cache
def published(version):
    return get_ocsf_schema(version)


@functools.cache
def class_of(version, uid):
    return next((item for item in published(version)["classes"].values() if item.get("uid") == uid), None)


@functools.cache
def validator(version, name, profiles):
    schema = OcsfJsonSchemaEmbedded(published(version)).get_class_schema(name, list(profiles))
    return jsonschema.Draft202012Validator(schema)


def beyond_schema(version, entity, value, path):
    """Deprecated attributes and wrong captions, in `value` and below."""
    for name, item in value.items():
        attribute = entity["attributes"].get(name)
        if attribute is None:
            continue  # the validator has said so
        place = f"{path}{name}"
        if "@deprecated" in attribute:
            yield f"{place}: is deprecated"
        known = attribute.get("enum", {}).get(str(item))
        caption = value.get(attribute.get("sibling"))
        if known is not None and caption is not None and str(item) != OTHER and caption != known["caption"]:
            yield f"{place}: {item} is called {known['caption']!r}, not {caption!r}"
        if attribute["type"] == "object_t":
            inner = published(version)["objects"][attribute["object_type"]]
            for child in item if isinstance(item, list) else [item]:
                if isinstance(child, dict):
                    yield from beyond_schema(version, inner, child, f"{place}.")


def mistakes(event):
    """One text for each mistake of an event."""
    metadata = event.get("metadata", {})
    version = metadata.get("version")
    try:
        entity = class_of(version, event.get("class_uid"))
    except OSError:
        return [f"metadata.version: no schema {version!r} is published"]
    if entity is None:
        return [f"class_uid: {version} has no class {event.get('class_uid')!r}"]
    errors = validator(version, entity["name"], tuple(sorted(metadata.get("profiles", [])))).iter_errors(event)
    found = [f"{'.'.join(map(str, error.absolute_path)) or 'event'}: {error.message}" for error in errors]
    return found + list(beyond_schema(version, entity, event, ""))


def main():
    events = wrong = 0
    for number, line in enumerate(sys.stdin, 1):
        events += 1
        found = mistakes(json.loads(line))
        wrong += bool(found)
        for mistake in found:
            print(f"line {number}: {mistake}")
    print(f"{events} events, {wrong} of them not valid")
    return 0 if events and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
