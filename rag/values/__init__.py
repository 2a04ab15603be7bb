"""The checker of facts: quantities, dates and names, found and compared. This is the door.

A value is compared by what it means, not by how it is written: "16,7 tỷ USD" and "US$16.7 billion"
are the same amount, "12/1" is "January 12", "lớn thứ hai" is "second-largest". Everything here is
a pure function of its arguments: no input or output, no model.
"""

from __future__ import annotations

from rag.values.changes import Trend, trend
from rag.values.compare import same_value, supports
from rag.values.dates import PartialDate
from rag.values.namecheck import acronyms, concepts, same_name, unsupported_names
from rag.values.names import find_names
from rag.values.naming import Name
from rag.values.numbered import find_numbered, numbered_otherwise, unsupported_numbered
from rag.values.polarity import conflicting_polarity, negated
from rag.values.quantities import find_values
from rag.values.relations import Relation, conflicting_direction, relations
from rag.values.types import Approx, Kind, Value
from rag.values.wanted import Wanted, WantedKind, wanted

__all__ = [
    "Approx",
    "Kind",
    "Name",
    "PartialDate",
    "Relation",
    "Trend",
    "Value",
    "Wanted",
    "WantedKind",
    "acronyms",
    "concepts",
    "conflicting_direction",
    "conflicting_polarity",
    "find_names",
    "find_numbered",
    "find_values",
    "negated",
    "numbered_otherwise",
    "relations",
    "same_name",
    "same_value",
    "supports",
    "trend",
    "unsupported_names",
    "unsupported_numbered",
    "wanted",
]
