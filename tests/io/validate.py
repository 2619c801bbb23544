#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""validate.py SCHEMA FILE...: exit status 0 when all are valid, 1 when one is not (its
first error is shown), 77 when there is no validator. The schemas are themselves
checked against their meta-schema."""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key stands twice among {keys}")
    return dict(pairs)


def strict(path):
    def refuse(word):
        raise ValueError(f"{word} is not JSON")

    return json.loads(
        pathlib.Path(path).read_bytes().decode("utf-8"),
        object_pairs_hook=no_duplicates,
        parse_constant=refuse,
    )


def main():
    path = pathlib.Path(sys.argv[1]).resolve()
    schema = strict(path)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    resolver = jsonschema.RefResolver(base_uri=path.as_uri(), referrer=schema)
    validator = kind(schema, resolver=resolver)
    status = 0
    for name in sys.argv[2:]:
        error = jsonschema.exceptions.best_match(validator.iter_errors(strict(name)))
        if error:
            where = "/".join(str(step) for step in error.absolute_path)
            print(f"{name}: {where}: {error.message[:300]}")
            status = 1
    return status


sys.exit(main())
