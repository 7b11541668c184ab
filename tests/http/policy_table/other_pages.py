"""Who may go where: all other addresses."""

from typing import Final

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
GET    /akun/shu                                                                 signed in
POST   /akun/topi                                                                signed in
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
POST   /keluar                                                                   everyone
GET    /kemitraan                                                                everyone
GET    /kemitraan/{offer_id:int}                                                 everyone
POST   /kemitraan/{offer_id:int}/ajukan                                          store managers
GET    /keranjang                                                                everyone
POST   /keranjang/tambah                                                         everyone
POST   /keranjang/ubah                                                           everyone
GET    /keranjang/wilayah                                                        everyone
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
GET    /operator/pajak                                                           operators
POST   /operator/pajak                                                           operators
GET    /operator/pengguna                                                        operators
POST   /operator/pengguna                                                        operators
GET    /operator/pengguna/{person_id:int}                                        operators
POST   /operator/pengguna/{person_id:int}/aktif                                  operators
POST   /operator/pengguna/{person_id:int}/keluarkan                              operators
POST   /operator/pengguna/{person_id:int}/nonaktif                               operators
GET    /operator/stripe                                                          operators
POST   /operator/stripe/periksa                                                  operators
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
GET    /sah                                                                      everyone
GET    /sah/{code:str}                                                           everyone
GET    /sandi/lupa                                                               everyone
POST   /sandi/lupa                                                               everyone
GET    /sandi/{token:str}                                                        everyone
POST   /sandi/{token:str}                                                        everyone
GET    /static/{digest:str}/{name:path}                                          everyone
GET    /sw.js                                                                    everyone
GET    /tentang                                                                  everyone
GET    /umkm                                                                     sellers
GET    /umkm/pelunasan                                                           sellers
POST   /umkm/pelunasan/rekening                                                  owners of sellers
GET    /umkm/pelunasan/stripe                                                    sellers
POST   /umkm/pelunasan/stripe                                                    owners of sellers
GET    /umkm/pelunasan/stripe/isi                                                owners of sellers
GET    /umkm/pelunasan/stripe/kembali                                            sellers
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
