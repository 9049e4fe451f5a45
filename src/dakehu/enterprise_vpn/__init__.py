"""企业虚拟专网: one private numbering plan over lines of many exchanges, joined or single (VPN-01)."""
