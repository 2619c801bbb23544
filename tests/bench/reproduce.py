#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures here what the sources published, and prints both beside each other.

reproduce.py PROGRAM [--seconds S] [--repeats N] [PIECE…]; without a piece, all of them.
Every piece is a preset run in interleaved repeats; a ratio is of runs of one repeat, so
that drift falls on both sides, and its interval is of the mean over the repeats.
"""
import argparse
import json
import math
import statistics
import subprocess
import sys

# Student's t for a 95 % interval, by degrees of freedom.
T95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26}


def interval(values):
    """Mean and half its 95 % interval."""
    mean = statistics.fmean(values)
    if len(values) < 2:
        return mean, math.nan
    half = T95.get(len(values) - 1, 2.0) * statistics.stdev(values) / math.sqrt(len(values))
    return mean, half


def text(values, unit=""):
    mean, half = interval(values)
    if unit == "ns":
        scale = next(s for s in ((1e6, "ms"), (1e3, "µs"), (0, "ns")) if abs(mean) >= s[0])
    elif unit == "/s":
        scale = next(s for s in ((1e6, "M/s"), (1e3, "k/s"), (0, "/s")) if abs(mean) >= s[0])
    else:
        scale = (1, unit)
    by = scale[0] or 1
    digits = 0 if abs(mean / by) >= 100 else 1 if abs(mean / by) >= 10 else 2
    return f"{mean / by:.{digits}f} ± {half / by:.{digits}f} {scale[1]}".rstrip()


class Runs:
    """The runs of one preset, by repeat and by the value of the swept key."""

    def __init__(self, options, preset, key, values, *more):
        words = [options.program, "run", preset, "--quiet", "--json", "-",
                 "--set", f"sweep.{key}=" + ",".join(values),
                 "--set", f"duration_s={options.seconds}", "--set", f"repeats={options.repeats}",
                 "--set", "warmup_s=0.5"]
        for pair in more:
            words += ["--set", pair]
        done = subprocess.run(words, stdout=subprocess.PIPE, check=False)
        if done.returncode:
            sys.exit(f"reproduce: {preset}: status {done.returncode}")
        self.values = values
        self.runs = {}
        for run in json.loads(done.stdout)["runs"]:
            self.runs[run["repeat"], values[run["point"]]] = run

    def each(self, value, figure):
        return [figure(self.runs[r, v]) for r, v in sorted(self.runs) if v == value]

    def ratios(self, a, b, figure):
        return [x / y for x, y in zip(self.each(a, figure), self.each(b, figure)) if y]


def metric(name):
    """The median of a run's intervals: what else the machine did falls out."""
    def figure(run):
        stats = run["summary"][name]
        return stats["median"] if stats else math.nan
    return figure


def victim_max_us(run):
    return max(v["latency_ns"]["max"] for v in run["victims"]) / 1e3


def victim_p99_us(run):
    return max(v["latency_ns"]["p99"] for v in run["victims"]) / 1e3


def around_frees(run, earlier_s):
    """The longest batch while A was freed, and in as long a time shortly before; us."""
    spans = [(i["t_s"] - i["elapsed_s"], i["t_s"], i["victim"]["stall_max_ns"]) for i in run["intervals"]]

    def longest(begin, end):
        return max((ns / 1e3 for a, b, ns in spans if b > begin and a < end and ns), default=None)

    pairs = []
    for at, done in zip(run["markers"], run["markers"][1:]):
        if at["what"] == "free" and done["from"] == "done in":
            pair = [longest(at["t_s"] - s, done["t_s"] - s) for s in (0, earlier_s)]
            if None not in pair:
                pairs.append(pair)
    return pairs


NS, OPS = metric("ns_per_op"), metric("ops_per_s")


