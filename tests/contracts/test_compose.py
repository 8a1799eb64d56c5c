"""`compose.yaml` names what exists: verbs of the command line, settings that are documented, volumes, files and profiles.

No engine runs in the tests; what one would refuse at once is looked for here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from motcham.project.cli import VERBS

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "motcham"]


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_the_house_runs_a_verb_of_the_command_line(name):
    assert SERVICES[name]["command"][0] in VERBS


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_the_house_is_set_by_documented_settings(name):
    known = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert [each for each in SERVICES[name]["environment"] if f"`{each}`" not in known] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_services_that_start_with_it(name):
    service = SERVICES[name]
    for other in service.get("depends_on", {}):
        assert set(service["profiles"]) <= set(SERVICES[other]["profiles"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_mounts_volumes_and_files_that_exist(name):
    for mount in SERVICES[name].get("volumes", ()):
        source = mount["source"] if isinstance(mount, dict) else mount.split(":")[0]
        assert source in COMPOSE["volumes"] or (source.startswith("./") and (ROOT / source).exists())


@pytest.mark.parametrize("name", SERVICES)
def test_a_port_is_open_to_this_machine_alone(name):
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))


def test_the_image_keeps_out_what_was_made_here():
    kept_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "node_modules", "var"} <= set(kept_out)


def test_every_process_of_a_production_house_has_a_service():
    from motcham.project import processes

    wanted = {
        each.name
        for each in (*processes.in_mode(processes.PREPARE, "production"), *processes.in_mode(processes.SERVICES, "production"))
    }
    assert wanted <= {name for name in OURS if "production" in SERVICES[name]["profiles"]}
