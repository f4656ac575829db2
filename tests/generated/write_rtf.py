"""Reports as RTF: letters as bytes of GBK or as \\u, cells by their right edges, spans as merged cells or as wide ones."""
from compose import grid

TWIPS = 8600  # of a table
FONTS = {"gbk": (rb"\ansi\ansicpg936", 134), "unicode": (rb"\ansi\ansicpg1252", 0), "both": (rb"\ansi\ansicpg936\uc2", 134),
         "raw": (rb"\ansi\ansicpg936", 0), "box": (rb"\ansi\ansicpg1252", 134), "unnamed": (rb"\ansi", 0)}
PICTURE = (rb"{\*\shppict{\pict{\*\picprop{\sp{\sn fLine}{\sv 0}}}\picw10\pich10\pngblip" b"\r\n89504e470d0a1a0a}}"
           rb"{\nonshppict{\pict\wmetafile8 0100}}{\pict\jpegblip\bin4 \}{x}")
HEAD = (rb"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\qc heading 1;}}{\*\generator Msftedit 5.41;}"
        rb"{\info{\title x9}{\author 12}}\viewkind4\deflang1033\deflangfe2052")
ASIDE = [rb"{\header\pard\qc 1999\'c4\'ea\par}", rb"{\footerr\pard\fs18 77\par}", rb"{\*\bkmkstart _Toc1}{\*\bkmkend _Toc1}"]
NOISE = [rb"{\v 9999}", rb"{\deleted 88}", rb"{\*\xmlopen{\factoidname 12}}", rb"{\field{\*\fldinst PAGE 7}{\fldrslt}}",
         rb"{\footnote\pard\plain 31\par}", rb"{\upr{77}{\*\ud{}}}", PICTURE]
SPECIAL = {"“": rb"\ldblquote ", "”": rb"\rdblquote ", "—": rb"\emdash ", "\u00a0": rb"\~"}


class Writer:
    def __init__(self, report):
        self.r, self.rng = report, report.rng
        self.letters = self.rng.choice(sorted(FONTS))
        self.again = self.rng.random() < 0.5  # the row's definition, behind its cells
        self.joined = self.rng.random() < 0.3  # cells over columns as merged ones
        self.said = self.rng.random() < 0.85  # \intbl
        self.noise = self.rng.random() < 0.3
        self.cut_runs = self.rng.random() < 0.4
        self.breaks = self.rng.choice([rb"\line ", rb"\par "])
        report.note(f"letters {self.letters}")

    def unit(self, c):
        out = b""
        units = c.encode("utf-16-le")
        for i in range(0, len(units), 2):
            n = int.from_bytes(units[i:i + 2], "little", signed=True)
            fallback = b"?"
            if self.letters == "both":
                try:
                    fallback = b"".join(b"\\'%02x" % b for b in c.encode("gbk"))
                except UnicodeEncodeError:
                    fallback = b"??"
                fallback = fallback if len(fallback) == 8 else b"??"
            out += b"\\u%d" % n + fallback
        return out

    def letter(self, c):
        if c in "\\{}":
            return b"\\" + c.encode()
        if ord(c) < 0x80:
            return c.encode()
        if c in SPECIAL and self.noise:
            return SPECIAL[c]
        if self.letters in ("unicode", "both"):
            return self.unit(c)
        try:
            data = c.encode("gbk")
        except UnicodeEncodeError:
            return b"\\u%d?" % int.from_bytes(c.encode("utf-16-le")[:2], "little", signed=True)
        if self.letters == "raw":
            return data
        # the second byte stands as it is where it is a letter, as Word leaves it
        return b"".join(bytes([b]) if 0x40 <= b < 0x7b and b != 0x5c else b"\\'%02x" % b for b in data)

    def run(self, text):
        parts = [text]
        if self.cut_runs and len(text) > 1:
            k = self.rng.randrange(1, len(text))
            parts = [text[:k], text[k:]]
        out = b"".join(rb"{\rtlch\fcs1 \af0 \ltrch\fcs0 \loch\af0\hich\af0\dbch\f1 " + b"".join(map(self.letter, p)) + b"}"
                       for p in parts if p)
        if self.noise and self.rng.random() < 0.2:
            out += self.rng.choice(NOISE)
        return out + (b"\r\n" if self.rng.random() < 0.5 else b"")

    def lines(self, text):
        return self.breaks.join(self.run(t) for t in text.split("\n"))

    def paragraph(self, text, centred=False):
        return rb"\pard\plain " + (rb"\qc " if centred else rb"\ql ") + self.lines(text) + rb"\par "

    def row(self, cells, edges, first):
        define = rb"\trowd\irow0\trgaph108\trleft" + b"%d" % edges[0]
        texts = []
        for x, cols, merge, text in cells:
            steps = range(x + 1, x + cols + 1) if self.joined else [x + cols]
            for k, right in enumerate(steps):
                if cols > 1 and self.joined:
                    define += rb"\clmrg" if k else rb"\clmgf"
                define += {"": b"", "begin": rb"\clvmgf", "on": rb"\clvmrg"}[merge]
                define += rb"\clvertalc\clbrdrt\brdrs\brdrw4\clftsWidth3\clwWidth900\cellx" + b"%d" % (edges[right] + first)
                texts.append(text if k == 0 else "")
        into = rb"\pard\plain \qc\intbl " if self.said else rb"\pard\plain \qc "
        out = define + b"".join(into + self.lines(t) + rb"\cell " for t in texts)
        return out + (into + b"{" + define + rb"\row }" if self.again else rb"\row ")

    def table(self, t):
        rows = [[] for _ in t.rows]
        for y, x, c in grid(t):
            for dy in range(c.rows):
                rows[y + dy].append((x, c.cols, "" if c.rows == 1 else "begin" if dy == 0 else "on", "" if dy else c.text))
        edges, whole = [-108], float(sum(t.widths))
        for w in t.widths:
            edges.append(edges[-1] + max(int(TWIPS * w / whole), 150))
        return b"\r\n".join(self.row(sorted(row), edges, self.rng.choice([0, 0, 5])) for row in rows) + rb"\pard "

    def document(self):
        kind, charset = FONTS[self.letters]
        out = [b"{\\rtf1" + kind + rb"\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fnil\fcharset" +
               b"%d" % charset + rb"\fprq2{\*\panose 02010600030101010101}\'cb\'ce\'cc\'e5{\*\falt SimSun};}}" + HEAD]
        if self.noise:
            out += ASIDE
        for b in self.r.blocks:
            if b.kind == "table" and not b.table.run:
                if out[-1].endswith(rb"\pard "):
                    out.append(rb"\par ")
                out.append(self.table(b.table))
            elif b.kind == "table":
                out += [self.paragraph(t) for t in b.table.run]
            else:
                out.append(self.paragraph(b.text, b.kind == "title"))
        return b"\r\n".join(out) + b"}"


def write(report, kind):
    del kind
    return Writer(report).document(), ".rtf"
