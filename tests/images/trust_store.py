"""A stand-in for RDS's trust store: a proxy that answers for every host, by a certificate that a test has made."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

HOST = "truststore.pki.rds.amazonaws.com"


class TrustStore:
    """It serves one text under any path, to those who go by `environment`."""

    def __init__(self, folder: Path, openssl: Path, text: str) -> None:
        self.text = text
        self._key, self._certificate = folder / "key.pem", folder / "certificate.pem"
        what = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
        who = ("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}")
        where = ("-keyout", str(self._key), "-out", str(self._certificate))
        subprocess.run([openssl, *what, *who, *where], check=True, capture_output=True)

    def __enter__(self) -> Self:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self._certificate, self._key)
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a program asks here."""
        proxy = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        return {"HTTPS_PROXY": proxy, "https_proxy": proxy, "NO_PROXY": "", "SSL_CERT_FILE": str(self._certificate)}

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return  # closed
            with connection:
                asked = _head(connection)
                if not asked.startswith(f"CONNECT {HOST}:443 "):
                    continue
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with self._context.wrap_socket(connection, server_side=True) as safe:
                    _head(safe)
                    body = self.text.encode()
                    safe.sendall(
                        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
                    )


def _head(connection: socket.socket) -> str:
    head = b""
    while not head.endswith(b"\r\n\r\n") and (more := connection.recv(1)):
        head += more
    return head.decode()
