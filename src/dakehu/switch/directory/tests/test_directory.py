from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dakehu.centrex.domain.group import RightsLevel
from dakehu.kernel.numbers import CallClass
from dakehu.kernel.periods import Callers, Period
from dakehu.numbering.domain.lines import LineKind, LineStatus
from dakehu.numbering.domain.services import Restriction, Services
from dakehu.numbering.domain.trunks import Gateway, Rewriting, Serves, TrunkGroup
from dakehu.ringback.domain.choice import ToneRule, ToneSettings
from dakehu.switch.directory import (
    Change,
    DeleteGroup,
    DeleteLine,
    DeleteTrunk,
    DeleteVpn,
    DirectoryClash,
    DirectoryReader,
    DirectoryUnreadable,
    DirectoryWriter,
    GroupEntry,
    LineEntry,
    MemoryView,
    UpsertGroup,
    UpsertLine,
    UpsertTrunk,
    UpsertVpn,
    VpnEntry,
    layout,
)

GROUP = GroupEntry(7, 70, "TY01", "0351", "9", "0", 4, 100, "03512340000", "集团一")


VPN = VpnEntry(3, 70, "集团专网", 5, "9", "10000", "03512340000", True, ("03512348001",))


def line(
    last: int, *, short: str = "", username: str = "", group_id: int = 7, vpn_short: str = "", vpn_id: int = 3
) -> LineEntry:
    return LineEntry(
        f"0351234{last:04d}",
        "0351",
        "TY01",
        70,
        group_id=group_id if short else 0,
        short_number=short,
        sip_username=username,
        vpn_id=vpn_id if vpn_short else 0,
        vpn_short_number=vpn_short,
    )


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[DirectoryWriter]:
    with DirectoryWriter(tmp_path / "directory.lmdb") as opened:
        yield opened


def test_entries_are_found_by_each_of_their_keys(writer: DirectoryWriter) -> None:
    entry = line(8001, short="8001", username="tel8001", vpn_short="68001")
    writer.publish([UpsertGroup(GROUP), UpsertVpn(VPN), UpsertLine(entry)])
    with writer.reader().view() as view:
        assert view.line("03512348001") == entry
        assert view.line_by_username("tel8001") == entry
        assert view.line_by_short(7, "8001") == entry
        assert view.line_by_vpn_short(3, "68001") == entry
        assert view.group(7) == GROUP
        assert view.group_searched_by(GROUP.gcn) == GROUP
        assert view.group_searched_by("03519999999") is None
        assert view.vpn(3) == VPN
        assert view.line("03512348002") is None
        assert view.line_by_vpn_short(3, "8001") is None
        assert view.line_by_vpn_short(4, "68001") is None
        assert view.vpn(4) is None
        assert view.line_by_username("tel8002") is None
        assert view.line_by_short(8, "8001") is None
        assert view.group(8) is None


@pytest.mark.parametrize("key", ["", "x" * 600, "\udcff", "大客户"])
def test_a_key_that_cannot_be_stored_is_held_by_nobody(writer: DirectoryWriter, key: str) -> None:
    with writer.reader().view() as view:
        assert view.line(key) is None
        assert view.line_by_username(key) is None
        assert view.line_by_short(7, key) is None
        assert view.line_by_vpn_short(3, key) is None


TRUNK = TrunkGroup(
    "TG1", "TY01", "0351", (Gateway("192.0.2.1"),), ("13", "+"), Serves.ALL, called=Rewriting(1, "00")
)


def test_trunk_groups_are_published_changed_and_taken_back(writer: DirectoryWriter) -> None:
    reader, other = writer.reader(), replace(TRUNK, code="TG2")
    for change, seen in (
        (UpsertTrunk(TRUNK), (TRUNK,)),
        (UpsertTrunk(other), (TRUNK, other)),
        (UpsertTrunk(replace(TRUNK, channels=2)), (replace(TRUNK, channels=2), other)),
        (DeleteTrunk("TG1"), (other,)),
        (DeleteTrunk("TG1"), (other,)),
    ):
        writer.publish([change])
        with reader.view() as view:
            assert view.trunks() == view.trunks() == seen
    writer.rebuild(lambda: [TRUNK])
    with reader.view() as view:
        assert view.trunks() == (TRUNK,)
    assert MemoryView([], trunks=[TRUNK]).trunks() == (TRUNK,)


