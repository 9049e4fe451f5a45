"""Rules of the enterprise VPN, pure: the order desk validates and the voice process routes by them."""
