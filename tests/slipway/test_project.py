"""Any Pulumi project in Python as it lies on disk, and the answers file.

Longer than 300 lines because each form of a file that Pulumi takes is a case.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from slipway.answers import read_answers
from slipway.errors import ProgramError, UsageError
from slipway.project import Project, StackConfig, as_text
from slipway.recording import job_of
from slipway.yaml_files import read_mapping

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = "name: shop\nruntime: python\n"


def lay(folder: Path, settings: str = PROJECT, **stacks: str) -> Path:
    """A project with these settings, an empty program and these stack files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(settings)
    (folder / "__main__.py").touch()
    for stack, text in stacks.items():
        (folder / f"Pulumi.{stack}.yaml").write_text(text)
    return folder


def config(folder: Path, text: str, settings: str = PROJECT) -> StackConfig:
    return Project.find(lay(folder, settings, dev=f"config:\n{text}")).config("dev")


# -- finding a project


def test_a_project_is_found_with_its_name_and_its_program_beside_its_file(tmp_path: Path) -> None:
    project = Project.find(lay(tmp_path))
    assert (project.name, project.directory, project.program.resolve()) == ("shop", tmp_path, tmp_path)


def test_a_project_file_may_end_in_yml(tmp_path: Path) -> None:
    lay(tmp_path)
    (tmp_path / "Pulumi.yaml").rename(tmp_path / "Pulumi.yml")
    assert Project.find(tmp_path).name == "shop"


def test_a_project_is_the_same_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(lay(tmp_path / "real"))
    assert Project.find(tmp_path / "link") == Project.find(tmp_path / "real")


@pytest.mark.parametrize("main", ["infra", "infra/", "infra/program.py"])
def test_main_names_the_folder_or_the_file_of_the_program(tmp_path: Path, main: str) -> None:
    lay(tmp_path, f"{PROJECT}main: {main}\n")
    (tmp_path / "infra").mkdir()
    for name in ("__main__.py", "program.py"):
        (tmp_path / "infra" / name).touch()
    assert Project.find(tmp_path).program == tmp_path / main