def test_old_keys_go_when_a_line_changes(writer: DirectoryWriter) -> None:
    reader = writer.reader()
    writer.publish([UpsertLine(line(8001, short="8001", username="old", vpn_short="68001"))])
    with reader.view() as view:
        assert view.line_by_vpn_short(3, "68001") == view.line_by_short(7, "8001") == view.line("03512348001")
    writer.publish([UpsertLine(line(8001, short="8101", username="new", vpn_short="68101"))])
    with reader.view() as view:
        assert view.line_by_username("old") is None
        assert view.line_by_short(7, "8001") is None
        assert view.line_by_vpn_short(3, "68001") is None
        assert view.line_by_vpn_short(3, "68101") == view.line("03512348001")
        assert view.line_by_username("new") == view.line_by_short(7, "8101") == view.line("03512348001")


def test_two_members_swap_short_numbers_in_one_publication(writer: DirectoryWriter) -> None:
    def both(first: str, second: str) -> list[Change]:
        lines = (line(1, short=first, vpn_short=f"6{first}"), line(2, short=second, vpn_short=f"6{second}"))
        return [UpsertLine(one) for one in lines]

    writer.publish(both("8001", "8002"))
    writer.publish(both("8002", "8001"))
    with writer.reader().view() as view:
        second, first = view.line("03512340002"), view.line("03512340001")
        assert view.line_by_short(7, "8001") == view.line_by_vpn_short(3, "68001") == second
        assert view.line_by_short(7, "8002") == view.line_by_vpn_short(3, "68002") == first


def test_one_short_number_in_two_vpns_is_two_lines(writer: DirectoryWriter) -> None:
    one, other = line(1, vpn_short="68001"), line(2, vpn_short="68001", vpn_id=4)
    writer.publish([UpsertLine(one), UpsertLine(other)])
    with writer.reader().view() as view:
        assert view.line_by_vpn_short(3, "68001") == one
        assert view.line_by_vpn_short(4, "68001") == other


@pytest.mark.parametrize(
    ("claimant", "key"),
    [
        (line(2, short="8001"), "short_number"),
        (line(2, username="tel"), "sip_username"),
        (line(2, vpn_short="68001"), "vpn_short_number"),
    ],
)
def test_a_clash_applies_nothing(writer: DirectoryWriter, claimant: LineEntry, key: str) -> None:
    holder = line(1, short="8001", username="tel", vpn_short="68001")
    writer.publish([UpsertLine(holder)])
    with pytest.raises(DirectoryClash) as raised:
        writer.publish([UpsertGroup(GROUP), UpsertVpn(VPN), UpsertLine(claimant)])
    assert raised.value.data["key"] == key
    assert raised.value.data["holder"] == holder.public_number
    reader = writer.reader()
    with reader.view() as view:
        assert view.group(7) is None
        assert view.vpn(3) is None
        assert view.line(claimant.public_number) is None
    assert reader.generation() == 1


def test_a_view_never_sees_half_a_rebuild(writer: DirectoryWriter) -> None:
    writer.rebuild(lambda: [GROUP, VPN, line(1, short="8001", vpn_short="68001")])
    reader = writer.reader()
    with reader.view() as view:
        writer.rebuild(lambda: [line(2, short="8002")])
        assert view.group(7) == GROUP
        assert view.vpn(3) == VPN
        assert view.line_by_vpn_short(3, "68001") is not None
        assert view.line_by_short(7, "8001") is not None
        assert view.line("03512340002") is None
    with reader.view() as view:
        assert view.group(7) is None
        assert view.vpn(3) is None
        assert view.line_by_vpn_short(3, "68001") is None
        assert view.line_by_short(7, "8001") is None
        assert view.line_by_short(7, "8002") == line(2, short="8002")
    assert reader.counts() == (1, 0)


def test_the_map_grows_and_another_process_reads_on(tmp_path: Path) -> None:
    path = tmp_path / "directory.lmdb"
    program = (
        "import sys; from pathlib import Path; from dakehu.switch.directory import DirectoryReader;"
        "reader = DirectoryReader.open(Path(sys.argv[1])); print(reader.counts(), flush=True);"
        "sys.stdin.readline(); print(reader.counts(), flush=True)"
    )
    with DirectoryWriter(path, map_bytes=1 << 17) as writer:
        writer.publish([UpsertLine(line(1))])
        with subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as other:
            assert other.stdout is not None
            assert other.stdin is not None
            assert other.stdout.readline() == "(1, 0)\n"
            writer.rebuild(
                lambda: (line(last, short=f"{last:04d}", username=f"tel{last}") for last in range(5000))
            )
            other.stdin.write("\n")
            other.stdin.flush()
            assert other.stdout.readline() == "(5000, 0)\n"


