"""What is said, in Mandarin and English. Changing a text makes its file anew at the next start."""

from __future__ import annotations

from dakehu.switch.announcements.names import Language, Prompt

_P = Prompt
_WORDS: dict[Prompt, tuple[str, str]] = {
    _P.NUMBER_UNOBTAINABLE: (
        "您拨打的号码是空号，请核对后再拨。",
        "Sorry, the number you dialed does not exist. Please check it and dial again.",
    ),
    _P.NUMBER_INCOMPLETE: (
        "您拨打的号码不完整，请核对后再拨。",
        "Sorry, the number you dialed is not complete. Please check it and dial again.",
    ),
    _P.BARRED: ("您的呼叫受限，请咨询客户经理。", "Sorry, your line may not make this call."),
    _P.IN_GROUP_ONLY: (
        "您的电话只能在集团内呼叫。",
        "Sorry, your line can only call within the group.",
    ),
    _P.SUSPENDED_ARREARS: (
        "您的电话已欠费停机，请缴费后使用。",
        "Sorry, your service is suspended because of an unpaid bill.",
    ),
    _P.SUSPENDED_VIOLATION: (
        "您的电话因违章已停机，请到营业厅办理。",
        "Sorry, your service is suspended for a breach of its rules.",
    ),
    _P.SUSPENDED_REQUEST: (
        "您的电话已办理停机，请复机后使用。",
        "Sorry, your service is suspended at your request.",
    ),
    _P.CALLED_SUSPENDED: (
        "您拨打的电话已停机。",
        "Sorry, the number you dialed is out of service.",
    ),
    _P.BUSY: (
        "您拨打的用户正忙，请稍后再拨。",
        "Sorry, the subscriber you dialed is busy. Please call again later.",
    ),
    _P.NO_ANSWER: (
        "您拨打的用户暂时无人接听，请稍后再拨。",
        "Sorry, there is no answer. Please call again later.",
    ),
    _P.NOT_REACHABLE: (
        "您拨打的用户暂时无法接通，请稍后再拨。",
        "Sorry, the subscriber you dialed can not be connected now. Please call again later.",
    ),
    _P.DO_NOT_DISTURB: (
        "您拨打的用户已设置免打扰，请稍后再拨。",
        "Sorry, the subscriber does not wish to be disturbed.",
    ),
    _P.ABSENT: ("您拨打的用户不在，请稍后再拨。", "Sorry, the subscriber is absent."),
    _P.CONGESTION: (
        "线路忙，请稍后再拨。",
        "Sorry, all lines are busy. Please call again later.",
    ),
    _P.NO_ATTENDANT: (
        "话务员暂时无法接听，请稍后再拨。",
        "Sorry, no attendant is available. Please call again later.",
    ),
    _P.CLOSED_GROUP: (
        "您拨打的用户只接受集团内的呼叫。",
        "Sorry, the subscriber takes calls from within the group only.",
    ),
    _P.CALL_REJECTED: ("您拨打的用户拒绝接听。", "Sorry, your call was rejected."),
    _P.SERVICE_FAULT: (
        "系统故障，请稍后再拨。",
        "Sorry, there is a fault in the system. Please call again later.",
    ),
    _P.SERVICE_ACTIVATED: ("您申请的业务已登记成功。", "The service has been activated."),
    _P.SERVICE_CANCELLED: ("您的业务已取消。", "The service has been cancelled."),
    _P.SERVICE_REFUSED: ("您没有申请这项业务。", "Sorry, this service is not available to you."),
    _P.SERVICE_IS_ON: ("这项业务已登记。", "The service is active."),
    _P.SERVICE_IS_OFF: ("这项业务没有登记。", "The service is not active."),
    _P.SERVICE_UNKNOWN: ("您拨打的业务代码有误。", "Sorry, there is no such service code."),
    _P.PASSWORD_ENTER: ("请输入密码，以井号结束。", "Please enter your password, then press hash."),
    _P.PASSWORD_WRONG: ("密码错误。", "Sorry, the password is wrong."),
    _P.PASSWORD_CHANGED: ("密码修改成功。", "The password has been changed."),
    _P.INPUT_WRONG: ("您的输入有误，请重新输入。", "Sorry, that is not valid. Please try again."),
    _P.FORWARDED: ("您的呼叫正在转移，请稍候。", "Your call is being forwarded. Please wait."),
    _P.ALARM_CALL: ("您好，这是您的叫醒电话。", "Hello, this is your alarm call."),
    _P.PLEASE_HOLD: ("请稍候。", "Please hold."),
    _P.TRANSFERRING: ("正在为您转接，请稍候。", "Your call is being transferred. Please wait."),
    _P.TRANSFER_FAILED: ("转接失败。", "Sorry, the transfer failed."),
    _P.CALL_WAITING: (
        "您拨打的用户正在通话中，请不要挂机。",
        "The subscriber is on another call. Please do not hang up.",
    ),
    _P.RECORDED: ("为了保证服务质量，您的通话将被录音。", "This call will be recorded."),
    _P.GOODBYE: ("再见。", "Goodbye."),
    _P.WELCOME: ("您好，欢迎致电。", "Hello, thank you for calling."),
    _P.DIAL_EXTENSION: (
        "请直拨分机号，查号请拨零。",
        "Please dial the extension, or zero for the operator.",
    ),
    _P.AGENTS_BUSY: (
        "座席正忙，请您耐心等候。",
        "All our agents are busy. Please stay on the line.",
    ),
    _P.QUEUE_FULL: ("排队已满，请稍后再拨。", "Sorry, the queue is full. Please call again later."),
    _P.QUEUE_CLOSED: ("现在是非工作时间，请在工作时间来电。", "Sorry, we are closed now."),
    _P.QUEUE_POSITION: ("您前面还有", "Callers before you:"),
    _P.QUEUE_POSITION_END: ("位用户在等候，请您耐心等候。", "Please stay on the line."),
    _P.AGENT_NUMBER: ("工号", "Agent"),
    _P.AGENT_SERVES: ("为您服务。", "is at your service."),
    _P.RATE_SERVICE: (
        "请对本次服务评价，满意请按一，一般请按二，不满意请按三。",
        "Please rate our service: press one for good, two for fair, three for poor.",
    ),
    _P.LEAVE_MESSAGE: ("请在提示音后留言。", "Please leave a message after the tone."),
    _P.CONFERENCE_NUMBER: (
        "请输入会议号码，以井号结束。",
        "Please enter the conference number, then press hash.",
    ),
    _P.CONFERENCE_ENTERED: ("您已进入会议。", "You have joined the conference."),
    _P.CONFERENCE_FULL: ("会议人数已满。", "Sorry, the conference is full."),
    _P.CONFERENCE_WAIT: ("会议还没有开始，请稍候。", "The conference has not started yet. Please wait."),
    _P.CONFERENCE_ENDED: ("会议已结束。", "The conference has ended."),
    _P.STAR: ("星", "star"),
    _P.HASH: ("井", "hash"),
    _P.TEN: ("十", "ten"),
    _P.HUNDRED: ("百", "hundred"),
    _P.THOUSAND: ("千", "thousand"),
    _P.YOUR_NUMBER_IS: ("您的号码是", "Your number is"),
    _P.NUMBER: ("号码", "Number"),
    _P.MINUTES: ("分钟", "minutes"),
    _P.SECONDS: ("秒", "seconds"),
    _P.HOURS: ("小时", "hours"),
}
_CHINESE_DIGITS = "零一二三四五六七八九"
_ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (_P.ELEVEN, _P.TWELVE, _P.THIRTEEN, _P.FOURTEEN, _P.FIFTEEN, _P.SIXTEEN, _P.SEVENTEEN, _P.EIGHTEEN)
_ENGLISH_ONLY = (*_TEENS, _P.NINETEEN, _P.TWENTY, _P.THIRTY, _P.FORTY, _P.FIFTY, _P.SIXTY, _P.SEVENTY)
_AFTER_SEVENTY = (_P.EIGHTY, _P.NINETY)


def _texts() -> dict[tuple[Language, Prompt], str]:
    texts = {}
    for prompt, (chinese, english) in _WORDS.items():
        texts[Language.CHINESE, prompt] = chinese
        texts[Language.ENGLISH, prompt] = english
    for digit, (chinese, english) in enumerate(zip(_CHINESE_DIGITS, _ENGLISH_DIGITS, strict=True)):
        texts[Language.CHINESE, Prompt(f"digit_{digit}")] = chinese
        texts[Language.ENGLISH, Prompt(f"digit_{digit}")] = english
    for prompt in (*_ENGLISH_ONLY, *_AFTER_SEVENTY):
        texts[Language.ENGLISH, prompt] = prompt.value
    return texts


TEXTS = _texts()
"""Every prompt in every language that needs it: Chinese counts with ten digits, 十, 百 and 千."""
