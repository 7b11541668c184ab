"""Files as banks and acquirers make them, and files that nobody should open."""

import io
import zipfile
from datetime import date, datetime, time

import pytest

from payments.statements.cells import ImpossibleDate, moment_of, sen_of
from payments.statements.columns import BANK_TIME, Columns, guess_columns, read_lines
from payments.statements.errors import BadStatement
from payments.statements.keep import digests_of
from payments.statements.read import read_rows

TODAY = date(2026, 11, 24)


def lines_of(data: bytes) -> list[tuple[date, int, str]]:
    rows = read_rows(data)
    return [(line.on, line.amount_sen, line.text) for line in read_lines(rows, guess_columns(rows), today=TODAY)]


@pytest.mark.parametrize(
    ("written", "sen"),
    [
        ("95.000,00", 9_500_000),
        ("95,000.00", 9_500_000),
        ("95000", 9_500_000),
        ("95.000", 9_500_000),
        ("95,000", 9_500_000),
        ("1.234.567", 123_456_700),
        ("1,234,567.89", 123_456_789),
        ("1234,5", 123_450),
        ("Rp 94.998", 9_499_800),
        ("IDR1,000.00", 100_000),
        ("95,000.00 CR", 9_500_000),
        ("95,000.00 DB", -9_500_000),
        ("(2.500,00)", -250_000),
        ("-2500", -250_000),
        ("", None),
        ("-", None),
        (94998, 9_499_800),
        (94998.5, 9_499_850),
        ("Rp 50.000,-", 5_000_000),
        ("50.000,--", 5_000_000),
        ("-50.000,-", -5_000_000),
        ("50,000.00CR", 5_000_000),
        ("50.000,00DR", -5_000_000),
        ("-50,000.00 DB", -5_000_000),
        ("DB 50.000", -5_000_000),
        ("50.000,00-", -5_000_000),
        ("50.000,00+", 5_000_000),
        ("\u2212250.000", -25_000_000),
        ("150000.0000", 15_000_000),
        ("150000.000", 15_000_000),
        ("0.500", 50),
        ('="94998"', 9_499_800),
        ("Rp\xa01.000", 100_000),
    ],
)
def test_amounts_are_read_as_banks_write_them(written: str | float, sen: int | None) -> None:
    assert sen_of(written) == sen


@pytest.mark.parametrize(
    "written",
    [
        "abc",
        "1.23.456",
        "=1+1",
        "12.3456",
        "1,2,3",
        "9" * 30,
        float("inf"),
        ".",
        "1234,567",
        "15000.000,00",
        "1,234.567.890",
    ],
)
def test_what_is_no_amount_is_refused(written: str | float) -> None:
    with pytest.raises(ValueError, match=r".*"):
        sen_of(written)


@pytest.mark.parametrize(
    ("written", "day", "clock"),
    [
        ("24/11/2026", date(2026, 11, 24), None),
        ("24-11-26", date(2026, 11, 24), None),
        ("2026-11-24", date(2026, 11, 24), None),
        ("20261124", date(2026, 11, 24), None),
        ("24 Nov 2026", date(2026, 11, 24), None),
        ("5 Agustus 2026", date(2026, 8, 5), None),
        ("23/11", date(2026, 11, 23), None),
        ("25/12", date(2025, 12, 25), None),
        ("24/11/2026 10:15:30", date(2026, 11, 24), time(10, 15, 30)),
        ("2026-11-24T10:15", date(2026, 11, 24), time(10, 15)),
        ("29/02", date(2024, 2, 29), None),
        ("24/11 09:03", date(2026, 11, 24), time(9, 3)),
        ("1/2 09:03", date(2026, 2, 1), time(9, 3)),
        ("24/11/2026 14.03", date(2026, 11, 24), time(14, 3)),
        ("24/11/2026, 02:03:05 PM", date(2026, 11, 24), time(14, 3, 5)),
        ("24/11/2026 12:03 am", date(2026, 11, 24), time(0, 3)),
        ("05 Okt", date(2026, 10, 5), None),
        ("25-Des", date(2025, 12, 25), None),
        ("5 Okt 2026 10:15", date(2026, 10, 5), time(10, 15)),
        (datetime(2026, 11, 24, 9, 30), date(2026, 11, 24), time(9, 30)),  # noqa: DTZ001 - a cell knows no zone
    ],
)
def test_days_are_read_as_banks_write_them(written: str | datetime, day: date, clock: time | None) -> None:
    assert moment_of(written, today=TODAY) == (day, clock)


@pytest.mark.parametrize("written", ["31/09/2026", "30/02", "31-Nov-2026", "2026-13-01", "20261301"])
def test_a_day_that_does_not_exist_is_told_from_what_is_no_day(written: str) -> None:
    with pytest.raises(ImpossibleDate):
        moment_of(written, today=TODAY)


@pytest.mark.parametrize("written", ["", "PEND", "Saldo Awal", "24/11/2026 s/d 25/11/2026", "Halaman 1/2", "Total"])
def test_a_note_is_no_day(written: str) -> None:
    with pytest.raises(ValueError, match=r".*") as caught:
        moment_of(written, today=TODAY)
    assert not isinstance(caught.value, ImpossibleDate)


