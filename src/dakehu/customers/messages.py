"""The sentences behind the codes of this app's errors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "customers.rest_value": _("“%(value)s” is no value for “%(attribute)s”."),
    "customers.rest_status": _("No step leads the account to “%(status)s”."),
    "customers.name_missing": _("Fill in the name."),
    "customers.email_malformed": _("“%(text)s” is no e-mail address, such as name@example.com."),
    "customers.text_too_long": _("This is %(length)s characters long; at most %(most)s fit."),
    "customers.entry_unknown": _("“%(text)s” is not in the dictionary. Choose one of its entries."),
    "customers.revenue_negative": _("Revenue cannot be less than nil."),
    "customers.phone_malformed": _(
        "“%(text)s” is no telephone number. Write it like 0351-8200000 or 13800000000."
    ),
    "customers.website_malformed": _("“%(text)s” is no web address. Write it like www.example.cn."),
    "customers.credit_code_length": _(
        "A unified social credit code has 18 characters; “%(text)s” has %(length)s."
    ),
    "customers.credit_code_character": _(
        "“%(characters)s” cannot stand there in a credit code: the letters I, O, S, V and Z never occur, and "
        "the third to eighth characters are digits."
    ),
    "customers.credit_code_check_digit": _(
        "The check digit is wrong: the code ends in “%(found)s”, but its other characters give "
        "“%(expected)s”. Compare it with the business licence."
    ),
    "customers.same_credit_code": _(
        "This credit code is already on file: %(others)s. "
        "Say how the two belong together, as branch or parent."
    ),
    "customers.alike_names": _(
        "A customer with nearly the same name is on file: %(others)s. Confirm that this is another one."
    ),
    "customers.unit_unknown": _("There is no open unit “%(text)s” among those you see."),
    "customers.owner_unknown": _("There is no active account manager “%(text)s”."),
    "customers.owner_not_yours": _(
        "You cannot give accounts to others. Leave the account manager blank, or ask your team leader."
    ),
    "customers.parent_unknown": _("There is no customer “%(text)s” among those you see."),
    "customers.parent_loop": _(
        "“%(name)s” is this account itself or one of its branches: choose another parent."
    ),
    "customers.tree_too_deep": _("A group has at most %(most)s levels."),
    "customers.too_many_at_once": _("%(count)s accounts at once are too many: at most %(most)s."),
    "customers.revenue_on_file": _("A figure of %(amount)s yuan is on file for it. Importing replaces it."),
    "customers.revenue_replaced": _(
        "This figure of %(month)s took an earlier one's place. Import the right figure instead."
    ),
    "customers.month_ahead": _("%(month)s has not begun yet."),
    "customers.account_unknown": _("There is no customer “%(text)s” among those you see."),
    "customers.rule_incomplete": _("Fill in what this kind of rule looks at."),
    "customers.rule_twice": _("There is a rule of this kind for this already. Change that one."),
    "customers.rules_give_higher": _(
        "The rules give a higher grade already, and the highest wins. A grade set by hand can only raise it."
    ),
    "customers.outcome_missing": _("Write what you found and what was done."),
    "customers.threshold_invalid": _("Give a whole number, at least one."),
    "customers.file_merged": _("This file was merged into %(name)s (%(code)s)."),
    "customers.merge_with_itself": _("Choose another file: a file cannot be merged with itself."),
    "customers.merge_of_kin": _(
        "The file that would stay stands below “%(name)s” with others between. Keep the upper one instead."
    ),
    "customers.merge_blocked": _(
        "%(what)s: both files have one of the same name, or records that cannot move. Change that first; "
        "nothing was merged."
    ),
    "customers.merge_into_ended": _(
        "“%(name)s” exists no more. Keep the other file, or choose its standing."
    ),
    "customers.merge_both_on_list": _(
        "Both files are on the named-account list or on their way to it. "
        "Let “%(name)s” leave it there, or withdraw the application; then merge."
    ),
    "customers.merge_owner_on_list": _(
        "“%(name)s” is on the named-account list with %(owner)s: choose that file’s account manager."
    ),
    "customers.merge_undone": _("This merge was undone already."),
    "customers.undo_behind_merge": _("The file was merged on into “%(name)s” since. Undo that merge first."),
    "customers.undo_field_changed": _(
        "What the merge changed in the file was changed again since, so it cannot be undone: %(fields)s."
    ),
    "customers.undo_rows_changed": _(
        "%(what)s: %(count)s of those that moved are gone or belong to another file, "
        "so the merge cannot be undone."
    ),
    "customers.undo_reference_gone": _(
        "What the file referred to is no longer there (%(what)s), so the merge cannot be undone."
    ),
    "customers.collaborator_twice": _("%(name)s works on this account already."),
    "customers.field_missing": _("Fill this in."),
    "customers.number_too_small": _("Give %(least)s or more."),
    "customers.end_before_start": _("The end lies before the beginning."),
    "customers.file_missing": _("Choose the file to keep."),
    "customers.leader_unknown": _("Choose one of this customer's contacts."),
    "customers.leader_loop": _("%(name)s stands below this contact already: choose someone else."),
    "customers.quality_rule_invalid": _(
        "Say what the rule asks: at least one of the three, for at least one grade, within the bounds."
    ),
    "customers.quality_rule_twice": _(
        "The subject has a rule for one of these grades from this stage on already. Change that one."
    ),
    "customers.quality_rule_past": _("Choose today or a later day: what held before stays as it was."),
    "customers.quality_format_missed": _(
        "“%(text)s” has not the form that the rules of data entry ask for. Check it and enter it in full."
    ),
    "customers.quality_not_fillable": _("This is not filled in here. Open the customer's file."),
    "customers.roster_reason_missing": _("Say why."),
    "customers.roster_share_out_of_range": _("A share is from 1 to 100 per cent; %(percent)s is not."),
    "customers.roster_share_twice": _("Each collaborator has one share: the same person is named twice."),
    "customers.roster_owner_among_shares": _(
        "The owner has what the others leave: give no share of their own."
    ),
    "customers.roster_shares_too_much": _("The shares come to %(total)s per cent; at most 100 can be given."),
    "customers.roster_duplicates_unanswered": _(
        "Accounts like this one are on file: %(others)s. Compare them and confirm that you did."
    ),
    "customers.roster_applied_already": _("An application of this owner for the account is under way."),
    "customers.roster_nothing_to_adjust": _("The account is on the list with this owner and these shares."),
    "customers.roster_resting": _(
        "“%(name)s” was taken back from this owner: they can have it again from %(until)s."
    ),
    "customers.roster_own_application": _("Nobody decides what they asked for themselves. Ask a colleague."),
    "customers.roster_ownership_moved": _(
        "Since the application the account has come onto the list otherwise (owner: %(owner)s). "
        "Reject this application, or open a dispute."
    ),
    "customers.roster_on_list": _("“%(name)s” is on the named-account list: apply there for another owner."),
    "customers.roster_under_dispute": _("A dispute about “%(name)s” is open: decide it first."),
    "customers.roster_day_in_future": _("Ownership is written for today or earlier: choose no later day."),
    "customers.roster_day_too_early": _("The entry in force began on %(day)s: choose no earlier day."),
    "customers.roster_days_out_of_range": _("A rule counts 1 to 3650 days; %(days)s is outside."),
    "customers.roster_evidence_missing": _("Say what the claim rests on."),
    "customers.roster_claimed_already": _("%(name)s claims the account in this case already."),
    "customers.roster_not_a_claimant": _("Choose one of the claimants, or the present owner."),
}
