"""The handshake that gives both sides the keys of SRTP (RFC 5763, 5764), as the side that waits.

Datagrams and time in, datagrams and keys out. The browser's certificate is nobody's in particular; what
counts is that its fingerprint is the one that came with the offer, over the signalling. The keys are for
AES-GCM, or AES-128 with SHA-1 digests of 80 bits, which every browser has.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from pylibsrtp import Policy, Session

_MTU = 1200
_EXPORTED = b"EXTRACTOR-dtls_srtp"
_REPLAY_WINDOW = 1024


@dataclass(frozen=True, slots=True)
class _Profile:
    number: int
    key: int
    salt: int


_PROFILES = {
    b"SRTP_AEAD_AES_128_GCM": _Profile(Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    b"SRTP_AES128_CM_SHA1_80": _Profile(Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
}


@dataclass(frozen=True, slots=True)
class Keys:
    """One direction each."""

    theirs: Session
    ours: Session


class Identity:
    """A key and its certificate, made at the start of the process: what a fingerprint vouches for."""

    def __init__(self, now: dt.datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "media")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=3650))
            .sign(key, hashes.SHA256())
        )
        self.fingerprint = _fingerprint(certificate)
        self.context = SSL.Context(SSL.DTLS_METHOD)
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        self.context.set_tlsext_use_srtp(b":".join(_PROFILES))


class Handshake:
    """One browser's. `keys` are there once it has succeeded; `failed` is for good."""

    def __init__(self, identity: Identity, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._ssl = SSL.Connection(identity.context)
        self._ssl.set_accept_state()
        self._ssl.set_ciphertext_mtu(_MTU)
        self.keys: Keys | None = None
        self.failed = False

    def receive(self, data: bytes) -> list[bytes]:
        """A datagram came; what to send. After a failure nothing any more."""
        if self.failed:
            return []
        self._ssl.bio_write(data)
        return self._go_on()

    def wait_s(self) -> float | None:
        """After how many seconds to call `timed_out`, unless something comes before."""
        return None if self.keys or self.failed else self._ssl.DTLSv1_get_timeout()

    def timed_out(self) -> list[bytes]:
        """Nothing came: what to send again."""
        self._ssl.DTLSv1_handle_timeout()
        return self._written()

    def _go_on(self) -> list[bytes]:
        try:
            if self.keys is None:
                self._ssl.do_handshake()
                self._finish()
            else:
                self._ssl.recv(_MTU)  # a repeated flight, an alert
        except SSL.WantReadError:
            pass
        except SSL.Error:
            self.failed = self.keys is None
        return self._written()

    def _finish(self) -> None:
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        profile = _PROFILES.get(self._ssl.get_selected_srtp_profile())
        if certificate is None or profile is None or _fingerprint(certificate) != self._fingerprint:
            self.failed = True
            return
        key, salt = profile.key, profile.salt
        secret = self._ssl.export_keying_material(_EXPORTED, 2 * (key + salt))
        theirs = secret[:key] + secret[2 * key : 2 * key + salt]
        ours = secret[key : 2 * key] + secret[2 * key + salt :]
        self.keys = Keys(
            _session(theirs, Policy.SSRC_ANY_INBOUND, profile),
            _session(ours, Policy.SSRC_ANY_OUTBOUND, profile),
        )

    def _written(self) -> list[bytes]:
        datagrams = []
        while True:
            try:
                datagrams.append(self._ssl.bio_read(_MTU + 300))
            except SSL.WantReadError:
                return datagrams


def _session(key: bytes, direction: int, profile: _Profile) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile.number)
    policy.window_size = _REPLAY_WINDOW
    policy.allow_repeat_tx = True
    return Session(policy)


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
