"""Invented people and companies: brands are pairs of words from nature and craft that nobody trades under.

A brand and a line of business together are given once in a province of up to `MOST` accounts, so that no
two invented companies have one name.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from dakehu.config.demo.dice import Dice

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤"
    "尹黎易常武乔贺赖龚文"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉建国文志海波晓燕红梅鹏飞婷雪琳宇浩然博雅"
    "欣怡子轩梓涵思远俊辉佳宁春秋立新永成德胜光荣学东振兴世昌庆安维民景天云山"
)
_FIRST = (
    "鹿鹤鲸鸢枫榆槐松柏竹梧桐荷菊稻麦禾茶盐陶瓷丝绢弦笛鼓钟舟帆桨桥亭阁塔窗灯烛星月云虹霞霜雪露"
    "雾岚溪泉湖川屿洲岭峰石玉珀琥砚墨笺卷棠楸桑柚橙杏梨枣蓝青赤紫素银朱苍黛绯砂珊瑚贝螺雁鹭鸥鹊"
    "莺燕骐骥麒麟狮象豹貂榕樱芦苇萤蝉鲤鲟隼鹰犀鹏蜂橡杉桦柿榛茉葵"
)
_SECOND = (
    "舟塔溪泉亭桥帆灯星月谷野原畈圃苑庭径巷坊埠港湾汀渚岸滩岩崖坡岗坪墅棹桅楫锚缆罗盘针尺规矩衡"
    "鉴镜轮轴梭杼织纺锦绣缎纱笛筝瑟磬铃铎钟琴鼓谣歌吟咏颂章笺册卷砚墨笔纸印符契薪炉鼎釜壶盏瓯盅"
    "樽觞穗粒芽蕊叶枝蔓藤根"
)
MOST_BRANDS = len(_FIRST) * len(_SECOND)


@dataclass(frozen=True, slots=True)
class Business:
    """A line of business: the end of the name, the trade in the dictionaries, the GB/T 4754 section."""

    ending: str
    trade: str
    section: str


def _lines(trade: str, section: str, endings: str) -> list[Business]:
    return [Business(ending, trade, section) for ending in endings.split()]


BUSINESSES = (
    *_lines("technology", "I", "信息技术有限公司 软件有限公司 网络科技有限公司 数据服务有限公司"
            " 云计算有限公司 智能科技有限公司 物联网有限公司 电子商务有限公司 数字传播有限公司"
            " 系统集成有限公司"),
    *_lines("manufacturing", "C", "机械制造有限公司 重工股份有限公司 电气设备有限公司 玻璃制品有限公司"
            " 铸造有限公司 轴承有限公司 纺织有限公司 食品有限公司 醋业有限公司 陶瓷有限公司 化工有限公司"
            " 医疗器械有限公司 家具有限公司 包装材料有限公司 新材料股份有限公司 锻压有限公司"),
    *_lines("energy", "B", "煤业有限公司 矿业有限公司 煤层气有限公司 洗选煤有限公司"),
    *_lines("energy", "D", "新能源有限公司 热力有限公司 燃气有限公司 光伏发电有限公司"),
    *_lines("commerce", "F", "商贸有限公司 贸易有限公司 百货有限公司 超市连锁有限公司 医药连锁有限公司"
            " 汽车销售有限公司 建材有限公司 农产品有限公司 五金机电有限公司 钢材贸易有限公司"
            " 粮油有限公司 图书有限公司 服装有限公司 珠宝有限公司"),
    *_lines("transport", "G", "物流有限公司 运输有限公司 快递有限公司 仓储有限公司"
            " 公路客运有限公司 货运代理有限公司"),
    *_lines("property", "E", "建筑工程有限公司 装饰工程有限公司 市政工程有限公司"
        " 钢结构有限公司"
            " 园林绿化有限公司"),
    *_lines("property", "K", "房地产开发有限公司 物业管理有限公司 置业有限公司"),
    *_lines("hospitality", "H", "大酒店有限公司 餐饮管理有限公司 宾馆有限公司 面食连锁有限公司"),
    *_lines("hospitality", "L", "旅行社有限公司 会展服务有限公司"),
    *_lines("education", "P", "职业技术学校 实验小学 外国语学校 培训学校 幼儿园"),
    *_lines("education", "M", "工程设计有限公司 检测技术有限公司"),
    *_lines("health", "Q", "医院 口腔门诊部 康复中心 养老服务有限公司"),
    *_lines("banking", "J", "村镇银行股份有限公司 小额贷款有限公司"),
    *_lines("insurance", "J", "保险代理有限公司 融资担保有限公司"),
    *_lines("media", "R", "传媒有限公司 影视文化有限公司 广告有限公司"),
    *_lines("government", "S", "街道便民服务中心 行业协会 公共事务中心"),
    *_lines("security", "L", "保安服务有限公司"),
)  # fmt: skip
MOST = MOST_BRANDS * len(BUSINESSES)
_STEP = next(step for step in range(int(MOST * 0.618), MOST) if gcd(step, MOST) == 1)
_TURN = next(turn for turn in range(7919, MOST_BRANDS) if gcd(turn, MOST_BRANDS) == 1)


def brand_and_business(number: int) -> tuple[str, Business]:
    """The pair for a company's number, each pair once; neighbours have little in common."""
    line, brand = divmod(number * _STEP % MOST, MOST_BRANDS)
    first, second = divmod((brand * _TURN + line * 1117) % MOST_BRANDS, len(_SECOND))
    return _FIRST[first] + _SECOND[second], BUSINESSES[line]


def person(dice: Dice) -> str:
    """A name of two or three characters."""
    name = dice.one_of(_SURNAMES) + dice.one_of(_GIVEN)
    return name + dice.one_of(_GIVEN) if dice.chance(70) else name