@pytest.mark.parametrize("runtime", ["python", "{name: python}", "{name: python, options: {toolchain: pip}}"])
def test_the_runtime_is_a_name_or_a_block(tmp_path: Path, runtime: str) -> None:
    assert Project.find(lay(tmp_path, f"name: shop\nruntime: {runtime}\n")).name == "shop"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("runtime: python", "name: given None; a project needs a name"),
        ("name: {}\nruntime: python", "name: given {}; a project needs a name"),
        ("name: shop", "runtime: given None; only Python programs can be recorded"),
        ("name: shop\nruntime: nodejs", "runtime: given 'nodejs'; only Python programs"),
        ("name: shop\nruntime: {name: go}", "runtime: given 'go'; only Python programs"),
        ("name: shop\nruntime: {name: python, options: fast}", "options: given str; a mapping"),
        ("name: shop\nruntime: python\nmain: gone", "there is no program .*/gone"),
        ("- name", "given list; a mapping is wanted"),
        ("name: [", r"Pulumi\.yaml:1: is not YAML"),
        ("name: shop\nruntime: {name: python\n", r"Pulumi\.yaml:3: is not YAML"),
        ("name: shop\x01", "is not YAML"),
        ("", "name: given None"),
    ],
)
def test_a_wrong_project_file_is_named_with_what_is_wrong(tmp_path: Path, settings: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        Project.find(lay(tmp_path, settings))
    assert str(tmp_path / "Pulumi.yaml") in str(raised.value)


def test_a_folder_without_a_project_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Pulumi\.yaml is missing\. Name its folder with --project DIR"):
        Project.find(tmp_path)


def test_a_project_without_a_program_is_refused(tmp_path: Path) -> None:
    (lay(tmp_path) / "__main__.py").unlink()
    with pytest.raises(UsageError, match=r"there is no program .*__main__\.py"):
        Project.find(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (lay(tmp_path) / "Pulumi.yaml").write_bytes(b"name: \xff")
    with pytest.raises(UsageError, match=r"is not UTF-8 text \(byte 6\)"):
        Project.find(tmp_path)


# -- its interpreter


def interpreter(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return python


def test_the_virtual_environment_that_a_project_names_runs_it(tmp_path: Path) -> None:
    lay(tmp_path, "name: shop\nruntime: {name: python, options: {virtualenv: env}}\n")
    interpreter(tmp_path / ".venv")
    python = interpreter(tmp_path / "env")
    assert Project.find(tmp_path).python == python


def test_a_virtual_environment_that_is_there_runs_the_project_unnamed(tmp_path: Path) -> None:
    python = interpreter(lay(tmp_path) / ".venv")
    assert Project.find(tmp_path).python == python


def test_without_any_virtual_environment_our_own_python_runs_the_project(tmp_path: Path) -> None:
    assert str(Project.find(lay(tmp_path)).python) == sys.executable


def test_a_named_virtual_environment_that_is_missing_is_the_machines_failure_not_the_users(tmp_path: Path) -> None:
    lay(tmp_path, "name: shop\nruntime: {name: python, options: {virtualenv: env}}\n")
    with pytest.raises(ProgramError, match=r"env: the project's virtual environment is missing\. Make it"):
        Project.find(tmp_path)


# -- its stacks


def test_stacks_are_those_that_have_a_file_in_order(tmp_path: Path) -> None:
    lay(tmp_path, prod="", dev="", **{"a.b": ""})
    (tmp_path / "Pulumi.old.yaml.bak").touch()
    (tmp_path / "Other.dev.yaml").touch()
    assert Project.find(tmp_path).stacks() == ["a.b", "dev", "prod"]


def test_a_stack_with_two_files_is_one_stack(tmp_path: Path) -> None:
    (lay(tmp_path, dev="") / "Pulumi.dev.yml").touch()
    assert Project.find(tmp_path).stacks() == ["dev"]


def test_stack_files_lie_where_the_project_says(tmp_path: Path) -> None:
    lay(tmp_path, f"{PROJECT}stackConfigDir: config\n", ignored="")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "Pulumi.dev.yaml").write_text("config: {shop:a: b}")
    project = Project.find(tmp_path)
    assert project.stacks() == ["dev"]
    assert project.config("dev").values == {"shop:a": "b"}


def test_a_folder_for_stack_files_that_is_missing_has_none(tmp_path: Path) -> None:
    assert Project.find(lay(tmp_path, f"{PROJECT}stackConfigDir: config\n")).stacks() == []


def test_a_project_without_stack_files_can_be_planned_under_any_name(tmp_path: Path) -> None:
    assert Project.find(lay(tmp_path)).config("anything").values == {}


def test_an_unknown_stack_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Pulumi\.live\.yaml: there is no stack 'live'\. Stacks here: dev, prod\."):
        Project.find(lay(tmp_path, dev="", prod="")).config("live")


@pytest.mark.parametrize("name", ["a/b", "", "sp ace", "../up", "x" * 101, "dev\n", "größe"])
def test_a_name_that_no_stack_can_have_is_refused_with_what_is_allowed(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"letters, digits, `-`, `_` and `\.` only, at most 100"):
        Project.find(lay(tmp_path)).config(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("config: text", "config: given str; a mapping"),
        ("config: [a]", "config: given list; a mapping"),
        ("config:\n  shop:a: [", r"Pulumi\.dev\.yaml:\d: is not YAML"),
        ("config:\n\tshop:a: b", r"Pulumi\.dev\.yaml:2: is not YAML"),
        ("config:\n  shop:a: 1\n  shop:a: 2", r"Pulumi\.dev\.yaml:3: .*'shop:a' stands twice"),
        ("environment: shared", "environment: given str"),
    ],
)
def test_a_wrong_stack_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        Project.find(lay(tmp_path, dev=text)).config("dev")
    assert "Pulumi.dev.yaml" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("environment: [net, shop/dev]", ("net", "shop/dev")),
        ("environment: {imports: [net], values: {a: b}}", ("net",)),
        ("environment: {values: {a: b}}", ()),
        ("environment: {imports: }", ()),
        ("environment: {imports: [{net: {merge: false}}]}", ("net",)),
    ],
)
def test_the_environments_that_a_stack_imports_are_known_by_name(
    tmp_path: Path, text: str, names: tuple[str, ...]
) -> None:
    assert Project.find(lay(tmp_path, dev=text)).config("dev").environments == names


# -- configuration in the engine's form


@pytest.mark.parametrize(
    ("written", "handed_over"),
    [
        ("hello", "hello"),
        ("3", "3"),
        ("1.5", "1.5"),
        ("true", "true"),
        ("False", "false"),
        ("yes", "yes"),  # YAML 1.2, as Go reads it: a text
        ("off", "off"),
        ("2026-01-31", "2026-01-31"),
        ("=", "="),
        ("22:22", "22:22"),  # YAML 1.1 would make 1342 of it
        ("12:30:45", "12:30:45"),
        ("1.0", "1"),  # a number as JSON has it
        ("1e3", "1000"),
        ("08", "8"),
        ("0o17", "15"),
        ("1_000", "1000"),
        ("[1.0, 22:22]", '[1,"22:22"]'),
        ("{say: a<b}", r'{"say":"a\u003cb"}'),
        ('"3"', "3"),
        ("'true'", "true"),
        ("[a, 1, yes]", '["a",1,"yes"]'),
        ("{b: 1, a: {c: [true, null]}}", '{"a":{"c":[true,null]},"b":1}'),
        ("größe", "größe"),
    ],
)
def test_a_value_reaches_the_program_as_the_text_that_the_engine_hands_over(
    tmp_path: Path, written: str, handed_over: str
) -> None:
    assert config(tmp_path, f"  shop:key: {written}").values == {"shop:key": handed_over}


