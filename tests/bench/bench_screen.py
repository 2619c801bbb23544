#!/usr/bin/python3
"""What the screen costs: the program in a terminal of 200x50, all plots live at ten
frames a second. CPU and memory are the kernel's own account of the main process; bytes
are counted where the terminal would be."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

PROGRAM, SECONDS = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 10
COLUMNS, LINES = 200, 50
BRAILLE = tuple(chr(c).encode()[:2] for c in (0x2800, 0x2840, 0x2880, 0x28C0))


def row(name, value, unit, target):
    print(f"{name:<52} {value:>10} {unit:<6} {target}")


def cpu_s(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_kb(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def start(*words):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8")
    begun = time.monotonic()
    child = subprocess.Popen([PROGRAM, *words], stdin=slave, stdout=slave, stderr=slave,
                             env=env, start_new_session=True)
    os.close(slave)
    return child, master, begun


def drain(master, until, stop=None):
    """Reads what the terminal gets until a moment; returns (bytes, when stop was seen)."""
    total, seen, tail = 0, None, b""
    while time.monotonic() < until:
        ready, _, _ = select.select([master], [], [], 0.05)
        if not ready:
            continue
        try:
            data = os.read(master, 65536)
        except OSError:  # the program has gone
            break
        total += len(data)
        if stop and seen is None and any(s in tail + data for s in stop):
            seen = time.monotonic()
            return total, seen
        tail = data[-4:]
    return total, seen


def leave(child, master):
    os.write(master, b"q")
    drain(master, time.monotonic() + 0.5)
    child.wait(5)
    os.close(master)


def first_sample():
    child, master, begun = start("--set", "warmup_s=0")
    _, seen = drain(master, begun + 5, BRAILLE)
    leave(child, master)
    return (seen - begun) * 1000 if seen else float("nan")


def main():
    times = sorted(first_sample() for _ in range(5))
    row("screen: exec to the first plotted sample, median of 5", f"{times[2]:.0f}", "ms",
        "150 + interval (100)")
    child, master, begun = start()
    drain(master, begun + 1.5)
    row("screen: memory of the main process at start", f"{rss_kb(child.pid) / 1024:.1f}",
        "MiB", "at most 8")
    before, at = cpu_s(child.pid), time.monotonic()
    written, _ = drain(master, at + SECONDS)
    elapsed = time.monotonic() - at
    row("screen: CPU of the main process, 10 frames/s, 200x50",
        f"{100 * (cpu_s(child.pid) - before) / elapsed:.2f}", "%", "at most 0.7")
    row("screen: bytes to the terminal", f"{written / elapsed / 1000:.1f}", "KB/s",
        "at most 15")
    leave(child, master)


main()
