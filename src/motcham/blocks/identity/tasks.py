"""Work that time does: sessions that ran out are removed, closed accounts lose their names."""
