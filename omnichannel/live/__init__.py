"""Live streams: server-sent events in a process of their own, told by Redis of new versions."""
