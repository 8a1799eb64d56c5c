"""Parts of pages that other pages may show."""
