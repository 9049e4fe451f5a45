"""彩铃: what a caller hears instead of ringing (VPN-16, VPN-17, IN-07).

`domain/` holds the rules by which a tone is chosen; call routing asks them for each call that rings.
"""
