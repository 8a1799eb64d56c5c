"""Open311 GeoReport v2 for 1022, both ways: other programs report and read what is released; other installations exchange with ours."""