def madvise(o):
    r = Runs(o, "madvise-classic", "threads", ["1", "2"])
    yield ("madvise, untouched page, 2 threads against 1: time", "7.9x (342 ms, 2,700 ms; 1 M calls)",
           text(r.ratios("2", "1", NS), "x") + f" ({text(r.each('1', NS), 'ns')}; {text(r.each('2', NS), 'ns')})")
    r = Runs(o, "madvise-scaling", "threads", ["1", "2"], "touch=yes")
    yield ("the same, page touched first", "none", text(r.ratios("2", "1", NS), "x"))


def free(o):
    r = Runs(o, "free-vs-reuse", "params.method", ["munmap", "reuse"], "victims=1")
    slow = metric("victim_slowdown")
    yield ("munmap against reuse: time", "none", text(r.ratios("munmap", "reuse", NS), "x"))
    yield ("a victim beside munmap; beside reuse: slowdown", "none",
           f"{text(r.each('munmap', slow), 'x')}; {text(r.each('reuse', slow), 'x')}")


def bystander(o):
    r = Runs(o, "bystander", "params.method", ["munmap", "reuse"])
    yield ("bystander's p99 of a batch, µs: munmap; reuse", "98; 97 (its own unit)",
           f"{text(r.each('munmap', victim_p99_us))}; {text(r.each('reuse', victim_p99_us))}")
    yield ("bystander's maximum, µs: munmap; reuse", "293; 129 (its own unit)",
           f"{text(r.each('munmap', victim_max_us))}; {text(r.each('reuse', victim_max_us))}")
    r = Runs(o, "bystander", "params.method", ["munmap", "reuse"], "interval_ms=10", "params.every_ms=200")
    for method in r.values:
        pairs = sum(r.each(method, lambda run: around_frees(run, 0.05)), [])
        during, before = (statistics.median(p[k] for p in pairs) if pairs else math.nan for k in (0, 1))
        yield (f"bystander's longest batch in the 10 ms of a free by {method}; 50 ms before, µs", "none",
               f"{during:.1f}; {before:.1f} (medians of {len(pairs)}; longer in "
               f"{sum(a > b for a, b in pairs)} of them)")


def mmap1(o):
    r = Runs(o, "mmap1-processes", "mode", ["threads", "processes"])
    yield ("mmap1, processes against threads: operations", "none (12 processes 1.72 M/s, 96 1.01 M/s)",
           text(r.ratios("processes", "threads", OPS), "x")
           + f" ({text(r.each('processes', OPS), '/s')}; {text(r.each('threads', OPS), '/s')})")


def pmap(o):
    r = Runs(o, "pmap-epoch", "params.reclaim", ["mutex", "epoch"])
    more = [100 * (x - 1) for x in r.ratios("epoch", "mutex", OPS)]
    yield ("epochs against one lock: operations", "+252.018 % ± 1.063 (96 processes)", "+" + text(more, "%"))


def ceiling(o):
    pages = ["32", "33", "34"]
    r = Runs(o, "ceiling-flip", "params.pages", pages)
    full = metric("full_flushes_per_op")
    for p in pages:
        yield (f"{p} pages: full flushes an operation; time", "ceiling 33 (kernel)",
               f"{text(r.each(p, full))}; {text(r.each(p, NS), 'ns')}")


PIECES = {"madvise": madvise, "free": free, "bystander": bystander, "mmap1": mmap1,
          "pmap": pmap, "ceiling": ceiling}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("program")
    p.add_argument("pieces", nargs="*", metavar="PIECE", help=", ".join(PIECES))
    p.add_argument("--seconds", type=float, default=2)
    p.add_argument("--repeats", type=int, default=5)
    options = p.parse_intermixed_args()
    unknown = [x for x in options.pieces if x not in PIECES]
    if unknown:
        p.error(f"no such piece: {unknown[0]}; there are {', '.join(PIECES)}")
    print("| what | published | here, mean and 95 % interval |\n| --- | --- | --- |")
    for name in options.pieces or PIECES:
        for row in PIECES[name](options):
            print("| " + " | ".join(row) + " |", flush=True)


main()
