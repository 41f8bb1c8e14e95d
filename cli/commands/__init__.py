"""Commands, one file each; the module's name is the command's, its attribute `command` the command."""

__all__: list[str] = []
