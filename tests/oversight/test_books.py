"""The agency reads the reports of cooperatives of its region: not of others, and no accounts."""

import io

import pypdf

from marketplace import database
from tests.oversight.conftest import Watch


async def cooperative_in(region: str) -> int:
    async with database.connection() as connection:
        return int(
            await connection.fetchval(
                "SELECT o.id FROM organisation o JOIN store s ON s.cooperative_id = o.id"
                " JOIN turnover_day t ON t.store_id = s.id WHERE o.region_code LIKE $1 || '.%' ORDER BY o.id LIMIT 1",
                region,
            )
        )


async def test_agency_reads_reports_of_its_own_region_alone(watch: Watch) -> None:
    here = await cooperative_in("32.75")
    for report, word in (
        ("neraca-saldo", "Jumlah"),
        ("hasil-usaha", "Sisa hasil usaha (SHU)"),
        ("neraca", "Jumlah kewajiban dan ekuitas"),
    ):
        path = f"/dinas/buku/{here}/{report}"
        page = await watch.page(path, watch.kota)
        assert page.status_code == 200
        assert word in page.text
        assert "/koperasi/buku/akun" not in page.text.replace("&#x2f;", "/")
        assert (await watch.page(path, watch.kabupaten)).status_code == 404
    assert (await watch.page(f"/dinas/buku/{here}/akun", watch.kota)).status_code == 404
    assert (await watch.page("/dinas/buku/999999/neraca", watch.kota)).status_code == 404
    late = await watch.page(f"/dinas/buku/{here}/neraca?sampai=9999-12-31", watch.kota)
    assert late.status_code == 422
    pdf = await watch.page(f"/dinas/buku/{here}/neraca?bentuk=pdf", watch.kota)
    assert "Jumlah aset" in pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()


async def test_turnover_leads_to_the_books(watch: Watch) -> None:
    here = await cooperative_in("32.75")
    page = await watch.page("/dinas/omzet", watch.kota)
    assert f"/dinas/buku/{here}/hasil-usaha?dari=" in page.text.replace("&#x2f;", "/")
