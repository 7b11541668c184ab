"""Papers that leave a store: the register that proves them genuine, what all of them say, and how they are printed.

What a paper is about is its area's: orders write receipts, invoices and credit notes, settlement writes remittances.
The register is filled by the database itself as they are written (migrations/documents).
"""

from marketplace.documents.paper import Paper, PaperLine, set_paper
from marketplace.documents.paper_pages import paper_response, pdf_response, read_width
from marketplace.documents.proof import Proof, find_proof
from marketplace.documents.stamp_duty import StampDuty

__all__ = [
    "Paper",
    "PaperLine",
    "Proof",
    "StampDuty",
    "find_proof",
    "paper_response",
    "pdf_response",
    "read_width",
    "set_paper",
]
