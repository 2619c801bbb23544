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
    child, master, begun = start("madvise-scaling", "--set", "warmup_s=0")
    _, seen = drain(master, begun + 5, BRAILLE)
    leave(child, master)
    return (seen - begun) * 1000 if seen else float("nan")


# A key, and what is nowhere on the screen before it has done its work.
ANSWERS = ((b"?", b"Keys"), (b"m", b"Messages"), (b"x", b"Explained"),
           (b"z", b"cursor"), (b"\t", b"p99.9"))


def answer_ms(master, key, words):
    """From the key to the last of the words it brings."""
    drain(master, time.monotonic() + 0.31)
    begun = time.monotonic()
    os.write(master, key)
    tail = b""
    while time.monotonic() < begun + 2:
        if not select.select([master], [], [], 0.05)[0]:
            continue
        tail += os.read(master, 65536)
        if words in tail:
            return (time.monotonic() - begun) * 1000
    return float("inf")


def keys():
    """Every kind of key, at moments that have nothing to do with the frames."""
    child, master, begun = start("madvise-scaling", "--set", "threads=64", "--set", "warmup_s=0")
    drain(master, begun + 3)
    times = []
    for turn in range(4):
        for key, words in ANSWERS:
            drain(master, time.monotonic() + 0.013 * (turn + 1))
            times.append(answer_ms(master, key, words))
            os.write(master, b"\x1b[Z" if key == b"\t" else b"\x1b")
    times.sort()
    row("screen: a key shows its effect, 64 workers, median", f"{times[len(times) // 2]:.1f}",
        "ms", "at most 30")
    row("screen: the same, slowest of 20", f"{times[-1]:.1f}", "ms", "")
    leave(child, master)


def main():
    times = sorted(first_sample() for _ in range(5))
    row("screen: exec to the first plotted sample, median of 5", f"{times[2]:.0f}", "ms",
        "150 + interval (100)")
    child, master, begun = start("madvise-scaling")
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
    keys()


main()
