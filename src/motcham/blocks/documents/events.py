"""What other blocks can follow."""

from motcham.blocks.documents.define import Withdrawn
from motcham.kernel.events import Event

withdrawn: Event[Withdrawn] = Event("documents.withdrawn")
