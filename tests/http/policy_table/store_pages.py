"""Who may go where: the pages of a store and its counter."""

from typing import Final

TABLE: Final = """
GET    /kasir                                                                    store staff
POST   /kasir/buka                                                               store staff
POST   /kasir/cari                                                               store staff
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
GET    /kasir/pesanan/{code:str}/faktur                                          store staff
POST   /kasir/pesanan/{code:str}/faktur                                          store staff
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
POST   /kasir/serah-terima/{handover_id:int}/tarik                               store staff
GET    /kasir/sif/{shift_id:int}                                                 store readers
GET    /kasir/tutup                                                              store staff
POST   /kasir/tutup                                                              store staff
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
GET    /koperasi/faktur                                                          store readers
GET    /koperasi/faktur/{number:int}                                             store readers
GET    /koperasi/gerai                                                           store readers
POST   /koperasi/gerai                                                           store managers
POST   /koperasi/gerai/cakupan                                                   store managers
GET    /koperasi/kasbon                                                          store readers
POST   /koperasi/kasbon                                                          store managers
GET    /koperasi/kasbon/kuitansi/{number:int}                                    store readers
GET    /koperasi/kasbon/{person_id:int}                                          store readers
POST   /koperasi/kasbon/{person_id:int}                                          store staff
POST   /koperasi/kasbon/{person_id:int}/shu                                      store staff
GET    /koperasi/kemitraan                                                       books and applications
POST   /koperasi/kemitraan/{application_id:int}/tarik                            store managers
GET    /koperasi/laporan                                                         store readers
GET    /koperasi/laporan/unduh                                                   store readers
GET    /koperasi/nota-kredit                                                     store readers
GET    /koperasi/nota-kredit/{number:int}                                        store readers
GET    /koperasi/pajak                                                           books and applications
POST   /koperasi/pajak                                                           pengurus
GET    /koperasi/pelunasan                                                       store readers
POST   /koperasi/pelunasan                                                       store managers
GET    /koperasi/pelunasan/nota/{number:int}                                     store readers
GET    /koperasi/pelunasan/pemasok/{supplier_id:int}                             store readers
POST   /koperasi/pelunasan/pemasok/{supplier_id:int}/lepas                       store managers
POST   /koperasi/pelunasan/pemasok/{supplier_id:int}/syarat                      store managers
POST   /koperasi/pelunasan/pemasok/{supplier_id:int}/tahan                       store managers
GET    /koperasi/pelunasan/stripe                                                store readers
POST   /koperasi/pelunasan/stripe                                                store managers
GET    /koperasi/pelunasan/stripe/isi                                            store managers
GET    /koperasi/pelunasan/stripe/kembali                                        store readers
GET    /koperasi/pelunasan/{run_id:int}                                          store readers
GET    /koperasi/pelunasan/{run_id:int}/bayar/{entry_id:int}                     store readers
POST   /koperasi/pelunasan/{run_id:int}/bayar/{entry_id:int}                     store managers
POST   /koperasi/pelunasan/{run_id:int}/keputusan                                store managers
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
POST   /koperasi/rekonsiliasi/mutasi                                             store managers
GET    /koperasi/rekonsiliasi/mutasi/{line_id:int}                               store readers
POST   /koperasi/rekonsiliasi/mutasi/{line_id:int}                               store managers
GET    /koperasi/setoran                                                         store readers
POST   /koperasi/setoran                                                         store managers
GET    /koperasi/setoran/{deposit_id:int}                                        store readers
GET    /koperasi/setoran/{deposit_id:int}/bukti                                  store readers
POST   /koperasi/setoran/{deposit_id:int}/keputusan                              store managers
GET    /koperasi/setoran/{deposit_id:int}/slip                                   store readers
POST   /koperasi/setoran/{deposit_id:int}/slip                                   store managers
GET    /koperasi/shu                                                             board and supervisors
POST   /koperasi/shu                                                             pengurus
GET    /koperasi/shu/anggota                                                     store readers
GET    /koperasi/shu/anggota/{person_id:int}                                     store readers
POST   /koperasi/shu/anggota/{person_id:int}                                     store staff
GET    /koperasi/shu/kuitansi/{number:int}                                       store readers
GET    /koperasi/shu/{decision_id:int}                                           board and supervisors
POST   /koperasi/shu/{decision_id:int}                                           pengurus
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
"""
