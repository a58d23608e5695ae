"""What EC2 takes as the description of a security group and of its rules; moto and Terraform take anything."""

import glob
import re

# By the API reference of CreateSecurityGroup and of rules.
TAKEN = re.compile(r"[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")
GROUPS = re.compile(
    r'^resource "(aws_(?:default_)?security_group|aws_\w*security_group\w*_rule)" "(\w+)" \{$(.*?)^\}$', re.M | re.S)
DESCRIPTION = re.compile(r'^\s*description\s*=\s*"((?:[^"\\]|\\.)*)"$', re.M)


def check_descriptions(check, folder):
    found, wrong = 0, []
    for path in sorted(glob.glob(f"{folder}/**/*.tf", recursive=True)):
        with open(path) as file:
            text = file.read()
        for kind, name, body in GROUPS.findall(text):
            descriptions = DESCRIPTION.findall(body)
            found += len(descriptions)
            # Without one Terraform writes "Managed by Terraform" to a group for good, and a rule tells nobody what it is for.
            wrong += [f"{path}: {kind}.{name} has no description"] if not descriptions else []
            wrong += [f"{path}: {kind}.{name}: {text}" for text in descriptions if not TAKEN.fullmatch(text)]
    check(found > 20 and not wrong, f"EC2 takes the descriptions of all {found} security groups and rules {wrong or ''}")