def test_money_on_a_leap_day_without_its_year_is_not_lost() -> None:
    text = "Tanggal,Keterangan,Jumlah\n28/02,A,1000\n29/02,B,2000\n01/03,C,3000\n"
    rows = read_rows(text.encode())
    lines = read_lines(rows, guess_columns(rows), today=date(2029, 1, 3))
    assert [(line.on, line.text) for line in lines] == [
        (date(2028, 2, 28), "A"),
        (date(2028, 2, 29), "B"),
        (date(2028, 3, 1), "C"),
    ]


def test_money_on_a_day_that_does_not_exist_refuses_the_whole_file_and_names_the_row() -> None:
    rows = read_rows(b"Tanggal,Keterangan,Jumlah\n30/09/2026,A,1000\n31/09/2026,B,2000\n")
    with pytest.raises(BadStatement) as caught:
        read_lines(rows, guess_columns(rows), today=TODAY)
    assert (caught.value.field, caught.value.params) == ("columns", {"row": 3, "text": "31/09/2026"})
    assert lines_of(b"Tanggal,Keterangan,Jumlah\n30/09/2026,A,1000\n31/09/2026,tutup,\n") == [
        (date(2026, 9, 30), 100_000, "A")
    ]


def test_debits_are_what_went_out_whether_or_not_the_bank_writes_a_minus() -> None:
    head = "Tanggal;Keterangan;Debet;Kredit\n"
    minus = lines_of(f"{head}24/11/2026;A;-2.500,00;\n24/11/2026;B;;5.000,00\n".encode())
    assert [sen for _, sen, _ in minus] == [-250_000, 500_000]
    suffix = lines_of(f"{head}24/11/2026;A;2.500,00 DB;\n24/11/2026;B;0,00;5.000,00 CR\n".encode())
    assert [sen for _, sen, _ in suffix] == [-250_000, 500_000]


def test_what_is_taken_back_in_its_own_column_moves_the_other_way() -> None:
    text = "Tanggal;Keterangan;Debet;Kredit\n24/11/2026;A;2.500;\n24/11/2026;koreksi;-2.500;\n24/11/2026;B;;-7.000\n"
    assert [sen for _, sen, _ in lines_of(text.encode())] == [-250_000, 250_000, -700_000]


def test_an_unknown_word_for_in_or_out_refuses_the_file_and_an_unknown_column_says_nothing() -> None:
    rows = read_rows(b"Tanggal,Jumlah,DB/CR\n24/11/2026,1000,CR\n24/11/2026,2000,RV\n")
    with pytest.raises(BadStatement) as caught:
        read_lines(rows, guess_columns(rows), today=TODAY)
    assert caught.value.params == {"row": 3, "text": "RV"}
    text = b"Tanggal,Jumlah,Jenis,Keterangan\n24/11/2026,1000,Transfer,A\n24/11/2026,-2000,Tarik,B\n"
    assert [sen for _, sen, _ in lines_of(text)] == [100_000, -200_000]


@pytest.mark.parametrize("is_newest_first", [True, False])
def test_the_lines_of_one_day_stand_in_the_order_in_which_their_balances_add_up(is_newest_first: bool) -> None:  # noqa: FBT001
    body = ["24/11/2026;A;;1.000;11.000", "24/11/2026;B;400;;10.600", "24/11/2026;C;;50;10.650"]
    text = "Tanggal;Keterangan;Debet;Kredit;Saldo\n" + "\n".join(body[::-1] if is_newest_first else body)
    assert [text for _, _, text in lines_of(text.encode())] == ["A", "B", "C"]


def test_quotes_around_semicolons_numbers_kept_as_text_and_empty_last_lines() -> None:
    text = (
        'Tanggal;Keterangan;Nominal;Referensi\r\n"24/11/2026";"TRF; ""SITI""";"95.000,00";="00123"\r\n;;;\r\n \r\n\r\n'
    )
    rows = read_rows(b"\xef\xbb\xbf" + text.encode())
    (line,) = read_lines(rows, guess_columns(rows), today=TODAY)
    assert (line.text, line.amount_sen, line.reference) == ('TRF; "SITI"', 9_500_000, "00123")


def test_semicolons_decimal_commas_and_a_byte_order_mark() -> None:
    text = "Tanggal;Keterangan;Debet;Kredit;Saldo\n23/11/2026;TRF SITI;;94.998,00;1.094.998,00\n"
    text += "24/11/2026;Biaya admin;2.500,00;;1.092.498,00\n"
    assert lines_of(b"\xef\xbb\xbf" + text.encode()) == [
        (date(2026, 11, 23), 9_499_800, "TRF SITI"),
        (date(2026, 11, 24), -250_000, "Biaya admin"),
    ]


