"""Rules of customer files: codes, likeness of names, grades, duplicates, search words. No Django here."""