def test_a_key_without_a_namespace_belongs_to_the_project(tmp_path: Path) -> None:
    assert config(tmp_path, "  size: small\n  aws:region: eu-west-1").values == {
        "shop:size": "small",
        "aws:region": "eu-west-1",
    }


def test_the_values_before_they_became_text_are_kept(tmp_path: Path) -> None:
    assert config(tmp_path, "  shop:topology: {kind: aws-ec2}").objects == {"shop:topology": {"kind": "aws-ec2"}}


def test_defaults_of_the_project_hold_where_a_stack_says_nothing(tmp_path: Path) -> None:
    settings = PROJECT + (
        "config:\n"
        "  size: {default: small, type: string}\n"
        "  count: {default: 2}\n"
        "  plain: text\n"
        "  aws:region: us-east-1\n"
        "  zones: {value: [a, b]}\n"
        "  declared: {type: string}\n"
    )
    assert config(tmp_path, "  shop:size: large", settings).values == {
        "shop:size": "large",
        "shop:count": "2",
        "shop:plain": "text",
        "aws:region": "us-east-1",
        "shop:zones": '["a","b"]',
    }


def test_a_config_entry_of_a_project_may_be_a_folder_name_of_old(tmp_path: Path) -> None:
    (lay(tmp_path, f"{PROJECT}config: settings\n") / "settings").mkdir()
    assert Project.find(tmp_path).config("dev").values == {}


# -- secrets


def test_a_ciphertext_becomes_a_placeholder_that_is_secret(tmp_path: Path) -> None:
    found = config(tmp_path, "  shop:token: {secure: AAABAI5Yy}")
    assert found.values == {"shop:token": "placeholder for shop:token"}
    assert found.secret_keys == ["shop:token"]
    assert found.placeholders == found.values


@pytest.mark.parametrize("value", ["{open: door, shut: {secure: AAAB}}", "[{open: door}, {secure: AAAB}]"])
def test_a_ciphertext_inside_a_value_makes_the_whole_value_secret(tmp_path: Path, value: str) -> None:
    found = config(tmp_path, f"  shop:mixed: {value}")
    assert found.secret_keys == ["shop:mixed"]
    assert "AAAB" not in found.values["shop:mixed"]
    assert "placeholder for shop:mixed" in found.values["shop:mixed"]
    assert "door" in found.values["shop:mixed"]


def test_a_mapping_that_has_more_than_a_ciphertext_is_no_secret(tmp_path: Path) -> None:
    assert config(tmp_path, "  shop:site: {secure: yes, port: 443}").secret_keys == []


def test_a_default_that_the_project_declares_secret_is_secret(tmp_path: Path) -> None:
    settings = f"{PROJECT}config:\n  key: {{default: x, secret: true}}\n"
    assert config(tmp_path, "  shop:other: y", settings).secret_keys == ["shop:key"]


@pytest.mark.parametrize("key", ["key", "shop:key"])
def test_a_value_that_the_project_declares_secret_is_secret_however_the_stack_writes_it(
    tmp_path: Path, key: str
) -> None:
    settings = f"{PROJECT}config:\n  key: {{secret: true, type: string}}\n"
    assert config(tmp_path, f"  {key}: y", settings).secret_keys == ["shop:key"]


# -- answers


def answers(folder: Path, text: str) -> dict[str, Any]:
    (folder / "answers.yaml").write_text(text)
    return read_answers(folder / "answers.yaml")


def test_answers_are_yaml_or_json(tmp_path: Path) -> None:
    given = {"invokes": [{"token": "a:b:c", "result": {"id": "x", "open": "yes"}}], "config": {"shop:key": "v"}}
    assert answers(tmp_path, json.dumps(given)) == given
    assert answers(
        tmp_path, "invokes: [{token: 'a:b:c', result: {id: x, open: yes}}]\nconfig: {shop:key: v}"
    ) == given  # fmt: skip


