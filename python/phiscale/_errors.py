"""Errors with their places."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Problem:
    """One mistake in an input.

    Attributes:
        message: What is wrong.
        file: The file or text it is in, if known.
        line: The line, from 1.
        column: The column in characters, from 1.
        help: What to write instead, or where to look.
    """

    __slots__ = ("column", "file", "help", "line", "message")

    def __init__(
        self,
        message: str,
        file: str | None,
        line: int | None,
        column: int | None,
        help: Sequence[str],
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.help = tuple(help)

    def __repr__(self) -> str:
        place = "" if self.file is None else f"{self.file}:{self.line}:{self.column}: "
        return f"<phiscale.Problem {place}{self.message}>"


class Error(ValueError):
    """Bad input: its text shows each problem at its place, as a compiler would.

    Attributes:
        problems: The mistakes, each with its place.
    """

    def __init__(self, text: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[Error], tuple[object, ...]]:
        return Error, (self.args[0], self.problems)


# The names that users import them by.
Error.__module__ = Problem.__module__ = "phiscale"
