"""Which names may mean one customer, and how candidates are found in an index (KAM-03).

Theory of operation. A name is compared by its key (`names.name_key`) and by the key's *sounds*: the toneless
pinyin of each character, letters and digits standing for themselves. Two names are alike when

    same           their keys are equal
    place          they are equal but for a place, in front or at the end, that one of them leaves out
    sound          they sound the same: 鑫源 and 鑫元
    one sign       one character is changed, left out, added or exchanged with its neighbour
    one sound      the same said of their sounds: 云图 for 运图 and another slip beside it
    short          one slip in the proper part of a name that has three signs at most: 云图 and 云海

and nothing that tells companies apart stands against it: other numbers, directions or celestial stems, or
two different places.

Each name has *signatures*, hashes of its sounds: all of them, and all but one, for each one. One slip leaves
two names with a signature in common (a change: the sound is left out of both; left out or added: out of the
longer; exchanged neighbours: one out of each). So names that are alike in any of the six ways are found by
looking a name's signatures up, and no name of a million has to be read that shares none.
`docs/algorithms/duplicates.md` has the proof.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from zlib import crc32

from rapidfuzz.distance import OSA

from dakehu.customers.domain.names import HAN
from dakehu.customers.domain.spelling import reading

MARK = "s"
_SHORTEST = 4
_PROPER = 4
"""Below so many signs one slip makes another name: 云图 and 云海 have nothing to do with each other."""
_TELLING = frozenset("0123456789一二三四五六七八九十百两东南西北中上下前后左右甲乙丙丁戊己庚辛壬癸")
_CITIES = (
    "太原|大同|阳泉|长治|晋城|朔州|晋中|运城|忻州|临汾|吕梁"
    "|石家庄|唐山|保定|呼和浩特|包头|沈阳|大连|长春|哈尔滨|南京|苏州|无锡|杭州|宁波|合肥|福州|厦门|南昌"
    "|济南|青岛|郑州|洛阳|武汉|长沙|广州|深圳|南宁|海口|成都|贵阳|昆明|拉萨|西安|兰州|西宁|银川|乌鲁木齐"
)
_PLACE = re.compile(f"^(?:(?:{_CITIES})市?)(?:[{HAN}]{{2}}[区县])?(?=[{HAN}]{{3}})")
_PLACE_BEHIND = re.compile(f"(?<=[{HAN}]{{3}})(?:{_CITIES})市?$")
"""Of a branch, whose legal form the key has lost: 云图科技有限公司大同分公司 is 云图科技大同."""
_TRADE = re.compile(
    "(?:科技|技术|信息|网络|数据|服务|软件|智能|系统|集成|电子|商务|数字|传播|计算|物联网|云计算|商贸|贸易|百货|超市|连锁"
    "|实业|产业|发展|投资|控股|管理|咨询|顾问|工程|建设|建筑|建材|材料|装饰|装修|市政|园林|绿化|机械|机电|制造|重工|设备"
    "|电气|电器|仪器|器械|五金|钢材|钢铁|钢结构|铸造|锻压|轴承|化工|玻璃|陶瓷|制品|纺织|服装|服饰|家具|包装|印刷|食品|粮油"
    "|农业|农产品|农牧|醋业|酒业|医药|医疗|药业|健康|养老|康复|文化|影视|传媒|广告|图书|珠宝|教育|培训|物流|运输|快递|仓储"
    "|客运|货运|公路|代理|汽车|销售|租赁|物业|置业|房地产|开发|大?酒店|宾馆|餐饮|面食|旅行社|会展|能源|新能源|热力|燃气|电力|光伏"
    "|发电|煤业|煤层气|洗选煤|煤炭|矿业|环保|检测|设计|安装|维修|保安|保险|担保|融资|小额贷款|村镇银行|银行|学校|职业|实验"
    "|小学|中学|幼儿园|外国语|医院|口腔|门诊部|中心|协会|行业|街道|公共|事务|便民|新)+$"
)
_CACHED = 20_000


class Closeness(IntEnum):
    """Why two names are alike; the higher, the likelier that they mean one customer."""

    SHORT_SLIP = 40
    """Most often another company: shown while typing, not searched for."""
    SOUND_SLIP = 60
    SIGN_SLIP = 70
    SOUND = 80
    PLACE = 90
    NAME = 95
    CODE = 100
    """The same credit code, whatever the names."""


def closeness(one: str, other: str) -> Closeness | None:
    """How two keys are alike, None if they aren't; symmetric."""
    if one == other:
        return Closeness.NAME
    (place, bare), (other_place, other_bare) = parted(one), parted(other)
    if place and other_place and place != other_place:
        return None
    if bare == other_bare:
        return Closeness.PLACE
    if _told_apart(bare, other_bare):
        return None
    return _by_slip(one, other)


