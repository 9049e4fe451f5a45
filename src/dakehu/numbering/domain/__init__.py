"""The rules of numbers and lines, pure: `numbers` how a number lives, `lines` what a line is and may do."""
