"""Terraform in a copy of deploy/terraform, against moto."""

import json
import os
import shutil
import subprocess


class Terraform:
    """The modules, the example and the tests' own root, each initialised on first use."""

    def __init__(self, source, folder, mirror, moto_url):
        self.copy = os.path.join(folder, "terraform")
        shutil.copytree(source, self.copy, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars"))
        self.environment = dict(
            os.environ, AWS_ENDPOINT_URL=moto_url, AWS_REGION="eu-west-1", AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            # Where moto lacks something the provider would try again for a quarter of an hour.
            AWS_MAX_ATTEMPTS="3", TF_IN_AUTOMATION="1", CHECKPOINT_DISABLE="1")
        settings = self.environment.get("TF_CLI_CONFIG_FILE")
        if mirror and not (settings and os.path.exists(settings)):
            self.environment["TF_CLI_CONFIG_FILE"] = self._settings(folder, mirror)

    @staticmethod
    def _settings(folder, mirror):
        path = os.path.join(folder, "terraform.rc")
        with open(path, "w") as file:
            file.write(
                "provider_installation {\n"
                f'  filesystem_mirror {{\n    path    = {json.dumps(mirror)}\n'
                '    include = ["registry.terraform.io/hashicorp/*"]\n  }\n'
                '  direct {\n    exclude = ["registry.terraform.io/*/*"]\n  }\n}\n')
        return path

    def run(self, root, *arguments, seconds=240):
        """The exit code and all output of `terraform ARGUMENTS` in a folder of the copy."""
        done = subprocess.run(
            ["terraform", f"-chdir={os.path.join(self.copy, root)}", *arguments], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds)
        return done.returncode, done.stdout

    def show(self, root, *plan):
        """A plan, or the state, as JSON. Standard error is no part of it."""
        done = subprocess.run(
            ["terraform", f"-chdir={os.path.join(self.copy, root)}", "show", "-json", *plan], env=self.environment,
            text=True, capture_output=True, timeout=60, check=True)
        return json.loads(done.stdout)

    def outputs(self, root):
        done = subprocess.run(
            ["terraform", f"-chdir={os.path.join(self.copy, root)}", "output", "-json"], env=self.environment, text=True,
            capture_output=True, timeout=60, check=True)
        return {name: output["value"] for name, output in json.loads(done.stdout).items()}

    def plan_errors(self, root, values, folder):
        """The details of the errors that a plan with these values gives."""
        path = os.path.join(folder, "given.tfvars.json")
        with open(path, "w") as file:
            json.dump({"given": values}, file)
        _, output = self.run(root, "plan", "-json", "-input=false", "-lock=false", "-refresh=false", f"-var-file={path}",
                             f"-out={folder}/given.tfplan")
        lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        diagnostics = [line["diagnostic"] for line in lines if line.get("type") == "diagnostic"]
        return [
            f"{diagnostic['summary']}: {diagnostic['detail']}" for diagnostic in diagnostics
            if diagnostic["severity"] == "error"
        ]


def resources(module):
    """All resources of a module of `terraform show -json`, and of the modules within it."""
    found = [item for item in module.get("resources", []) if item["mode"] == "managed"]
    for child in module.get("child_modules", []):
        found += resources(child)
    return found


# What moto does not answer, so that a second plan would set it again.
_LACKS = {
    "aws_ecs_service": {
        "availability_zone_rebalancing", "enable_ecs_managed_tags", "enable_execute_command",
        "health_check_grace_period_seconds", "capacity_provider_strategy", "launch_type", "deployment_controller",
    },
    # Of rules that name another security group.
    "aws_vpc_security_group_ingress_rule": {"description"},
    "aws_vpc_security_group_egress_rule": {"description"},
    # The same value, with other white space.
    "aws_sqs_queue": {"redrive_policy"},
}


def drift(plan):
    """What a plan would change, without what moto lacks: lines of address and member."""
    lines = []
    for item in plan.get("resource_changes", []):
        change = item["change"]
        if item["mode"] != "managed" or change["actions"] == ["no-op"]:
            continue
        before, after = change["before"] or {}, change["after"] or {}
        unknown = {name for name, value in (change.get("after_unknown") or {}).items() if value is True}
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} - unknown
        # A policy that is known later only because its queue is in the list above.
        allowed = _LACKS.get(item["type"], set())
        lines += [f"{item['address']}: {name}" for name in sorted(changed - allowed)]
        redrive = before.get("redrive_policy"), after.get("redrive_policy")
        if item["type"] == "aws_sqs_queue" and json.loads(redrive[0]) != json.loads(redrive[1]):
            lines.append(f"{item['address']}: redrive_policy")
    return lines
