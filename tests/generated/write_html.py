"""Reports as web pages: plain, made by a word processor, pasted, in UTF-8 or GBK, with the oddities of old editors."""
import html


def esc(text):
    return html.escape(text, quote=False).replace("\u00a0", "&nbsp;")


class Writer:
    def __init__(self, report, charset):
        self.r, self.rng, self.charset = report, report.rng, charset
        self.word = self.rng.random() < 0.35
        self.upper = self.rng.random() < 0.15
        self.loose = self.rng.random() < 0.15  # end tags left out
        self.nested = self.rng.random() < 0.15
        self.tbody = self.rng.choice(["one", "none", "many", "head"])
        for k in ("word", "loose", "nested"):
            if getattr(self, k):
                report.note("html " + k)

    def inline(self, text):
        lines = [esc(t) for t in text.split("\n")]
        if not self.word:
            return self.rng.choice(["<br>", "<br/>"]).join(lines)
        out = []
        for t in lines:
            if len(t) > 3 and "&" not in t and self.rng.random() < 0.5:  # runs are cut anywhere
                k = self.rng.randrange(1, len(t))
                t = f'<span lang="EN-US" style="mso-bidi-font-size:10.5pt">{t[:k]}</span><span>{t[k:]}</span>'
            out.append(f'<p class="MsoNormal" align="center" style="text-align:center;mso-pagination:widow-orphan">'
                       f'<span style="font-family:宋体;mso-hansi-font-family:Calibri">{t}<o:p></o:p></span></p>')
        return "".join(out)

    def cell(self, c):
        tag = "TD" if self.upper else "td"
        spans = ""
        if c.cols > 1 or self.rng.random() < 0.05:
            spans += f' colspan="{c.cols}"'
        if c.rows > 1:
            spans += f" rowspan={c.rows}"
        if self.word:
            spans += ' width="54" valign="top" style="width:40.5pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt"'
        text = self.inline(c.text)
        if not c.text.strip() and self.rng.random() < 0.5:
            text = self.rng.choice(["", "&nbsp;", "<p></p>", "<p>&nbsp;</p>", "<br>", "\n   "])
            text = text if c.text == "" else self.inline(c.text)
        pad = self.rng.choice(["", "", "\n\t"])
        return f"<{tag}{spans}>{pad}{text}{pad}" + ("" if self.loose else f"</{tag}>")

    def table(self, t):
        rows = []
        for row in t.rows:
            rows.append("<tr>" + "".join(self.cell(c) for c in row) + ("" if self.loose else "</tr>"))
        if self.tbody == "many" and t.flat:
            body = "".join(f"<tbody>{x}</tbody>" for x in rows)
        elif self.tbody == "head" and t.head and not any(c.rows > t.head - y for y in range(t.head) for c in t.rows[y]):
            body = "<thead>" + "".join(rows[:t.head]) + "</thead><tbody>" + "".join(rows[t.head:]) + "</tbody>"
        elif self.tbody == "none":
            body = "\n".join(rows)
        else:
            body = "<tbody>" + "\n".join(rows) + "</tbody>"
        out = f'<table border="1" cellspacing="0" cellpadding="0">{body}</table>'
        if self.nested:
            out = f'<table width="100%" border="0"><tr><td align="center">{out}</td></tr></table>'
        return out

    def block(self, b):
        if b.kind == "table":
            return self.table(b.table) if not b.table.run else "".join(f"<p>{esc(x)}</p>" for x in b.table.run)
        if b.kind == "title":
            return f"<h1>{esc(b.text)}</h1>"
        if b.kind == "head":
            return f"<p><strong>{esc(b.text)}</strong></p>"
        return f'<p style="text-indent:2em">{esc(b.text)}</p>'

    def page(self):
        body = "\n".join(self.block(b) for b in self.r.blocks)
        title = esc(self.r.blocks[0].text)
        return (f'<!DOCTYPE html><html><head><meta charset="{self.charset}"><title>{title}</title></head><body>'
                f'<div class="nav"><a href="/">首页</a> <a href="/zwgk/">政务公开</a></div>'
                f'<div class="content" id="zoom">{body}</div><div class="footer">版权所有</div></body></html>')


def write(report, kind):
    charset = "gbk" if kind == "gbk" else "utf-8"
    page = Writer(report, charset).page()
    return page.encode("gb18030" if kind == "gbk" else "utf-8"), ".html"
