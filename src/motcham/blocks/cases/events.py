"""What other blocks can follow."""

from motcham.blocks.cases.define import Happening
from motcham.kernel.events import Event

happened: Event[Happening] = Event("cases.happened")
