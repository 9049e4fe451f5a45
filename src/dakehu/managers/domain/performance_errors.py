"""What the rules of performance contracts refuse beyond their terms."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class ContractTwice(DomainError):
    """The manager has a contract for the year. Data: `name`, `year`."""

    code = "managers.contract_twice"


class OwnContract(DomainError):
    """Nobody draws up, closes or judges their own contract."""

    code = "managers.own_contract"


class NotYourContract(DomainError):
    """Only the manager accepts, returns and appeals. Data: `name`."""

    code = "managers.not_your_contract"


class NotInForce(DomainError):
    """Only a contract in force is assessed."""

    code = "managers.contract_not_in_force"


class MonthNotAssessed(DomainError):
    """The contract has no target in this month. Data: `month`."""

    code = "managers.month_not_assessed"


class MonthNotOver(DomainError):
    """A month can be closed once it is over. Data: `month`."""

    code = "managers.month_not_over"


class MonthIsClosed(DomainError):
    """The month is closed: its figures stand until it is opened again. Data: `month`."""

    code = "managers.month_is_closed"


class MonthNotClosed(DomainError):
    """The month has not been closed. Data: `month`."""

    code = "managers.month_not_closed"


class FiguresMissing(DomainError):
    """Figures that people enter are not there yet. Data: `names`."""

    code = "managers.figures_missing"


class MonthsStillOpen(DomainError):
    """The year can be closed once all its months are. Data: `months`."""

    code = "managers.months_still_open"


class FigureComputed(DomainError):
    """This figure is computed and cannot be entered."""

    code = "managers.figure_computed"


class SourceMissing(DomainError):
    """An entered figure names its source: a note, a document, or both."""

    code = "managers.source_missing"


class AppealTooLate(DomainError):
    """The days for an appeal are over. Data: `last`."""

    code = "managers.appeal_too_late"


class AppealOpen(DomainError):
    """An appeal against this figure is open already."""

    code = "managers.appeal_open"


class AppealsUndecided(DomainError):
    """A month is not opened again, nor a year closed, over an open appeal."""

    code = "managers.appeals_undecided"


class ContractUnknown(DomainError):
    """The person has no contract in force for the month. Data: `text`."""

    code = "managers.contract_unknown"


class IndicatorUnknown(DomainError):
    """No entered indicator of the contract has this name. Data: `text`."""

    code = "managers.indicator_unknown"


class FigureOnFile(DomainError):
    """A figure is on file for this contract, month and indicator. Data: `figure`."""

    code = "managers.figure_on_file"


class AppealsStillPossible(DomainError):
    """A year is closed once its last month can be appealed against no more. Data: `last`."""

    code = "managers.appeals_still_possible"


class ProductUnknown(DomainError):
    """The dictionary has no such product category. Data: `text`."""

    code = "managers.product_unknown"


class ProductTwice(DomainError):
    """The product is marked as new from this month already."""

    code = "managers.product_twice"
