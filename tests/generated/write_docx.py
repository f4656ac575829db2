"""Reports as Word files, DOCX or the XML of Word 2003: spans as gridSpan and vMerge, runs cut anywhere, tables cut by an editor."""
import io
import zipfile
from xml.sax.saxutils import escape

from compose import grid

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/'
         '2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+'
         'xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
         'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
RELS = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>')


NS_2003 = ('xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
           'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xmlns:o="urn:schemas-microsoft-com:office:office"')
HEAD_2003 = ('<o:DocumentProperties><o:Title>x</o:Title><o:Pages>7</o:Pages></o:DocumentProperties><w:styles><w:style w:type='
             '"paragraph" w:styleId="a3"><w:name w:val="Title"/><w:pPr><w:jc w:val="center"/></w:pPr></w:style></w:styles>')
END_2003 = ('<w:sectPr><w:hdr w:type="odd"><w:p><w:r><w:t>1999</w:t></w:r></w:p></w:hdr><w:ftr w:type="odd"><w:p><w:r><w:pict>'
            '<w:binData w:name="wordml://1.png">iVBORw0KGgo=</w:binData></w:pict><w:t>88</w:t></w:r></w:p></w:ftr></w:sectPr>')


class Writer:
    def __init__(self, report, old):
        self.r, self.rng, self.old = report, report.rng, old
        self.cut_runs = self.rng.random() < 0.4
        self.breaks = self.rng.choice(["br", "p"])

    def runs(self, text):
        parts = [text]
        if self.cut_runs and len(text) > 1:
            k = self.rng.randrange(1, len(text))
            parts = [text[:k], text[k:]]
        return "".join(f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{escape(p)}</w:t></w:r>'
                       for p in parts if p)

    def paragraph(self, text, centred=False):
        align = '<w:pPr><w:jc w:val="center"/></w:pPr>' if centred else ""
        if self.breaks == "br":
            inner = "<w:r><w:br/></w:r>".join(self.runs(t) for t in text.split("\n"))
            return f"<w:p>{align}{inner}</w:p>"
        return "".join(f"<w:p>{align}{self.runs(t)}</w:p>" for t in text.split("\n"))

    def cell(self, cols, merge, text):
        props = '<w:tcW w:w="900" w:type="dxa"/>'
        if cols > 1:
            props += f'<w:gridSpan w:val="{cols}"/>'
        if merge == "begin":
            props += '<w:vMerge w:val="restart"/>'
        elif merge == "on":
            props += self.rng.choice(["<w:vMerge/>", '<w:vMerge w:val="continue"/>'])
        props = props.replace("vMerge", "vmerge") if self.old else props
        return f"<w:tc><w:tcPr>{props}</w:tcPr>{self.paragraph(text, True)}</w:tc>"

    def table(self, t):
        rows = [[] for _ in t.rows]
        for y, x, c in grid(t):
            for dy in range(c.rows):
                rows[y + dy].append((x, c.cols, "" if c.rows == 1 else "begin" if dy == 0 else "on", "" if dy else c.text))
        width = sum(c.cols for c in t.rows[0]) if t.rows else 1
        out = "<w:tbl><w:tblPr/><w:tblGrid>" + '<w:gridCol w:w="900"/>' * width + "</w:tblGrid>"
        for y, row in enumerate(rows):
            head = "<w:trPr><w:tblHeader/></w:trPr>" if y < t.head else ""
            out += f"<w:tr>{head}" + "".join(self.cell(n, m, text) for _, n, m, text in sorted(row)) + "</w:tr>"
        return out + "</w:tbl>"

    def document(self):
        out = []
        for b in self.r.blocks:
            if b.kind == "table" and not b.table.run:
                if out and out[-1].endswith("</w:tbl>"):
                    out.append("<w:p/>")
                out.append(self.table(b.table))
            elif b.kind == "table":
                out += [self.paragraph(t) for t in b.table.run]
            else:
                out.append(self.paragraph(b.text, b.kind == "title"))
        if self.old:
            return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<?mso-application progid="Word.Document"?>\r\n'
                    f'<w:wordDocument {NS_2003}>{HEAD_2003}<w:body><wx:sect>' + "".join(out) +
                    f'{END_2003}</wx:sect></w:body></w:wordDocument>')
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document {NS}><w:body>' + "".join(out) + \
            "<w:sectPr/></w:body></w:document>"


def write(report, kind):
    if kind == "wordml":
        return Writer(report, True).document().encode(), ".doc"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", TYPES)
        z.writestr("_rels/.rels", RELS)
        z.writestr("word/document.xml", Writer(report, False).document())
    return out.getvalue(), ".docx"