def test_a_missing_directory_is_said_to_be_unreadable(tmp_path: Path) -> None:
    with pytest.raises(DirectoryUnreadable):
        DirectoryReader.open(tmp_path / "none.lmdb")


def an_old_file(path: Path) -> LineEntry:
    """A directory as programs without VPNs wrote it; the line in it."""
    entry = line(8001, short="8001", username="tel8001")
    environment = layout.open_environment(path, map_bytes=1 << 20, readonly=False)
    tables = {name: environment.open_db(name) for name in layout.NAMES}
    number = entry.public_number.encode()
    with environment.begin(write=True) as transaction:
        transaction.put(b"version", b"1", db=tables[b"meta"])
        transaction.put(b"generation", b"1", db=tables[b"meta"])
        old = msgspec.to_builtins(entry)[: LineEntry.__struct_fields__.index("services")]
        transaction.put(number, msgspec.msgpack.encode(old), db=tables[b"lines"])
        transaction.put(b"tel8001", number, db=tables[b"usernames"])
        transaction.put(layout.short_key(7, "8001"), number, db=tables[b"shorts"])
    environment.close()
    return entry


def test_a_reader_takes_an_old_file_for_one_without_vpns(tmp_path: Path) -> None:
    path = tmp_path / "directory.lmdb"
    entry = an_old_file(path)
    reader = DirectoryReader.open(path)
    with reader.view() as view:
        assert view.line_by_username("tel8001") == view.line_by_short(7, "8001") == entry
        assert view.vpn(3) is None
        assert view.line_by_vpn_short(3, "68001") is None
    reader.close()


def test_a_reader_of_an_old_file_finds_vpns_when_a_newer_writer_brings_them(tmp_path: Path) -> None:
    path = tmp_path / "directory.lmdb"
    entry = an_old_file(path)
    program = (
        "import sys; from pathlib import Path; from dakehu.switch.directory import *;"
        "from dakehu.switch.directory.tests.test_directory import VPN, line;"
        "writer = DirectoryWriter(Path(sys.argv[1]));"
        "writer.publish([UpsertVpn(VPN), UpsertLine(line(2, vpn_short='68002'))])"
    )
    reader = DirectoryReader.open(path)
    with reader.view() as view:
        assert view.vpn(3) is None
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)
    with reader.view() as view:
        assert view.vpn(3) == VPN
        assert view.line_by_vpn_short(3, "68002") == line(2, vpn_short="68002")
        assert view.line(entry.public_number) == entry
    reader.close()


