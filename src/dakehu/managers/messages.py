"""The sentences behind the codes of this app's errors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "managers.person_unknown": _("There is no active person “%(text)s” among those you see."),
    "managers.file_twice": _("%(name)s has a file already."),
    "managers.entry_unknown": _("“%(text)s” is not in the dictionary. Choose one of its entries."),
    "managers.text_missing": _("Fill this in."),
    "managers.days_crossed": _("The last day, %(last)s, lies before the first, %(first)s."),
    "managers.visit_length_wrong": _("A visit takes from 5 minutes to 12 hours, not %(minutes)s minutes."),
    "managers.visit_ahead": _("%(at)s is still to come: log the visit when it has been paid."),
    "managers.not_your_visit": _("This visit is %(name)s's: only who pays it may plan, move or log it."),
    "managers.own_visit": _("Someone else comments on your visits."),
    "managers.contact_elsewhere": _(
        "Someone chosen is no contact of this account. Choose from its contacts."
    ),
    "managers.place_wrong": _("That is no place on earth. Ask the telephone again, or leave it out."),
    "managers.promise_day_missing": _("By which day? A promise says what and by when."),
    "managers.frequency_wrong": _("Give from 0 to %(most)s visits in a period that divides the year."),
    "managers.same_person": _("%(name)s cannot hand accounts over to themselves."),
    "managers.nothing_to_hand_over": _("Choose at least one account that the giver owns."),
    "managers.not_owner": _(
        "These accounts are not the giver's any more: %(names)s. Propose again without them."
    ),
    "managers.already_in_hand_over": _("These accounts are in another open hand-over: %(names)s."),
    "managers.not_your_signature": _("Each party signs for itself, and a third person approves."),
}
