"""Rules of ring-back tones, pure: the voice process chooses by them."""
