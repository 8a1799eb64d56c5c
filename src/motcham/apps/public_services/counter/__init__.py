"""The counter of an office: numbers and calling, times that are booked, dossiers filed for somebody, bundles of paper handed on."""
