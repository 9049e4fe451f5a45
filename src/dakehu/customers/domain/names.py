"""Names of organisations: as they are kept, and as they are compared.

Two names are *alike* when their keys are equal: the key leaves out what people write or leave out at will,
the legal form (有限责任公司, 股份公司, 分公司 …), the province in front, 省 and 市, signs and blanks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dakehu.kernel.text import clean_name, fold_width

NAME_MAX = 120
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
LEGAL_FORMS = re.compile(
    "股份有限责任公司|集团有限责任公司|集团股份有限公司|集团有限公司|股份有限公司|有限责任公司"
    "|有限公司|股份公司|集团公司|总公司|分公司|子公司|公司|集团"
)
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
    "|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|台湾|香港|澳门"
)
_PROVINCE_IN_FRONT = re.compile(f"^(?:{_PROVINCES})(?:省|市|自治区)?")
_PLACE_WORDS = re.compile(f"(?<=[{HAN}]{{2}})(?<![城都超门本外我])[省市](?![政场民容级])")
_NOT_WORD = re.compile(r"[\W_]+")
_HAS_HAN = re.compile(f"[{HAN}]")


def display_name(text: str) -> str:
    """The name as it is kept: half-width letters, and full-width brackets in a Chinese name."""
    name = clean_name(fold_width(text))
    if _HAS_HAN.search(name):
        name = name.replace("(", "（").replace(")", "）").replace(" ", "")
    return name


@lru_cache(maxsize=10_000)
def name_key(name: str) -> str:
    """What alike names have in common; never empty for a name that isn't.

    Kept for a while, because a batch of drafts asks several times for each name.
    """
    bare = _NOT_WORD.sub("", fold_width(name).lower())
    key = LEGAL_FORMS.sub("", bare)
    key = _PLACE_WORDS.sub("", _PROVINCE_IN_FRONT.sub("", key))
    return (key or bare or name)[:NAME_MAX]
