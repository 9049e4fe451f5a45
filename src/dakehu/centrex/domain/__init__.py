"""The rules of Centrex, pure: `group` what there is, `rules` what may be, `dialling` what a call means."""
