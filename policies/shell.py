"""The commands that a shell script runs, as far as its text tells.

Enough of POSIX and bash to see what a script installs and starts through quotes, continuations, comments, variables,
substitutions, pipes and here-documents. Branches are not weighed: every command counts, whether it is reached or not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from policies.shell_text import ARGUMENTS, VARIABLE, braces, closing, find, here_document, value_of

PRINTERS = frozenset({"echo", "printf"})

_MAX_VALUE = 4096  # characters of a variable: text that doubles itself stays small
Words = tuple[str, ...]

_NAME = r"[A-Za-z_]\w*"
_ASSIGNMENT = re.compile(rf"({_NAME})\+?=(.*)", re.DOTALL)
_ARRAY_START = re.compile(rf"{_NAME}\+?=")
_HERE = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|(\\?)([^\s;&|<>()]+))")
_REDIRECT = re.compile(r"<<<|&>>?|>>|>\||>&|<&|<>|[<>]")
# Runs of letters that mean nothing by themselves: most of a script is read in such strides.
_PLAIN = re.compile(r"[^\\'\"$` \t\r\n#;&|()<>]+")
_PLAIN_QUOTED = re.compile(r"[^\\\"$`]+")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|0?([0-7]{1,3})|([nt]))")
_FILTERS = frozenset({"cat", "sort", "tee", "tr", "uniq"})
_DECLARING = frozenset({"export", "local", "declare", "readonly", "typeset"})


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command: its words without quotes, and the texts that it is fed.

    `documents` are here-documents, here-strings and what `echo` or `printf` pipes into it. `kept` is true where its
    own output goes to a file or to another command.
    """

    words: tuple[str, ...]
    documents: tuple[str, ...] = ()
    kept: bool = False


def commands(text: str) -> list[Command]:
    """The commands of a script in their order, those of substitutions included. What is not shell is read as words."""
    return _Reader(text, {}).read()


def printed(words: tuple[str, ...]) -> str:
    """What `echo` or `printf` with these words prints, escapes for new lines, tabs and letters resolved."""
    return _unescaped(" ".join(word for word in words[1:] if not re.fullmatch(r"-[neE]+", word)))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_letter, text) if "\\" in text else text


def _letter(match: re.Match[str]) -> str:
    hexadecimal, octal, word = match.groups()
    if word:
        return "\n" if word == "n" else "\t"
    return chr(int(hexadecimal, 16) if hexadecimal else int(octal, 8) % 256)


