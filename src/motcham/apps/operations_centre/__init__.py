"""The operations centre: how the city serves, right now, by agency, ward and day, with every figure open to its cases."""
