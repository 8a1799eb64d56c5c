"""The case types of complaints."""
