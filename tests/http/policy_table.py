"""The whole answer to "who may go where": method, path and who gets in. test_policies.py holds the routes to it.

Others meet a closed door: guests are asked to sign in, outsiders get 404, insiders of the same kind of organisation 403
with the reason.
"""

from typing import Final

from marketplace.http.policy import ROLE_KINDS

_COOPERATIVE: Final = ("cashier", "store_manager", "pengurus", "pengawas")
WHO: Final[dict[str, tuple[str, ...]]] = {
    "everyone": ("guest", "resident", *ROLE_KINDS),
    "signed in": ("resident", *ROLE_KINDS),
    "store readers": _COOPERATIVE,
    "board and supervisors": ("pengurus", "pengawas"),
    "store staff": ("cashier", "store_manager", "pengurus"),
    "store managers": ("store_manager", "pengurus"),
    "pengurus": ("pengurus",),
    "sellers": ("seller_owner", "seller_staff"),
    "owners of sellers": ("seller_owner",),
    "partners": ("partner_staff",),
    "agency": ("agency_officer",),
    "operators": ("platform_operator",),
    "members and staff": ("member", *_COOPERATIVE),
    "books and applications": ("store_manager", "pengurus", "pengawas"),
    "both sides of an offer": ("store_manager", "pengurus", "pengawas", "partner_staff"),
    "deciders": ("store_manager", "pengurus", "platform_operator"),
    "keepers of staff": ("pengurus", "seller_owner", "partner_staff"),
    "all staff who change": (*_COOPERATIVE, "seller_owner", "seller_staff", "partner_staff", "platform_operator"),
    "all staff": (
        *_COOPERATIVE,
        "seller_owner",
        "seller_staff",
        "partner_staff",
        "agency_officer",
        "platform_operator",
    ),
}