def _by_slip(one: str, other: str) -> Closeness | None:
    sounds, other_sounds = _sounds(one), _sounds(other)
    if sounds == other_sounds:
        return Closeness.SOUND
    if min(len(sounds), len(other_sounds)) < _SHORTEST:
        return None
    slip = OSA.distance(one, other, score_cutoff=1) <= 1
    if not slip and OSA.distance(sounds, other_sounds, score_cutoff=1) > 1:
        return None
    proper, other_proper = _proper(one), _proper(other)
    if proper != other_proper and min(len(proper), len(other_proper)) < _PROPER:
        return Closeness.SHORT_SLIP
    return Closeness.SIGN_SLIP if slip else Closeness.SOUND_SLIP


def signatures(key: str) -> list[str]:
    """What the index keeps of a key and is asked for: tokens that begin with `MARK`, each once."""
    place, bare = parted(key)
    sounds = _sounds(key)
    found = {_hash(sounds): None}
    if len(sounds) >= _SHORTEST:
        found.update((_hash((*sounds[:at], *sounds[at + 1 :])), None) for at in range(len(sounds)))
    found[_hash(_sounds(bare) if place else sounds)] = None
    return list(found)


def nearest(keys: Sequence[str], others: Mapping[int, str]) -> list[list[tuple[Closeness, int]]]:
    """For each key those of `others` (keys by id) that are alike, likeliest first; only such with a signature
    in common are compared."""
    sought: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        for signature in signatures(key):
            sought[signature].append(place)
    found: list[list[tuple[Closeness, int]]] = [[] for _key in keys]
    for pk, other in others.items():
        for place in {place for signature in signatures(other) for place in sought.get(signature, ())}:
            close = closeness(keys[place], other)
            if close is not None:
                found[place].append((close, pk))
    return [sorted(each, key=lambda pair: (-pair[0], pair[1])) for each in found]


@lru_cache(maxsize=_CACHED)
def parted(key: str) -> tuple[str, str]:
    """A key's place, "" for none, and the key without it."""
    if found := _PLACE.match(key):
        return found[0].replace("市", ""), key[found.end() :]
    if found := _PLACE_BEHIND.search(key):
        return found[0].replace("市", ""), key[: found.start()]
    return "", key


def components(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Each member of a pair with the least member of all that pairs connect it with."""
    above: dict[int, int] = {}

    def top(at: int) -> int:
        above.setdefault(at, at)
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    for one, other in pairs:
        low, high = sorted((top(one), top(other)))
        above[high] = low
    return {member: top(member) for member in list(above)}


@lru_cache(maxsize=_CACHED)
def _sounds(key: str) -> tuple[str, ...]:
    """Each character by itself: a slip then changes one sound, also beside 银行 or 长治."""
    return tuple(map(reading, key))


def _hash(sounds: Sequence[str]) -> str:
    return f"{MARK}{crc32(' '.join(sounds).encode()):x}"


def _proper(key: str) -> str:
    """What of a name is its own: neither the place nor the trade at the end."""
    bare = parted(key)[1]
    return _TRADE.sub("", bare) or bare


def _told_apart(one: str, other: str) -> bool:
    """第一中学 and 第二中学, 东山 and 西山: what differs is what tells them apart."""
    return [sign for sign in one if sign in _TELLING] != [sign for sign in other if sign in _TELLING]
