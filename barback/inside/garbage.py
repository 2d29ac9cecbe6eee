"""Has Python not look for garbage while LocalStack starts: hundreds of thousands of objects come then, all of which
stay, and looking through them again and again takes almost half of the time."""

import gc

from localstack.runtime import hooks


@hooks.on_runtime_create()  # type: ignore[untyped-decorator]  # LocalStack is not typed for us
def pause() -> None:
    gc.disable()


@hooks.on_infra_ready(priority=-100)  # type: ignore[untyped-decorator]  # after the hook that builds the stack
def resume() -> None:
    """What has come so far is never looked at again."""
    gc.collect()
    gc.freeze()
    gc.enable()
