#!/usr/bin/env python3
"""Presses keys at random in a real terminal, and says what came of it.

    benches/monkey.py [--seconds 600] [--seed N] [--program target/debug/tminus]

tmux holds the terminal, and nothing else is needed. Keys come 5 to 150 ms apart, pastes and sizes among them. When the
cockpit is left by a q, it is opened again on the same world. It fails (exit status 1) where the program panicked or ended
badly, where anything was deployed or rolled back, where the journal is not whole, or where the terminal is not as it was.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

PRINTABLE = [chr(code) for code in range(0x20, 0x7f)]
NAMED = ["Enter", "Escape", "Tab", "BTab", "BSpace", "DC", "Up", "Down", "Left", "Right", "Home", "End", "PPage", "NPage",
         "F1", "F5", "C-c", "C-d", "C-u", "C-r", "C-a", "C-k", "C-l", "C-h", "C-j", "C-x", "C-g", "M-Enter", "M-x", "M-v"]
HEBREW = list("קראטוןםפשדגכעיחלזסבהנמצת")
SIZES = [(160, 48), (120, 36), (80, 24), (40, 12), (20, 5), (10, 3), (200, 60)]
# What tmux knows of a pane's terminal; all of it must be as it was.
FLAGS = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{mouse_sgr_flag} #{keypad_flag} #{insert_flag}"


class Terminal:
    """A terminal of the monkey's own, with a shell in it."""

    def __init__(self, home):
        self.socket = f"{home}/tmux"
        self.env = dict(PATH=os.environ["PATH"], HOME=home, XDG_STATE_HOME=f"{home}/state", XDG_CONFIG_HOME=f"{home}/config",
                        XDG_CACHE_HOME=f"{home}/cache", XDG_DATA_HOME=f"{home}/share", LANG="C.UTF-8", TERM="xterm-256color",
                        USER="monkey", LOGNAME="monkey", RUST_BACKTRACE="1",
                        # What keys at random would do in an editor is no concern of this.
                        EDITOR="true", VISUAL="true", PAGER="true")
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36", "exec sh -i")

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-S", self.socket, *words], env=self.env, capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else ""

    def type(self, line):
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def state(self):
        return self.tmux("display-message", "-p", FLAGS).strip()

    def wait(self, is_so, limit=60):
        end = time.monotonic() + limit
        while not is_so():
            if time.monotonic() > end:
                sys.exit(f"it did not come within {limit} s; the screen:\n{self.screen()}")
            time.sleep(0.05)


def press(terminal, chance):
    """Does one thing at random."""
    what = chance.random()
    if what < 0.62:
        terminal.tmux("send-keys", "-l", chance.choice(PRINTABLE))
    elif what < 0.93:
        terminal.tmux("send-keys", chance.choice(NAMED))
    elif what < 0.96:
        terminal.tmux("send-keys", "-l", chance.choice(HEBREW))
    elif what < 0.98:
        terminal.tmux("set-buffer", "".join(chance.choices(PRINTABLE + ["\n", "\t", "production\n"], k=20)))
        terminal.tmux("paste-buffer", "-p")
    else:
        columns, lines = chance.choice(SIZES)
        terminal.tmux("resize-window", "-x", str(columns), "-y", str(lines))


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=int, default=600)
    asked.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked.add_argument("--program", default="target/debug/tminus")
    asked = asked.parse_args()
    program, chance = os.path.abspath(asked.program), random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="tminus-monkey-") as home:
        terminal = Terminal(home)
        try:
            return run(terminal, program, home, asked, chance)
        finally:
            terminal.tmux("kill-server")


def said(path):
    """Returns what a shell has written to a file; nothing where it has not yet."""
    return open(path).read().strip() if os.path.exists(path) else ""


def run(terminal, program, home, asked, chance):
    world = f"{home}/world"
    terminal.type(f"{program} demo --dir {world} --no-open; stty -g >{home}/before; cd {world}; clear")
    terminal.wait(lambda: os.path.exists(f"{home}/before"))
    flags, opened, pressed = terminal.state(), 0, 0
    end = time.monotonic() + asked.seconds
    while time.monotonic() < end:
        if not terminal.state().startswith("1"):
            left = f"{home}/left-{opened}"
            if opened:
                # An editor or a pager gives the screen back in between: the cockpit was left when the shell says so.
                terminal.wait(lambda: said(left) or terminal.state().startswith("1"))
                if not said(left):
                    continue
            if opened and said(left) != "0":
                sys.exit(f"seed {asked.seed}: the cockpit ended badly:\n{terminal.screen()}")
            opened += 1
            terminal.type(f"clear; {program}; echo $? >{home}/left-{opened}")
            terminal.wait(lambda: terminal.state().startswith("1"))
        press(terminal, chance)
        pressed += 1
        time.sleep(chance.uniform(0.005, 0.15))
    # The way out that always works: close what is open, then ask to leave, and say yes.
    terminal.tmux("resize-window", "-x", "120", "-y", "36")
    for key in ["Escape", "C-c", "Escape", "Escape", "Escape", "q", "Tab", "Enter"] * 4:
        if not terminal.state().startswith("1"):
            break
        terminal.tmux("send-keys", key)
        time.sleep(0.6)
    terminal.wait(lambda: said(f"{home}/left-{opened}"), limit=30)
    return judge(terminal, program, home, world, (asked.seed, flags, opened, pressed))


def judge(terminal, program, home, world, ran):
    seed, flags, opened, pressed = ran
    terminal.type(f"stty -g >{home}/after; {program} journal --all --json >{home}/journal; {program} journal verify; echo $? >{home}/whole")
    terminal.wait(lambda: os.path.exists(f"{home}/whole"))
    faults = []
    codes = [open(f"{home}/left-{n}").read().strip() for n in range(1, opened + 1)]
    if any(code != "0" for code in codes):
        faults.append(f"exit statuses: {codes}")
    if open(f"{home}/before").read() != open(f"{home}/after").read():
        faults.append("the terminal's modes are not as they were")
    if terminal.state() != flags:
        faults.append(f"the terminal was {flags}, and is {terminal.state()}")
    if open(f"{home}/whole").read().strip() != "0":
        faults.append("the journal is not whole")
    entries = [json.loads(line) for line in open(f"{home}/journal") if line.strip()]
    kinds = {}
    for entry in entries:
        kinds[entry["kind"]] = kinds.get(entry["kind"], 0) + 1
        text = json.dumps(entry)
        if entry["kind"] == "action.started" and ("deploy-" in text or "rollback-" in text):
            faults.append(f"it acted: {text}")
    print(f"seed {seed}: {pressed} keys, {opened} times opened, {len(entries)} facts: {kinds}")
    print("\n".join(f"FAULT: {fault}" for fault in faults) or "nothing was deployed or rolled back; the terminal is as it was")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
