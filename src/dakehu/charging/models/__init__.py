from __future__ import annotations

from dakehu.charging.models.tariffs import Tariff, TariffRate
from dakehu.charging.models.usage import RatingBatch, SpoolCursor, Usage

__all__ = ["RatingBatch", "SpoolCursor", "Tariff", "TariffRate", "Usage"]
