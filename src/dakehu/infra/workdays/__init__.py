"""The working calendar as data: China's holidays and made-up working days, year by year.

Years that the library knows are there from the start; a later year is added by pasting the State
Council's notice (`year_from_notice`). `working_calendar()` gives the kernel's calendar over all of them.
"""
