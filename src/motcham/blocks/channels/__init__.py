"""What the city tells people: a notice is written in the transaction of the act that it tells of, once, and says nothing
about anybody by itself: it names a subject, a template and facts. For now it is shown in the house only."""
