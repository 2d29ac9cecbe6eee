"""What the addresses and the parameters of lists have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.convertors import PathConvertor, register_url_convertor

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


class Key(PathConvertor):
    """The rest of the address. Starlette's own kind of it ends at a line end, which keys of S3 may hold."""

    regex = r"[\s\S]*"


register_url_convertor("key", Key())


class Asked(BaseModel):
    """Parameters of a list. One that is misspelt is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(20, ge=1, le=100, description="entries on a page")
    lastKey: LastKey = None  # noqa: N815 - the parameter's name