def test_a_head_of_notes_days_without_year_and_cr_in_a_column_without_name() -> None:
    text = (
        "No. rekening,:,0012345678901\nPeriode,:,01/11/2026 - 24/11/2026\n\n"
        'Tanggal,Keterangan,Cabang,Jumlah,,Saldo\n\'23/11,"TRSF E-BANKING, SITI",0000,"94,998.00",CR,"1,094,998.00"\n'
        '24/11,BIAYA ADM,0000,"2,500.00",DB,"1,092,498.00"\nSaldo Awal,:,"1,000,000.00"\n'
    )
    assert lines_of(text.encode("latin-1")) == [
        (date(2026, 11, 23), 9_499_800, "TRSF E-BANKING, SITI"),
        (date(2026, 11, 24), -250_000, "BIAYA ADM"),
    ]


def test_tabs_latin_letters_and_the_newest_line_first() -> None:
    text = "Date\tDescription\tAmount\n2026-11-24\tCaf\xe9\t5000\n2026-11-23\tLebih dulu\t-7000\n"
    assert lines_of(text.encode("latin-1")) == [
        (date(2026, 11, 23), -700_000, "Lebih dulu"),
        (date(2026, 11, 24), 500_000, "Café"),
    ]


def test_an_acquirers_list_has_time_number_and_cost() -> None:
    rows = read_rows(b"Tanggal,Jam,RRN,Nominal,MDR\n24/11/2026,10:15:30,123456789012,600000,1800\n")
    (line,) = read_lines(rows, guess_columns(rows), today=TODAY)
    assert (line.reference, line.amount_sen, line.fee_sen) == ("123456789012", 60_000_000, 180_000)
    assert line.at == datetime(2026, 11, 24, 10, 15, 30, tzinfo=BANK_TIME)


def workbook(sheet: str, *, extra: dict[str, bytes] | None = None) -> bytes:
    """A small XLSX by hand, so that hostile ones can be made too."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r0"'
            ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
            'openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Mutasi" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
            ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
            ' Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


def sheet_of(rows: str) -> str:
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = "<row>" + text_cell("A1", "Tanggal") + text_cell("B1", "Keterangan") + text_cell("C1", "Jumlah") + "</row>"


def test_an_excel_file_is_read_and_a_formula_is_only_its_saved_value() -> None:
    body = (
        "<row>"
        + text_cell("A2", "24/11/2026")
        + text_cell("B2", "=cmd()")
        + '<c r="C2"><f>1+1</f><v>94998</v></c></row>'
    )
    assert lines_of(workbook(sheet_of(HEAD + body))) == [(date(2026, 11, 24), 9_499_800, "=cmd()")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"x" * (2 * 1024 * 1024 + 1),
        b"a,b\n" * 20_001,
        b",".join([b"1"] * 61),
        b"%PDF-1.7 ...",
        b"\xd0\xcf\x11\xe0 old excel",
        b"PK\x03\x04 no archive",
        b"a,\0b",
        workbook(sheet_of(HEAD), extra={"xl/media/big.bin": bytes(49 * 1024 * 1024)}),
        workbook(sheet_of(HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        workbook(sheet_of("<row>" + "<c><v>1</v></c>" * 61 + "</row>")),
        workbook(sheet_of("<row/>" * 20_001)),
        workbook("<worksheet><sheetData><row><c"),
        b"PK\x05\x06" + bytes(18),
    ],
    ids=lambda data: f"{len(data)} bytes {data[:6]!r}",
)
def test_a_file_that_is_none_or_would_grow_without_bound_is_refused(data: bytes) -> None:
    with pytest.raises(BadStatement) as refused:
        lines_of(data)
    assert refused.value.problem


def test_an_unreadable_amount_refuses_the_whole_file_and_names_the_row() -> None:
    rows = read_rows(b"Tanggal,Jumlah\n23/11/2026,5000\n24/11/2026,lima ribu\n")
    with pytest.raises(BadStatement) as refused:
        read_lines(rows, guess_columns(rows), today=TODAY)
    assert refused.value.params == {"row": 3, "text": "lima ribu"}


def test_days_before_there_was_a_store_are_no_days() -> None:
    rows = read_rows(b"Tanggal,Jumlah\n0001-01-01,5000\n30/12/1899,5000\n24/11/2026,7000\n")
    assert [line.amount_sen for line in read_lines(rows, guess_columns(rows), today=TODAY)] == [700_000]


def test_columns_without_names_are_named_by_hand() -> None:
    rows = read_rows(b"K1,K2,K3\n24/11/2026,Siti,94998\n")
    assert not guess_columns(rows).is_enough
    columns = Columns(heading_row=0, by_field={"date": 0, "text": 1, "amount": 2})
    assert [line.amount_sen for line in read_lines(rows, columns, today=TODAY)] == [9_499_800]
    with pytest.raises(BadStatement):
        read_lines(rows, Columns(heading_row=0, by_field={"date": 0, "amount": 9}), today=TODAY)


def test_twins_of_one_file_stay_two_and_are_named_alike_in_the_next() -> None:
    rows = read_rows(b"Tanggal,Keterangan,Jumlah\n24/11/2026,Siti,5000\n24/11/2026,Siti,5000\n")
    lines = read_lines(rows, guess_columns(rows), today=TODAY)
    first, second = digests_of(lines, "bank:1")
    assert first != second
    assert digests_of(lines[:1], "bank:1") == [first]
    assert digests_of(lines[:1], "bank:2") != [first]