@dataclass(slots=True)
class _Reader:
    """One pass over a script, character by character."""

    text: str
    variables: dict[str, str]
    at: int = 0
    word: str | None = None
    quoted: bool = False
    words: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    here: list[tuple[str, bool]] = field(default_factory=list)  # of this command: end mark, whether it expands
    awaited: list[tuple[str, bool, int]] = field(default_factory=list)  # of this line: the same, the command's index
    redirect: str = ""
    kept: bool = False
    fed: str = ""
    found: list[Command] = field(default_factory=list)

    def read(self) -> list[Command]:
        text = self.text
        while self.at < len(text):
            if plain := _PLAIN.match(text, self.at):
                self.word = (self.word or "") + plain[0]
                self.at = plain.end()
            else:
                self._step(text[self.at])
        self._end_command()
        return [command for command in self.found if command.words or command.documents]

    def _step(self, char: str) -> None:  # noqa: C901 - one branch for each character that means something
        if char == "\\":
            self._add(self.text[self.at + 1 : self.at + 2].replace("\n", ""), 2)
        elif char == "'":
            self._single(1)
        elif char == '"':
            self._double()
        elif char in "$`":
            self._expand()
        elif char in " \t\r":
            self._end_word()
            self.at += 1
        elif char == "#" and self.word is None:
            self.at = find(self.text, "\n", self.at)
        elif char == "\n":
            self._end_line()
        elif char == "(" and _ARRAY_START.fullmatch(self.word or ""):
            self._array()
        elif self.text.startswith(("<(", ">("), self.at):
            self._process()
        elif operator := _REDIRECT.match(self.text, self.at):
            self._redirection(operator[0])
        elif char in ";&|()":
            self._separator(char)
        else:
            self._add(char, 1)

    # -- words
    def _add(self, piece: str, length: int) -> None:
        self.word = (self.word or "") + piece
        self.at += length

    def _end_word(self) -> None:
        word, quoted, self.word, self.quoted = self.word, self.quoted, None, False
        if word is None:
            return
        if self.redirect:
            self._end_redirection(word)
        else:
            self.words += [word] if quoted else braces(word)

    def _single(self, skip: int) -> None:
        end = find(self.text, "'", self.at + skip)
        inner = self.text[self.at + skip : end]
        self.quoted = True
        self._add(inner if skip == 1 else _unescaped(inner), end + 1 - self.at)

    def _double(self) -> None:
        self.quoted = True
        self._add("", 1)
        while self.at < len(self.text) and self.text[self.at] != '"':
            char = self.text[self.at]
            if plain := _PLAIN_QUOTED.match(self.text, self.at):
                self._add(plain[0], len(plain[0]))
            elif char == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                self._add("" if following == "\n" else following if following in '"\\$`' else char + following, 2)
            else:
                self._expand(quoted=True)
        self.at += 1

    # -- expansions
    def _expand(self, *, quoted: bool = False) -> None:
        rest = self.text[self.at : self.at + 3]
        if rest.startswith("$'") and not quoted:
            self._single(2)
        elif rest.startswith("$(("):
            self.at = find(self.text, "))", self.at) + 2
        elif rest.startswith("$("):
            self._substitute(self.at + 2, closing(self.text, self.at + 2), quoted=quoted)
        elif rest.startswith("`"):
            self._substitute(self.at + 1, find(self.text, "`", self.at + 1), quoted=quoted)
        elif match := VARIABLE.match(self.text, self.at):
            self.at = match.end()
            self._insert(value_of(match, self.variables), quoted=quoted)
        else:
            self._add("$", 1)

    def _substitute(self, start: int, end: int, *, quoted: bool) -> None:
        inner = _Reader(self.text[start:end], self.variables).read()
        self.found += inner
        self.at = end + 1
        last = inner[-1].words if inner else ()
        self._insert(printed(last) if last and last[0] in PRINTERS else "", quoted=quoted)

    def _insert(self, value: str, *, quoted: bool) -> None:
        """A value in the place of an expansion: it splits into words where it is not quoted."""
        if quoted or _ASSIGNMENT.fullmatch(self.word or ""):
            self._add(value, 0)
            return
        for index, piece in enumerate(value.split()):
            if index:
                self._end_word()
            self._add(piece, 0)

    def _array(self) -> None:
        end = closing(self.text, self.at + 1)
        inner = _Reader(self.text[self.at + 1 : end], self.variables).read()
        self.quoted = True
        self._add(" ".join(word for command in inner for word in command.words), end + 1 - self.at)

    def _process(self) -> None:
        """`<(…)`: what commands in parentheses print, as a file; `>(…)` takes what is printed."""
        end = closing(self.text, self.at + 2)
        inner = _Reader(self.text[self.at + 2 : end], self.variables).read()
        self.found += inner
        last = inner[-1].words if inner else ()
        if last and last[0] in PRINTERS:
            self.documents.append(printed(last))
        self.at = end + 1

    # -- redirections and here-documents
    def _redirection(self, operator: str) -> None:
        if self.word is not None and self.word.isdigit():
            self.word = None  # the number of a descriptor
        self._end_word()
        here = _HERE.match(self.text, self.at)
        if here:
            mark = here[2] or here[3] or here[5]
            self.here.append((mark, not (here[2] or here[3] or here[4])))
            self.at = here.end()
            return
        self.redirect = operator
        self.at += len(operator)

    def _end_redirection(self, target: str) -> None:
        if self.redirect == "<<<":
            self.documents.append(target)
        elif ">" in self.redirect and target != "/dev/null" and not target.isdigit():
            self.kept = True
        self.redirect = ""

    def _end_line(self) -> None:
        self._end_command()
        self.at += 1
        for mark, expands, index in self.awaited:
            body, self.at = here_document(self.text, self.at, mark)
            if expands:
                body = VARIABLE.sub(lambda match: value_of(match, self.variables), body)
            command = self.found[index]
            self.found[index] = replace(command, documents=(*command.documents, body))
        self.awaited = []

    # -- commands
    def _separator(self, char: str) -> None:
        pipe = char == "|" and not self.text.startswith("||", self.at)
        self._end_command(pipe=pipe)
        self.at += 2 if self.text[self.at : self.at + 2] in ("||", "&&", ";;", "|&") else 1

    def _end_command(self, *, pipe: bool = False) -> None:
        self._end_word()
        self.redirect = ""
        words = self._after_assignments()
        documents = self.documents
        if "xargs" in words:
            words = words + self.fed.split()
        elif self.fed:
            documents = [*documents, self.fed]
        self.awaited += [(mark, expands, len(self.found)) for mark, expands in self.here]
        self.found.append(Command(tuple(words), tuple(documents), kept=self.kept or pipe))
        self.fed = self._passed_on(words) if pipe and words else ""
        self.words, self.documents, self.here, self.kept = [], [], [], False

    def _passed_on(self, words: list[str]) -> str:
        """What a command hands on in a pipe: what it prints, or what it was fed, in another order or form."""
        return printed(tuple(words)) if words[0] in PRINTERS else self.fed if words[0] in _FILTERS else ""

    def _after_assignments(self) -> list[str]:
        """The words without leading assignments, which are remembered for later expansions."""
        words = self.words
        declaring = bool(words) and words[0] in _DECLARING
        for index, word in enumerate(words[declaring:]):
            match = _ASSIGNMENT.fullmatch(word)
            if match:
                before = self.variables.get(match[1], "") + " " if word[match.end(1)] == "+" else ""
                self.variables[match[1]] = (before + match[2])[:_MAX_VALUE]
            elif not declaring:
                words = words[index:]
                break
        else:
            return []
        if "read" in words[:2]:
            self.variables |= {word: ARGUMENTS for word in words if word.isidentifier()}
        if words[0] == "for" and words[2:3] == ["in"]:
            self.variables[words[1]] = " ".join(words[3:])[:_MAX_VALUE]
        return words
