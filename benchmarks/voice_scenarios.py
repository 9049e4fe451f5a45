"""sipp's scenarios of the voice benchmarks: a telephone that calls, challenged or not, and one that is called.

Both keep to the route that proxies on the way record; where there is none, sipp leaves those lines out. The
called one rings for 50 ms: the many workers of a proxy may let an answer that follows at once overtake the ringing.
"""

from __future__ import annotations

_SDP = """v=0
      o=- 53655765 2353687637 IN IP4 [local_ip]
      s=-
      c=IN IP4 [local_ip]
      t=0 0
      m=audio 6000 RTP/AVP 8 101
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
"""
_HEAD = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
"""
_INVITE = """  <send retrans="500"><![CDATA[
      INVITE sip:[field2]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:[field0]@[remote_ip]>;tag=[call_number]
      To: <sip:[field2]@[remote_ip]>
      Call-ID: [call_id]
      CSeq: {cseq} INVITE
      Contact: <sip:[field0]@[local_ip]:[local_port]>
      Max-Forwards: 70
      Allow: INVITE, ACK, BYE, CANCEL, OPTIONS
      User-Agent: bench
      {authorization}Content-Type: application/sdp
      Content-Length: [len]

      {sdp}
  ]]></send>
"""
_ACK_401 = """  <recv response="401" auth="true"/>
  <send><![CDATA[
      ACK sip:[field2]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-3]
      From: <sip:[field0]@[remote_ip]>;tag=[call_number]
      To: <sip:[field2]@[remote_ip]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: 1 ACK
      Max-Forwards: 70
      Content-Length: 0

  ]]></send>
"""
_TALK = """  <recv response="100" optional="true"/>
  <recv response="180"/>
  <recv response="200" rrs="true" rtd="true"/>
  <send><![CDATA[
      ACK [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:[field0]@[remote_ip]>;tag=[call_number]
      To: <sip:[field2]@[remote_ip]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: {cseq} ACK
      [routes]
      Max-Forwards: 70
      Content-Length: 0

  ]]></send>
  <pause/>
  <send retrans="500"><![CDATA[
      BYE [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:[field0]@[remote_ip]>;tag=[call_number]
      To: <sip:[field2]@[remote_ip]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: {bye} BYE
      [routes]
      Max-Forwards: 70
      Content-Length: 0

  ]]></send>
  <recv response="200" crlf="true"/>
"""


def _caller(*parts: str) -> str:
    return f'{_HEAD}<scenario name="caller">\n{"".join(parts)}</scenario>\n'


CALLER_TRUSTED = _caller(_INVITE.format(cseq=1, authorization="", sdp=_SDP), _TALK.format(cseq=1, bye=2))
CALLER_CHALLENGED = _caller(
    _INVITE.format(cseq=1, authorization="", sdp=_SDP),
    '  <recv response="100" optional="true"/>\n',
    _ACK_401,
    _INVITE.format(cseq=2, authorization="[field1]\n      ", sdp=_SDP),
    _TALK.format(cseq=2, bye=3),
)
_COPIED = """[last_Via:]
      [last_From:]
      [last_To:]{tag}
      [last_Call-ID:]
      [last_CSeq:]
      [last_Record-Route:]
"""
CALLED = f"""{_HEAD}<scenario name="called">
  <recv request="INVITE"/>
  <send><![CDATA[
      SIP/2.0 180 Ringing
      {_COPIED.format(tag=";tag=[call_number]")}      Contact: <sip:[local_ip]:[local_port]>
      Content-Length: 0

  ]]></send>
  <pause milliseconds="50"/>
  <send retrans="500"><![CDATA[
      SIP/2.0 200 OK
      {_COPIED.format(tag=";tag=[call_number]")}      Contact: <sip:[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      {_SDP}
  ]]></send>
  <recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[
      SIP/2.0 200 OK
      {_COPIED.format(tag="")}      Content-Length: 0

  ]]></send>
</scenario>
"""
