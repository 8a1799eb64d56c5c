"""Documents: what people attach, kept encrypted outside the database.

It promises that a file is what it says it is, bounded and free of the place and device it came from; that its address cannot be guessed;
and that erasing it is final. It never decides who may see a document: the block that owns it does, and then asks for its content.
"""
