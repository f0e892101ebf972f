"""Electronic invoices: Finvoice 3.0 and UBL 2.1 (EN 16931) read into the ledger."""