def test_a_file_of_before_there_were_trunks_keeps_its_vpns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A voice process that is newer than the publisher; it finds the trunks with the next publication."""
    path, older = tmp_path / "directory.lmdb", tmp_path / "older.lmdb"
    with monkeypatch.context() as before:
        before.setattr(layout, "YOUNGER_NAMES", layout.YOUNGER_NAMES[:2])
        environment = layout.open_environment(older, map_bytes=1 << 20, readonly=False)
        tables = layout.open_tables(environment, create=True)
        with environment.begin(write=True) as transaction:
            transaction.put(layout.VERSION_KEY, layout.VERSION, db=tables.meta)
            transaction.put(layout.id_key(VPN.vpn_id), layout.encode(VPN), db=tables.vpns)
        environment.close()
    older.rename(path)
    reader = DirectoryReader.open(path)
    with reader.view() as view:
        assert (view.vpn(VPN.vpn_id), view.trunks()) == (VPN, ())
    reader.close()
    with DirectoryWriter(path) as writer:
        writer.publish([UpsertTrunk(TRUNK)])
        with writer.reader().view() as view:
            assert (view.vpn(VPN.vpn_id), view.trunks()) == (VPN, (TRUNK,))


def test_an_entry_of_an_older_program_reads_with_defaults() -> None:
    older = msgspec.msgpack.encode(["03512348001", "0351", "TY01", 70])
    assert msgspec.msgpack.decode(older, type=LineEntry) == LineEntry("03512348001", "0351", "TY01", 70)


def test_an_entry_of_a_newer_program_reads_without_its_new_fields() -> None:
    newer = [*msgspec.to_builtins(line(1)), "something new"]
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(newer), type=LineEntry) == line(1)


@given(
    st.builds(
        LineEntry,
        public_number=st.text("0123456789", min_size=10, max_size=12),
        area_code=st.sampled_from(["0351", "010"]),
        exchange=st.text(max_size=8),
        customer_id=st.integers(0, 2**40),
        kind=st.sampled_from(LineKind),
        status=st.sampled_from(LineStatus),
        rights_level=st.sampled_from(RightsLevel),
        rights_special=st.booleans(),
        group_id=st.integers(0, 2**40),
        services=st.none()
        | st.builds(
            Services,
            forward_no_answer=st.text("0123456789", max_size=12),
            restriction=st.sampled_from(Restriction),
            abbreviated=st.lists(
                st.tuples(st.text("0123456789", min_size=2, max_size=2), st.just("114")), max_size=3
            ).map(tuple),
        ),
        vpn_id=st.integers(0, 2**40),
        vpn_barred=st.lists(st.sampled_from(CallClass), max_size=4).map(tuple),
        closed_group=st.integers(0, 2**40),
    )
)
def test_entries_survive_their_encoding(entry: LineEntry) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(entry), type=LineEntry) == entry


_lines = st.builds(
    line,
    st.integers(0, 5),
    short=st.sampled_from(["", "8001", "8002", "8003"]),
    username=st.sampled_from(["", "a", "b", "c"]),
    group_id=st.sampled_from([7, 8]),
    vpn_short=st.sampled_from(["", "68001", "68002"]),
    vpn_id=st.sampled_from([3, 4]),
)
_changes = st.one_of(
    st.builds(UpsertLine, _lines),
    st.builds(DeleteLine, st.integers(0, 5).map(lambda last: line(last).public_number)),
    st.just(UpsertGroup(GROUP)),
    st.just(DeleteGroup(7)),
    st.just(UpsertVpn(VPN)),
    st.just(DeleteVpn(3)),
)


def remember(
    change: Change, lines: dict[str, LineEntry], groups: dict[int, GroupEntry], vpns: dict[int, VpnEntry]
) -> None:
    """What a publication does, said with dictionaries."""
    match change:
        case UpsertLine(entry):
            lines[entry.public_number] = entry
        case DeleteLine(number):
            lines.pop(number, None)
        case UpsertGroup(group):
            groups[group.group_id] = group
        case DeleteGroup(group_id):
            groups.pop(group_id, None)
        case UpsertVpn(vpn):
            vpns[vpn.vpn_id] = vpn
        case DeleteVpn(vpn_id):
            vpns.pop(vpn_id, None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_changes, max_size=6), max_size=8))
def test_any_history_leaves_what_its_last_words_say(
    tmp_path_factory: pytest.TempPathFactory, history: list[list[Change]]
) -> None:
    """The file agrees with a plain dictionary to which the same publications were applied."""
    lines: dict[str, LineEntry] = {}
    groups: dict[int, GroupEntry] = {}
    vpns: dict[int, VpnEntry] = {}
    with DirectoryWriter(tmp_path_factory.mktemp("directory") / "directory.lmdb") as writer:
        reader = writer.reader()
        for changes in history:
            try:
                writer.publish(changes)
            except DirectoryClash:
                continue
            for change in changes:
                remember(change, lines, groups, vpns)
            expected = MemoryView(lines.values(), groups.values(), vpns.values())
            with reader.view() as view:
                for last in range(6):
                    assert view.line(line(last).public_number) == expected.line(line(last).public_number)
                for name in "abc":
                    assert view.line_by_username(name) == expected.line_by_username(name)
                for group_id in (7, 8):
                    assert view.group(group_id) == expected.group(group_id)
                    for short in ("8001", "8002", "8003"):
                        assert view.line_by_short(group_id, short) == expected.line_by_short(group_id, short)
                for vpn_id in (3, 4):
                    assert view.vpn(vpn_id) == expected.vpn(vpn_id)
                    for short in ("68001", "68002"):
                        found = view.line_by_vpn_short(vpn_id, short)
                        assert found == expected.line_by_vpn_short(vpn_id, short)


@pytest.mark.req("IN-07")
def test_ring_back_tones_come_back_with_their_rules_and_old_entries_have_none(tmp_path: Path) -> None:
    weekend = Period(time(8), time(20), frozenset({6, 7}))
    rule = ToneRule("a" * 64, (weekend,), Callers(frozenset({"13800000000"}), ("0351",)))
    tones = ToneSettings("b" * 64, (rule,), personal_wins=True)
    vpn = VpnEntry(5, 70, "专网", 5, tones=tones)
    stored = layout.decode_vpn(layout.encode(vpn))
    assert stored == vpn
    line = LineEntry("03512345678", "0351", "TY01", 70, tones=tones)
    assert layout.decode_line(layout.encode(line)) == line
    older = msgspec.msgpack.encode(msgspec.msgpack.decode(layout.encode(vpn))[:-1])
    assert layout.decode_vpn(older).tones is None
