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


def nodes_in(pages, size):
    """Of ",1=256,1=256" the node of every region of that size; of others, none. Pages
    spread over two nodes would be a region of neither size."""
    regions = [r.split("=") for r in pages.split(",") if "=" in r]
    strange = [r for r in regions if r[1] not in ("256", "320")]
    return [int(node) for node, count in regions if count == size] + strange


def expect(what, found, expected):
    if found != expected:
        wrong.append(f"{what}: {found}, not {expected}")


def judge(placement, mode, cpus):
    victims = n_victims if mode == "threads" else 0
    members = seen.get((placement, mode), {})
    nodes, victim_nodes = [], []
    expect(f"{placement}, {mode}: members", len(members), n_workers + victims)
    expect(f"{placement}, {mode}: left behind", left.get((placement, mode)), 0)
    for i in range(n_workers + victims):
        who = ("worker", i) if i < n_workers else ("victim", i - n_workers)
        name = f"{placement}, {mode}, {who[0]} {who[1]}"
        cpu = cpus[i % len(cpus)]
        allowed, pages = members.get(who, ("nothing", ""))
        expect(f"{name}: CPUs allowed", allowed, f"0-{n_cpus - 1}" if cpu == "*" else cpu)
        if cpu == "*":
            continue
        if i >= n_workers:
            victim_nodes.append(node_of(int(cpu)))
            continue
        nodes.append(node_of(int(cpu)))
        if mode == "processes":
            expect(f"{name}: nodes of its memory", nodes_in(pages, "256"), nodes[-1:])
    if nodes and mode == "threads":
        # They share the address space: as many regions on each node as it has workers.
        pages = members.get(("worker", 0), ("", ""))[1]
        expect(f"{placement}, {mode}: nodes of all regions",
               sorted(nodes_in(pages, "256"), key=str), sorted(nodes))
        # The victims of a node share one working set, on it.
        expect(f"{placement}, {mode}: nodes of the victims' pages",
               sorted(nodes_in(pages, "320"), key=str), sorted(set(victim_nodes)))


for argument in sys.argv[6:]:
    start, order = argument.split("=")
    placement, *modes = start.split("/")
    for mode in modes:
        judge(placement, mode, order.split(","))
for line in wrong:
    print(f"not so: {line}")
print(f"{len(seen)} starts looked at, {sum(map(len, seen.values()))} members")
sys.exit(bool(wrong))
