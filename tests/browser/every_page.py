"""Which page is looked at in whose clothes. A path ending in "…" is followed from a link on the page before it."""

from typing import Final

# `→` reads: open the first page, follow its first link that begins so.
PUBLIC: Final = (
    "/",
    "/cari",
    "/cari?q=beras",
    "/cari?q=beras → /produk/…",
    "/gerai",
    "/gerai → /gerai/…",
    "/kemitraan",
    "/kemitraan → /kemitraan/…",
    "/cakupan",
    "/wilayah?q=jatimakmur",
    "/masuk",
    "/daftar",
    "/sandi/lupa",
    "/sandi/tidak-dikenal",
    "/tentang",
    "/bantuan",
    "/privasi",
    "/pengaduan",
    "/luring",
    "/kotak-keluar",
)
PAGES: Final[dict[str, tuple[str, ...]]] = {
    "guest": (*PUBLIC, "/keranjang", "/pesan"),
    "warga": (
        "/",
        "/akun",
        "/akun/keanggotaan",
        "/akun/pengajuan",
        "/akun/pesanan",
        "/akun/pesanan → /pesanan/…",
        "/akun/profil",
        "/akun/sandi",
        "/daftar/umkm",
        "/daftar/bumd",
    ),
    "anggota": ("/koperasi", "/koperasi → /pesanan/…", "/akun/keanggotaan"),
    "kasir": (
        "/kasir",
        "/kasir/cari?code=salah",
        "/kasir/jual",
        "/kasir → /kasir/pesanan/…",
        "/kasir/kuitansi/1",
        "/kasir/selesai/1",
        "/kasir/tutup",
        "/koperasi",
        "/koperasi/etalase",
        "/koperasi/gerai",
        "/koperasi/laporan",
        "/koperasi/laporan → /kasir/sif/…",
        "/koperasi/rekonsiliasi",
        "/koperasi/rekonsiliasi → /koperasi/rekonsiliasi/mutasi/…",
        "/koperasi/pesanan",
        "/koperasi/pelunasan",
        "/koperasi/pelunasan → /koperasi/pelunasan/pemasok/…",
        "/koperasi/pesanan → /koperasi/pesanan/…",
        "/koperasi/stok",
        "/koperasi/stok → /koperasi/stok/…",
    ),
    "kepala": (
        "/koperasi",
        "/koperasi/etalase",
        "/koperasi/etalase → /koperasi/etalase/…",
        "/koperasi/etalase/tambah",
        "/koperasi/etalase/tambah?semua=1 → /koperasi/etalase/baru…",
        "/koperasi/gerai",
        "/koperasi/kemitraan",
        "/koperasi/stok → /koperasi/stok/…",
        "/koperasi/umkm",
        "/kasir/kas-awal",
        "/kemitraan → /kemitraan/…",
    ),
    "pengurus": ("/koperasi", "/koperasi/anggota", "/koperasi/staf", "/koperasi/umkm"),
    "pengawas": ("/koperasi", "/koperasi/gerai", "/koperasi/kemitraan", "/koperasi/laporan", "/koperasi/pesanan"),
    "penjual": (
        "/umkm",
        "/umkm/pelunasan",
        "/umkm/produk",
        "/umkm/produk → /umkm/produk/…",
        "/umkm/produk/baru",
        "/umkm/staf",
    ),
    "bumd": (
        "/bumd",
        "/bumd → /bumd/pengajuan/…",
        "/bumd/penawaran",
        "/bumd/penawaran → /bumd/penawaran/…",
        "/bumd/penawaran/baru",
        "/bumd/staf",
    ),
    "dinas": (
        "/dinas",
        "/dinas/cakupan",
        "/dinas/kejanggalan",
        "/dinas/omzet",
        "/dinas/pesanan",
        "/dinas/jejak",
        "/akun",
    ),
    "operator": ("/operator", "/operator → /operator/organisasi/…", "/operator/pengguna", "/akun"),
}

# Not pages of the site: the workshop of components, files, fragments, probes, and addresses that only pass on.
NO_PAGES: Final = frozenset(
    {
        "/cari/saran",
        "/favicon.ico",
        "/foto/{name}",
        "/galeri",
        "/health",
        "/health/ready",
        "/keranjang/wilayah",
        "/koperasi/rekonsiliasi/mutasi",
        "/koperasi/laporan/unduh",
        "/manifest.webmanifest",
        "/static/{digest}/{name}",
        "/sw.js",
    }
)
# Reached in the journeys only: they need what was just done.
ON_THE_WAY: Final = frozenset(
    {"/pesanan/selesai/{checkout_token}", "/pesanan/{tracking_token}/batal", "/operator/pengguna/{person_id}"}
)
