"""The function's door: for every upload in the event, profiles the file as it is now and keeps what it found.

A file that cannot be profiled is recorded as such and not tried again. Any other failure is raised, after the other
uploads in the event had their turn, so that the event is retried and in the end kept among the failed events.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from common.aws import client, prepare
from common.batch import for_each_upload
from common.errors import BadInput, Contended
from common.events import Upload
from common.ledger import Known
from common.logs import Log, log_for
from common.objects import Stored, stamp
from common.settings import is_off, settings
from csv_profile import kernel
from csv_profile.document import Document
from csv_profile.drift import drift_since
from csv_profile.expectations import with_rules, with_wrong_rules
from csv_profile.item import item
from csv_profile.options import DEFAULTS, Options, with_metadata, with_nulls
from csv_profile.profile import About, Profile, failed, profile_stream
from csv_profile.rulebook import Rulebook, WrongRules, in_package
from csv_profile.store import Store

_ATTEMPTS = 8  # at being the last to write; others must write the same key all the while for one to be lost


def handle(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    def one(upload: Upload, log: Log) -> str:
        return process(upload, _store(), _options(), log, _rulebook())

    log = log_for(context)
    _say_what_works(log)
    return Counter(for_each_upload(event, log, one))


def process(upload: Upload, store: Store, options: Options, log: Log, rulebook: Rulebook | None = None) -> str:
    """Brings profile and item of a key up to date. See csv_profile.store for why in this way."""
    started = time.monotonic()
    written = False
    for _ in range(_ATTEMPTS):
        known = store.known(upload.key)
        stored = store.open(upload.bucket, upload.key)
        if not written and _is_done(upload, known, stored, store):
            log.info("nothing to do", outcome="duplicate")
            return "duplicate"
        profile = _profile(upload, stored, options)
        if stored:
            profile = _compared(profile, upload, stored, store, rulebook)
        etag = store.put_profile(upload.key, profile.to_json())
        written = True
        if store.put_item(_attributes(upload, stored, profile, etag, store), after=known):
            _tell(log, profile, stored, started)
            return profile.status
        log.info("another function wrote first; starting again")
    raise Contended(f"{upload.key}: gave up after {_ATTEMPTS} attempts; others keep writing the same file's item")


def _is_done(upload: Upload, known: Known, stored: Stored | None, store: Store) -> bool:
    """The object was profiled before, or it was, as the event tells of it, and is gone by now."""
    gone = stored is None and known.covers(upload.etag, upload.event_time)
    if not (known.is_of(stored) or gone) or store.profile_etag(upload.key) != known.result_etag:
        return False
    if stored:
        stored.close()
    return True


def _profile(upload: Upload, stored: Stored | None, options: Options) -> Profile:
    if stored is None:
        about = About(key=upload.key)
        return failed(about, "source-error", "the file was deleted before it could be read; upload it again")
    about = About(key=upload.key, size=stored.size, etag=stored.etag, version_id=stored.version_id)
    try:
        return profile_stream(stored.chunks(), options=with_metadata(options, stored.metadata), about=about)
    except BadInput as error:
        return failed(about, "source-error", str(error))
    finally:
        stored.close()


def _compared(profile: Profile, upload: Upload, stored: Stored, store: Store, rulebook: Rulebook | None) -> Profile:
    """With what changed since the key's last profile, and with the account of the rules that hold for it."""
    drift = drift_since(store.last_profile(upload.key), profile.document)
    document: dict[str, Any] = {**profile.document, "drift": drift}
    try:
        rules = rulebook.rules_for(upload.bucket, upload.key) if rulebook else None
    except WrongRules as error:
        return Profile(cast(Document, with_wrong_rules(document, str(error))))
    if rules:
        place, stated = rules
        document = with_rules(document, stated, place, stored.uploaded)
    return Profile(cast(Document, document))


def _attributes(upload: Upload, stored: Stored | None, profile: Profile, etag: str, store: Store) -> dict[str, Any]:
    return item(
        profile.document,
        where=store.where(upload.key),
        file_name=upload.key,
        upload_timestamp=stamp(stored.uploaded) if stored else upload.event_time,
        processed_timestamp=stamp(datetime.now(UTC)),
        etag=stored.etag if stored else None,
        version_id=stored.version_id if stored else None,
        size=stored.size if stored else None,
        profile=store.where(upload.key),
        profile_etag=etag,
        drift=drift["summary"] if (drift := profile.document["drift"]) else None,
    )


def _tell(log: Log, profile: Profile, stored: Stored | None, started: float) -> None:
    milliseconds = round((time.monotonic() - started) * 1000, 1)
    size = stored.size if stored else 0
    log.info("profiled", rows=profile.rows, bytes=size, ms=milliseconds, outcome=profile.status)
    log.metrics(
        "csv_profile",
        files=(1, "Count"),
        rejected=(int(profile.status == "error"), "Count"),
        rows=(profile.rows, "Count"),
        bytes=(size, "Bytes"),
        duration=(milliseconds, "Milliseconds"),
        kernel=(int(kernel.load() is not None), "Count"),
    )


@cache
def _store() -> Store:
    return Store(client("s3"), client("dynamodb"), settings().bucket("processed"), settings().table("file_metadata"))


@cache
def _rulebook() -> Rulebook:
    stated = {settings().bucket(name): prefixes for name, prefixes in in_package().items()}
    return Rulebook(client("s3"), stated)


@cache
def _options() -> Options:
    spellings = settings().option("NULLS", "")
    options = with_nulls(DEFAULTS, spellings) if spellings else DEFAULTS
    return replace(options, mask=not is_off(settings().option("MASK", "")))


def _say_what_works(log: Log) -> None:
    """Once in each execution environment: without its kernel the function does the same, only slower."""
    global _said
    if not _said:
        _said = True
        (log.info if kernel.load() or kernel.is_off() else log.warning)(kernel.why())


_said = False
prepare("s3", "dynamodb")
kernel.load()  # while the function starts, which has a whole CPU
