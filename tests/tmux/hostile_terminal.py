#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The screen on terminals that misbehave: one that claims 65,535 columns, one that
reads nothing, one that vanishes, one that loses half of a report; and with the process
of the workers stopped. It must answer, end with the right status, and leave no process
behind.

usage: hostile_terminal.py PROGRAM PRESET
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PROGRAM, PRESET = sys.argv[1], sys.argv[2]
WAIT_S = 60


class Screen:
    def __init__(self, columns=120, rows=40):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.environ["TERM"] = "xterm-256color"
            os.execv(PROGRAM, [PROGRAM, PRESET])

    def read_until(self, text):
        seen, end = b"", time.monotonic() + WAIT_S
        while text not in seen:
            if time.monotonic() > end:
                sys.exit(f"no {text!r} within {WAIT_S} s")
            if select.select([self.fd], [], [], 0.1)[0]:
                seen += os.read(self.fd, 1 << 16)

    def wait(self, drains=True, key=b""):
        """The exit status, while the terminal goes on reading, or does not; key is
        pressed once a second until then."""
        end, press = time.monotonic() + WAIT_S, time.monotonic()
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if key and time.monotonic() >= press:
                os.write(self.fd, key)
                press += 1
            if drains and select.select([self.fd], [], [], 0.02)[0]:
                try:
                    os.read(self.fd, 1 << 16)
                except OSError:
                    pass
            else:
                time.sleep(0.02)
        os.kill(self.pid, signal.SIGKILL)
        sys.exit(f"did not end within {WAIT_S} s")


def own_processes():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/exe") == PROGRAM:
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    found.append((int(pid), f.read()))
        except OSError:
            pass
    return found


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got}, not {wanted}")
    end = time.monotonic() + WAIT_S
    while own_processes():
        if time.monotonic() > end:
            sys.exit(f"{what}: left behind: {own_processes()}")
        time.sleep(0.05)
    print(f"ok: {what}")


def huge(columns, rows):
    s = Screen(columns, rows)
    s.read_until(b"Experiment")
    os.write(s.fd, b"q")
    expect(f"{columns} x {rows}", s.wait(), 0)


def blocked():
    s = Screen()
    s.read_until(b"running")
    time.sleep(1)  # the terminal's buffer fills, and the screen waits in write
    os.kill(s.pid, signal.SIGTERM)
    expect("a terminal that reads nothing", s.wait(drains=False), 130)


def vanished():
    s = Screen()
    s.read_until(b"running")
    os.close(s.fd)
    expect("a terminal that vanished", s.wait(drains=False), 130)


def rig_stopped():
    s = Screen()
    s.read_until(b"running")
    for pid, line in own_processes():
        if b"__rig" in line:
            os.kill(pid, signal.SIGSTOP)
    os.write(s.fd, b"?")
    s.read_until(b"Keys")
    os.write(s.fd, b"q")  # closes the help
    os.write(s.fd, b"q")
    expect("workers that were stopped", s.wait(), 0)


def half_a_click():
    s = Screen()
    s.read_until(b"running")
    os.write(s.fd, b"\033[<0;1")  # the rest of the mouse's report is lost
    for _ in range(20):  # pictures go on
        s.read_until(b"\033[")
    # Read together with the half report, the first one is the end of that sequence.
    expect("half a click", s.wait(key=b"q"), 0)


huge(65535, 65535)
huge(65535, 24)
blocked()
vanished()
rig_stopped()
half_a_click()
