#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Counts how the sources read: lengths, depths, parameters, walls and circles.

Prints one row per figure: name, value, target. The sources are formatted by
.clang-format, so a function's body begins with a "{" in the first column and ends
with a "}" there. `--worst N` lists the worst offenders of each figure.
"""
import argparse
import collections
import os
import re
import subprocess
import sys

EXPORTED = re.compile(r"^(?!static\b|typedef\b|struct \w+ \{|enum \{|union \{)[A-Za-z_].*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
KEYWORDS = ("if", "for", "while", "switch", "return", "sizeof", "do", "else")


def sources():
    names = subprocess.run(
        ["git", "ls-files", "src/*.c", "src/*.h", "include/*.h"],
        check=True, capture_output=True, text=True).stdout.split()
    return [n for n in names if os.path.exists(n)]


def strip(text):
    """Comments and literals become blanks; line breaks stay."""
    def blank(match):
        return "".join("\n" if c == "\n" else " " for c in match.group(0))
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, blank, text, flags=re.S)


def head_of(lines, brace):
    """The lines of a definition above its opening brace, as one text."""
    at = brace - 1
    while at > 0 and lines[at - 1].strip() and not lines[at - 1].rstrip().endswith((";", "}")) \
            and not lines[at - 1].startswith("#"):
        at -= 1
    return " ".join(l.strip() for l in lines[at:brace]), at


def count_params(head):
    open_at = re.search(r"(\w+)\s*\(", head)
    if not open_at:
        return None, 0
    depth, params, text = 0, 1, head[open_at.end() - 1:]
    for c in text:
        depth += (c == "(") - (c == ")")
        if depth == 0:
            break
        params += depth == 1 and c == ","
    inner = text[1:text.find(")")].strip()
    return open_at.group(1), 0 if inner in ("", "void") else params


def functions(name, lines):
    for i, line in enumerate(lines):
        if line.rstrip() != "{" or i == 0:
            continue
        head, start = head_of(lines, i)
        if "(" not in head or "=" in head.split("(")[0]:
            continue
        end = next((j for j in range(i, len(lines)) if lines[j].startswith("}")), None)
        if end is None:
            continue
        function, params = count_params(head)
        if not function or function in KEYWORDS:
            continue
        depth = most = 0
        for body in lines[i:end]:
            for c in body:
                depth += (c == "{") - (c == "}")
                most = max(most, depth)
        yield {"file": name, "name": function, "line": start + 1, "lines": end - i - 1,
               "depth": most - 1, "params": params, "static": head.startswith("static")}


def resolve(include, files):
    for candidate in ("include/" + include, "src/" + include):
        if candidate in files:
            return candidate
    return None


def unit(name):
    """A source and its headers are one place: src/lab/plan for plan.c, plan.h and the
    plan_priv.h that it shares with the files it was split into."""
    base = re.sub(r"^include/tlblab/", "src/", name)
    return re.sub(r"(_priv)?\.[ch]$", "", base)


def circles(files, texts):
    """Strongly connected sets of the units that include each other."""
    graph = collections.defaultdict(set)
    for name in files:
        for line in texts[name].split("\n"):
            match = INCLUDE.match(line)
            target = match and resolve(match.group(1), files)
            if target and unit(target) != unit(name):
                graph[unit(name)].add(unit(target))
    index, low, stack, found, on = {}, {}, [], [], set()

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        on.add(v)
        for w in graph[v]:
            if w not in index:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in on:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            part = []
            while True:
                w = stack.pop()
                on.discard(w)
                part.append(w)
                if w == v:
                    break
            if len(part) > 1:
                found.append(sorted(part))
    sys.setrecursionlimit(10000)
    for v in list(graph):
        if v not in index:
            visit(v)
    return found


def measure():
    files = sources()
    texts = {n: open(n, encoding="utf-8").read() for n in files}
    figures = {"functions": [], "files": [], "includes": []}
    for name in files:
        raw = texts[name].split("\n")
        figures["files"].append((len(raw) - 1, name))
        if name.endswith(".c"):
            figures["includes"].append((sum(bool(INCLUDE.match(l)) for l in raw), name))
            figures["functions"] += functions(name, strip(texts[name]).split("\n"))
    figures["circles"] = circles(set(files), texts)
    return figures


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def rows(figures):
    fs = figures["functions"]
    lengths = [f["lines"] for f in fs]
    exported = sum(not f["static"] for f in fs)
    yield "source_lines", sum(n for n, _ in figures["files"]), None
    yield "functions", len(fs), None
    yield "function_lines_median", percentile(lengths, 0.5), None
    yield "function_lines_p90", percentile(lengths, 0.9), 26
    yield "function_lines_max", max(lengths), 50
    yield "file_lines_max", max(figures["files"])[0], 400
    yield "brace_depth_max", max(f["depth"] for f in fs), 4
    yield "parameters_max", max(f["params"] for f in fs), 5
    yield "functions_over_5_parameters", sum(f["params"] > 5 for f in fs), 0
    yield "exported_functions_pct", round(100 * exported / len(fs), 1), 30
    yield "includes_max", max(figures["includes"])[0], 15
    yield "circles", len(figures["circles"]), 0


def print_worst(figures, n):
    for key in ("lines", "depth", "params"):
        print(f"\nmost {key}:")
        for f in sorted(figures["functions"], key=lambda f: -f[key])[:n]:
            print(f"  {f[key]:4d}  {f['file']}:{f['line']} {f['name']}")
    for key in ("files", "includes"):
        print(f"\nmost {'lines' if key == 'files' else 'includes'} of a file:")
        for count, name in sorted(figures[key], reverse=True)[:n]:
            print(f"  {count:4d}  {name}")
    print("\ncircles:")
    for part in figures["circles"]:
        print("  " + " ".join(part))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--worst", type=int, default=0, metavar="N")
    parser.add_argument("--check", action="store_true", help="exit 1 when a target is missed")
    options = parser.parse_args()
    figures = measure()
    missed = 0
    for name, value, target in rows(figures):
        over = target is not None and value > target
        missed += over
        print(f"{name:30s} {value:8}  {'' if target is None else f'at most {target}'}"
              f"{'  missed' if over else ''}")
    if options.worst:
        print_worst(figures, options.worst)
    sys.exit(1 if options.check and missed else 0)


main()
