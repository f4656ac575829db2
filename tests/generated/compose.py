"""What a generated report is made of, and what its maker knows of it.

A report is a list of blocks (headings, paragraphs, tables). Whoever puts a figure in adds the right answer by the
contract at the same moment, so that no answer ever comes from the parser. Cells hold lines; "\\n" parts them.
"""
import random
from collections import Counter
from dataclasses import dataclass, field

BODIES = ["甘谷县人民政府", "榆次区人民政府", "洪泽区人民政府", "平潭县人民政府", "会宁县人民政府", "嘉祥县人民政府", "宁阳县人民政府",
          "永春县人民政府", "铜鼓县人民政府", "天长市人民政府", "江山市人民政府", "南雄市人民政府", "昭平县人民政府", "夹江县人民政府"]
BLANKS = ["", "/", "-", "——", "无", "\u00a0", "—"]
LIKE = "巳末戌汆曰夭亳"  # letters that no label has, for misprints
WIDE_DIGITS = {ord(c): ord(c) - 48 + 0xFF10 for c in "0123456789"}


@dataclass
class Cell:
    text: str
    rows: int = 1
    cols: int = 1
    figure: bool = False


@dataclass
class Table:
    rows: list  # of lists of cells; a cell stands in the row where it begins
    widths: list  # of the columns, in any unit
    head: int = 1  # rows that a page may repeat
    caption: str = ""
    flat: bool = False  # no cell covers more than one row
    run: object = None  # the writer has to print its rows as text without parts


@dataclass
class Block:
    kind: str  # title, head, para, table
    text: str = ""
    table: Table = None


@dataclass
class Report:
    rng: random.Random
    year: int
    body: str
    blocks: list = field(default_factory=list)
    want: Counter = field(default_factory=Counter)
    optional: Counter = field(default_factory=Counter)  # what a reader may refuse
    open: set = field(default_factory=set)  # ids of which the contract leaves the reading open
    failing: list = field(default_factory=list)  # printed totals that a failed check has to name
    misprinted: bool = False  # a total is, even if no check has to say so
    notes: list = field(default_factory=list)  # variants, for the one who reads a failure
    style: dict = field(default_factory=dict)

    def add(self, kind, text="", table=None):
        self.blocks.append(Block(kind, text, table))

    def answer(self, ident, value, applicant="", scope="", approx=False):
        self.want[(ident, scope, applicant, round(float(value), 6), approx)] += 1

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)


def chance(rng, p):
    return rng.random() < p


def begin(seed, form, kind, years):
    rng = random.Random(f"{form}/{kind}/{seed}")
    body = rng.choice(BODIES)
    year = rng.choice(years)
    r = Report(rng, year, body)
    region = body[:-4]
    title = rng.choice([f"{region}{year}年政府信息公开工作年度报告", f"{body}{year}年政府信息公开工作年度报告",
                        f"{year}年{region}政府信息公开工作年度报告"])
    r.add("title", title)
    r.style = {
        "number": rng.choice([".", ".", "、", "．", "()"]),
        "narrow": chance(rng, 0.25),
        "quotes": rng.choice(["“”", "“”", '""']),
        "zero": rng.choice(["0", "0", "0", "mixed", *BLANKS]),
        "wide_digits": chance(rng, 0.06),
        "unit_in_cell": chance(rng, 0.08),
        "spaced": chance(rng, 0.12),
        "misprint": chance(rng, 0.12),
    }
    if kind == "pdf-loose":  # they fill their cells, and nothing parts them then
        r.style["wide_digits"] = False
    for k in ("wide_digits", "unit_in_cell", "spaced", "misprint"):
        if r.style[k]:
            r.note(k)
    return r


def number(rng, top=None):
    """A count as reports have them: often nothing, mostly small, now and then large."""
    k = rng.random()
    if k < 0.3:
        return 0
    if top is None:
        top = 9 if k < 0.6 else 120 if k < 0.85 else 3000 if k < 0.97 else 90000
    return rng.randint(0, top)


def figure(r, value, ident=None, applicant="", unit="", factor=1, blank_zero=True):
    """The text of a figure's cell; its answer is noted when the cell prints one."""
    style = r.style
    if value == 0 and blank_zero and style["zero"] != "0":
        kind = style["zero"]
        if kind == "mixed":
            kind = r.rng.choice(["0", "0", *BLANKS])
        if kind != "0":
            return Cell(kind, figure=True)
    text = f"{value:g}" if isinstance(value, float) and abs(value) < 1e5 else f"{value}"
    if style["unit_in_cell"] and unit and value >= 0:
        text += unit
    if style["wide_digits"]:
        text = text.translate(WIDE_DIGITS)
    if ident:
        r.answer(ident, value * factor, applicant)
    return Cell(text, figure=True)