def test_an_empty_answers_file_answers_nothing(tmp_path: Path) -> None:
    assert answers(tmp_path, "") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "invoke: []",
            "invoke: not a kind of answer; allowed: invokes, resources, stackReferences, environments, config",
        ),
        ("invokes: {}", "invokes: given a mapping; a list is wanted"),
        ("config: []", r"config: given a list; a mapping is wanted"),
        ("invokes: [{token: a}]", r"invokes\[0\]: result missing; each needs token, result"),
        ("invokes: [{token: a, result: {}}, text]", r"invokes\[1\]: given a text; a mapping"),
        ("resources: [{type: a, id: b}]", r"resources\[0\]: properties missing; each needs type, id, properties"),
        ("invokes: [{token: a, result: 3}]", r"invokes\[0\]\.result: given a number; a mapping"),
        ("invokes: [{token: a, args: 3, result: {}}]", r"invokes\[0\]\.args: given a number; a mapping"),
        ("invokes: [{token: a, arg: {}, result: {}}]", r"invokes\[0\]: arg: not known here; allowed: token, args"),
        ("resources: [{type: a, id: b, properties: 3}]", r"resources\[0\]\.properties: given a number; a mapping"),
        (
            "resources: [{type: a, id: 7, properties: {}}]",
            r"resources\[0\]\.id: given a number; a text is wanted\. Quote it",
        ),
        ("stackReferences: {a/b/c: 3}", r"stackReferences\[a/b/c\]: given a number; a mapping"),
        ("stackReferences: {a/b/c: {output: {}}}", r"stackReferences\[a/b/c\]: output: not known here"),
        ("environments: {net: 3}", r"environments\[net\]: given a number; a mapping"),
        ("[", r"answers\.yaml:1: is not YAML"),
        ("text", "given str; a mapping is wanted"),
    ],
)
def test_wrong_answers_are_named_with_their_place_and_what_is_wanted(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        answers(tmp_path, text)
    assert "answers.yaml" in str(raised.value)


def test_a_missing_answers_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.yaml: cannot be read: No such file"):
        read_answers(tmp_path / "gone.yaml")


def handed_over(folder: Path, given: dict[str, Any]) -> dict[str, str]:
    """What the program's own configuration becomes with these answers."""
    settings = f"{PROJECT}config:\n  size: {{default: from-project}}\n"
    stack = "environment: [net, more]\nconfig: {shop:color: from-stack}"
    project = Project.find(lay(folder, settings, dev=stack))
    return job_of(project, "dev", project.config("dev"), given).config


def test_a_stack_file_goes_before_its_environments_and_these_before_defaults_of_the_project(tmp_path: Path) -> None:
    given = {"environments": {"net": {"pulumiConfig": {"shop:size": "from-net", "shop:color": "from-net"}}}}
    assert handed_over(tmp_path, given) == {"shop:size": "from-net", "shop:color": "from-stack"}


def test_of_two_environments_the_later_one_holds(tmp_path: Path) -> None:
    one, two = {"shop:size": "one", "shop:other": "one"}, {"shop:size": "two"}
    given = {"environments": {"more": {"pulumiConfig": two}, "net": {"pulumiConfig": one}}}
    assert handed_over(tmp_path, given)["shop:size"] == "two"
    assert handed_over(tmp_path, given)["shop:other"] == "one"


def test_answers_for_settings_take_keys_and_values_as_a_stack_file_does(tmp_path: Path) -> None:
    given = {"environments": {"net": {"pulumiConfig": {"count": 2.0}}}, "config": {"token": "t", "shop:on": True}}
    found = handed_over(tmp_path, given)
    assert (found["shop:count"], found["shop:token"], found["shop:on"]) == ("2", "t", "true")


def test_the_value_of_a_secret_goes_before_everything_and_is_secret(tmp_path: Path) -> None:
    project = Project.find(lay(tmp_path, dev="config: {shop:token: {secure: AAAB}}"))
    job = job_of(project, "dev", project.config("dev"), {"config": {"shop:token": "t"}})
    assert (job.config, job.secret_keys) == ({"shop:token": "t"}, ["shop:token"])


def test_a_wrong_answers_file_is_refused_without_a_value_that_may_be_secret(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("config: hunter2-secret")

    with pytest.raises(UsageError) as raised:
        read_answers(file)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("9" * 5000, "has a value that cannot be read"),
        ("[" * 3000 + "]" * 3000, "inside one another"),
        ("&a [1, *a]", "an alias inside itself"),
    ],
)
def test_a_file_that_has_no_end_or_no_sense_is_refused_in_words(tmp_path: Path, value: str, said: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(f"key: {value}\n")
    with pytest.raises(UsageError, match=said):
        read_mapping(file)


def test_keys_that_are_no_text_become_text(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text("value: {2: a, true: b}\n")
    assert as_text(read_mapping(file)["value"]) == '{"2":"a","true":"b"}'
