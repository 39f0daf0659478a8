"""A provider behind TLS: a certificate of its own making, and a listener that passes on what it has deciphered."""

import datetime as dt
import socket
import ssl
from contextlib import contextmanager, suppress
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def certificate(folder):
    """The file of a certificate for ``localhost`` and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    day = dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


@contextmanager
def behind_tls(folder, port, backend):
    """Until the block ends, ``port`` speaks TLS and passes on to ``backend``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    with socket.create_server(("127.0.0.1", port)) as listener:
        Thread(target=_listen, args=(listener, context, backend), daemon=True).start()
        yield
        listener.shutdown(socket.SHUT_RDWR)


def _listen(listener, context, backend):
    with suppress(OSError):
        while True:
            raw, _ = listener.accept()
            Thread(target=_serve, args=(raw, context, backend), daemon=True).start()


def _serve(raw, context, backend):
    with (
        raw,
        suppress(OSError),
        context.wrap_socket(raw, server_side=True) as near,
        socket.create_connection(("127.0.0.1", backend)) as far,
    ):
        back = Thread(target=_pass_on, args=(far, near), daemon=True)
        back.start()
        _pass_on(near, far)
        back.join()


def _pass_on(source, target):
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
