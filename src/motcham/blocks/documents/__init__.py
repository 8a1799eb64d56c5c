"""Documents: what people attach and what the house hands out, kept encrypted outside the database.

It promises that a file is what it says it is, bounded and free of the place and device it came from; that its address cannot be guessed;
that a page is printed once the act it tells of is committed; that a signed result can be checked by anyone; and that erasing is final.
It never decides who may see a document: the block that owns it does, and then asks for its content.
"""
