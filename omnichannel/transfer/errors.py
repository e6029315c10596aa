"""Coded errors of whole files. Those of single rows are codes in `ports.RowRefused`."""

from omnichannel.kernel.errors import Conflict, NotFound, RuleViolation


class KindUnknown(NotFound):
    code = "import_kind_unknown"
    title = "Nothing imports or exports under this name."


class FileEmpty(RuleViolation):
    code = "file_empty"
    title = "Row 1: the file has no header."


class FileUnreadable(RuleViolation):
    code = "file_unreadable"
    title = "Row 1: this is not a CSV file in UTF-8, UTF-16 or the encoding given."


class ColumnsMissing(RuleViolation):
    code = "columns_missing"
    title = "Row 1: the file lacks columns it needs."


class ColumnsUnknown(RuleViolation):
    code = "columns_unknown"
    title = "Row 1: the file has columns that nothing is known of."


class ColumnsRepeated(RuleViolation):
    code = "columns_repeated"
    title = "Row 1: a column stands there twice."


class FileChanged(Conflict):
    code = "file_changed"
    title = "The file is not the one this run began with. Start a new run."


class RunBusy(Conflict):
    code = "import_running"
    title = "This run is being worked on, or is done."