TABLE: Final = """
GET    /                                                                         everyone
GET    /akun                                                                     signed in
GET    /akun/kasbon                                                              signed in
GET    /akun/keanggotaan                                                         signed in
POST   /akun/keanggotaan                                                         signed in
POST   /akun/keluar-semua                                                        signed in
GET    /akun/pengajuan                                                           signed in
GET    /akun/pesanan                                                             signed in
GET    /akun/profil                                                              signed in
POST   /akun/profil                                                              signed in
GET    /akun/sandi                                                               signed in
POST   /akun/sandi                                                               signed in
POST   /akun/sesi/{session_id:int}/akhiri                                        signed in
POST   /akun/topi                                                                signed in
GET    /api/docs                                                                 everyone
GET    /api/docs/{chapter:str}                                                   everyone
GET    /api/schema                                                               everyone
GET    /api/schema/openapi.json                                                  everyone
GET    /api/schema/{path:str}                                                    everyone
GET    /api/v1/applications                                                      both sides of an offer
GET    /api/v1/applications/{application_id:int}                                 both sides of an offer
POST   /api/v1/applications/{application_id:int}/decision                        partners
POST   /api/v1/applications/{application_id:int}/withdrawal                      store managers
POST   /api/v1/carts                                                             everyone
PUT    /api/v1/carts/current/lines                                               everyone
DELETE /api/v1/carts/current/lines/{product_id:int}                              everyone
GET    /api/v1/carts/current/plan                                                everyone
GET    /api/v1/listings                                                          store readers
POST   /api/v1/listings                                                          store managers
PUT    /api/v1/listings/{listing_id:int}                                         store managers
POST   /api/v1/listings/{listing_id:int}/steps                                   store managers
GET    /api/v1/offers                                                            everyone
POST   /api/v1/offers                                                            partners
GET    /api/v1/offers/{offer_id:int}                                             everyone
PUT    /api/v1/offers/{offer_id:int}                                             partners
POST   /api/v1/offers/{offer_id:int}/applications                                store managers
POST   /api/v1/offers/{offer_id:int}/state                                       partners
POST   /api/v1/orders                                                            everyone
GET    /api/v1/orders/{tracking_token:str}                                       everyone
POST   /api/v1/orders/{tracking_token:str}/cancellation                          everyone
POST   /api/v1/orders/{tracking_token:str}/payments                              everyone
GET    /api/v1/orders/{tracking_token:str}/payments/{payment_id:int}             everyone
GET    /api/v1/organisations                                                     everyone
GET    /api/v1/organisations/current/members                                     board and supervisors
GET    /api/v1/organisations/memberships/waiting                                 board and supervisors
POST   /api/v1/organisations/memberships/{application_id:int}/decision           pengurus
POST   /api/v1/organisations/partners                                            signed in
POST   /api/v1/organisations/sellers                                             signed in
GET    /api/v1/organisations/waiting                                             deciders
GET    /api/v1/organisations/{organisation_id:int}                               everyone
POST   /api/v1/organisations/{organisation_id:int}/decision                      deciders
POST   /api/v1/organisations/{organisation_id:int}/memberships                   signed in
PUT    /api/v1/organisations/{organisation_id:int}/profile                       all staff who change
POST   /api/v1/organisations/{organisation_id:int}/reactivation                  operators
GET    /api/v1/organisations/{organisation_id:int}/staff                         all staff
POST   /api/v1/organisations/{organisation_id:int}/staff                         all staff who change
DELETE /api/v1/organisations/{organisation_id:int}/staff/{assignment_id:int}     all staff who change
GET    /api/v1/organisations/{organisation_id:int}/statuses                      everyone
POST   /api/v1/organisations/{organisation_id:int}/statuses                      operators
POST   /api/v1/organisations/{organisation_id:int}/suspension                    operators
GET    /api/v1/partners/current/offers                                           partners
POST   /api/v1/password-resets                                                   everyone
POST   /api/v1/password-resets/completion                                        everyone
GET    /api/v1/people                                                            operators
POST   /api/v1/people                                                            everyone
POST   /api/v1/people/lookups                                                    operators
GET    /api/v1/people/me                                                         signed in
PATCH  /api/v1/people/me                                                         signed in
GET    /api/v1/people/me/applications                                            signed in
PUT    /api/v1/people/me/hat                                                     signed in
GET    /api/v1/people/me/orders                                                  signed in
PUT    /api/v1/people/me/password                                                signed in
GET    /api/v1/people/me/tabs                                                    signed in
GET    /api/v1/people/{person_id:int}                                            operators
POST   /api/v1/people/{person_id:int}/disabling                                  operators
POST   /api/v1/people/{person_id:int}/restoring                                  operators
DELETE /api/v1/people/{person_id:int}/sessions                                   operators
GET    /api/v1/products                                                          everyone
POST   /api/v1/products                                                          sellers
GET    /api/v1/products/mine                                                     sellers
GET    /api/v1/products/mine/{product_id:int}                                    sellers
GET    /api/v1/products/{product_id:int}                                         everyone
PUT    /api/v1/products/{product_id:int}                                         sellers
PUT    /api/v1/products/{product_id:int}/photo                                   sellers
POST   /api/v1/products/{product_id:int}/steps                                   sellers
GET    /api/v1/receipts/{number:int}                                             store readers
GET    /api/v1/regions                                                           everyone
GET    /api/v1/regions/nearest                                                   everyone
GET    /api/v1/regions/{code:str}                                                everyone
GET    /api/v1/reports/anomalies                                                 agency
GET    /api/v1/reports/audit                                                     agency
GET    /api/v1/reports/coverage                                                  everyone
GET    /api/v1/reports/coverage/cooperatives                                     everyone
GET    /api/v1/reports/day                                                       store readers
GET    /api/v1/reports/orders                                                    agency
GET    /api/v1/reports/receivables                                               sellers
GET    /api/v1/reports/turnover                                                  agency
POST   /api/v1/safe/opening                                                      store managers
GET    /api/v1/search                                                            everyone
GET    /api/v1/search/offers                                                     everyone
GET    /api/v1/search/stores                                                     everyone
GET    /api/v1/search/suggestions                                                everyone
GET    /api/v1/sellers/current/payout-account                                    sellers
PUT    /api/v1/sellers/current/payout-account                                    owners of sellers
GET    /api/v1/sellers/current/receivables                                       sellers
GET    /api/v1/sellers/current/receivables/{store_id:int}                        sellers
POST   /api/v1/sellers/current/receivables/{store_id:int}/disputes               sellers
GET    /api/v1/sellers/current/receivables/{store_id:int}/statements/{number:int} sellers
DELETE /api/v1/sessions                                                          everyone
GET    /api/v1/sessions                                                          signed in
POST   /api/v1/sessions                                                          everyone
DELETE /api/v1/sessions/current                                                  everyone
DELETE /api/v1/sessions/{session_id:int}                                         everyone
POST   /api/v1/shifts                                                            store staff
GET    /api/v1/shifts/current                                                    store staff
POST   /api/v1/shifts/current/closing                                            store staff
POST   /api/v1/shifts/current/drops                                              store staff
POST   /api/v1/shifts/current/handovers                                          store staff
POST   /api/v1/shifts/current/refills                                            store staff
GET    /api/v1/shifts/{shift_id:int}                                             store readers
GET    /api/v1/stock/{listing_id:int}                                            store readers
POST   /api/v1/stock/{listing_id:int}/corrections                                store managers
POST   /api/v1/stock/{listing_id:int}/counts                                     store managers
POST   /api/v1/stock/{listing_id:int}/receipts                                   store staff
GET    /api/v1/stores                                                            everyone
GET    /api/v1/stores/current/channels                                           store readers
DELETE /api/v1/stores/current/channels/qris                                      store managers
PUT    /api/v1/stores/current/channels/qris                                      store managers
DELETE /api/v1/stores/current/channels/stripe                                    store managers
PUT    /api/v1/stores/current/channels/stripe                                    store managers
DELETE /api/v1/stores/current/channels/transfer                                  store managers
PUT    /api/v1/stores/current/channels/transfer                                  store managers
POST   /api/v1/stores/current/counter-orders                                     store staff
GET    /api/v1/stores/current/deposits                                           store readers
POST   /api/v1/stores/current/deposits                                           store managers
POST   /api/v1/stores/current/deposits/{deposit_id:int}/decision                 store managers
GET    /api/v1/stores/current/deposits/{deposit_id:int}/slip                     store readers
PUT    /api/v1/stores/current/deposits/{deposit_id:int}/slip                     store managers
GET    /api/v1/stores/current/differences                                        store readers
POST   /api/v1/stores/current/differences/explanations                           store managers
GET    /api/v1/stores/current/handovers/waiting                                  store staff
POST   /api/v1/stores/current/handovers/{handover_id:int}/count                  store staff
POST   /api/v1/stores/current/handovers/{handover_id:int}/withdrawal             store staff
POST   /api/v1/stores/current/holds/{hold_id:int}/release                        store managers
GET    /api/v1/stores/current/ledger/accounts/{kind:str}                         books and applications
GET    /api/v1/stores/current/ledger/accounts/{kind:str}/statement               books and applications
GET    /api/v1/stores/current/ledger/balance-sheet                               books and applications
GET    /api/v1/stores/current/ledger/closings                                    books and applications
POST   /api/v1/stores/current/ledger/closings                                    store managers
GET    /api/v1/stores/current/ledger/profit-and-loss                             books and applications
GET    /api/v1/stores/current/ledger/trial-balance                               books and applications
GET    /api/v1/stores/current/orders                                             store readers
GET    /api/v1/stores/current/orders/{code:str}                                  store readers
POST   /api/v1/stores/current/orders/{code:str}/card-refunds                     store managers
POST   /api/v1/stores/current/orders/{code:str}/card-refunds/retry               store managers
PUT    /api/v1/stores/current/orders/{code:str}/disputes/{dispute_id:int}/note   store managers
POST   /api/v1/stores/current/orders/{code:str}/hand-over                        store staff
POST   /api/v1/stores/current/orders/{code:str}/payment                          store staff
GET    /api/v1/stores/current/orders/{code:str}/payments                         store readers
POST   /api/v1/stores/current/orders/{code:str}/payments                         store staff
POST   /api/v1/stores/current/orders/{code:str}/payments/{payment_id:int}/confirmation store staff
GET    /api/v1/stores/current/orders/{code:str}/returns                          store readers
POST   /api/v1/stores/current/orders/{code:str}/returns                          store staff
POST   /api/v1/stores/current/orders/{code:str}/steps                            store staff
POST   /api/v1/stores/current/orders/{code:str}/tab                              store staff
GET    /api/v1/stores/current/payables                                           store readers
GET    /api/v1/stores/current/payables/{supplier_id:int}                         store readers
POST   /api/v1/stores/current/payables/{supplier_id:int}/holds                   store managers
PUT    /api/v1/stores/current/payables/{supplier_id:int}/terms                   store managers
GET    /api/v1/stores/current/payments/waiting                                   store readers
DELETE /api/v1/stores/current/qris-provider                                      store managers
GET    /api/v1/stores/current/qris-provider                                      store readers
PUT    /api/v1/stores/current/qris-provider                                      store managers
PUT    /api/v1/stores/current/refund-limit                                       store managers
GET    /api/v1/stores/current/returns/waiting                                    store readers
POST   /api/v1/stores/current/returns/{return_id:int}/decision                   store managers
POST   /api/v1/stores/current/returns/{return_id:int}/payout                     store staff
POST   /api/v1/stores/current/sales                                              store staff
GET    /api/v1/stores/current/settlement-statements/{number:int}                 store readers
GET    /api/v1/stores/current/settlements                                        store readers
POST   /api/v1/stores/current/settlements                                        store managers
GET    /api/v1/stores/current/settlements/{run_id:int}                           store readers
POST   /api/v1/stores/current/settlements/{run_id:int}/closing                   store managers
POST   /api/v1/stores/current/settlements/{run_id:int}/decision                  store managers
POST   /api/v1/stores/current/settlements/{run_id:int}/entries/{entry_id:int}/payments store managers
POST   /api/v1/stores/current/statement-lines/{line_id:int}/decision             store managers
POST   /api/v1/stores/current/statements                                         store managers
GET    /api/v1/stores/current/tabs                                               store readers
PUT    /api/v1/stores/current/tabs                                               store managers
POST   /api/v1/stores/current/tabs/{person_id:int}/repayments                    store staff
PUT    /api/v1/stores/mine                                                       store managers
PUT    /api/v1/stores/mine/coverage                                              store managers
GET    /api/v1/stores/{store_id:int}                                             everyone
GET    /api/v1/stores/{store_id:int}/listings                                    everyone
POST   /bahasa                                                                   everyone
GET    /bantuan                                                                  everyone
GET    /bumd                                                                     partners
GET    /bumd/penawaran                                                           partners
GET    /bumd/penawaran/baru                                                      partners
POST   /bumd/penawaran/baru                                                      partners
GET    /bumd/penawaran/{offer_id:int}                                            partners
POST   /bumd/penawaran/{offer_id:int}                                            partners
POST   /bumd/penawaran/{offer_id:int}/keadaan                                    partners
GET    /bumd/pengajuan/{application_id:int}                                      partners
POST   /bumd/pengajuan/{application_id:int}                                      partners
GET    /bumd/staf                                                                keepers of staff
POST   /bumd/staf                                                                keepers of staff
POST   /bumd/staf/{assignment_id:int}/akhiri                                     keepers of staff
GET    /cakupan                                                                  everyone
GET    /cari                                                                     everyone
GET    /cari/saran                                                               everyone
GET    /daftar                                                                   everyone
POST   /daftar                                                                   everyone
GET    /daftar/bumd                                                              signed in
POST   /daftar/bumd                                                              signed in
GET    /daftar/umkm                                                              signed in
POST   /daftar/umkm                                                              signed in
GET    /dinas                                                                    agency
GET    /dinas/buku/{cooperative_id:int}/{report:str}                             agency
GET    /dinas/cakupan                                                            agency
GET    /dinas/jejak                                                              agency
GET    /dinas/kejanggalan                                                        agency
GET    /dinas/omzet                                                              agency
GET    /dinas/pesanan                                                            agency
GET    /favicon.ico                                                              everyone
GET    /foto/{name:str}                                                          everyone
GET    /galeri                                                                   everyone
GET    /gerai                                                                    everyone
GET    /gerai/{store_id:int}                                                     everyone
GET    /health                                                                   everyone
GET    /health/ready                                                             everyone
GET    /kasir                                                                    store staff
POST   /kasir/buka                                                               store staff
GET    /kasir/cari                                                               store staff
GET    /kasir/jual                                                               store staff
POST   /kasir/jual                                                               store staff
POST   /kasir/jual/bayar                                                         store staff
POST   /kasir/jual/cara-bayar                                                    store staff
GET    /kasir/kas-awal                                                           store managers
POST   /kasir/kas-awal                                                           store managers
GET    /kasir/kuitansi/{number:int}                                              store readers
GET    /kasir/laci                                                               store staff
POST   /kasir/laci                                                               store staff
GET    /kasir/pesanan/{code:str}                                                 store staff
POST   /kasir/pesanan/{code:str}/bayar                                           store staff
GET    /kasir/pesanan/{code:str}/bayar/{payment_id:int}                          store staff
POST   /kasir/pesanan/{code:str}/bayar/{payment_id:int}                          store staff
POST   /kasir/pesanan/{code:str}/bayar/{payment_id:int}/kembalikan               store managers
POST   /kasir/pesanan/{code:str}/bayar/{payment_id:int}/sengketa/{dispute_id:int} store managers
POST   /kasir/pesanan/{code:str}/cara-bayar                                      store staff
GET    /kasir/pesanan/{code:str}/kasbon                                          store staff
POST   /kasir/pesanan/{code:str}/kasbon                                          store staff
GET    /kasir/pesanan/{code:str}/kembalikan                                      store staff
POST   /kasir/pesanan/{code:str}/kembalikan                                      store staff
POST   /kasir/pesanan/{code:str}/serahkan                                        store staff
GET    /kasir/selesai/{number:int}                                               store staff
GET    /kasir/serah-terima                                                       store staff
POST   /kasir/serah-terima                                                       store staff
GET    /kasir/serah-terima/{handover_id:int}                                     store staff
POST   /kasir/serah-terima/{handover_id:int}                                     store staff
GET    /kasir/serah-terima/{handover_id:int}/tarik                               store staff
POST   /kasir/serah-terima/{handover_id:int}/tarik                               store staff
GET    /kasir/sif/{shift_id:int}                                                 store readers
GET    /kasir/tutup                                                              store staff
POST   /kasir/tutup                                                              store staff
POST   /keluar                                                                   everyone
GET    /kemitraan                                                                everyone
GET    /kemitraan/{offer_id:int}                                                 everyone
POST   /kemitraan/{offer_id:int}/ajukan                                          store managers
GET    /keranjang                                                                everyone
POST   /keranjang/tambah                                                         everyone
POST   /keranjang/ubah                                                           everyone
GET    /keranjang/wilayah                                                        everyone
GET    /koperasi                                                                 members and staff
GET    /koperasi/anggota                                                         board and supervisors
POST   /koperasi/anggota/{application_id:int}/putuskan                           pengurus
GET    /koperasi/buku                                                            books and applications
GET    /koperasi/buku/akun/{kind:str}                                            books and applications
GET    /koperasi/buku/akun/{kind:str}/mutasi                                     books and applications
GET    /koperasi/buku/hasil-usaha                                                books and applications
GET    /koperasi/buku/neraca                                                     books and applications
GET    /koperasi/buku/neraca-saldo                                               books and applications
GET    /koperasi/buku/tutup                                                      books and applications
POST   /koperasi/buku/tutup                                                      store managers
GET    /koperasi/cara-bayar                                                      store readers
POST   /koperasi/cara-bayar                                                      store managers
GET    /koperasi/etalase                                                         store readers
GET    /koperasi/etalase/baru                                                    store managers
POST   /koperasi/etalase/baru                                                    store managers
GET    /koperasi/etalase/tambah                                                  store managers
GET    /koperasi/etalase/{listing_id:int}                                        store managers
POST   /koperasi/etalase/{listing_id:int}                                        store managers
POST   /koperasi/etalase/{listing_id:int}/langkah                                store managers
GET    /koperasi/gerai                                                           store readers
POST   /koperasi/gerai                                                           store managers
POST   /koperasi/gerai/cakupan                                                   store managers
GET    /koperasi/kasbon                                                          store readers
POST   /koperasi/kasbon                                                          store managers
GET    /koperasi/kasbon/kuitansi/{number:int}                                    store readers
GET    /koperasi/kasbon/{person_id:int}                                          store readers
POST   /koperasi/kasbon/{person_id:int}                                          store staff
GET    /koperasi/kemitraan                                                       books and applications
POST   /koperasi/kemitraan/{application_id:int}/tarik                            store managers
GET    /koperasi/laporan                                                         store readers
GET    /koperasi/laporan/unduh                                                   store readers
GET    /koperasi/pelunasan                                                       store readers
POST   /koperasi/pelunasan                                                       store managers
GET    /koperasi/pelunasan/nota/{number:int}                                     store readers
GET    /koperasi/pelunasan/pemasok/{supplier_id:int}                             store readers
GET    /koperasi/pelunasan/pemasok/{supplier_id:int}/lepas                       store readers
POST   /koperasi/pelunasan/pemasok/{supplier_id:int}/lepas                       store managers
GET    /koperasi/pelunasan/pemasok/{supplier_id:int}/syarat                      store readers
POST   /koperasi/pelunasan/pemasok/{supplier_id:int}/syarat                      store managers
GET    /koperasi/pelunasan/pemasok/{supplier_id:int}/tahan                       store readers
POST   /koperasi/pelunasan/pemasok/{supplier_id:int}/tahan                       store managers
GET    /koperasi/pelunasan/{run_id:int}                                          store readers
GET    /koperasi/pelunasan/{run_id:int}/bayar/{entry_id:int}                     store readers
POST   /koperasi/pelunasan/{run_id:int}/bayar/{entry_id:int}                     store managers
GET    /koperasi/pelunasan/{run_id:int}/keputusan                                store readers
POST   /koperasi/pelunasan/{run_id:int}/keputusan                                store managers
GET    /koperasi/pelunasan/{run_id:int}/tutup                                    store readers
POST   /koperasi/pelunasan/{run_id:int}/tutup                                    store managers
GET    /koperasi/pelunasan/{run_id:int}/unduh                                    store managers
GET    /koperasi/pengembalian                                                    store readers
POST   /koperasi/pengembalian                                                    store managers
POST   /koperasi/pengembalian/{return_id:int}/bayar                              store staff
POST   /koperasi/pengembalian/{return_id:int}/keputusan                          store managers
GET    /koperasi/pesanan                                                         store readers
GET    /koperasi/pesanan/{code:str}                                              store readers
POST   /koperasi/pesanan/{code:str}/langkah                                      store staff
GET    /koperasi/rekonsiliasi                                                    store readers
POST   /koperasi/rekonsiliasi                                                    store managers
GET    /koperasi/rekonsiliasi/mutasi                                             store readers
POST   /koperasi/rekonsiliasi/mutasi                                             store managers
GET    /koperasi/rekonsiliasi/mutasi/{line_id:int}                               store readers
POST   /koperasi/rekonsiliasi/mutasi/{line_id:int}                               store managers
GET    /koperasi/setoran                                                         store readers
POST   /koperasi/setoran                                                         store managers
GET    /koperasi/setoran/{deposit_id:int}                                        store readers
GET    /koperasi/setoran/{deposit_id:int}/keputusan                              store readers
POST   /koperasi/setoran/{deposit_id:int}/keputusan                              store managers
GET    /koperasi/setoran/{deposit_id:int}/slip                                   store readers
POST   /koperasi/setoran/{deposit_id:int}/slip                                   store managers
GET    /koperasi/staf                                                            keepers of staff
POST   /koperasi/staf                                                            keepers of staff
POST   /koperasi/staf/{assignment_id:int}/akhiri                                 keepers of staff
GET    /koperasi/stok                                                            store readers
GET    /koperasi/stok/{listing_id:int}                                           store readers
POST   /koperasi/stok/{listing_id:int}/hitung                                    store managers
POST   /koperasi/stok/{listing_id:int}/koreksi                                   store managers
POST   /koperasi/stok/{listing_id:int}/terima                                    store staff
GET    /koperasi/umkm                                                            store managers
POST   /koperasi/umkm/{organisation_id:int}/putuskan                             store managers
GET    /kotak-keluar                                                             everyone
GET    /luring                                                                   everyone
GET    /manifest.webmanifest                                                     everyone
GET    /masuk                                                                    everyone
POST   /masuk                                                                    everyone
GET    /operator                                                                 operators
GET    /operator/organisasi/{organisation_id:int}                                operators
POST   /operator/organisasi/{organisation_id:int}/bekukan                        operators
POST   /operator/organisasi/{organisation_id:int}/putuskan                       operators
POST   /operator/organisasi/{organisation_id:int}/status                         operators
GET    /operator/pengguna                                                        operators
POST   /operator/pengguna                                                        operators
GET    /operator/pengguna/{person_id:int}                                        operators
POST   /operator/pengguna/{person_id:int}/aktif                                  operators
POST   /operator/pengguna/{person_id:int}/keluarkan                              operators
POST   /operator/pengguna/{person_id:int}/nonaktif                               operators
GET    /pengaduan                                                                everyone
GET    /pesan                                                                    everyone
POST   /pesan                                                                    everyone
GET    /pesanan/selesai/{checkout_token:str}                                     everyone
GET    /pesanan/{tracking_token:str}                                             everyone
GET    /pesanan/{tracking_token:str}/batal                                       everyone
POST   /pesanan/{tracking_token:str}/batal                                       everyone
POST   /pesanan/{tracking_token:str}/bayar                                       everyone
GET    /pesanan/{tracking_token:str}/bayar/{payment_id:int}                      everyone
GET    /privasi                                                                  everyone
GET    /produk/{key:str}                                                         everyone
GET    /sandi/lupa                                                               everyone
POST   /sandi/lupa                                                               everyone
GET    /sandi/{token:str}                                                        everyone
POST   /sandi/{token:str}                                                        everyone
GET    /static/{digest:str}/{name:path}                                          everyone
GET    /sw.js                                                                    everyone
GET    /tentang                                                                  everyone
GET    /umkm                                                                     sellers
GET    /umkm/pelunasan                                                           sellers
GET    /umkm/pelunasan/rekening                                                  sellers
POST   /umkm/pelunasan/rekening                                                  owners of sellers
GET    /umkm/pelunasan/{store_id:int}                                            sellers
POST   /umkm/pelunasan/{store_id:int}                                            sellers
GET    /umkm/pelunasan/{store_id:int}/nota/{number:int}                          sellers
GET    /umkm/produk                                                              sellers
GET    /umkm/produk/baru                                                         sellers
POST   /umkm/produk/baru                                                         sellers
GET    /umkm/produk/{product_id:int}                                             sellers
POST   /umkm/produk/{product_id:int}                                             sellers
POST   /umkm/produk/{product_id:int}/foto                                        sellers
POST   /umkm/produk/{product_id:int}/langkah                                     sellers
GET    /umkm/staf                                                                keepers of staff
POST   /umkm/staf                                                                keepers of staff
POST   /umkm/staf/{assignment_id:int}/akhiri                                     keepers of staff
POST   /webhooks/qris/{provider:str}                                             everyone
POST   /webhooks/stripe                                                          everyone
GET    /wilayah                                                                  everyone
"""
