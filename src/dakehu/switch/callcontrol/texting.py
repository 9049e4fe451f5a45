"""Where a text message of a line goes (RFC 3428): the plan, rights and closed groups of calls count for it.

Services of calls do not: a text rings nobody, so a line that is busy, forwards or does not want to be
disturbed gets it all the same.
"""

from __future__ import annotations

from dakehu.enterprise_vpn.domain.dialling import closed
from dakehu.numbering.domain.lines import may_originate, may_receive
from dakehu.switch.callcontrol.decisions import Deny, Target
from dakehu.switch.callcontrol.originating import SUSPENDED, Meaning, Nowhere, bar, understand
from dakehu.switch.callcontrol.reasons import Reason
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView


def text_to(view: DirectoryView, sender: LineEntry, dialled: str) -> Target | Deny:
    """The line that the text is for and the sender as it is shown there; `telephones` is not looked at."""
    meaning = understand(view, sender, dialled)
    if isinstance(meaning, Nowhere):
        return Deny(meaning.reason, meaning.rules)
    refused = _refused(sender, meaning)
    called = meaning.called
    if refused is not None or called is None:
        reason = refused or (
            Reason.UNKNOWN_NUMBER if meaning.number or not meaning.consoles else Reason.REFUSED
        )
        return Deny(reason, (meaning.rule, reason), meaning.number, called, meaning.call_class)
    return Target(called, meaning.shown)


def _refused(sender: LineEntry, meaning: Meaning) -> Reason | None:
    """Why it may not go there."""
    if not may_originate(sender.status, meaning.call_class):
        return SUSPENDED[sender.status]
    barred = bar(sender, meaning.call_class)
    if barred is not None:
        return barred.reason
    called = meaning.called
    if called is None:
        return None
    if called.public_number == sender.public_number:
        return Reason.OWN_NUMBER
    if closed(sender.vpn_member, called.vpn_member) is not None:
        return Reason.CLOSED_GROUP
    return None if may_receive(called.status) else Reason.CALLED_SUSPENDED
