"""OpenLDAP's slapd with a small company in it, on ports of its own, with a certificate made for the test."""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ldap3 import NONE, Connection, Server
from ldap3.core.exceptions import LDAPException

from tests.kit.ports import free_port
from tests.kit.waiting import wait_for

BASE, SERVICE, SERVICE_PASSWORD = "dc=example,dc=cn", "cn=dakehu,dc=example,dc=cn", "service-secret-1"
ROOT, ROOT_PASSWORD = "cn=root,dc=example,dc=cn", "root-secret-1"
PASSWORD = "quiet-river-88"

_CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/slapd.pid
TLSCertificateFile {home}/cert.pem
TLSCertificateKeyFile {home}/key.pem
allow bind_anon_dn
{security}
database mdb
suffix "dc=example,dc=cn"
rootdn "cn=root,dc=example,dc=cn"
rootpw root-secret-1
directory {home}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=dakehu,dc=example,dc=cn" read by * none
"""

_COMPANY = f"""\
dn: dc=example,dc=cn
objectClass: dcObject
objectClass: organization
o: example
dc: example

dn: cn=dakehu,dc=example,dc=cn
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: dakehu
userPassword: {SERVICE_PASSWORD}

dn: ou=people,dc=example,dc=cn
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=cn
objectClass: organizationalUnit
ou: groups
"""


@dataclass(frozen=True, slots=True)
class Slapd:
    """`ca` is the certificate itself; it names 127.0.0.1 and not `localhost`."""

    port: int
    tls_port: int
    ca: str

    @property
    def clear(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def secure(self) -> str:
        return f"ldaps://127.0.0.1:{self.tls_port}"

    def add_person(self, uid: str, *, name: str = "李 娜", password: str = PASSWORD) -> str:
        dn = f"uid={uid},ou=people,{BASE}"
        told = {"uid": uid, "cn": name, "sn": name[:1], "mail": f"{uid}@example.cn", "mobile": "13900000000"}
        with self._root() as root:
            assert root.add(dn, "inetOrgPerson", {**told, "userPassword": password}), root.result
        return dn

    def add_group(self, name: str, *members: str) -> None:
        dn = f"cn={name},ou=groups,{BASE}"
        with self._root() as root:
            assert root.add(dn, "groupOfNames", {"cn": name, "member": list(members)}), root.result

    def remove(self, dn: str) -> None:
        with self._root() as root:
            assert root.delete(dn), root.result

    def _root(self) -> Connection:
        return Connection(Server(self.clear, get_info=NONE), ROOT, ROOT_PASSWORD, check_names=False)


@contextmanager
def slapd(home: Path, *, only_encrypted: bool = False) -> Iterator[Slapd]:
    """A running slapd; the test is skipped where it is not installed."""
    program = shutil.which("slapd") or shutil.which("/usr/sbin/slapd")
    if program is None:
        pytest.skip("slapd is not installed")
    (home / "data").mkdir(parents=True)
    _certificate(home)
    security = "security simple_bind=128" if only_encrypted else ""
    configuration = home / "slapd.conf"
    configuration.write_text(_CONFIGURATION.format(home=home, security=security))
    (home / "company.ldif").write_text(_COMPANY)
    subprocess.run(
        [program, "-T", "add", "-f", configuration, "-l", home / "company.ldif"],
        check=True,
        capture_output=True,
    )
    running = Slapd(free_port(), free_port(), str(home / "cert.pem"))
    with (home / "slapd.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "-d", "0", "-f", configuration, "-h", f"{running.clear} {running.secure}"],
            stdout=log,
            stderr=log,
        )
    try:
        wait_for("slapd", lambda: _answers(running))
        yield running
    finally:
        process.terminate()
        process.wait(20)


def _answers(running: Slapd) -> bool:
    with suppress(LDAPException), running._root() as root:
        return bool(root.bound)
    return False


def _certificate(home: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "directory of the test")])
    at = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (home / "cert.pem").write_bytes(certificate.public_bytes(pem))
    form, clear = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (home / "key.pem").write_bytes(key.private_bytes(pem, form, clear))
