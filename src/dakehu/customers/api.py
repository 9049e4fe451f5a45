"""The door to customer files."""

from __future__ import annotations

from dakehu.customers.briefing import BriefLine, BriefSection, register_brief
from dakehu.customers.domain.churn import Evidence
from dakehu.customers.domain.drafts import CustomerDraft
from dakehu.customers.domain.duplicates import Answer, Duplicate, Kinship, Likeness
from dakehu.customers.domain.grades import Grade
from dakehu.customers.domain.holdings import (
    AgreementDraft,
    CompetitorLineDraft,
    Confidence,
    DocumentDraft,
    EquipmentDraft,
    HoldingKind,
)
from dakehu.customers.domain.quality import Fact
from dakehu.customers.domain.relations import Attitude
from dakehu.customers.domain.roster import Criterion, EntryEvent, Share
from dakehu.customers.domain.states import CustomerEvent, CustomerStatus
from dakehu.customers.hooks import register_contact_source
from dakehu.customers.models import Collaborator, Contact, Customer, RosterEntry
from dakehu.customers.permissions import Permission, RosterPermission
from dakehu.customers.selectors.credit import accounts_credited, accounts_lost, product_totals
from dakehu.customers.selectors.customers import branches_of, contacts_of, customer_get, customers_for
from dakehu.customers.selectors.duplicates import duplicates_of
from dakehu.customers.selectors.grading import grades_on
from dakehu.customers.selectors.merges import former_names, survivors_of
from dakehu.customers.selectors.revenue import billed_month, monthly_totals
from dakehu.customers.selectors.roster import credits_on, owners_on
from dakehu.customers.selectors.search import best_matches, matching
from dakehu.customers.selectors.things import find_things
from dakehu.customers.services.assigning import (
    collaborator_add,
    collaborator_remove,
    customers_assign_owner,
    customers_set_grade,
)
from dakehu.customers.services.averages import keep_averages
from dakehu.customers.services.bulk import customers_create_many
from dakehu.customers.services.checking import CheckedDraft, check_drafts
from dakehu.customers.services.churn import watch
from dakehu.customers.services.contacts import ContactDraft, contact_change, contact_create, contact_remove
from dakehu.customers.services.customers import (
    customer_change,
    customer_create,
    customer_locked,
    customer_move,
    customer_served,
)
from dakehu.customers.services.disputes import dispute_open
from dakehu.customers.services.grading import keep_grades
from dakehu.customers.services.hanging import Hanging, Moved, register_hanging
from dakehu.customers.services.holdings import Upload, holding_add, holding_change, holding_remove
from dakehu.customers.services.kinship import customer_place
from dakehu.customers.services.loading import LoadedContact, LoadedFile, load_files, load_series, loading
from dakehu.customers.services.merging import customers_merge
from dakehu.customers.services.qualitykeeping import keep_quality
from dakehu.customers.services.qualityreminding import remind
from dakehu.customers.services.qualitysums import fold_sums, load_quality_month
from dakehu.customers.services.reclaiming import reclaim_due
from dakehu.customers.services.reindexing import reindex_hanging, reindex_if_older
from dakehu.customers.services.revenue import RevenueEntry, revenue_save
from dakehu.customers.services.revenue_loading import load_revenue
from dakehu.customers.services.roster import Application as RosterApplication
from dakehu.customers.services.roster import roster_apply, roster_step
from dakehu.customers.services.rosterloading import roster_load_days
from dakehu.customers.services.searching import keep_pairs, search_pairs
from dakehu.customers.services.succession import accounts_succeed
from dakehu.customers.services.things import Findable, index_things, register_findable, things_moved
from dakehu.customers.signals import Measures, Signal, register_signal
from dakehu.customers.subjects import Subject, register_subject
from dakehu.customers.web.finding import thing_source

__all__ = [
    "AgreementDraft",
    "Answer",
    "Attitude",
    "BriefLine",
    "BriefSection",
    "CheckedDraft",
    "Collaborator",
    "CompetitorLineDraft",
    "Confidence",
    "Contact",
    "ContactDraft",
    "Criterion",
    "Customer",
    "CustomerDraft",
    "CustomerEvent",
    "CustomerStatus",
    "DocumentDraft",
    "Duplicate",
    "EntryEvent",
    "EquipmentDraft",
    "Evidence",
    "Fact",
    "Findable",
    "Grade",
    "Hanging",
    "HoldingKind",
    "Kinship",
    "Likeness",
    "LoadedContact",
    "LoadedFile",
    "Measures",
    "Moved",
    "Permission",
    "RevenueEntry",
    "RosterApplication",
    "RosterEntry",
    "RosterPermission",
    "Share",
    "Signal",
    "Subject",
    "Upload",
    "accounts_credited",
    "accounts_lost",
    "accounts_succeed",
    "best_matches",
    "billed_month",
    "branches_of",
    "check_drafts",
    "collaborator_add",
    "collaborator_remove",
    "contact_change",
    "contact_create",
    "contact_remove",
    "contacts_of",
    "credits_on",
    "customer_change",
    "customer_create",
    "customer_get",
    "customer_locked",
    "customer_move",
    "customer_place",
    "customer_served",
    "customers_assign_owner",
    "customers_create_many",
    "customers_for",
    "customers_merge",
    "customers_set_grade",
    "dispute_open",
    "duplicates_of",
    "find_things",
    "fold_sums",
    "former_names",
    "grades_on",
    "holding_add",
    "holding_change",
    "holding_remove",
    "index_things",
    "keep_averages",
    "keep_grades",
    "keep_pairs",
    "keep_quality",
    "load_files",
    "load_quality_month",
    "load_revenue",
    "load_series",
    "loading",
    "matching",
    "monthly_totals",
    "owners_on",
    "product_totals",
    "reclaim_due",
    "register_brief",
    "register_contact_source",
    "register_findable",
    "register_hanging",
    "register_signal",
    "register_subject",
    "reindex_hanging",
    "reindex_if_older",
    "remind",
    "revenue_save",
    "roster_apply",
    "roster_load_days",
    "roster_step",
    "search_pairs",
    "survivors_of",
    "thing_source",
    "things_moved",
    "watch",
]
