"""Reports as PDF: drawn lines or none, pages broken inside a table, heads drawn again, text letter by letter.

A writer of its own: one page stream of text and lines, a CID font that is not embedded, by a predefined CMap or by
Identity with a ToUnicode map. Units are points from the page's top left; the file's origin is the bottom left.
"""
import zlib

from compose import grid

WIDTH, HEIGHT, MARGIN = 595, 842, 56
SIZE, LEAD = 10, 14
WIDE = "０１２３４５６７８９"


def advance(ch, size):
    return size * (0.5 if ord(ch) < 0x100 else 1)


def length(text, size):
    return sum(advance(c, size) for c in text)


def wrap(text, width, size, whole=False):
    """Lines that fit, broken anywhere but inside a number, as word processors do between Han; `whole`: digits of full
    width stay together too."""
    out = []
    for line in text.split("\n"):
        atoms = []
        for ch in line:
            if whole and atoms and ch in WIDE and atoms[-1][-1] in WIDE:
                atoms[-1] += ch
            elif atoms and ch.isascii() and (ch.isalnum() or ch in ".,%") and atoms[-1][-1].isascii() and \
                    (atoms[-1][-1].isalnum() or atoms[-1][-1] in ".,"):
                atoms[-1] += ch
            else:
                atoms.append(ch)
        now = ""
        for a in atoms:
            if now and length(now + a, size) > width:
                out.append(now)
                now = ""
            now += a
        out.append(now)
    return out


class Font:
    """Codes of letters and the font's objects."""

    def __init__(self, how):
        self.how, self.codes = how, {}

    def code(self, text):
        if self.how == "ucs2":
            return text.encode("utf-16-be").hex()
        if self.how == "gbk":
            return text.replace("\u00a0", " ").encode("gbk", "replace").hex()
        return "".join(f"{self.codes.setdefault(c, len(self.codes) + 1):04x}" for c in text)

    def objects(self, first):
        descriptor = (f"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
                      f"/Ascent 860 /Descent -140 /CapHeight 700 /StemV 80 >>")
        own = self.how == "own"
        if own:
            widths = "/W [" + " ".join(f"{i} [{500 if ord(c) < 0x100 else 1000}]" for c, i in self.codes.items()) + "]"
            order, cmap = "(Adobe) /Ordering (Identity)", "/Identity-H"
        else:
            widths, order = "/W [1 95 500 814 939 500]", "(Adobe) /Ordering (GB1)"
            cmap = "/UniGB-UCS2-H" if self.how == "ucs2" else "/GBK-EUC-H"
        out = [f"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding {cmap} /DescendantFonts [{first + 1} 0 R]"
               + (f" /ToUnicode {first + 3} 0 R" if own else "") + " >>",
               f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry {order} "
               f"/Supplement 2 >> /DW 1000 {widths} /FontDescriptor {first + 2} 0 R >>", descriptor]
        if own:
            rows = list(self.codes.items())
            text = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n" \
                   "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
            for i in range(0, len(rows), 100):
                part = rows[i:i + 100]
                text += f"{len(part)} beginbfchar\n" + "".join(
                    f"<{n:04x}> <{c.encode('utf-16-be').hex()}>\n" for c, n in part) + "endbfchar\n"
            out.append(stream((text + "endcmap end end").encode()))
        return out


def stream(data):
    packed = zlib.compress(data)
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


