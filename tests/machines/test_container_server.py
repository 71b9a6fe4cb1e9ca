"""A single server that runs containers, set up for real by Debian's own cloud-init, from its user data to its end.

Debian, its packages, cloud-init and nginx are real, Docker's too. The engine is not started, since it cannot be in a
root folder of its own; it reads its settings. What else stands in for something is said in test_cloud_init.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from components.server.cloud_init import user_data
from tests.machines.root import loop_device
from tests.machines.sound import SETUP, STATE, changed, ports, programs_take_their_files, started
from tests.machines.whole import CONTAINERS, HOST, PORT, booted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.machines.root import Computer

NOTHING_DEPLOYED = 19999  # where nginx answers for itself
LIMIT = 16 << 10
MOUNTED = "findmnt --noheadings --output SOURCE /var/lib/docker/volumes"


@pytest.fixture(scope="module")
def computer(
    image: Path, require_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Computer]:
    """The server, set up."""
    with (
        loop_device(require_program("losetup"), tmp_path_factory.mktemp("volume")) as disk,
        booted(image, user_data(CONTAINERS, LIMIT), {}, disk) as made,
    ):
        started(made)
        yield made


def test_it_is_sound_for_every_program_that_reads_its_files(computer: Computer) -> None:
    forwarding = computer.output("sshd -T -C user=operator,host=a,addr=203.0.113.7")
    assert "allowtcpforwarding no" in forwarding, "there is no database to look into"
    units = "docker.service slipway-*.service slipway-*.timer nginx.service nftables.service"
    programs_take_their_files(computer, units)


def test_the_engine_takes_its_settings(computer: Computer) -> None:
    wrong = "unable to configure the Docker daemon with file"
    started = "timeout 60 dockerd --data-root /proc/nowhere --config-file {}"  # after it has read them, it ends
    code, said = computer.run(started.format("/etc/docker/daemon.json"))
    assert code != 0
    assert wrong not in said
    assert "/proc/nowhere" in said
    computer.output("""sed 's/"live-restore"/"live-restored"/' /etc/docker/daemon.json >/etc/wrong.json""")
    assert wrong in computer.run(started.format("/etc/wrong.json"))[1]


def test_who_deploys_may_use_the_engine_and_become_nobody_by_sudo(computer: Computer) -> None:
    assert "docker" in computer.output("id -nG deploy").split()
    assert computer.run("runuser -u deploy -- sudo -n true")[0] != 0
    assert "docker" not in computer.output("id -nG operator").split()


def test_nothing_but_ssh_and_the_site_listens(computer: Computer) -> None:
    outside, all_of_them = ports(computer)
    assert outside <= {22, 80, 443}
    assert {80, 443} <= outside
    within = {NOTHING_DEPLOYED, PORT}
    assert all_of_them - outside <= within, "the engine listens at its socket, and the proxy comes with a deployment"


def test_volumes_of_the_engine_lie_on_the_data_volume_which_only_root_lists(computer: Computer) -> None:
    assert computer.output(f"{MOUNTED} || cat /proc/mounts").count("/var/lib/docker/volumes") >= 1
    assert computer.output("stat -c '%U %a' /var/lib/docker /var/lib/docker/volumes") == "root 710\nroot 701"


def test_before_a_deployment_nobody_answers_for_the_site_and_other_hosts_get_nothing(computer: Computer) -> None:
    asked = f"curl -sk -o /dev/null -w '%{{http_code}}' --resolve {HOST}:443:127.0.0.1 https://{HOST}/"
    assert computer.output(asked) == "502"
    assert computer.run("curl -sk https://127.0.0.1/")[0] != 0


def test_a_second_run_changes_nothing(computer: Computer) -> None:
    before = computer.output(STATE)
    code, said = computer.run(SETUP, seconds=300)
    assert code == 0, said
    assert changed(before, computer.output(STATE)) == []
