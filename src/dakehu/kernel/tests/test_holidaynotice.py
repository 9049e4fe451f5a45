"""Holiday notices as the State Council publishes them, against what a library knows of the same year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar.constants import holidays as known_holidays
from chinese_calendar.constants import workdays as known_workdays

from dakehu.kernel.errors import DomainError
from dakehu.kernel.holidaynotice import (
    NoticeCountWrong,
    NoticeEmpty,
    NoticeNotUnderstood,
    NoticeOtherYear,
    NoticeWeekdayWrong,
    parse_notice,
)

NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
国务院办公厅
2025年11月4日
"""
NOTICE_2024 = """
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
"""


@pytest.mark.parametrize(("text", "year"), [(NOTICE_2026, 2026), (NOTICE_2024, 2024)])
def test_a_published_notice_says_what_the_library_knows(text: str, year: int) -> None:
    notice = parse_notice(text, year)
    start, end = date(year, 1, 1), date(year, 12, 31)
    days = [start + timedelta(days=step) for step in range((end - start).days + 1)]
    off = {day for day in days if day.weekday() < 5 and day in known_holidays}
    made_up = {day for day in days if day.weekday() >= 5 and day in known_workdays}
    assert {day for day in notice.holidays if day.weekday() < 5 and day.year == year} == off
    assert notice.made_up == made_up
    assert notice.festivals[0].name == "元旦"
    assert len(notice.festivals) == 7


def test_half_width_numbered_and_broken_lines() -> None:
    text = (
        "1.元旦:2026年12月31日至2027年1月2日放假调休，\n共３天。\n2027年1月3日(周日)上班。\n"
        "(二)国庆节、中秋节:10月1日~8日放假,共8天\n国务院办公厅\n2026年11月4日"
    )
    notice = parse_notice(text, 2027)
    assert date(2026, 12, 31) in notice.holidays
    assert date(2027, 1, 2) in notice.holidays
    assert notice.made_up == {date(2027, 1, 3)}
    assert notice.festivals[1].name == "国庆节、中秋节"
    assert len(notice.festivals[1].holidays) == 8


def test_a_day_made_good_later_and_no_exchange() -> None:
    notice = parse_notice(
        "三、清明节：4月5日放假，4月7日（星期一）补休。\n元旦：1月1日（周三）放假1天，不调休。", 2014
    )
    assert notice.festivals[0].holidays == {date(2014, 4, 5), date(2014, 4, 7)}
    assert notice.festivals[1].holidays == {date(2014, 1, 1)}


def test_with_the_weekend_needs_no_more_days() -> None:
    assert parse_notice("一、元旦：1月1日放假，与周末连休。", 2027).holidays == {date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NoticeEmpty),
        ("今天天气很好。", NoticeEmpty),
        ("一、元旦：1月1日（周五）至3日（周六）放假调休，共3天。", NoticeWeekdayWrong),
        ("一、元旦：1月1日至3日放假调休，共4天。", NoticeCountWrong),
        ("一、元旦：1月1日至3日视情况而定。", NoticeNotUnderstood),
        ("一、元旦：2月30日放假。", NoticeNotUnderstood),
        ("一、元旦：至3日放假。", NoticeNotUnderstood),
        ("一、元旦：3日放假。", NoticeNotUnderstood),
        ("一、元旦：1月5日至3日放假。", NoticeNotUnderstood),
        ("一、元旦：1月1日至3日。", NoticeNotUnderstood),
        ("一、元旦：另行通知。", NoticeNotUnderstood),
        ("一、元旦：1月1日放假。\n另外：1月2日（周五）放假。", NoticeNotUnderstood),
        ("关于2027年部分节假日安排的通知\n一、元旦：1月1日放假。", NoticeOtherYear),
    ],
)
def test_what_is_not_understood_is_refused(text: str, error: type[DomainError]) -> None:
    with pytest.raises(error) as caught:
        parse_notice(text, 2026)
    assert caught.value.field == "text"
    if error is NoticeNotUnderstood:
        assert caught.value.data["line"]
