#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets whose inputs are best composed: tests/fuzz/seeds.py [FOLDER].

Each target gets small inputs in its own grammar (see the head of tests/fuzz/fuzz_NAME.c); what the fuzzer finds is
kept beside them under the hash of its content.
"""
import base64
import json
import os
import quopri
import struct
import sys

TITLE = '柳泉县人民政府2022年政府信息公开工作年度报告'
PROSE = '2022年，全县主动公开政府信息1024条，其中通过政府网站公开312条，收到申请8件，均按时办结，未收取费用。'
HEADS = ['一、总体情况', '二、主动公开政府信息情况', '三、收到和处理政府信息公开申请情况']
ROWS = [['信息内容', '本年制发件数', '本年废止件数', '现行有效件数'], ['规章', '0', '0', '3'],
        ['行政规范性文件', '12', '3', '40']]


def docx():
    def p(text, centred=False):
        jc = '<w:pPr><w:jc w:val="center"/></w:pPr>' if centred else ''
        return f'<w:p>{jc}<w:r><w:t>{text}</w:t></w:r></w:p>'

    rows = ''.join('<w:tr>' + ''.join(f'<w:tc>{p(c)}</w:tc>' for c in r) + '</w:tr>' for r in ROWS)
    head = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="4"/></w:tcPr>' + p('第二十条第（一）项') + '</w:tc></w:tr>'
    merged = ('<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + p('三、办理结果') + '</w:tc><w:tc>' + p('4') +
              '</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>' + p('') + '</w:tc><w:tc>' + p('5') +
              '</w:tc></w:tr><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc>' + p('6') + '</w:tc></w:tr></w:tbl>')
    body = p(TITLE, True) + p(HEADS[0]) + p(PROSE) + p(HEADS[1]) + '<w:tbl>' + head + rows + '</w:tbl>' + p(HEADS[2]) + merged
    odd = ('<w:p><w:r><w:t>甲</w:t><w:tab/><w:br/><w:noBreakHyphen/></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del>'
           '<mc:AlternateContent><mc:Choice><w:t>y</w:t></mc:Choice><mc:Fallback><w:t>z</w:t></mc:Fallback></mc:AlternateContent>'
           '</w:p><w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc></w:tr>')
    wrap = '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w" xmlns:mc="m"><w:body>%s</w:body></w:document>'
    return {'report': wrap % body, 'odd': wrap % odd, 'merged': wrap % merged, 'cut': (wrap % body)[:900]}


def xlsx():
    strings = [TITLE] + HEADS + [c for r in ROWS for c in r]
    sst = '<sst>' + ''.join(f'<si><t>{s}</t></si>' for s in strings) + '<si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>'
    styles = ('<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts><cellXfs><xf numFmtId="0"/>'
              '<xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>')
    rows = ['<row r="1"><c r="A1" t="s"><v>0</v></c></row>']
    for i, r in enumerate(ROWS):
        rows.append(f'<row r="{i + 2}">' + ''.join(f'<c r="{"ABCD"[k]}{i + 2}" t="s"><v>{4 + 4 * i + k}</v></c>'
                                                   for k in range(4)) + '</row>')
    rows.append('<row><c s="1"><v>0.25</v></c><c s="2"><v>44927</v></c><c t="inlineStr"><is><t>x</t></is></c>'
                '<c t="str"><f>A1</f><v>7730.2799999999997</v></c><c t="e"><v>#N/A</v></c></row>')
    sheet = '<worksheet><sheetData>' + ''.join(rows) + '</sheetData><mergeCells><mergeCell ref="A1:D1"/>' \
        '<mergeCell ref="B3:C4"/></mergeCells></worksheet>'
    return {'report': '\0'.join([sst, styles, sheet, sheet]), 'bare': '\0'.join(['', '', sheet])}


def ofd():
    def text(x, y, s, step=4.2, extra=''):
        deltas = f'g {len(s) - 1} {step}' if len(s) > 1 else ''
        return (f'<ofd:TextObject Boundary="{x} {y} 100 8" Size="4.2"{extra}><ofd:TextCode X="0" Y="4" DeltaX="{deltas}">{s}'
                '</ofd:TextCode></ofd:TextObject>')

    def line(x0, y0, x1, y1):
        return (f'<ofd:PathObject Boundary="0 0 210 297"><ofd:AbbreviatedData>M {x0} {y0} L {x1} {y1}</ofd:AbbreviatedData>'
                '</ofd:PathObject>')

    grid = ''.join(line(20, y, 180, y) for y in (60, 70, 80, 90)) + ''.join(line(x, 60, x, 90) for x in (20, 60, 100, 140, 180))
    cells = ''.join(text(22 + 40 * k, 62 + 10 * i, c) for i, r in enumerate(ROWS) for k, c in enumerate(r))
    page = '<ofd:Page xmlns:ofd="o"><ofd:Content><ofd:Layer>%s</ofd:Layer></ofd:Content></ofd:Page>'
    first = page % (text(30, 20, TITLE, 6) + text(20, 40, PROSE[:40]) + grid + cells)
    odd = page % (text(20, 20, 'a b　c', 3, ' CTM="1 0 0 1 5 5"') +
                  '<ofd:TextObject Boundary="1 1 1 1"><ofd:TextCode DeltaX="g 3 1 2 g x">abcd</ofd:TextCode></ofd:TextObject>'
                  '<ofd:PathObject><ofd:AbbreviatedData>S 1 1 L 9 1 L 9 9 C</ofd:AbbreviatedData></ofd:PathObject>')
    return {'report': first + '\0' + first, 'odd': odd, 'cut': first[:700]}


def record(kind, data):
    return struct.pack('<HH', kind, len(data)) + data


def biff():
    def string(s):
        return struct.pack('<HB', len(s), 1) + s.encode('utf-16le')

    strings = [TITLE] + [c for r in ROWS for c in r]
    sst = record(0xFC, struct.pack('<II', len(strings), len(strings)) + b''.join(string(s) for s in strings))
    split = struct.pack('<II', 2, 2) + string('甲乙') + struct.pack('<HB', 6, 0) + b'abc'
    rich = struct.pack('<II', 1, 1) + struct.pack('<HBHI', 2, 13, 1, 4) + '丙丁'.encode('utf-16le') + b'\0' * 8
    bof = record(0x809, struct.pack('<HHHHII', 0x600, 5, 0, 0, 0, 0))
    sheet = record(0x809, struct.pack('<HHHHII', 0x600, 0x10, 0, 0, 0, 0))
    eof = record(0x0A, b'')
    cells = record(0xFD, struct.pack('<HHHI', 0, 0, 0, 0))
    for i, r in enumerate(ROWS):
        for k in range(len(r)):
            cells += record(0xFD, struct.pack('<HHHI', i + 1, k, 0, 1 + 4 * i + k))
    numbers = (record(0x203, struct.pack('<HHHd', 5, 0, 0, 12.5)) + record(0x27E, struct.pack('<HHHI', 5, 1, 0, 7 << 2 | 2)) +
               record(0xBD, struct.pack('<HHHIHIH', 6, 0, 0, 8 << 2 | 3, 0, 9 << 2 | 2, 1)) +
               record(0x06, struct.pack('<HHHHHHH', 7, 0, 0, 0, 0, 0, 0xFFFF)) + record(0x207, string('文')))
    merged = record(0xE5, struct.pack('<HHHHHHHHH', 2, 0, 0, 0, 3, 2, 3, 0, 0))
    return {'report': bof + sst + eof + sheet + cells + merged + eof, 'numbers': bof + eof + sheet + numbers + merged + eof,
            'continued': bof + record(0xFC, split) + record(0x3C, b'\1d\0e\0f\0') + record(0xFC, rich) + eof + sheet + eof,
            'encrypted': bof + record(0x2F, b'\0' * 6)}


def ole():
    def table(rows):
        return '<informaltable><tgroup><tbody>' + ''.join(
            '<row>' + ''.join(f'<entry><para>{c}</para></entry>' for c in r) + '</row>' for r in rows) + '</tbody></tgroup></informaltable>'

    book = ('<?xml version="1.0" encoding="UTF-8"?><book><bookinfo><title>x</title></bookinfo><chapter><title></title><para>' + TITLE +
            '</para><para>' + PROSE + '</para>' + table(ROWS) + '<para>末</para></chapter></book>')
    lines = '\n'.join([TITLE, PROSE] + ['\t'.join(r) for r in ROWS] + ['末'])
    sheets = '\n'.join('\t'.join(r) for r in ROWS) + '\f\n' + TITLE + '\n\f\n'
    return {'docbook': '\0' + book, 'lines': '\1' + lines, 'sheets': '\2' + sheets, 'crashed': '\3' + book[:500]}


def layout():
    def word(x, y, text, w=12, h=12):
        return struct.pack('<BHHBBBBB', 1, x * 4, y * 4, w * 4, h * 8 % 256, text, 0, 0)

    def line(x, y, n, level, box=0):
        return struct.pack('<BHHHBBB', 2, x * 4, y * 4, n * 4, level | box << 1, 0, 0)

    def grid(box):
        out = b''.join(line(70, y, 300, 1, box) for y in range(100, 181, 20))
        out += b''.join(line(x, 100, 80, 0, box) for x in range(70, 371, 75))
        return out + b''.join(word(75 + 75 * c, 104 + 20 * r, (4 * r + c) % 24) for r in range(4) for c in range(4))

    prose = b''.join(word(70 + 12 * i, 60 + 18 * j, (i + j) % 24) for j in range(2) for i in range(30))
    page = bytes([0] * 10)
    return {'grid': prose + grid(0), 'boxes': grid(1) + page + grid(0), 'words': prose + page + prose,
            'columns': b''.join(word(70 + 200 * (i % 2), 60 + 20 * (i // 2), i) for i in range(20))}


def txt():
    drawn = '┌──┬──┐\n│规章│ 3│\n├──┼──┤\n│ 合计 │12│\n└──┴──┘\n'
    report = '\r\n'.join([TITLE, HEADS[0], PROSE, HEADS[1]] + ['  '.join(r) for r in ROWS] + [HEADS[2], '\t'.join(ROWS[2])])
    return {'utf8': report + drawn, 'gbk': report.encode('gb18030'), 'utf16': b'\xff\xfe' + report.encode('utf-16le'),
            'traditional': '2022年度政府資訊公開工作年度報告\n依申請公開民眾申請十二件\n'.encode('big5')}


def zips():
    page = f'<html><body><h1>{TITLE}</h1><p>{PROSE}</p></body></html>'
    return {'bundle': f'a.html\n{page}\0b.txt\n{TITLE}\n{PROSE}\0c.xml\n<urlset/>', 'nested': f'!a.html\n{page}\0!b.txt\n{PROSE}',
            'gbk': '年报/柳泉.txt\n'.encode('gbk') + PROSE.encode('gbk')}


def mht():
    rows = ''.join('<tr>' + ''.join(f'<td>{c}</td>' for c in r) + '</tr>' for r in ROWS)
    page = f'<html><body><h1>{TITLE}</h1><p>{HEADS[0]}</p><p>{PROSE}</p><table>{rows}</table></body></html>'.encode()
    head = ('MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="----=_NextPart_01"\r\n\r\n').encode()

    def part(encoding, data, kind='text/html; charset="utf-8"'):
        return (f'------=_NextPart_01\r\nContent-Location: file:///C:/1.htm\r\nContent-Transfer-Encoding: {encoding}\r\n'
                f'Content-Type: {kind}\r\n\r\n').encode() + data + b'\r\n'

    end = b'------=_NextPart_01--\r\n'
    frames = b'<html><frameset rows="*,39"><frame src="a.files/sheet001.htm"></frameset></html>'
    nested = part('8bit', b'--in\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--in--', 'multipart/alternative; boundary=in')
    return {'quoted': head + part('quoted-printable', quopri.encodestring(page)) + end,
            'base64': head + part('base64', base64.encodebytes(page)) + part('base64', b'iVBORw0=', 'image/png') + end,
            'frames': head + part('8bit', frames) + part('8bit', page) + end, 'nested': head + nested + end, 'cut': head + part('8bit', page)[:700]}


def rtf():
    def gbk(text):
        return ''.join(c if ord(c) < 128 else ''.join(f"\\'{b:02x}" for b in c.encode('gbk')) for c in text)

    def uni(text, fallback='?'):
        return ''.join(c if ord(c) < 128 else f'\\u{ord(c) - (65536 if ord(c) > 32767 else 0)}{fallback}' for c in text)

    def row(define, cells, write):
        return '\\trowd\\trleft-108' + define + ''.join('\\pard\\intbl{' + write(c) + '\\cell}' for c in cells) + '\\row'

    fonts = r'{\fonttbl{\f0\froman\fcharset0 Times;}{\f13\fnil\fcharset134{\*\panose 02}\'cb\'ce{\*\falt SimSun};}{\f14\fnil\fcharset136 x;}}'
    edges = ''.join(f'\\cellx{n}' for n in (900, 1900, 2900, 3900))
    head = r'\ansi\ansicpg936\deff0' + fonts + r'{\stylesheet{\s0 Normal;}}{\info{\title x}}\uc1'

    def body(write):
        out = r'\pard\qc{\f13 ' + write(TITLE) + r'}\par\pard{\f13 ' + write(HEADS[0]) + r'\par ' + write(PROSE) + r'\par ' + write(HEADS[1])
        return out + r'\par}' + ''.join(row(edges, r, write) for r in ROWS) + r'\pard\par}'

    merged = (row(r'\clvmgf\cellx900\clmgf\cellx1900\clmrg\cellx2900', ['三', '4', ''], gbk) + row(r'\clvmrg\cellx900\cellx2900', ['', '5'], gbk) +
              r'\pard\intbl\itap2 a\nestcell{\nonesttables\par}{\*\nesttableprops\trowd\cellx9\nestrow}\pard\intbl b\cell\row}')
    odd = (r'{\header h\par}{\field{\*\fldinst PAGE}{\fldrslt 1}}{\v x}\deleted y\plain{\upr{a}{\*\ud{\u24180?}}}{\pict\bin3 }}}}{\shp{\*\shpinst'
           r'{\sp{\sn a}{\sv 1}}{\shptxt\pard b\par}}{\shprslt c}}{\footnote n}{\listtext 1.\tab}\uc2\u24180\'c4\'ea\u-10176??\u-9205??\~\_\-\emdash\{\\\line\page')
    return {'gbk': head + body(gbk), 'unicode': head + body(uni), 'merged': head + merged, 'odd': head + odd,
            'unnamed': r'\ansi ' + body(gbk), 'raw': (head + body(str)).encode('gb18030'), 'cut': (head + body(gbk))[:900],
            'big5': head + r'{\f14 \'a6~\'b3\'f8}}'}


def flat():
    def p(text):
        return f'<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'

    rows = ''.join('<w:tr>' + ''.join(f'<w:tc>{p(c)}</w:tc>' for c in r) + '</w:tr>' for r in ROWS)
    merged = ('<w:tr><w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr>' + p('三') + '</w:tc><w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr>' +
              p('4') + '</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr>' + p('') + '</w:tc></w:tr>')
    body = p(TITLE) + p(HEADS[0]) + p(PROSE) + '<w:tbl>' + rows + merged + '</w:tbl>'
    word = ('<w:styles><w:style w:styleId="a"><w:pPr><w:jc w:val="center"/></w:pPr></w:style></w:styles><w:body><wx:sect>' + body +
            '<aml:annotation w:type="Word.Comment"><aml:content>' + p('c') + '</aml:content></aml:annotation><w:pict><w:binData>aGk=</w:binData>'
            '</w:pict><w:sectPr><w:hdr>' + p('h') + '</w:hdr></w:sectPr></wx:sect></w:body></w:wordDocument>')
    cells = ''.join('<Row>' + ''.join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in r) + '</Row>' for r in ROWS)
    sheet = ('<Styles><Style ss:ID="s1"><NumberFormat ss:Format="0.0%"/></Style></Styles><Worksheet><Table><Row ss:Index="2"><Cell ss:MergeAcross="3">'
             f'<Data ss:Type="String">{TITLE}</Data></Cell></Row>' + cells + '<Row><Cell ss:Index="2" ss:MergeDown="1" ss:StyleID="s1"><Data '
             'ss:Type="Number">0.25</Data><Comment><Data>c</Data></Comment></Cell></Row><Row ss:Span="2"><Cell><Data ss:Type="DateTime">'
             '2012-03-05T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>')
    package = '<pkg:xmlData><w:document><w:body>' + body + '</w:body></w:document></pkg:xmlData></pkg:part></pkg:package>'
    return {'word': '\0' + word, 'sheet': '\1' + sheet, 'package': '\2' + package, 'cut': '\0' + word[:700]}


def xml_list():
    sitemap = '<url><loc>http://a.gov.cn/1.htm</loc><lastmod>2023-01-01</lastmod></url><url><loc> /2&amp;x=1 </loc></url></urlset>'
    item = f'<item><title>{TITLE}</title><link>http://a.gov.cn/3.htm</link></item><item><title><![CDATA[年报]]></title><link/></item>'
    atom = '<entry><title>年报</title><link rel="alternate" href="/4.htm"/></entry>'
    store = ('<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&unitid=9">]]></nextgroup><totalrecord>90</totalrecord>'
             f'<recordset><record><![CDATA[<li><a href="/art/1.html" title="{TITLE}">x</a></li>]]></record></recordset></datastore>')
    return {'sitemap': '\1' + sitemap, 'rss': '\2' + item, 'atom': '\3' + atom, 'datastore': '\4' + store, 'gbk': ('\5' + item).encode('gb18030')}


def json_list():
    plain = json.dumps({'total': 230, 'articles': [{'title': TITLE, 'url': '/content/post_1.html'}, {'post_url': 'http://a/2', 'id': 7}]},
                       ensure_ascii=False)
    ucap = json.dumps({'data': {'total': 45, 'results': [{'title': '年报', 'url': '/c1/content.html', 'resList': [{'filePath': '/a.pdf'}]}]}})
    unit = json.dumps({'success': True, 'data': {'html': '<div rows="15" count="57"><li><a href="/art/2.html">\\u5e74</a></li></div>'}})
    return {'gkmlpt': '\0' + plain, 'ucap': '\1' + ucap, 'unit': '\2' + unit, 'cut': '\0' + plain[:120],
            'odd': '\3{"url":"\\ud83d\\ude00","link":["\\u00","a"],"href":{"url":"b"}}'}


def script():
    pages = 'createPageHTML(10, 0, "index", "html");createPageHTML("page_div", 5, 1, "list", "shtml", 90);'
    pager = ('type="text/javascript"\n$.ajax({totalRecord:120,perPage:15,groupSize:3,proxyUrl:"/module/web/jpage/dataproxy.jsp",'
             "ajaxParam:{'col':1,'unitid':'9','webid':2}});")
    unit = 'url="/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{\'webId\':\'1\',\'pageType\':\'column\'}"\n'
    viewers = ('\nshowVsbpdfIframe("/__local/a.pdf","100%","600");var u="/pdfjs/web/viewer.html?file=%2Fb.pdf";atob("PGEgaHJlZj0iL2EuaHRtIj54PC9hPg==");'
               'location.href="/nb/index.html";window.open(\'/c.htm\')')
    store = ('\nvar dataStore=["<li><a href=\'/a.html\'>x</a></li>"];SID: \'12\', _CATE=[{"id":3,"name":"年报"}];countPage = 7;totalPage:9')
    fill = '\3/list_1.html\n/list_9.html'
    return {'pages': '\0\n' + pages, 'pager': '\0' + pager, 'unit': '\0' + unit, 'viewers': '\4' + viewers, 'store': '\1' + store, 'fill': fill}


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), 'corpus')
    for make in (docx, xlsx, ofd, biff, ole, layout, txt, zips, mht, rtf, flat, xml_list, json_list, script):
        folder = os.path.join(top, 'zip' if make is zips else make.__name__)
        os.makedirs(folder, exist_ok=True)
        for name, data in make().items():
            with open(os.path.join(folder, name), 'wb') as f:
                f.write(data if isinstance(data, bytes) else data.encode())


if __name__ == '__main__':
    main()
