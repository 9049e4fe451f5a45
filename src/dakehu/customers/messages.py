"""The sentences behind the codes of this app's errors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "customers.name_missing": _("Fill in the name."),
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
    "customers.file_merged": _("This file was merged into %(name)s (%(code)s)."),
    "customers.merge_with_itself": _("Choose another file: a file cannot be merged with itself."),
    "customers.merge_of_kin": _(
        "The file that would stay stands below “%(name)s” with others between. Keep the upper one instead."
    ),
    "customers.merge_blocked": _(
        "%(what)s: both files have one of the same name, or records that cannot move. Change that first; "
        "nothing was merged."
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
}
