"""Electronic invoices: files, booking, pages."""
