"""The commands of docs/install.md and docs/quickstart.md, held against what they name."""

import re


def blocks(page):
    """The shell commands of a page, one a line."""
    text = "\n".join(re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S))
    return text.replace("\\\n", " ").splitlines()


def names(kind, path):
    with open(path) as file:
        return set(re.findall(rf'^{kind} "(\w+)"', file.read(), re.M))


def check_pages(check, root):
    pages = {}
    for name in ("install", "quickstart"):
        with open(f"{root}/docs/{name}.md") as file:
            pages[name] = blocks(file.read())
    builds = [line for lines in pages.values() for line in lines if "docker build" in line and '--tag "$' in line]
    bare = [line for line in builds if "--platform linux/" not in line]
    check(len(builds) == 3 and not bare, f"each image for Fargate is built for a platform, on whatever machine {bare or ''}")

    example, wrong, count = None, [], 0
    for line in pages["install"]:
        moved = re.match(r"EXAMPLE=(\S+)", line)
        example = f"{root}/{moved[1]}" if moved else example
        for command in re.findall(r"terraform [^|)]*", line):
            count += 1
            variables = set(re.findall(r"-var (\w+)=", command)) - names("variable", f"{example}/variables.tf")
            outputs = set(re.findall(r"output -(?:raw|json) (\w+)", command)) - names("output", f"{example}/outputs.tf")
            if '-chdir="$EXAMPLE"' not in command or variables or outputs:
                wrong.append(command)
    check(count > 8 and not wrong, f"each command of Terraform has its folder, and variables and outputs that are there {wrong or ''}")

    places = {name: [number for number, line in enumerate(lines) if "create-service-linked-role" in line]
              for name, lines in pages.items()}
    cluster = next(number for number, line in enumerate(pages["quickstart"]) if "ecs create-cluster" in line)
    apply = next(number for number, line in enumerate(pages["install"]) if re.search(r"terraform .* apply", line))
    check(places["quickstart"] and places["quickstart"][0] < cluster and places["install"] and places["install"][0] < apply,
          "a new account gets the role of ECS before its first cluster")
