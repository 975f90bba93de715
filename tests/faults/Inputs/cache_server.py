"""A remote cache of the tests' own, as bazel-remote serves one over HTTP: GET, HEAD and PUT of /ac/KEY and
/cas/DIGEST. It checks what is put, and can be told to fail in every way a server can."""

import hashlib
import http.server
import re
import socket
import ssl
import struct
import subprocess
import threading
import time


def fields(data):
    """The fields of a protocol buffer message: number and value."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = varint()
        if tag & 7 == 0:
            yield tag >> 3, varint()
        else:
            assert tag & 7 == 2, f"field {tag >> 3} is neither number nor bytes"
            size = varint()
            assert at + size <= len(data)
            at += size
            yield tag >> 3, data[at - size : at]


def digests(record):
    """Digests and sizes of the output files of an ActionResult."""
    for number, value in fields(record):
        if number == 2:
            digest = dict(fields(dict(fields(value))[2]))
            yield digest[1].decode(), digest.get(2, 0)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", cut=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if cut is None else body[:cut])

    def reset(self):
        """The connection ends with RST, which nobody takes for its proper end."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def fails(self):
        """Whether this request ends here, as the server was told."""
        cache, mode = self.server.cache, self.server.cache.mode
        size = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(size)
        cache.requests.append(f"{self.command} {self.path}")
        cache.secrets.add(self.headers.get("Authorization"))
        if mode in ("500", "429"):
            self.answer(int(mode), b"no")
        elif mode == "timeout":
            time.sleep(5)
            self.close_connection = True
        elif mode == "denied" and self.command == "PUT":
            self.answer(403)
        elif cache.secret and self.headers.get("Authorization") != cache.secret:
            self.answer(401)
        else:
            return False
        return True

    def do_GET(self):
        if self.fails():
            return
        cache, mode = self.server.cache, self.server.cache.mode
        body = cache.blobs.get(self.path)
        if body is None:
            self.answer(404, b"Not found\n")
            return
        record = self.path.startswith("/ac/")
        if mode == "wrong bytes" and not record:
            body = bytes([body[0] ^ 1]) + body[1:] if body else b"?"
        elif mode == "too long" and not record:
            body += b"!"
        elif mode == "too short" and not record:
            body = body[:-1]
        elif mode == "damaged record" and record:
            body = body[:-20] + bytes([body[-20] ^ 1]) + body[-19:]
        elif mode == "garbage" and record:
            body = b"<html>Welcome to the hotel's network</html>"
        elif mode == "another's record" and record:
            body = next(blob for path, blob in cache.blobs.items() if path.startswith("/ac/") and path != self.path)
        elif mode == "lost content" and not record:
            self.answer(404)
            return
        if mode == "reset" and not record:
            self.answer(200, body, cut=len(body) // 2)
            self.reset()
            return
        self.answer(200, body)

    def do_HEAD(self):
        if not self.fails():
            self.answer(200 if self.path in self.server.cache.blobs else 404)

    def do_PUT(self):
        if self.fails():
            return
        cache = self.server.cache
        kind, name = re.fullmatch(r"/(ac|cas)/([0-9a-f]{64})", self.path).groups()
        if kind == "cas" and hashlib.sha256(self.body).hexdigest() != name:
            cache.wrong.append(f"other bytes under {self.path}")
            self.answer(400, b"wrong digest")
        elif kind == "ac" and any(len(cache.blobs.get(f"/cas/{digest}", b"?" * (size + 1))) != size for digest, size in digests(self.body)):
            cache.wrong.append(f"{self.path} names contents that are not there")
            self.answer(400, b"incomplete")
        else:
            cache.blobs[self.path] = self.body
            self.answer(200)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # clients that went away


class CacheServer:
    """`mode` says how it fails; `secret` is the header Authorization it wants."""

    def __init__(self, certificate=None):
        self.blobs, self.requests, self.wrong, self.secrets = {}, [], [], set()
        self.mode, self.secret = "ok", None
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.cache = self
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def certificate(path):
    """A file with a key and a certificate for 127.0.0.1 that nobody knows."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", f"{path}.crt"],
        check=True, capture_output=True,
    )
    with open(path, "a") as both, open(f"{path}.crt") as public:
        both.write(public.read())
    return path
