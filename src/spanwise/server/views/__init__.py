"""What each page shows: frozen records, one module a page, with no logic beyond their own sense."""
