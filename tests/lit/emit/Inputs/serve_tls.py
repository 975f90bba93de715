"""Serves a folder over HTTPS on a free port of localhost, and runs a command meanwhile.

    serve_tls.py FOLDER CERTIFICATE KEY COMMAND…

`{port}` in the command's words becomes the port. Ends with the command's exit status.
"""

import functools
import http.server
import ssl
import subprocess
import sys
import threading


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


folder, certificate, key, *command = sys.argv[1:]
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = str(server.server_address[1])
sys.exit(subprocess.run([word.replace("{port}", port) for word in command]).returncode)
