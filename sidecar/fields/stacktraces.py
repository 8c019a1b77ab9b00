r"""Which lines only ever continue the line above them: the grammar of stack traces.

Java's is that of ``Throwable.printStackTrace`` (``at``, ``Caused by:``, ``Suppressed:``,
``... n more``) and logback's and log4j's wordings of the same; Python's of module ``traceback``.
Everything indented continues too.
"""

from __future__ import annotations

#: Bytes expression; a line continues when it matches from its start.
CONTINUES = (
    rb"(?:[ \t]"
    rb"|at [\w.$<>/@-]+\("
    rb"|Caused by: |Wrapped by: |Suppressed: "
    rb"|\.\.\. \d+ (?:more|common frames omitted)"
    rb"|Traceback \(most recent call last\):"
    rb"|During handling of the above exception, another exception occurred:"
    rb"|The above exception was the direct cause of the following exception:"
    rb"|--- End of )"
)