def label(r, text, misprint=True):
    """A label with the variants of its number, brackets and quotes, blanks inside and, if asked for, a misprint."""
    rng, style = r.rng, r.style
    if text[:1].isdigit() and text[1:2] == "." or text[:2].isdigit() and text[2:3] == ".":
        n, rest = text.split(".", 1)
        text = f"（{n}）{rest}" if style["number"] == "()" else n + style["number"] + rest
    at = max(text.rfind("）") if text.endswith("）") else -1, 0)
    bare = text.split("（不")[0] if at else text
    if style["misprint"] and misprint and chance(rng, 0.08):
        begins = max(bare.find("."), bare.find("、"), bare.find("．"), bare.find("）"), bare.find("：")) + 1
        own = bare[begins:]
        if len(own) >= 9 and "《" not in own and "“" not in own and "政务微" not in own:
            k = begins + rng.randrange(2, len(own) - 2)
            text = text[:k] + (rng.choice(LIKE) if chance(rng, 0.5) else "") + text[k + 1:]
            r.note(f"misprint: {text}")
    if style["narrow"]:
        text = text.replace("（", "(").replace("）", ")")
    if style["quotes"] == '""':
        text = text.replace("“", '"').replace("”", '"')
    if style["spaced"] and chance(rng, 0.2) and len(text) > 3:
        k = rng.randrange(1, len(text))
        text = text[:k] + rng.choice([" ", "\u3000", "\u00a0", "  "]) + text[k:]
    return text


def upright(text):
    """A label written from top to bottom, one letter a line."""
    return "\n".join(text)


def widen(r, table):
    """Columns that an editor cut into several: every cell covers more of them, and none of its figures moves."""
    cuts = [r.rng.choice([1, 1, 2, 3]) for _ in table.widths]
    occupied = {}
    for y, row in enumerate(table.rows):
        x = 0
        for c in row:
            while (y, x) in occupied:
                x += 1
            for dy in range(c.rows):
                for dx in range(c.cols):
                    occupied[y + dy, x + dx] = True
            at = x
            x += c.cols
            c.cols = sum(cuts[at:at + c.cols])
    table.widths = [w / n for w, n in zip(table.widths, cuts) for _ in range(n)]
    r.note("widened")


def grid(table):
    """Places of the cells: list of (row, column, cell)."""
    taken, out = set(), []
    for y, row in enumerate(table.rows):
        x = 0
        for c in row:
            while (y, x) in taken:
                x += 1
            out.append((y, x, c))
            for dy in range(c.rows):
                for dx in range(c.cols):
                    taken.add((y + dy, x + dx))
            x += c.cols
    return out


def run_together(r):
    """Every table as text whose cells ran together, as a bad converter leaves it: no figure has to be read then."""
    for b in r.blocks:
        if b.table:
            between = r.rng.choice(["", "", " "])
            b.table.run = [t for t in (between.join(c.text.replace("\n", "") for c in row) for row in b.table.rows) if t]
    r.optional, r.want = r.want, Counter()
    r.misprinted, r.failing = bool(r.failing), []
    r.note("cells ran together")


def split(r, table, at, repeat):
    """Two tables as an editor leaves them at a page break: cells over the break are cut, their label with them."""
    first, second = [], []
    for y, x, c in grid(table):
        if y + c.rows <= at:
            first.append((y, x, c))
        elif y >= at:
            second.append((y - at, x, c))
        else:
            text = c.text
            cut = r.rng.choice([0, len(text), len(text) // 2]) if not c.figure else len(text)
            if 0 < cut < len(text):
                r.note("label cut")
            first.append((y, x, Cell(text[:cut] if cut else text, at - y, c.cols, c.figure)))
            second.append((0, x, Cell(text[cut:], c.rows - (at - y), c.cols, c.figure)))
    head = [(y, x, c) for y, x, c in grid(table) if y < table.head] if repeat else []
    down = table.head if repeat else 0
    second = head + [(y + down, x, c) for y, x, c in second]
    out = []
    for cells, rows in ((first, at), (second, len(table.rows) - at + down)):
        lines = [[] for _ in range(rows)]
        for y, x, c in sorted(cells, key=lambda k: k[:2]):
            lines[y].append(Cell(c.text, c.rows, c.cols, c.figure))
        out.append(Table(lines, table.widths, table.head))
    r.note(f"split at row {at}{', head again' if repeat else ''}")
    return out
