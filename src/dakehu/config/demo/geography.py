"""Shanxi's eleven cities: area codes, codes of administrative divisions, counties, share of the accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class City:
    """`division` is the first four digits of GB/T 2260, `share` the city's percentage of the accounts."""

    name: str
    area_code: str
    division: str
    share: int
    counties: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f"{self.name}市"


def _city(name: str, area_code: str, division: str, share: int, counties: str) -> City:
    return City(name, area_code, division, share, tuple(counties.split()))


CITIES = (
    _city("太原", "0351", "1401", 30, "小店 迎泽 杏花岭 尖草坪 万柏林 晋源 清徐 阳曲 娄烦 古交"),
    _city("大同", "0352", "1402", 10, "平城 云冈 新荣 云州 阳高 天镇 广灵 灵丘 浑源 左云"),
    _city("阳泉", "0353", "1403", 4, "城区 矿区 郊区 平定 盂县"),
    _city(
        "长治", "0355", "1404", 9,
        "潞州 上党 屯留 潞城 襄垣 平顺 黎城 壶关 长子 武乡 沁县 沁源",
    ),
    _city("晋城", "0356", "1405", 6, "城区 沁水 阳城 陵川 泽州 高平"),
    _city("朔州", "0349", "1406", 4, "朔城 平鲁 山阴 应县 右玉 怀仁"),
    _city(
        "晋中", "0354", "1407", 8,
        "榆次 太谷 榆社 左权 和顺 昔阳 寿阳 祁县 平遥 灵石 介休",
    ),
    _city(
        "运城", "0359", "1408", 9,
        "盐湖 临猗 万荣 闻喜 稷山 新绛 绛县 垣曲 夏县 平陆 芮城 永济 河津",
    ),
    _city(
        "忻州", "0350", "1409", 5,
        "忻府 定襄 五台 代县 繁峙 宁武 静乐 神池 五寨 岢岚 河曲 保德 偏关 原平",
    ),
    _city(
        "临汾", "0357", "1410", 9,
        "尧都 曲沃 翼城 襄汾 洪洞 古县 安泽 浮山 吉县 乡宁 大宁 隰县 永和 蒲县 汾西 侯马 霍州",
    ),
    _city(
        "吕梁", "0358", "1411", 6,
        "离石 文水 交城 兴县 临县 柳林 石楼 岚县 方山 中阳 交口 孝义 汾阳",
    ),
)  # fmt: skip
STREETS = (
    "云帆路", "槐荫街", "松涛路", "汾水东街", "北辰大道", "鸣鹤街", "书院巷", "平安里", "新月路", "长风里",
    "清泉街", "创新一路", "创新二路", "工业大街", "文昌巷", "钟楼里",
)  # fmt: skip
