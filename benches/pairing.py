#!/usr/bin/env python3
"""How long an act in one cockpit takes to the screen of another: two terminals, one engine between them.

    benches/pairing.py [--acts 100] [--program target/release/tminus]

tmux holds both terminals, and nothing else is needed. In the one a person says of a manual check that it is not so, and
why; the clock starts when the Enter that says it goes to that terminal, and stops when the fact stands in the journal on the
other one's screen. tmux and the looking (as often as tmux answers) are in every figure; how long one look takes is printed beside.
"""
import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time


# A row of the journal: the person's word of the check.
SAID = re.compile(r"^│ +(\d+) .* review-notes: fail", re.MULTILINE)


def newest(screen):
    """Returns the number of the newest such fact on a screen."""
    return max(map(int, SAID.findall(screen)), default=0)


class Tmux:
    """A tmux of our own, asked over one open connection: a process for each look would be slower than what is measured."""

    def __init__(self, home):
        self.socket = f"{home}/tmux"
        self.env = dict(PATH=os.environ["PATH"], HOME=home, XDG_RUNTIME_DIR=f"{home}/run", XDG_STATE_HOME=f"{home}/state",
                        XDG_CONFIG_HOME=f"{home}/config", XDG_CACHE_HOME=f"{home}/cache", XDG_DATA_HOME=f"{home}/share",
                        LANG="C.UTF-8", TERM="xterm-256color")
        os.mkdir(f"{home}/run", 0o700)

    def open(self, program, place):
        words = ["tmux", "-S", self.socket, "-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36", "-c", place]
        subprocess.run([*words, "-n", "one", f"{program} --as lior"], env=self.env, check=True)
        self.control = subprocess.Popen(["tmux", "-S", self.socket, "-C", "attach"], env=self.env, text=True, errors="replace",
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.answer()
        self.ask("refresh-client -f no-output")

    def ask(self, words):
        self.control.stdin.write(words + "\n")
        self.control.stdin.flush()
        return self.answer()

    def answer(self):
        lines, is_open = [], False
        for line in self.control.stdout:
            if line.startswith(("%end ", "%error ")):
                return "".join(lines)
            if is_open:
                lines.append(line)
            is_open = is_open or line.startswith("%begin ")
        sys.exit("tmux has ended")

    def press(self, window, key):
        self.ask(f"send-keys -t {window} {key}")

    def screen(self, window):
        return self.ask(f"capture-pane -p -t {window}")

    def until(self, window, is_so, limit=10):
        """Waits for a text on a screen, or for what is asked of it."""
        text, end = is_so if isinstance(is_so, str) else "what was done", time.monotonic() + limit
        is_there = (lambda screen: text in screen) if isinstance(is_so, str) else is_so
        while not is_there(self.screen(window)):
            if time.monotonic() > end:
                sys.exit(f"{text!r} did not come; the screens:\n{self.screen('one')}\n{self.screen('two')}")

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], env=self.env, capture_output=True)


def acts(tmux, count):
    """Says of a check in one terminal that it is not so; returns how long each took to the other's screen, in milliseconds."""
    took = []
    for number in range(count):
        # Not in step with anybody's beat.
        time.sleep(random.uniform(0.05, 0.35))
        says = f"seen-{number:04}-{random.randrange(1 << 20):05x}"
        tmux.press("one", "m")
        tmux.until("one", "No, it is not so")
        # A key that comes as soon as the question does was not meant for it.
        time.sleep(0.6)
        tmux.press("one", "Enter")
        tmux.until("one", "No: what is missing")
        tmux.press("one", f"-l {says}")
        tmux.until("one", says)
        time.sleep(0.7)
        before = newest(tmux.screen("two"))
        began = time.monotonic()
        tmux.press("one", "Enter")
        tmux.until("two", lambda screen: newest(screen) > before)
        took.append((time.monotonic() - began) * 1e3)
        tmux.until("one", lambda screen: "what is missing" not in screen)
    return took


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--acts", type=int, default=100)
    asked.add_argument("--program", default="target/release/tminus")
    asked = asked.parse_args()
    program = os.path.abspath(asked.program)
    # Whoever ends this ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory(prefix="tminus-pairing-") as home:
        tmux, place = Tmux(home), f"{home}/world"
        subprocess.run([program, "demo", "--dir", place, "--no-open"], env=tmux.env, check=True, stdout=subprocess.DEVNULL)
        try:
            tmux.open(program, place)
            tmux.until("one", "drives")
            tmux.ask(f"new-window -d -n two -c {place} {program}")
            tmux.until("two", "drives")
            for key in ["4", "/", "-l 'review notes'", "Enter"]:
                tmux.press("one", key)
                # What comes at once is a paste.
                time.sleep(0.3)
            tmux.until("one", "review-notes")
            for key in ["8", "G"]:
                tmux.press("two", key)
                time.sleep(0.3)
            looks = []
            for _ in range(200):
                began = time.monotonic()
                tmux.screen("two")
                looks.append((time.monotonic() - began) * 1e3)
            took, looks = sorted(acts(tmux, asked.acts)), sorted(looks)
        finally:
            tmux.close()
            subprocess.run([program, "engine", "stop"], env=tmux.env, cwd=place, capture_output=True, timeout=60)
    at = lambda of, share: of[min(len(of) - 1, int(len(of) * share))]
    print(f"{len(took)} acts, from the key to the other screen: half {at(took, 0.5):.1f} ms, 99 % {at(took, 0.99):.1f} ms, "
          f"longest {took[-1]:.1f} ms")
    print(f"one look at a screen: half {at(looks, 0.5):.2f} ms, 99 % {at(looks, 0.99):.2f} ms; load {os.getloadavg()[0]:.1f}")
    return 0 if at(took, 0.99) < 50 else 1


if __name__ == "__main__":
    sys.exit(main())
