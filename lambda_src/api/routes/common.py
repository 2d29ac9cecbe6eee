"""What the parameters of lists have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.cursors import LONGEST

LONGEST_KEY = 2048  # bytes, of any key in DynamoDB

LastKey = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=LONGEST,
        description="`lastKey` of the page before; the other parameters stay as they were",
    ),
]


class Asked(BaseModel):
    """Parameters of a list. One that is misspelt is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(20, ge=1, le=100, description="entries on a page")
    lastKey: LastKey = None  # noqa: N815 - the parameter's name
