"""Directives: what leaders ask of agencies, with its parts, its dates and who is late (S41, "quản trị thực thi")."""
