"""Who may go where: the API."""

from typing import Final

TABLE: Final = """
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
GET    /api/v1/documents/{code:str}                                              everyone
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
GET    /api/v1/people/me/patronage                                               signed in
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
GET    /api/v1/sellers/current/receivables/{store_id:int}/remittances/{number:int} sellers
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
GET    /api/v1/stores/current/credit-notes                                       store readers
GET    /api/v1/stores/current/credit-notes/{number:int}                          store readers
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
GET    /api/v1/stores/current/invoices                                           store readers
GET    /api/v1/stores/current/invoices/{number:int}                              store readers
GET    /api/v1/stores/current/ledger/accounts/{kind:str}                         books and applications
GET    /api/v1/stores/current/ledger/accounts/{kind:str}/activity                books and applications
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
POST   /api/v1/stores/current/orders/{code:str}/invoice                          store staff
POST   /api/v1/stores/current/orders/{code:str}/payment                          store staff
GET    /api/v1/stores/current/orders/{code:str}/payments                         store readers
POST   /api/v1/stores/current/orders/{code:str}/payments                         store staff
POST   /api/v1/stores/current/orders/{code:str}/payments/{payment_id:int}/confirmation store staff
GET    /api/v1/stores/current/orders/{code:str}/returns                          store readers
POST   /api/v1/stores/current/orders/{code:str}/returns                          store staff
POST   /api/v1/stores/current/orders/{code:str}/steps                            store staff
POST   /api/v1/stores/current/orders/{code:str}/tab                              store staff
GET    /api/v1/stores/current/patronage/decisions                                board and supervisors
POST   /api/v1/stores/current/patronage/decisions                                pengurus
GET    /api/v1/stores/current/patronage/decisions/{decision_id:int}              board and supervisors
POST   /api/v1/stores/current/patronage/decisions/{decision_id:int}/decision     pengurus
GET    /api/v1/stores/current/patronage/members                                  store readers
GET    /api/v1/stores/current/patronage/members/{person_id:int}                  store readers
POST   /api/v1/stores/current/patronage/members/{person_id:int}/payouts          store staff
GET    /api/v1/stores/current/payables                                           store readers
GET    /api/v1/stores/current/payables/{supplier_id:int}                         store readers
POST   /api/v1/stores/current/payables/{supplier_id:int}/holds                   store managers
PUT    /api/v1/stores/current/payables/{supplier_id:int}/terms                   store managers
GET    /api/v1/stores/current/payments/waiting                                   store readers
DELETE /api/v1/stores/current/qris-provider                                      store managers
GET    /api/v1/stores/current/qris-provider                                      store readers
PUT    /api/v1/stores/current/qris-provider                                      store managers
PUT    /api/v1/stores/current/refund-limit                                       store managers
GET    /api/v1/stores/current/remittances/{number:int}                           store readers
GET    /api/v1/stores/current/returns/waiting                                    store readers
POST   /api/v1/stores/current/returns/{return_id:int}/decision                   store managers
POST   /api/v1/stores/current/returns/{return_id:int}/payout                     store staff
POST   /api/v1/stores/current/sales                                              store staff
GET    /api/v1/stores/current/settlements                                        store readers
POST   /api/v1/stores/current/settlements                                        store managers
GET    /api/v1/stores/current/settlements/{run_id:int}                           store readers
POST   /api/v1/stores/current/settlements/{run_id:int}/closing                   store managers
POST   /api/v1/stores/current/settlements/{run_id:int}/decision                  store managers
POST   /api/v1/stores/current/settlements/{run_id:int}/entries/{entry_id:int}/payments store managers
POST   /api/v1/stores/current/settlements/{run_id:int}/entries/{entry_id:int}/stripe-transfers store managers
GET    /api/v1/stores/current/statement-lines/{line_id:int}                      store readers
POST   /api/v1/stores/current/statement-lines/{line_id:int}/decision             store managers
POST   /api/v1/stores/current/statements                                         store managers
GET    /api/v1/stores/current/tabs                                               store readers
PUT    /api/v1/stores/current/tabs                                               store managers
POST   /api/v1/stores/current/tabs/{person_id:int}/patronage-repayments          store staff
POST   /api/v1/stores/current/tabs/{person_id:int}/repayments                    store staff
GET    /api/v1/stores/current/taxes                                              books and applications
POST   /api/v1/stores/current/taxes                                              pengurus
PUT    /api/v1/stores/mine                                                       store managers
PUT    /api/v1/stores/mine/coverage                                              store managers
GET    /api/v1/stores/{store_id:int}                                             everyone
GET    /api/v1/stores/{store_id:int}/listings                                    everyone
"""
