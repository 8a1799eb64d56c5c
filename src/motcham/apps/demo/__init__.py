"""The demo city: a real stream of requests replayed through the acts that people use, and doors to try every role.

Only arrival times, channels and handling times are real (`data/replay`); what, where and who are made up by a stated
mapping, and every case of it is marked. The app is installed in demo and test settings alone.
"""
