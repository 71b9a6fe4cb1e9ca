"""What a `.dockerignore` keeps out, by the published cases of the reader that BuildKit has (moby/patternmatcher)."""

from __future__ import annotations

import warnings

import pytest

from config.dockerignore import Ignored, PatternError

# Pattern, path, whether it is kept out.
CASES = [
    ("**", "file", True),
    ("**/", "dir/file", True),
    ("**/**", "dir/file", True),
    ("dir/**", "dir/file", True),
    ("dir/**", "dir/dir2/file", True),
    ("abc/**", "abc", False),
    ("**/dir", "dir", True),
    ("**/dir", "dir/file", True),
    ("**/dir2/*", "dir/dir2/file", True),
    ("**/dir2/**", "dir/dir2/dir3/file", True),
    ("**file", "file", True),
    ("**file", "dir/other-file", True),
    ("**/file", "dir/dir/file", True),
    ("**/file", "other-file", False),
    ("**/file*", "dir/dir/file.txt", True),
    ("**/file*.txt*", "dir/dir/file.txt", True),
    ("**/**/*.txt", "file.txt", True),
    ("**/**/*.txt2", "dir/dir/file.txt", False),
    ("a**/*.txt", "a/dir/dir/file.txt", True),
    ("a/*.txt", "a/dir/file.txt", False),
    ("a/*.txt", "a/file.txt", True),
    ("a[b-d]e", "ae", False),
    ("a[b-d]e", "ace", True),
    ("a[b-d]e", "aae", False),
    ("a[^b-d]e", "aze", True),
    (".*", ".foo", True),
    (".*", "foo", False),
    ("abc.def", "abcZdef", False),
    ("abc?def", "abcZdef", True),
    ("abc?def", "abcdef", False),
    ("a?b", "a/b", False),
    ("a*b", "a/b", False),
    ("**/foo/bar", "dir/dir2/foo/bar", True),
    ("**/.foo", "bar.foo", False),
    ("a(b)c/def", "a(b)c/def", True),
    ("a.|)$(}+{bc", "a.|)$(}+{bc", True),
    ("dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", True),
    ("a\\*b", "a*b", True),
    ("a\\*b", "ab", False),
    ("[\\]a]", "]", True),
    ("[x\\-]", "-", True),
    ("a*/b", "a/c/b", False),
    ("a*", "ab/c", True),
    ("[[a]", "[", True),
    ("[a&&b]", "&", True),
    # A name means the folder's own, not one in each folder, as it would to Git.
    ("node_modules", "node_modules/left-pad/index.js", True),
    ("node_modules", "packages/node_modules/index.js", False),
    ("/docs/", "docs/guide.md", True),
    ("./docs", "docs/guide.md", True),
    ("docs/../src", "src/a.js", True),
]


@pytest.mark.parametrize(("pattern", "path", "out"), CASES)
def test_a_pattern_keeps_out_what_a_builder_leaves_out(pattern: str, path: str, *, out: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Python says so where a set may mean something else to it one day
        assert Ignored(pattern).keeps_out(path) is out


@pytest.mark.parametrize(
    ("text", "path", "out"),
    [
        ("*.go\n!file.go", "file.go", False),
        ("!file.go\n*.go", "file.go", True),
        ("docs\n!docs/README.md", "docs/README.md", False),
        ("docs\n!docs/README.md", "docs/other.md", True),
        ("**\n!util/docker/web", "util/docker/web/foo", False),
        ("**\n!util/docker/web\nutil/docker/web/foo", "util/docker/web/foo", True),
        ("# docs\n\n  docs  \n", "docs/a.md", True),
        ("# docs", "# docs", False),
        ("\ufeffdocs", "docs", True),
        ("docs\n! docs/a.md ", "docs/a.md", False),
    ],
)
def test_the_last_line_that_fits_decides(text: str, path: str, *, out: bool) -> None:
    assert Ignored(text).keeps_out(path) is out


def test_a_folder_is_passed_over_only_where_nothing_in_it_is_let_in_again() -> None:
    assert Ignored("docs").skips("docs")
    assert not Ignored("docs\n!docs/README.md").skips("docs")
    assert not Ignored("docs").skips("src")


@pytest.mark.parametrize("line", ["[", "[^bc", "a[", "!", "\\", "[z-a]"])
def test_a_line_that_is_no_pattern_is_named(line: str) -> None:
    with pytest.raises(PatternError, match="line 2: "):
        Ignored(f"docs\n{line}")
