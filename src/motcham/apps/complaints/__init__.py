"""Complaints and petitions: letters that the law answers within a limit (S35, "quản lý khiếu nại, tố cáo")."""
