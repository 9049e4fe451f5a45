"""The sentences behind the codes of this app's errors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "managers.person_unknown": _("There is no active person “%(text)s” among those you see."),
    "managers.file_twice": _("%(name)s has a file already."),
    "managers.entry_unknown": _("“%(text)s” is not in the dictionary. Choose one of its entries."),
    "managers.text_missing": _("Fill this in."),
    "managers.text_too_long": _("This is %(length)s characters long; at most %(most)s fit."),
    "managers.rest_standing": _("No step leads the visit back to “%(status)s”."),
    "managers.rest_value": _("“%(value)s” is no value for “%(attribute)s”."),
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
    "managers.figure_invalid": _("“%(text)s” is no such figure. Type a number as the unit asks."),
    "managers.weight_out_of_range": _("A weight lies between %(least)s and %(most)s per cent."),
    "managers.weights_not_whole": _("The weights make %(sum)s per cent together; they must make 100."),
    "managers.indicator_twice": _("This indicator stands in the contract twice."),
    "managers.indicators_too_many": _("A contract has at most %(most)s indicators."),
    "managers.target_missing": _("Give the figure: without one nothing can be assessed."),
    "managers.target_negative": _("This target cannot be below nil."),
    "managers.months_do_not_add_up": _(
        "The months' targets don't make the year's. Change a month, or the year's target in the contract."
    ),
    "managers.year_invalid": _("Give a number from %(least)s to %(most)s."),
    "managers.contract_twice": _("%(name)s has a performance contract for %(year)s already."),
    "managers.own_contract": _("This is your own contract: someone else draws it up, closes and judges it."),
    "managers.not_your_contract": _("This is for %(name)s alone to do."),
    "managers.contract_not_in_force": _("Only a contract in force is assessed. Put it in force first."),
    "managers.month_not_assessed": _("The contract sets no target for this in %(month)s."),
    "managers.month_not_over": _("%(month)s is not over yet: close it in the month that follows."),
    "managers.month_is_closed": _("%(month)s is closed. Have it opened again to change its figures."),
    "managers.month_not_closed": _("%(month)s has not been closed."),
    "managers.figures_missing": _("Enter these figures before the month is closed: %(names)s."),
    "managers.months_still_open": _("Close these months before the year: %(months)s."),
    "managers.figure_computed": _("This figure is computed from the records and cannot be entered."),
    "managers.source_missing": _("Say where the figure comes from: a note, a document, or both."),
    "managers.appeal_too_late": _("Appeals were possible to %(last)s. Ask your leader to open the month."),
    "managers.appeal_open": _("An appeal against this figure waits for its decision already."),
    "managers.appeals_undecided": _("Decide the open appeals first."),
    "managers.appeals_still_possible": _("The last month can be appealed against to %(last)s: close after."),
    "managers.contract_unknown": _("“%(text)s” has no contract in force for that year in your view."),
    "managers.indicator_unknown": _("“%(text)s” is no indicator of figures that are entered."),
    "managers.figure_on_file": _("%(figure)s is on file for this month already."),
    "managers.product_unknown": _("“%(text)s” is no product category. Choose one of the dictionary."),
    "managers.product_twice": _("This product counts as new from that month already."),
}
