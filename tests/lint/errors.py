#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every error a person reads has its three parts: error_set and error_setf may not leave
"what to do" empty."""
import re
import subprocess
import sys


def calls(text):
    """(line, name, arguments as one text) of each call."""
    for match in re.finditer(r"\b(error_setf?)\(", text):
        depth, at, quoted = 1, match.end(), False
        while depth and at < len(text):
            c = text[at]
            if c == '"' and text[at - 1] != "\\":
                quoted = not quoted
            if not quoted:
                depth += (c == "(") - (c == ")")
            at += 1
        yield text.count("\n", 0, match.start()) + 1, match.group(1), text[match.end():at - 1]


def lacks_remedy(name, arguments):
    if name == "error_set":
        return re.search(r',\s*""\s*$', arguments)
    return re.search(r',\s*"",\s*(?:\w|")', arguments)


def main():
    files = subprocess.run(["git", "ls-files", "src/*.c"], check=True, capture_output=True,
                           text=True).stdout.split()
    wrong = 0
    for name in files:
        with open(name, encoding="utf-8") as f:
            text = f.read()
        for line, function, arguments in calls(text):
            if lacks_remedy(function, arguments):
                print(f"{name}:{line}: an error that does not say what to do")
                wrong += 1
    sys.exit(wrong > 0)


main()
