"""The queries of the flows, on the tables that the stack names. Each flow is imported when it is asked for first."""

from functools import cache
from typing import TYPE_CHECKING

from common.aws import client
from common.settings import settings

if TYPE_CHECKING:
    from cocktails.queries import CocktailQueries
    from csv_profile.queries import ProfileQueries
    from records.queries import RecordQueries


@cache
def records() -> "RecordQueries":
    from records.queries import RecordQueries

    return RecordQueries(client("dynamodb"), settings().table("records"), settings().table("record_counts"))


@cache
def profiles() -> "ProfileQueries":
    from csv_profile.queries import ProfileQueries

    return ProfileQueries(
        client("dynamodb"), client("s3"), settings().table("file_metadata"), settings().bucket("processed")
    )


@cache
def cocktails() -> "CocktailQueries":
    from cocktails.queries import CocktailQueries

    return CocktailQueries(client("dynamodb"), settings().table("cocktails"))
