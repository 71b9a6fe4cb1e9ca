from __future__ import annotations

import pytest

from policies.shell import Command, commands, printed
from policies.shell_text import ARGUMENTS


def words(text: str) -> list[list[str]]:
    return [list(command.words) for command in commands(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one two\tthree\r\n", [["one", "two", "three"]]),
        ("a\nb; c & d | e || f && g", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]),
        ("one;;two |& three", [["one"], ["two"], ["three"]]),
        ("(one two) ; { three; }", [["one", "two"], ["{", "three"], ["}"]]),
        ("one # two\n#three\nfour#five", [["one"], ["four#five"]]),
        ("one \\\ntwo\\ three", [["one", "two three"]]),
        ("'one two' \"three four\" ''", [["one two", "three four", ""]]),
        ("o'n'e\"tw\"o", [["onetwo"]]),
        ("'a # b' 'c\\d' \"e # f\"", [["a # b", "c\\d", "e # f"]]),
        ('"a \\" b \\$c \\\\ \\x \\\nd"', [['a " b $c \\ \\x d']]),
        ("$'a\\nb\\tc' \"$'x'\"", [["a\nb\tc", "$'x'"]]),
        ("'open", [["open"]]),
        ('"open', [["open"]]),
        ("a\\", [["a"]]),
        ("cost: 5$ $", [["cost:", "5$", "$"]]),
        ("a{b,c}d {e,f} '{g,h}' \"{g,h}\" {i} {j k}", [["abd", "acd", "e", "f", "{g,h}", "{g,h}", "{i}", "{j", "k}"]]),
    ],
)
def test_text_is_split_into_commands_and_words_as_a_shell_does(text: str, expected: list[list[str]]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1; B='2 3'\nrun $A ${B} \"$B\"", [["run", "1", "2", "3", "2 3"]]),
        ("A=1 B=2 run x=3", [["run", "x=3"]]),
        ("A=1 B=2", []),
        ("A=x\nA+=y\nA+=' z'\nrun \"$A\"", [["run", "x y  z"]]),
        ("export A=1 B\nlocal C=2\ndeclare -r D=3\nrun $A $C $D", [["run", "1", "2", "3"]]),
        ("A='b c'\nB=$A\nrun \"$B\"", [["run", "b c"]]),
        ("A='b c'\nrun x$A.y", [["run", "xb", "c.y"]]),
        ('run $UNSET a${UNSET}b "$UNSET"', [["run", "ab", ""]]),
        ("run ${A:-b} ${A-c} ${A:=d} ${A=e} ${A:+f} ${A}", [["run", "b", "c", "d", "e", "f"]]),
        ("A=1\nrun ${A:-b} ${#A} ${!A} ${A[0]} ${A%x} ${}", [["run", "1", "1", "1", "1", "1"]]),
        ('run $1 ${2} $@ "$*" ${@} ${10}', [["run", *[ARGUMENTS] * 6]]),
        ("run $# $? $$ $! $0 $-", [["run"]]),
        ("A=(b 'c d' e)\nrun ${A[@]}", [["run", "b", "c", "d", "e"]]),
        ('A=(b)\nA+=(c)\nrun "${A[@]}"', [["run", "b c"]]),
        ("for each in a b; do run $each; done", [["for", "each", "in", "a", "b"], ["do", "run", "a", "b"], ["done"]]),
        ("fort each in a b; run $each", [["fort", "each", "in", "a", "b"], ["run"]]),
        ("for each on a b; run $each", [["for", "each", "on", "a", "b"], ["run"]]),
        ("run $((1 + 2)) end", [["run", "end"]]),
        ("run $(echo a b) `printf e`", [["echo", "a", "b"], ["printf", "e"], ["run", "a", "b", "e"]]),
        ('run "$(echo c d)"', [["echo", "c", "d"], ["run", "c d"]]),
        ("run $(cat a) $() x", [["cat", "a"], ["run", "x"]]),
        ("run $(one; echo two)", [["one"], ["echo", "two"], ["run", "two"]]),
        ("run $(a (b) ')' \\) c) d", [["a"], ["b"], [")", ")", "c"], ["run", "d"]]),
        ('A=$(echo b c)\nrun "$A"', [["echo", "b", "c"], ["run", "b c"]]),
        ('run $(echo "a)"', [["echo", "a)"], ["run", "a)"]]),
    ],
)  # fmt: skip
def test_expansions_stand_for_what_the_script_says(text: str, expected: list[list[str]]) -> None:
    assert words(text) == expected


