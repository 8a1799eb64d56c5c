"""What other blocks can follow."""

from motcham.blocks.cases.define import Happening, Released
from motcham.kernel.events import Event

happened: Event[Happening] = Event("cases.happened")
released: Event[Released] = Event("cases.released")
