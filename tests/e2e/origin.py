"""A real nginx in a temporary folder: HTTP, HTTPS/1.1 and HTTP/2, with a throw-away authority.

Rules:
- Unprivileged, own prefix, free ports, one worker; nothing of the machine's own nginx is touched.
- The same folder is served plainly and, below other first parts of the path, in other manners:
  see `MANNERS`. `/odd/BEHAVIOUR/PATH` leads to `odd_server`, on each of the three.
- A missing program skips a test on a person's machine and fails it in CI.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.certificates import Certificates, issue
from tests.e2e.odd_server import serve_oddly

MANNERS = {
    "typed-text": "types {} default_type text/plain;",
    "typed-octet": "types {} default_type application/octet-stream;",
    "typed-html": "types {} default_type text/html;",
    "nosniff-text": "types {} default_type text/plain; add_header X-Content-Type-Options nosniff;",
    "nosniff-octet": "types {} add_header X-Content-Type-Options nosniff;",
    "typed-png": "types {} default_type image/png;",
    "gzipped": "gzip on; gzip_min_length 1; gzip_types image/jpeg image/png image/webp image/bmp;",
    "immutable": 'add_header Cache-Control "public, max-age=31536000, immutable";',
    "revalidated": 'add_header Cache-Control "no-cache";',
    "no-validators": "etag off; if_modified_since off; add_header Last-Modified '';",
    "cors": (
        "add_header Access-Control-Allow-Origin *; add_header Timing-Allow-Origin *;"
        "add_header Cross-Origin-Resource-Policy cross-origin;"
    ),
    "quic": "add_header Alt-Svc 'h3=\":443\"; ma=86400';",
    "download": 'add_header Content-Disposition "attachment";',
}
"""First part of the path, and the nginx directives that make the manner."""

KNOCK = "/knock"

_CONFIG = """
{user}
daemon off;
worker_processes 1;
pid {prefix}/nginx.pid;
error_log {prefix}/error.log warn;
events {{ worker_connections 512; }}
http {{
  log_format facts escape=none '$request_method|$server_protocol|$request_uri|$status|'
    '$http_if_none_match|$http_if_modified_since|$http_range|$host|$server_port';
  access_log {prefix}/access.log facts;
  client_body_temp_path {prefix}/body; proxy_temp_path {prefix}/proxy;
  fastcgi_temp_path {prefix}/fastcgi; uwsgi_temp_path {prefix}/uwsgi; scgi_temp_path {prefix}/scgi;
  types {{
    text/html html; text/css css; text/javascript js; application/json json;
    image/jpeg jpg; image/png png; image/gif gif; image/webp webp; image/avif avif; image/bmp bmp;
    image/x-icon ico; image/svg+xml svg;
  }}
  default_type application/octet-stream;
  server_tokens off; keepalive_requests 10000;
  ssl_certificate {certificate}; ssl_certificate_key {key};
  ssl_protocols TLSv1.2 TLSv1.3;
{servers}
}}
"""
_SERVER = """
  server {{
    listen 127.0.0.1:{port}{options};
    root {folder};
    location / {{ }}
    location = /knock {{ return 200; }}
{locations}
    location /odd/ {{ proxy_pass {odd}/; proxy_http_version 1.1; proxy_buffering off; }}
  }}
"""


@dataclass(frozen=True)
class Requested:
    """One line of the server's log: what really reached it."""

    method: str
    protocol: str
    path: str
    status: int
    if_none_match: str
    if_modified_since: str
    range: str
    host: str
    port: int


@dataclass(frozen=True)
class Origin:
    """A running server; addresses come without a last slash.

    Attributes:
        folder: What is served.
        http: Plain HTTP.
        https: HTTP/1.1 over TLS.
        h2: HTTP/2 over TLS.
        odd: The misbehaving server, directly and in plain HTTP.
        certificates: The authority to trust, and the server's certificate.
        log: The access log.
    """

    folder: Path
    http: str
    https: str
    h2: str
    odd: str
    certificates: Certificates
    log: Path

    def requests(self) -> list[Requested]:
        """What has reached the server so far."""
        # One worker writes the lines of finished answers before it takes up this request.
        self._knock()
        found = []
        for line in self.log.read_text().splitlines():
            values = ["" if value == "-" else value for value in line.split("|")]
            found.append(Requested(*values[:3], int(values[3]), *values[4:8], int(values[8])))
        return [entry for entry in found if entry.path != KNOCK]

    def _knock(self) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.http}{KNOCK}") as answer:
            answer.read()


def need(program: str) -> str:
    """Return the path of a program; without it the test is skipped, or fails in CI."""
    path = shutil.which(program, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))
    if path is not None:
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"{program} is missing; nothing is skipped in CI")
    pytest.skip(f"{program} is missing")


@contextlib.contextmanager
def serve(folder: Path, prefix: Path) -> Iterator[Origin]:
    """Serve `folder` until the block ends.

    Args:
        folder: What to serve.
        prefix: An empty folder for the server's own files.
    """
    nginx = need("nginx")
    certificates = issue(prefix)
    with serve_oddly(folder) as odd:
        ports = _free_ports(3)
        config = prefix / "nginx.conf"
        config.write_text(_configuration(folder, prefix, certificates, ports, odd))
        command = [nginx, "-p", str(prefix), "-c", str(config), "-e", str(prefix / "error.log")]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            _wait(process, ports, prefix)
            http, https, h2 = ports
            yield Origin(
                folder,
                f"http://localhost:{http}",
                f"https://localhost:{https}",
                f"https://localhost:{h2}",
                odd,
                certificates,
                prefix / "access.log",
            )
        finally:
            process.terminate()
            process.wait()


def _configuration(
    folder: Path, prefix: Path, certificates: Certificates, ports: list[int], odd: str
) -> str:
    locations = "\n".join(
        f"    location /{name}/ {{ alias {folder}/; {directives} }}"
        for name, directives in MANNERS.items()
    )
    servers = "".join(
        _SERVER.format(port=port, options=options, folder=folder, locations=locations, odd=odd)
        for port, options in zip(ports, ("", " ssl", " ssl http2"), strict=True)
    )
    return _CONFIG.format(
        # Started by root, nginx would give its worker away to a user who cannot read the folder.
        user=f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else "",
        prefix=prefix,
        certificate=certificates.certificate,
        key=certificates.key,
        servers=servers,
    )


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago; all are held until the last is found."""
    with contextlib.ExitStack() as held:
        ports = []
        for _ in range(count):
            listener = held.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            ports.append(listener.getsockname()[1])
        return ports


def _wait(process: subprocess.Popen[bytes], ports: list[int], prefix: Path) -> None:
    deadline = time.monotonic() + 20
    for port in ports:
        while True:
            if process.poll() is not None or time.monotonic() > deadline:
                log = prefix / "error.log"
                pytest.fail(f"nginx did not start: {log.read_text() if log.exists() else ''}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
