#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""judge_placement.py FOLDER CPUS NODES WORKERS VICTIMS PLACEMENT/MODE[/MODE]=CPU,CPU…:
the CPUs on which the kernel says the members may run, and the nodes that hold the
workers' memory, against what each placement must give; "*" stands for all CPUs. Victims
go on where the workers stopped, and an order that runs out begins again."""

import sys

folder, n_cpus, n_nodes, n_workers, n_victims = sys.argv[1], *map(int, sys.argv[2:6])
wrong, seen, left = [], {}, {}
for line in open(f"{folder}/placed"):
    placement, mode, *rest = line.split()
    if rest[0] == "left":
        left[placement, mode] = int(rest[1])
    else:
        kind, number, allowed, pages = rest
        seen.setdefault((placement, mode), {})[kind, int(number)] = (allowed, pages)


def node_of(cpu):
    return cpu * n_nodes // n_cpus


def nodes_in(pages):
    """Of ",1=256,1=256" the node of every region; all of its pages are to be there."""
    regions = [r.split("=") for r in pages.split(",") if "=" in r]
    return [int(node) if count == "256" else f"part of {node}" for node, count in regions]


def expect(what, found, expected):
    if found != expected:
        wrong.append(f"{what}: {found}, not {expected}")


def judge(placement, mode, cpus):
    victims = n_victims if mode == "threads" else 0
    members = seen.get((placement, mode), {})
    nodes = []
    expect(f"{placement}, {mode}: members", len(members), n_workers + victims)
    expect(f"{placement}, {mode}: left behind", left.get((placement, mode)), 0)
    for i in range(n_workers + victims):
        who = ("worker", i) if i < n_workers else ("victim", i - n_workers)
        name = f"{placement}, {mode}, {who[0]} {who[1]}"
        cpu = cpus[i % len(cpus)]
        allowed, pages = members.get(who, ("nothing", ""))
        expect(f"{name}: CPUs allowed", allowed, f"0-{n_cpus - 1}" if cpu == "*" else cpu)
        if cpu == "*" or i >= n_workers:
            continue
        nodes.append(node_of(int(cpu)))
        if mode == "processes":
            expect(f"{name}: nodes of its memory", nodes_in(pages), nodes[-1:])
    if nodes and mode == "threads":
        # They share the address space: as many regions on each node as it has workers.
        pages = members.get(("worker", 0), ("", ""))[1]
        expect(f"{placement}, {mode}: nodes of all regions",
               sorted(nodes_in(pages), key=str), sorted(nodes))


for argument in sys.argv[6:]:
    start, order = argument.split("=")
    placement, *modes = start.split("/")
    for mode in modes:
        judge(placement, mode, order.split(","))
for line in wrong:
    print(f"not so: {line}")
print(f"{len(seen)} starts looked at, {sum(map(len, seen.values()))} members")
sys.exit(bool(wrong))
