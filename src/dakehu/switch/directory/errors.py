"""What can be wrong with a publication or with the file."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class DirectoryClash(DomainError):
    """Two lines claim one key. Data: `key`, `value`, `holder`, `claimant`.

    `key` is `sip_username`, `short_number` (in a group) or `vpn_short_number` (in a VPN).
    Nothing of the publication is applied.
    """

    code = "directory.clash"


class DirectoryUnreadable(DomainError):
    """The file is missing, or is no directory of this version. Data: `path`, `reason`."""

    code = "directory.unreadable"
