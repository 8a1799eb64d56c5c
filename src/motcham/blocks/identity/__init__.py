"""Who may do what: agencies, accounts, the posts that officers hold, their roles, sign-in and API tokens.

It promises that a right taken away is gone with the next request (within 5 s for a token). It will never hold what an
agency does, only that it exists and who acts for it.
"""
