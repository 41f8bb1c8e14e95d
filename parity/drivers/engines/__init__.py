"""Browser engines, one file each, found by `webparity.registry`: an object under the name `ENGINE`."""

__all__: list[str] = []
