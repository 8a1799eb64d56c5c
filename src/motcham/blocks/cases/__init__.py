"""Cases: everything somebody asked of the city, each with steps, a legal clock, a holder and a timeline.

It promises that an act is a row, an event and an entry of the log together or not at all, and that nobody sees a case
without the permission for it. It never decides what a case is about: that stands in the definitions of the apps.
"""