class Writer:
    def __init__(self, report, ruled):
        self.r, self.rng, self.ruled = report, report.rng, ruled
        self.font = Font(self.rng.choice(["ucs2", "gbk", "own"]))
        self.letters = self.rng.random() < 0.35
        self.how = self.rng.choice(["lines", "boxes", "bars"])
        self.numbered = self.rng.random() < 0.6
        self.repeat = self.rng.random() < 0.4
        self.align = self.rng.choice(["centre", "centre", "left"])
        self.pages, self.out, self.y = [], [], MARGIN
        report.note(f"pdf {self.font.how} {self.how if ruled else 'no lines'}{' letters' if self.letters else ''}"
                    f"{' heads again' if self.repeat else ''}")

    # ---- marks on the page

    def text(self, x, y, text, size=SIZE):
        """`y`: the top of the line."""
        base = HEIGHT - y - size * 0.88
        if self.letters:
            for ch in text:
                if ch not in " \u3000\u00a0":
                    self.out.append(f"BT /F {size} Tf 1 0 0 1 {x:.2f} {base:.2f} Tm <{self.font.code(ch)}> Tj ET")
                x += advance(ch, size)
        elif text.strip():
            self.out.append(f"BT /F {size} Tf 1 0 0 1 {x:.2f} {base:.2f} Tm <{self.font.code(text)}> Tj ET")

    def line(self, x0, y0, x1, y1):
        if self.how == "bars":
            w, h = max(x1 - x0, 0.5), max(y1 - y0, 0.5)
            self.out.append(f"{x0:.2f} {HEIGHT - y0 - h:.2f} {w:.2f} {h:.2f} re f")
        else:
            self.out.append(f"{x0:.2f} {HEIGHT - y0:.2f} m {x1:.2f} {HEIGHT - y1:.2f} l S")

    def box(self, x0, y0, x1, y1):
        if not self.ruled:
            return
        if self.how == "boxes":
            self.out.append(f"{x0:.2f} {HEIGHT - y1:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re S")
            return
        for a in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.line(*a)

    def end_page(self):
        if self.numbered:
            n = f"- {len(self.pages) + 1} -"
            self.text((WIDTH - length(n, 9)) / 2, HEIGHT - 36, n, 9)
        self.pages.append("0.5 w\n" + "\n".join(self.out))
        self.out, self.y = [], MARGIN

    def room(self, height):
        if self.y + height > HEIGHT - MARGIN:
            self.end_page()

    # ---- blocks

    def lines(self, text, size, indent=0, centred=False):
        width = WIDTH - 2 * MARGIN
        for k, t in enumerate(wrap("\u3000" * indent + text, width, size)):
            self.room(size * 1.5)
            x = MARGIN + ((width - length(t, size)) / 2 if centred else 0)
            lead = len(t) - len(t.lstrip("\u3000"))
            self.text(x + lead * size, self.y, t.lstrip("\u3000"), size)
            self.y += size * 1.5
            del k

    def cell_text(self, box, text, c):
        x0, y0, x1, y1 = box
        lines = wrap(text, x1 - x0 - 4, SIZE, not self.ruled)
        y = y0 + max((y1 - y0 - LEAD * len(lines)) / 2, 1) + 2
        for t in lines:
            room = x1 - x0 - length(t, SIZE)
            x = x0 + (room / 2 if self.align == "centre" or c.figure else 2)
            self.text(x, y, t)
            y += LEAD

    def heights(self, t, xs):
        """Of the rows, from their own cells first; a cell over several rows stretches the last of them."""
        h = [LEAD + 4.0] * len(t.rows)
        for y, x, c in sorted(grid(t), key=lambda k: k[2].rows):
            need = LEAD * len(wrap(c.text, xs[x + c.cols] - xs[x] - 4, SIZE, not self.ruled)) + 4
            short = need - sum(h[y:y + c.rows])
            if short > 0:
                for k in range(c.rows):
                    h[y + k] += short / c.rows
        return h

    def table(self, t):
        scale = (WIDTH - 2 * MARGIN) / sum(t.widths)
        xs = [MARGIN]
        for w in t.widths:
            xs.append(xs[-1] + w * scale)
        h = self.heights(t, xs)
        self.y += 4
        row, again = 0, 0
        while row < len(t.rows):
            limit, used, end = HEIGHT - MARGIN - self.y, 0.0, row
            again = sum(h[:t.head]) if row > 0 and self.repeat and row >= t.head else 0
            used = again
            while end < len(t.rows) and used + h[end] <= limit:
                used += h[end]
                end += 1
            if end < t.head + 1 and row == 0 and end < len(t.rows) or end == row:
                self.end_page()
                continue
            if again:
                self.part(t, xs, h, 0, t.head)
            self.part(t, xs, h, row, end)
            if end < len(t.rows):
                self.r.note(f"page break before row {end}")
                self.end_page()
            row = end
        self.y += 8

    def part(self, t, xs, h, first, end):
        """Rows [first, end) from here down; a cell over the break gets the lines of its text that fit."""
        top = [self.y]
        for k in range(first, end):
            top.append(top[-1] + h[k])
        for y, x, c in grid(t):
            a, b = max(y, first), min(y + c.rows, end)
            if a >= b:
                continue
            box = (xs[x], top[a - first], xs[x + c.cols], top[b - first])
            text = c.text
            if b - a < c.rows:  # cut: the label's lines go on below the break
                lines = wrap(text, box[2] - box[0] - 4, SIZE)
                above = int(sum(h[y:a]) // LEAD)
                fit = max(int((box[3] - box[1]) // LEAD), 1)
                here = lines[above:above + fit] if b < y + c.rows else lines[above:]
                text = "\n".join(here)
            self.box(*box)
            self.cell_text(box, text, c)
        self.y = top[-1]

    def document(self):
        for b in self.r.blocks:
            if b.kind == "table" and not b.table.run:
                self.table(b.table)
            elif b.kind == "table":
                for t in b.table.run:
                    self.lines(t, SIZE)
            elif b.kind == "title":
                self.lines(b.text, 18, centred=True)
                self.y += 10
            else:
                self.lines(b.text, 12 if b.kind == "head" else 11, 2)
        self.end_page()
        return self.file()

    def file(self):
        count = len(self.pages)
        font = 3 + 2 * count
        objects = ["<< /Type /Catalog /Pages 2 0 R >>",
                   f"<< /Type /Pages /Count {count} /Kids [" + " ".join(f"{3 + 2 * i} 0 R" for i in range(count)) + "] >>"]
        for i, page in enumerate(self.pages):
            objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {4 + 2 * i} 0 R "
                           f"/Resources << /Font << /F {font} 0 R >> >> >>")
            objects.append(stream(page.encode("ascii")))
        objects += self.font.objects(font)
        out, at = b"%PDF-1.5\n", []
        for i, o in enumerate(objects):
            at.append(len(out))
            out += f"{i + 1} 0 obj\n".encode() + (o if isinstance(o, bytes) else o.encode()) + b"\nendobj\n"
        xref = len(out)
        out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{a:010d} 00000 n \n".encode() for a in at)
        return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n".encode()


def write(report, kind):
    return Writer(report, kind != "pdf-loose").document(), ".pdf"
