"""A server that does what servers must not do, on raw sockets: one loopback address a site, since limits are kept by address.

A site is {path: handler}; a handler takes the connection and the request and writes what it likes. `/robots.txt` is 404
where a site has none. Every request is kept in `log` as (site, path, time).
"""
import contextlib
import gzip
import html
import itertools
import pathlib
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib

SENTENCE = "全年共收到政府信息公开申请三十七件,均在法定期限内予以答复,未发生行政复议和行政诉讼。"
FILLER = "有关部门围绕城乡供水、道路养护和义务教育,完善了信息发布审核制度,及时回应群众关切的问题。"
MIB = 1 << 20
CLOSED_PORT = 9  # discard: nobody listens there


class Request:
    def __init__(self, path, head):
        self.path, self.head = path, head
        self.query = path.partition("?")[2]


class Server:
    """sites: {name: {path or prefix ending in *: handler}}. `url(name, path)` is where a page is asked for."""

    def __init__(self, sites, tls=()):
        self.sites, self.log, self.done, self.socks = sites, [], threading.Event(), []
        self.address = {name: "127.0.1.%d" % n for n, name in enumerate(sites, 10)}
        self.tls = dict(tls)
        self.port = self.bind_all()
        for name, sock in self.socks:
            threading.Thread(target=self.accept, args=(name, sock), daemon=True).start()

    def bind_all(self):
        for _ in range(50):
            port = 0
            try:
                for name in self.sites:
                    sock = socket.socket()
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    self.socks.append((name, sock))
                    sock.bind((self.address[name], port))
                    port = sock.getsockname()[1]
                    sock.listen(64)
                return port
            except OSError:
                self.close_socks()
        raise SystemExit("no port that is free on all addresses")

    def close_socks(self):
        for _, sock in self.socks:
            sock.close()
        self.socks = []

    def close(self):
        self.done.set()
        self.close_socks()

    def url(self, name, path="/"):
        return "%s://%s:%d%s" % ("https" if name in self.tls else "http", self.address[name], self.port, path)

    def asked(self, name, path=None):
        return [t for n, p, t in self.log if n == name and (path is None or p == path)]

    def accept(self, name, sock):
        while not self.done.is_set():
            try:
                c, _ = sock.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(name, c), daemon=True).start()

    def serve(self, name, c):
        with contextlib.suppress(OSError, ssl.SSLError, ValueError):
            c.settimeout(60)
            if name in self.tls:
                c = self.tls[name].wrap_socket(c, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                got = c.recv(65536)
                if not got:
                    return
                head += got
                if not head.startswith(b"GET "):
                    return answer(c, b"HTTP, please", "400 Bad Request", "text/plain")
            path = head.split(b" ", 2)[1].decode("latin-1")
            self.log.append((name, path, time.time()))
            handler = find(self.sites[name], path)
            handler(c, Request(path, head))
        with contextlib.suppress(OSError):
            c.shutdown(socket.SHUT_WR)
            c.settimeout(1)
            while c.recv(65536):
                pass
        c.close()


def find(site, path):
    if path in site:
        return site[path]
    best = max((p for p in site if p.endswith("*") and path.startswith(p[:-1])), key=len, default=None)
    return site[best] if best else not_found


# --- answers ---------------------------------------------------------------------------------------------
def answer(c, body=b"", status="200 OK", kind="text/html; charset=utf-8", headers=(), length=True):
    lines = ["HTTP/1.1 " + status, "Connection: close", *headers]
    if kind:
        lines.append("Content-Type: " + kind)
    if length:
        lines.append("Content-Length: %d" % len(body))
    c.sendall("\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body)


def not_found(c, r):
    answer(c, b"gone", "404 Not Found", "text/plain")


def fixed(body, **kw):
    return lambda c, r: answer(c, body() if callable(body) else body, **kw)


def raw(data):
    """Exactly these bytes, then the end of the connection."""
    return lambda c, r: c.sendall(data)


def redirect(to, status="302 Found"):
    return lambda c, r: answer(c, b"", status, headers=["Location: " + (to(r) if callable(to) else to)])


def hang_up(c, r):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()


def trickle(first, drop=b"x", every=0.5):
    """`first` at once, then a byte now and then, for ever."""
    def handler(c, r):
        c.sendall(first)
        while True:
            time.sleep(every)
            c.sendall(drop)
    return handler


def endless(first, block):
    def handler(c, r):
        c.sendall(first)
        while True:
            c.sendall(block)
    return handler


# --- bodies ----------------------------------------------------------------------------------------------
def page(text=SENTENCE, title="政府信息公开工作情况", head="", links=(), more=""):
    anchors = "".join('<li><a href="%s">%s</a></li>\n' % (html.escape(u), html.escape(t)) for u, t in links)
    return "<!DOCTYPE html><html><head>%s<title>%s</title></head><body><div><p>%s</p><p>%s</p></div><ul>%s</ul>%s</body></html>" % (
        head, title, text, FILLER, anchors, more)


def big_page(size):
    """An HTML page of exactly `size` bytes: paragraphs, a table, links."""
    row = ("<p>" + FILLER + SENTENCE + "</p>\n<table><tr><td>收到申请数</td><td>37</td></tr><tr><td>予以公开</td><td>21</td></tr></table>\n").encode()
    head, tail = page(more="@").encode().split(b"@")
    left = size - len(head) - len(tail)
    return head + row * (left // len(row)) + b" " * (left % len(row)) + tail


def bomb(mib, members=1):
    z = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"\0" * MIB
    return (b"".join(z.compress(zeros) for _ in range(mib // members)) + z.flush()) * members


def zipped(body):
    return gzip.compress(body, 6)


# a page without a text layer
PDF = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
       b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde\0\0\0\0IEND\xaeB`\x82"


def calendar(rich):
    """Every day leads to three new ones. Barren: no text and few links; rich: as long as any page."""
    def handler(c, r):
        at = r.path.rpartition("=")[2] or "1"
        days = ["%s%d" % (at, n) for n in (1, 2, 3)] if at.isdigit() else []
        base = r.path.partition("?")[0]
        links = [("%s?d=%s" % (base, d), d) for d in days]
        body = page(SENTENCE + FILLER * 3, links=links) if rich else "".join('<a href="%s">%s</a> ' % x for x in links)
        answer(c, body.encode())
    return handler


def certificate(folder):
    """A self-signed certificate made on the spot, as a context of the server."""
    folder = pathlib.Path(folder)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=own.test",
                    "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(folder / "cert.pem"), str(folder / "key.pem"))
    return context


# --- the sites, each with what must become of its pages ------------------------------------------------------
DONE = ("done", "")


def dead(cause):
    return ("dead", cause)


def discarded(cause):
    return ("discarded", cause)


def bodies():
    """{path: (handler, how it must end)} of one site that answers at once."""
    utf8, gbk = page().encode(), page().encode("gb18030")
    many = page(links=[("/n/%d" % n, "第%d条信息公开目录" % n) for n in range(50000)]).encode()
    schemes = page(links=[("javascript:void(0)", "script"), ("mailto:a@b.test", "mail"), ("data:text/html," + "x" * 5000, "data"), ("tel:110", "tel"), ("ftp://ftp.test/a", "ftp"),
                          ("file:///etc/passwd", "file"), ("/long/" + "a" * 10000, "long"), ("http://[::1", "broken"), ("http://a b/", "space"), ("/a/a/a/x.html", "thrice"),
                          ("/good", "good"), ("\0/x", "nul"), ("//", "slashes"), ("?" * 3000, "marks")]).encode()
    nested = b"<div>" * 100000 + SENTENCE.encode() + b"</div>" * 100000
    mixed = b"<table><tr><td><b><i>" * 25000 + SENTENCE.encode()
    gz = ["Content-Encoding: gzip"]
    return {
        "/good": (fixed(utf8), DONE),
        "/empty": (fixed(b""), DONE),
        "/empty-chunked": (raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), DONE),
        "/204": (raw(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"), DONE),
        "/pdf-as-html": (fixed(PDF), dead("needs-ocr")),
        "/html-as-octets": (fixed(utf8, kind="application/octet-stream"), DONE),
        "/html-as-image": (fixed(utf8, kind="image/png"), DONE),
        "/image-as-html": (fixed(PNG), discarded("unsupported-kind")),
        "/no-type": (fixed(gbk, kind=None), DONE),
        "/no-charset": (fixed(utf8, kind="text/html"), DONE),
        "/unknown-charset": (fixed(gbk, kind="text/html; charset=klingon"), DONE),
        "/gbk-as-utf8": (fixed(gbk, kind="text/html; charset=utf-8"), DONE),
        "/utf8-as-gbk": (fixed(utf8, kind="text/html; charset=gbk"), DONE),
        "/nul": (fixed(b"\0<".join(utf8.split(b"<")).lstrip(b"\0")), DONE),
        "/nul-alone": (fixed(b"\0" * 100000), discarded("unsupported-kind")),
        "/nested": (fixed(nested), DONE),
        "/nested-tables": (fixed(mixed), DONE),
        "/one-tag": (fixed(b"<a href='" + b"x" * 3000000), DONE),
        "/attributes": (fixed(b"<p " + b"".join(b"a%d=1 " % n for n in range(100000)) + b">" + SENTENCE.encode()), DONE),
        "/many-links": (fixed(many), DONE),
        "/schemes": (fixed(schemes), DONE),
        "/304": (raw(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"), dead("http-4xx")),
        "/418": (fixed(b"tea", status="418 I'm a teapot"), dead("http-4xx")),
        "/404": (not_found, discarded("http-404")),
        "/410": (fixed(b"", status="410 Gone"), discarded("http-410")),
        "/bomb": (fixed(lambda b=bomb(500): b, headers=gz), dead("body-too-large")),
        "/bomb-members": (fixed(lambda b=bomb(500, 50): b, headers=gz), dead("body-too-large")),
        "/gzip-that-is-none": (fixed(utf8, headers=gz), dead("inflate")),
        "/gzip-cut": (fixed(zipped(utf8)[:-20], headers=gz), dead("inflate")),
        "/gzip-twice": (fixed(zipped(zipped(utf8)), headers=gz), discarded("unsupported-kind")),
        "/unknown-coding": (fixed(utf8, headers=["Content-Encoding: zebra"]), dead("inflate")),
        "/head-of-megabytes": (endless(b"HTTP/1.1 200 OK\r\n", b"X-Fill: " + b"y" * 1000 + b"\r\n"), dead("body-too-large")),
        "/head-line-of-megabytes": (endless(b"HTTP/1.1 200 OK\r\nX-Fill: ", b"y" * 65536), dead("body-too-large")),
        "/endless-100": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), dead("body-too-large")),
        "/twenty-two-lengths": (raw(b"HTTP/1.1 200 OK\r\n" + b"Content-Length: 5\r\nContent-Length: 6\r\n" * 11 + b"\r\n12345"), None),
    }


def redirects(out_of_scope):
    chain = lambda r: "/chain/%d" % (int(r.path.rpartition("/")[2]) + 1)
    return {
        "/loop1": (redirect("/loop1"), dead("redirect-loop")),
        "/loop2": (redirect("/loop2-b"), dead("redirect-loop")),
        "/loop3": (redirect("/loop3-b"), dead("redirect-loop")),
        "/chain/1": (redirect(chain), dead("redirect-loop")),
        "/file": (redirect("file:///etc/passwd"), dead("bad-url")),
        "/script": (redirect("javascript:alert(1)"), dead("bad-url")),
        "/out": (redirect(out_of_scope), discarded("out-of-scope")),
        "/broken": (redirect("http://[::1"), dead("bad-url")),
        "/empty": (redirect(""), dead("bad-url")),
        "/none": (fixed(b"", status="302 Found"), dead("bad-url")),
        "/long": (redirect("/" + "a" * 10000), dead("bad-url")),
        "/raw-utf8": (redirect("/中文"), DONE),
    }


def redirect_targets():
    return {"/loop2-b": redirect("/loop2"), "/loop3-b": redirect("/loop3-c"), "/loop3-c": redirect("/loop3"),
            "/chain/*": redirect(lambda r: "/chain/%d" % (int(r.path.rpartition("/")[2]) + 1)), "/%E4%B8%AD%E6%96%87": fixed(page().encode())}


def cut():
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n"
    half = page().encode()[:200]
    return {
        "/length": (raw(head + b"Content-Length: 5000\r\n\r\n" + half), dead("truncated")),
        "/chunk": (raw(head + b"Transfer-Encoding: chunked\r\n\r\nff\r\n" + half), dead("truncated")),
        "/no-last-chunk": (raw(head + b"Transfer-Encoding: chunked\r\n\r\nc8\r\n" + half + b"\r\n"), dead("truncated")),
        "/bad-chunk": (raw(head + b"Transfer-Encoding: chunked\r\n\r\nhello\r\n" + half), dead("truncated")),
        "/huge-length": (raw(head + b"Content-Length: 999999999999\r\n\r\n" + half), dead("truncated")),
        "/good": (raw(head + b"Content-Length: %d\r\n\r\n" % len(page().encode()) + page().encode()), DONE),
    }


def large():
    first = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n"
    return {
        "/16mib.html": (fixed(lambda: big_page(16 * MIB)), DONE),
        "/31mib-inflated.html": (fixed(lambda: zipped(big_page(31 * MIB)), headers=["Content-Encoding: gzip"]), DONE),
        "/over.html": (fixed(lambda: big_page(16 * MIB + 1)), dead("body-too-large")),
        "/endless.html": (endless(first, b"<p>" + FILLER.encode() * 500), dead("body-too-large")),
    }


def good(**more):
    return {"/": (fixed(page().encode()), DONE), **more}


def lonely(handler, end, robots=None):
    """A site of one page, with a robots.txt of its own when that is the point."""
    return {"/": (handler, end), **({"/robots.txt": (robots, None)} if robots else {})}


def robots_sites():
    text = lambda body, **kw: fixed(body, kind="text/plain", **kw)
    ten_mb = b"User-agent: *\nDisallow: /no/\n" + b"# filler\n" * (10 * MIB // 9) + b"Disallow: /late/\n"
    refuse = (fixed(page().encode()), discarded("robots"))
    five = text(b"", status="503 Service Unavailable")
    return {
        "robots-10mb": good(**{"/robots.txt": (text(ten_mb), None), "/no/a": refuse, "/late/a": (fixed(page().encode()), DONE)}),
        "robots-loop": lonely(fixed(page().encode()), DONE, redirect("/robots.txt")),
        "robots-bomb": lonely(fixed(page().encode()), DONE, text(bomb(500), headers=["Content-Encoding: gzip"])),
        "robots-noise": lonely(fixed(page().encode()), DONE, text(bytes(range(256)) * 400)),
        "robots-503": {"/": (fixed(page().encode()), dead("http-5xx")), "/b": (fixed(page().encode()), dead("http-5xx")), "/robots.txt": (five, None)},
        "robots-hang-up": lonely(fixed(page().encode()), dead("connect"), hang_up),
        "robots-slow": lonely(fixed(page().encode()), dead("too-slow"), trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")),
    }


def slow_sites():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n"
    return {
        "slow-body": lonely(trickle(head), dead("too-slow")),
        "slow-head": lonely(trickle(b"HTTP/1.1 200 OK\r\nX-Never-Ends: "), dead("too-slow")),
        "slow-chunks": lonely(trickle(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), dead("too-slow")),
        "hang-up": lonely(hang_up, dead("connect")),
        "head-cut": lonely(raw(b"HTTP/1.1 200 OK\r\nContent-Ty"), dead("truncated")),
        "http09": lonely(raw(b"<html>" + page().encode()), dead("connect")),
        "noise": lonely(raw(bytes(itertools.islice(itertools.cycle(range(256)), 5000))), dead("connect")),
        "ssh": lonely(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), dead("connect")),
    }


def build(scratch):
    """The server, {url: (state, cause) or None} of its start pages, {name of a URL: it}."""
    sites = {"bodies": bodies(), "redirects": redirects("http://127.0.1.250/elsewhere"), "cut": cut(), "large": large(), **robots_sites(), **slow_sites(),
             "again-later": lonely(fixed(b"", status="503 Service Unavailable", headers=["Retry-After: 3600"]), None),
             "calendar": {"/rili/?d=1": (calendar(False), DONE)}, "rich-calendar": {"/rili/?d=1": (calendar(True), DONE)},
             "self-signed": good()}
    sites["self-signed"]["/"] = (sites["self-signed"]["/"][0], dead("tls"))
    handlers = {name: {p: h for p, (h, _) in site.items()} for name, site in sites.items()}
    handlers["redirects"].update(redirect_targets())
    for name in ("calendar", "rich-calendar"):
        handlers[name]["/rili/*"] = calendar(name == "rich-calendar")
    server = Server(handlers, {"self-signed": certificate(scratch)})
    want = {server.url(name, p): end for name, site in sites.items() for p, (_, end) in site.items() if p != "/robots.txt"}
    want["http://%s:%d/" % ("127.0.1.9", CLOSED_PORT)] = dead("connect")
    want["http://no-such-host.invalid/"] = dead("dns")
    want["https://%s:%d/good" % (server.address["bodies"], server.port)] = dead("tls")
    return server, want
