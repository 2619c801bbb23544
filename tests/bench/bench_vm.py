#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long `make vm` takes: from its start to the first plots of the screen inside the
virtual machine, on a terminal of 120x40, at 8 CPUs and 2 nodes. Arguments: the program,
and how often (3)."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM, TIMES = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
PATIENCE_S = 90


def wait_for(master, words, until):
    """True when the words came before the moment; what follows is left unread."""
    seen = b""
    while time.monotonic() < until:
        if not select.select([master], [], [], 0.1)[0]:
            continue
        try:
            seen = seen[-4096:] + os.read(master, 65536)
        except OSError:  # it has ended
            return False
        if words in seen:
            return True
    return False


def start_to_screen(accel):
    with tempfile.TemporaryDirectory() as home:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", VM_PROGRAM=PROGRAM,
                   VM_CPUS="8", VM_NODES="2", VM_ACCEL=accel, XDG_CONFIG_HOME=home)
        begun = time.monotonic()
        child = subprocess.Popen([f"{ROOT}/src/vm/boot.sh", "-o", f"{home}/out"], env=env,
                                 stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        found = wait_for(master, b"Runtime per operation", begun + PATIENCE_S)
        took_s = time.monotonic() - begun
        os.write(master, b"q")
        wait_for(master, b"\0 never", time.monotonic() + 15)
        if child.poll() is None:
            child.terminate()
        child.wait()
        os.close(master)
        return took_s if found else None


def main():
    start_to_screen("tcg")  # makes the image
    name = f"{'vm: start to screen, 8 CPUs, no KVM':<52}"
    tries = [start_to_screen("tcg") for _ in range(TIMES)]
    times = sorted(took_s for took_s in tries if took_s is not None)
    if not times:
        print(f"{name} not here: no screen within {PATIENCE_S} s; this machine is too busy")
        return
    late = f"; {len(tries) - len(times)} not within {PATIENCE_S} s" if len(times) < len(tries) else ""
    print(f"{name} {times[len(times) // 2]:>10.1f} s      "
          f"{times[0]:.1f} to {times[-1]:.1f}; at most 15{late}")


main()
