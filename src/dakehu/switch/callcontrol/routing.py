"""Deciding a call: the caller's rules, the destination, the called line's rules, in one fixed order.

The order is that of 3GPP's multimedia telephony (TS 24.173): originating services, then routing, then
terminating ones. Each rule that decided something leaves its id in the trace: a requirement row ("CTX-03")
where there is one, a plain word otherwise. The rules themselves are the products' (`centrex.domain`,
`enterprise_vpn.domain`, `numbering.domain`): the order desk validates by the same functions.

    originating   feature codes (CTX-07); hotline, abbreviated dialling; the plan of the group (CTX-03, 04,
                  12), of the VPN (VPN-02, 04, 10) or the public one (`plan`)
                  LIN-06  a suspended line calls nobody, on-net or off-net; emergencies pass this and all bars
                  CTX-06  call rights, CTX-14 in-group only, VPN-08 off-net barring, CTX-15 the line's own
                  restriction
    destination   `unknown_number`, `no_gateway`, `no_attendant`, `own_number`
                  VPN-15  closed user groups
                  (from here on: `reaching`, `following`)
    terminating   LIN-06  a line suspended for a violation or on request does not ring; for arrears it does
                  VPN-05  forwarding of every call; `do_not_disturb`
                  IN-02, IN-04  further numbers, together or in turn
                  VPN-05  forwarding of what can't be reached,
                  `not_registered`; forwarding of a line in a call, `line_busy`, or `call_waiting`; forwarding
                  on busy and no answer is prepared, to be taken up by `step`
                  CTX-16, VPN-09  what the called side is shown
"""

from __future__ import annotations

from dakehu.numbering.domain.featurecodes import Act, Feature, parse
from dakehu.numbering.domain.lines import may_originate
from dakehu.switch.callcontrol.authenticating import authenticated
from dakehu.switch.callcontrol.codes import carry_out
from dakehu.switch.callcontrol.decisions import Decision, Deny, LiveSwitch
from dakehu.switch.callcontrol.originating import SUSPENDED, Meaning, Nowhere, bar, understand
from dakehu.switch.callcontrol.reaching import Attempt
from dakehu.switch.directory.entries import LineEntry
from dakehu.switch.directory.view import DirectoryView


def decide(
    view: DirectoryView, caller: LineEntry, dialled: str, live: LiveSwitch, *, trusts: bool = False
) -> Decision:
    """Where the call goes, or why it doesn't. Raises nothing. With `trusts` any password is right."""
    command = parse(dialled)
    if command is not None and may_originate(caller.status):
        if command.feature is Feature.CALL_BY_PASSWORD and command.act is Act.ACTIVATE:
            return authenticated(view, caller, command.arguments, live, trusts=trusts)
        return carry_out(view, caller, command, live, trusts=trusts)
    meaning = understand(view, caller, dialled)
    call_class = meaning.call_class if isinstance(meaning, Meaning) else None
    if not may_originate(caller.status, call_class):
        return Deny(SUSPENDED[caller.status], ("LIN-06",))
    if isinstance(meaning, Nowhere):
        return Deny(meaning.reason, meaning.rules)
    attempt = Attempt(view, caller, live, meaning, caller)
    barred = bar(caller, meaning.call_class)
    if barred is not None:
        return attempt.deny(barred.reason, barred.rule)
    return attempt.reach()
