"""What reading and replaying the log refuses."""

from omnichannel.kernel.errors import NotFound


class NoSuchHandler(NotFound):
    code = "handler_unknown"
    title = "No handler has this name."