def test_a_variable_does_not_grow_without_end() -> None:
    assert len(words("A=xy\n" + "A=$A$A\n" * 20 + "run $A")[0][1]) == 4096
    assert len(words("for A in " + "x " * 4000 + '; do :; done\nrun "$A"')[-1][1]) == 4096


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run < in", Command(("run",))),
        ("run > out", Command(("run",), kept=True)),
        ("run >> out a", Command(("run", "a"), kept=True)),
        ("run >| out", Command(("run",), kept=True)),
        ("run &> out", Command(("run",), kept=True)),
        ("run &>> out a", Command(("run", "a"), kept=True)),
        ("run a>out", Command(("run", "a"), kept=True)),
        ("run > /dev/null 2>&1", Command(("run",))),
        ("run 2>/dev/null a", Command(("run", "a"))),
        ("run 2>err a", Command(("run", "a"), kept=True)),
        ("run <> file <&3 a", Command(("run", "a"), kept=True)),
        ("run <<< 'a b'", Command(("run",), ("a b",))),
        ("run <<<a <<<b", Command(("run",), ("a", "b"))),
    ],
)
def test_redirections_are_not_words(text: str, expected: Command) -> None:
    assert commands(text) == [expected]


def test_what_commands_in_parentheses_print_is_fed_as_a_file() -> None:
    echo, run = Command(("echo", "a", "b")), Command(("run", "c"), ("a b",))
    assert commands("run <(echo a b) c") == [echo, run]
    assert commands("run <(cat) >(more)") == [Command(("cat",)), Command(("more",)), Command(("run",))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run <<END a\none\n two\nEND\nnext", [Command(("run", "a"), ("one\n two",)), Command(("next",))]),
        ("run <<-'END'\n\tone\n\tEND\nnext", [Command(("run",), ("\tone",)), Command(("next",))]),
        ('run << "E D"\none\nE D\nnext', [Command(("run",), ("one",)), Command(("next",))]),
        ("run <<A <<B\none\nA\ntwo\nB\nnext", [Command(("run",), ("one", "two")), Command(("next",))]),
        ("run <<A | more\none\nA", [Command(("run",), ("one",), kept=True), Command(("more",))]),
        ("X=1\nrun <<A\n$X ${X}\nA", [Command(("run",), ("1 1",))]),
        ("X=1\nrun <<'A'\n$X\nA", [Command(("run",), ("$X",))]),
        ("X=1\nrun <<\\A\n$X\nA", [Command(("run",), ("$X",))]),
        ("run <<A $(inner)\none\nA", [Command(("inner",)), Command(("run",), ("one",))]),
        ("run <<A\nwithout end", [Command(("run",), ("without end",))]),
        ("run <<A", [Command(("run",))]),
        ("run <<A\nA\nnext", [Command(("run",), ("",)), Command(("next",))]),
        ("<<A\nalone\nA", [Command((), ("alone",))]),
    ],
)
def test_here_documents_belong_to_their_command(text: str, expected: list[Command]) -> None:
    assert commands(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo -n a 'b c' | run", [Command(("echo", "-n", "a", "b c"), kept=True), Command(("run",), ("a b c",))]),
        ("printf 'a\\nb' | run", [Command(("printf", "a\\nb"), kept=True), Command(("run",), ("a\nb",))]),
        ("echo a b | xargs run", [Command(("echo", "a", "b"), kept=True), Command(("xargs", "run", "a", "b"))]),
        ("cat a | xargs run", [Command(("cat", "a"), kept=True), Command(("xargs", "run"))]),
        ("echo a |& run", [Command(("echo", "a"), kept=True), Command(("run",), ("a",))]),
        (
            "echo a b | tr b c | run",
            [
                Command(("echo", "a", "b"), kept=True),
                Command(("tr", "b", "c"), ("a b",), kept=True),
                Command(("run",), ("a b",)),
            ],
        ),
        ("echo a || run", [Command(("echo", "a")), Command(("run",))]),
        ("echo a; run", [Command(("echo", "a")), Command(("run",))]),
        ("echo a | run; next", [Command(("echo", "a"), kept=True), Command(("run",), ("a",)), Command(("next",))]),
        ("| run", [Command(("run",))]),
    ],
)
def test_what_is_piped_is_known_where_the_script_prints_it(text: str, expected: list[Command]) -> None:
    assert commands(text) == expected


def test_printing_resolves_new_lines_and_tabs_and_takes_flags_out() -> None:
    assert printed(("echo", "-e", "a\\tb\\nc", "-x", "-nE")) == "a\tb\nc -x"
