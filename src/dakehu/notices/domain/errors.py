"""What can be wrong with robots and preferences."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class AddressRefused(DomainError):
    """No http or https address of another machine."""

    code = "notices.address_refused"


class RobotNameTaken(DomainError):
    """The unit has a robot of this name. Data: `name`."""

    code = "notices.robot_name_taken"


class KindUnknown(DomainError):
    """No installed part of the system gives such notices. Data: `kind`."""

    code = "notices.kind_unknown"


class HourWrong(DomainError):
    """An hour is 0 to 23."""

    code = "notices.hour_wrong"


class RobotOff(DomainError):
    """The robot is switched off: it is sent nothing. Data: `name`."""

    code = "notices.robot_off"


class NoMail(DomainError):
    """No mail server is set, or the reader has no address."""

    code = "notices.no_mail"
