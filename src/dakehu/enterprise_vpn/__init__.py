"""企业虚拟专网: one private numbering plan over lines of many exchanges, joined or single (VPN-01).

`domain/` holds the rules, shared by the pages and by call routing; the rest keeps VPNs, members, closed user
groups and attendants, and tells the voice directory of them. Centrex groups are known through
`numbering.groupings` alone.
"""
