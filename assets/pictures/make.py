#!/usr/bin/env python3
"""Makes the README's pictures from the real program: a release day in the rehearsal world, driven by keys in tmux.

    cargo build --release && assets/pictures/make.py [PROGRAM]

It needs tmux and nothing else. Every picture is what the terminal showed: nothing is drawn by hand, and a moment that does not
come within its time ends the script with an error. PROGRAM is target/release/tminus unless told.
"""
import html
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS, LINES = 120, 36
# The size of one cell, in the picture's own units.
WIDE, HIGH, FONT = 8.4, 18, 14
# Lines that frames are made of: which edges of the cell each sign joins. Fonts leave gaps between them, so they are drawn.
FRAMES = {"─": "lr", "│": "ud", "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu", "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru", "┼": "lrud"}
INK, PAPER = "#d6d8e0", "#1b1c25"
SIXTEEN = ["#21222c", "#ff6b6b", "#7bd88f", "#e5c07b", "#6cb6ff", "#c792ea", "#56d4dd", "#c8ccd4",
           "#6b7089", "#ff8f8f", "#9cf0ae", "#ffd98a", "#93caff", "#dcb3ff", "#83ecf3", "#ffffff"]


def indexed(number):
    """Returns the colour of a number of the 256."""
    if number < 16:
        return SIXTEEN[number]
    if number < 232:
        level = lambda n: 0 if n == 0 else 55 + 40 * n
        number -= 16
        return "#%02x%02x%02x" % (level(number // 36), level(number // 6 % 6), level(number % 6))
    return "#" + "%02x" % (8 + 10 * (number - 232)) * 3


class Look:
    """The colours and the weight that the escape sequences have set so far."""

    def __init__(self):
        self.ink = self.paper = None
        self.is_bold = self.is_reversed = self.is_underlined = False

    def obey(self, codes):
        codes = [int(code or 0) for code in codes.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.__init__()
            elif code in (1, 22):
                self.is_bold = code == 1
            elif code in (4, 24):
                self.is_underlined = code == 4
            elif code in (7, 27):
                self.is_reversed = code == 7
            elif code in (38, 48):
                kind, colour = codes.pop(0), None
                if kind == 5:
                    colour = indexed(codes.pop(0))
                elif kind == 2:
                    colour, codes = "#%02x%02x%02x" % tuple(codes[:3]), codes[3:]
                self.ink, self.paper = (colour, self.paper) if code == 38 else (self.ink, colour)
            elif code in (39, 49):
                self.ink, self.paper = (None, self.paper) if code == 39 else (self.ink, None)
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.ink = SIXTEEN[code - 30 if code < 90 else code - 82]
            elif 40 <= code <= 47 or 100 <= code <= 107:
                self.paper = SIXTEEN[code - 40 if code < 100 else code - 92]

    def colours(self):
        if self.is_reversed:
            return self.paper or PAPER, self.ink or INK
        return self.ink or INK, self.paper


def columns_of(text):
    """Returns how many columns a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def framed(text, x, y, ink):
    """Returns the lines of a run of signs that frames are made of."""
    path = []
    for at, sign in enumerate(text):
        left, top = x + at * WIDE, y
        middle, centre = left + WIDE / 2, top + HIGH / 2
        ends = {"l": f"H{left:.1f}", "r": f"H{left + WIDE:.1f}", "u": f"V{top}", "d": f"V{top + HIGH}"}
        path += [f"M{middle:.1f} {centre}{ends[edge]}" for edge in FRAMES[sign]]
    return f'<path d="{"".join(path)}" stroke="{ink}" fill="none"/>'


def drawn(screen, rows):
    """Returns a screen with its escape sequences as the inside of a picture; `rows` keeps each row that differs, once."""
    # tmux tells a look once, and goes on with it over the ends of lines.
    whole, look = [], Look()
    for row, line in enumerate(screen.split("\n")[:LINES]):
        papers, parts, column = [], [], 0
        for piece in re.split(r"(\x1b\[[0-9;:]*m)", line):
            if piece.startswith("\x1b["):
                look.obey(piece[2:-1].replace(":", ";"))
                continue
            # Words, spaces and frames are drawn apart: a run of spaces without a background is nothing to draw.
            for text in re.findall(r" {2,}|[─│╭╮╰╯├┤┬┴┼]+|(?:[^ ─│╭╮╰╯├┤┬┴┼]| (?! ))+| ", piece):
                wide, (ink, paper) = columns_of(text), look.colours()
                x, y = column * WIDE, 0
                if paper:
                    papers.append(f'<rect x="{x:.1f}" y="{y}" width="{wide * WIDE:.1f}" height="{HIGH}" fill="{paper}"/>')
                if text[0] in FRAMES:
                    parts.append(framed(text, x, y, ink))
                elif text.strip():
                    weight = ' font-weight="700"' if look.is_bold else ""
                    weight += ' text-decoration="underline"' if look.is_underlined else ""
                    shown = html.escape(text.rstrip())
                    length = columns_of(text.rstrip()) * WIDE
                    parts.append(f'<text x="{x:.1f}" y="{y + FONT}" fill="{ink}" textLength="{length:.1f}" '
                                 f'lengthAdjust="spacingAndGlyphs"{weight}>{shown}</text>')
                column += wide
        inside = "".join(papers + parts)
        if inside:
            name = rows.setdefault(inside, f"r{len(rows)}")
            whole.append(f'<use href="#{name}" y="{row * HIGH}"/>')
    return "".join(whole)


def picture(frames):
    """Returns frames, each with the seconds that it stays, as one picture; several are shown one after another, for ever."""
    wide, high = COLUMNS * WIDE + 24, LINES * HIGH + 24
    whole = sum(seconds for _, seconds in frames)
    style, groups, begin, rows = [], [], 0.0, {}
    for number, (screen, seconds) in enumerate(frames):
        if len(frames) > 1:
            a, b = 100 * begin / whole, 100 * (begin + seconds) / whole
            before = f"0%,{a:.3f}%{{opacity:0}}" if a > 0 else ""
            after = f"{b:.3f}%,100%{{opacity:0}}" if b < 100 else ""
            style.append(f"@keyframes f{number}{{{before}{a + 0.001:.3f}%,{b - 0.001:.3f}%{{opacity:1}}{after}}}"
                         f"#f{number}{{animation:f{number} {whole:.1f}s step-end infinite;opacity:0}}")
        groups.append(f'<g id="f{number}">{drawn(screen, rows)}</g>')
        begin += seconds
    kept = "".join(f'<g id="{name}">{inside}</g>' for inside, name in rows.items())
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" '
            f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" '
            f'font-size="{FONT}" xml:space="preserve"><style>{"".join(style)}</style><defs>{kept}</defs>'
            f'<rect width="100%" height="100%" rx="10" fill="{PAPER}"/><g transform="translate(12 12)">{"".join(groups)}</g></svg>\n')


class Desk:
    """A terminal of its own, with the program in it."""

    def __init__(self, program, home):
        self.socket = os.path.join(home, "tmux")
        keep = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
        self.env = dict(keep, HOME=home, XDG_STATE_HOME=f"{home}/state", XDG_CONFIG_HOME=f"{home}/config",
                        XDG_CACHE_HOME=f"{home}/cache", XDG_DATA_HOME=f"{home}/share", TZ="UTC", USER="dana", LOGNAME="dana",
                        LANG="C.UTF-8", TERM="xterm-256color", COLORTERM="truecolor")
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES),
                  f"exec {program} demo --scenario bad-release")

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-S", self.socket, *words], env=self.env, capture_output=True, text=True, check=True)
        return done.stdout

    def screen(self):
        return self.tmux("capture-pane", "-p", "-e")

    def keys(self, *keys):
        for key in keys:
            self.tmux("send-keys", key)
            # A person's pace: faster keys are not taken for meant where something is confirmed.
            time.sleep(0.5)

    def wait(self, *texts, limit=240):
        """Waits until all texts are on the screen."""
        end = time.monotonic() + limit
        while True:
            plain = self.tmux("capture-pane", "-p")
            if all(re.search(text, plain) for text in texts):
                return self.screen()
            if time.monotonic() > end:
                sys.exit(f"{texts} did not come within {limit} s:\n{plain}")
            time.sleep(0.1)

    def end(self):
        self.tmux("kill-server")


def fly(desk):
    """Flies the release day that the README tells, and returns its moments, each with the seconds that it is shown, and the one that
    the README begins with: production burns."""
    moments = []

    def show(seconds, screen):
        moments.append((screen, seconds))

    def act(key, title):
        desk.keys(key)
        show(2.5, desk.wait(title, "Cancel"))
        time.sleep(0.5)
        desk.keys("Tab", "Enter")

    def ends(words):
        screen = desk.wait("How it ended", words)
        desk.keys("Escape")
        desk.wait("Environments")
        return screen

    def approve(who, *down):
        desk.keys("U")
        desk.wait("Act as")
        time.sleep(0.6)
        desk.keys(*down, "Enter")
        desk.wait(f"{who} drives")
        desk.keys("a")
        desk.wait(f"Approve as {who}")
        time.sleep(0.5)
        desk.keys("Enter")
        desk.wait("Type .production")
        time.sleep(0.5)
        desk.keys(*"production", "Enter")
        desk.wait("approve deploy-production")

    def name():
        time.sleep(0.5)
        desk.keys(*"production")
        show(1.5, desk.screen())
        desk.keys("Enter")

    desk.wait("production", "healthy", "following")
    desk.keys("j")
    show(2.5, desk.screen())
    act("d", "Deploy staging")
    show(1.5, desk.wait("Output", "pulling"))
    show(1.5, ends("runs in staging"))
    act("v", "Verify staging")
    show(2, ends("good"))
    desk.keys("j", "j")
    act("d", "Deploy production")
    desk.wait("waits 0/2")
    approve("dana")
    approve("omer", "j")
    desk.keys("d")
    show(3, desk.wait("Type .production"))
    name()
    show(1.5, ends("runs in production"))
    fire = desk.wait("production unhealthy since", "rolls back to 0.9.4")
    show(4, fire)
    act("v", "Verify production")
    show(3, ends("not good"))
    desk.keys("r")
    desk.wait("Roll back production: why")
    time.sleep(0.5)
    desk.tmux("send-keys", "-l", "slow, and full of errors")
    time.sleep(0.5)
    desk.keys("Enter")
    show(3, desk.wait("Type .production"))
    name()
    show(2, ends("0.9.4 is back in production"))
    show(4, desk.wait("0.9.4", "healthy"))
    return moments, fire


def main():
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../target/release/tminus"))
    with tempfile.TemporaryDirectory(prefix="tminus-pictures-") as home:
        desk = Desk(program, home)
        try:
            moments, fire = fly(desk)
        finally:
            desk.end()
    for name, frames in (("overview", [(fire, 1)]), ("release-day", moments)):
        path = os.path.join(HERE, f"{name}.svg")
        with open(path, "w", encoding="utf-8") as out:
            out.write(picture(frames))
        print(f"{os.path.relpath(path)}: {len(frames)} moments, {os.path.getsize(path) // 1024} KB")


if __name__ == "__main__":
    main()
