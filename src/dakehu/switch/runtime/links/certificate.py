"""The certificate that TLS and secure WebSocket show."""

from __future__ import annotations

import ssl

import structlog

from dakehu.switch.runtime.config import CertificateFiles

_log = structlog.get_logger("dakehu.voice")
_Stamp = tuple[tuple[int, int, int], ...]


class Certificate:
    """A certificate in a TLS context. Raises `OSError` when there is none (`ssl.SSLError` is one).

    A changed file is taken up by `refresh`: connections made from then on get the new certificate, those that
    are up keep what they have.
    """

    def __init__(self, files: CertificateFiles) -> None:
        self._files = files
        self._stamp = self._look()
        self.context = _context(files)

    def refresh(self) -> bool:
        """Read the files again if they changed. Files that don't fit each other (yet) change nothing."""
        try:
            stamp = self._look()
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            _context(self._files)  # a bad pair must not break the context in use
            self.context.load_cert_chain(self._files.certificate, self._files.key)
        except OSError as fault:
            _log.warning("certificate not taken up", fault=str(fault), file=str(self._files.certificate))
            return False
        _log.info("certificate taken up", file=str(self._files.certificate))
        return True

    def _look(self) -> _Stamp:
        found = (path.stat() for path in (self._files.certificate, self._files.key))
        return tuple((status.st_ino, status.st_mtime_ns, status.st_size) for status in found)


def _context(files: CertificateFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.certificate, files.key)
    return context
