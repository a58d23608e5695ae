"""Tests of the alert rules and the dashboard. Needs promtool and Python alone."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

root, promtool = pathlib.Path(sys.argv[1]), sys.argv[2]
folder = root / "deploy" / "observability"
rules_path = folder / "slipway.rules.yml"
tests_path = folder / "test" / "rules.test.yml"
dashboard_path = folder / "slipway.dashboard.json"


def run(*arguments, directory=folder):
    return subprocess.run([promtool, *map(str, arguments)], cwd=directory, capture_output=True, text=True, timeout=120)


def documented():
    """Names, kinds and labels of all metrics, from the page that is written from the code."""
    page = (root / "docs" / "metrics.md").read_text()
    rows = re.findall(r"^\| `([a-z_]+)` \| (counter|gauge|histogram) \| ([^|]*) \|", page, re.M)
    metrics = {name: (kind, set(re.findall(r"`([a-z_]+)`", labels))) for name, kind, labels in rows}
    assert len(metrics) > 40, "docs/metrics.md could not be read"
    return metrics


METRICS = documented()
# What Prometheus itself adds.
SCRAPE_LABELS = {"instance", "job", "le"}


def family(name):
    """The metric that a series belongs to; None: there is none."""
    if name in METRICS:
        return None if METRICS[name][0] == "histogram" else name
    base = re.sub(r"_(bucket|sum|count)$", "", name)
    return base if METRICS.get(base, ("",))[0] == "histogram" else None


def used_names(expression):
    return set(re.findall(r"\b((?:slipway|process)_[a-z0-9_]+)", expression))


def used_labels(expression):
    """Label names in matchers and in groupings."""
    matchers = re.findall(r"\{([^}]*)\}", expression)
    labels = {label for text in matchers for label in re.findall(r"([a-zA-Z_]+)\s*(?:=~|!~|!=|=)", text)}
    for text in re.findall(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", expression):
        labels |= {label.strip() for label in text.split(",") if label.strip()}
    return labels


def rules():
    """(alert, expression) of each rule. promtool has checked the YAML; only these two are needed of it."""
    text = rules_path.read_text()
    parts = re.split(r"^      - alert: ", text, flags=re.M)[1:]
    for part in parts:
        name = part.split("\n", 1)[0].strip()
        expression = re.search(r"^        expr:(.*?)^        (?:for|labels):", part, re.S | re.M).group(1)
        yield name, re.sub(r"^\s*>-", "", expression).strip()


def panels(dashboard):
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


class ObservabilityTests(unittest.TestCase):
    def check_expression(self, where, expression):
        for name in used_names(expression):
            self.assertIsNotNone(family(name), f"{where} uses {name}, which the server does not have")
        known = set.union(SCRAPE_LABELS, *(METRICS[family(name)][1] for name in used_names(expression)))
        self.assertLessEqual(used_labels(expression), known, f"{where} uses a label that its metrics lack")

    def test_promtool_accepts_the_rules(self):
        result = run("check", "rules", rules_path)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_the_rules_do_what_their_tests_say(self):
        result = run("test", "rules", tests_path)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_each_alert_is_shown_to_fire_and_to_stay_quiet(self):
        text = tests_path.read_text()
        cases = re.split(r"^      - ", text, flags=re.M)
        for name, _ in rules():
            own = [case for case in cases if re.search(rf"\balertname: {name}\b", case)]
            fires = [case for case in own if "exp_labels" in case]
            # Quiet: at another time, or for another instance of the same case that is not expected.
            quiet = [case for case in own if re.search(r"exp_alerts: \[\]", case)]
            self.assertTrue(fires, f"no test lets {name} fire")
            self.assertTrue(quiet, f"no test keeps {name} quiet")

    def test_a_rule_that_never_fires_fails_its_test(self):
        """The tests of the rules can fail: for each rule, with an expression that gives nothing."""
        text, tests = rules_path.read_text(), tests_path.read_text()
        for name, _ in rules():
            broken = re.sub(
                rf"(- alert: {name}\n        expr:).*?(\n        (?:for|labels):)", r"\1 vector(0) > 1\2", text,
                count=1, flags=re.S)
            self.assertNotEqual(broken, text, name)
            with tempfile.TemporaryDirectory() as directory:
                place = pathlib.Path(directory)
                (place / "rules.yml").write_text(broken)
                (place / "test.yml").write_text(tests.replace("../slipway.rules.yml", "rules.yml"))
                self.assertNotEqual(run("test", "rules", "test.yml", directory=place).returncode, 0, name)

    def test_each_alert_says_what_to_do(self):
        text = rules_path.read_text()
        names = [name for name, _ in rules()]
        self.assertEqual(len(names), len(set(names)))
        for word in ("summary:", "description:", "severity:"):
            self.assertEqual(text.count(word), len(names), word)

    def test_rules_use_only_what_the_server_tells(self):
        for name, expression in rules():
            self.check_expression(name, expression)

    def test_dashboard_uses_only_what_the_server_tells(self):
        dashboard = json.loads(dashboard_path.read_text())
        for panel in panels(dashboard):
            for target in panel.get("targets", []):
                self.check_expression(panel["title"], target["expr"])
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                self.check_expression(variable["name"], re.sub(r",\s*\w+\)$", ")", variable["query"]["query"]))

    def test_dashboard_is_whole(self):
        dashboard = json.loads(dashboard_path.read_text())
        self.assertEqual(dashboard["uid"], "slipway")
        shown = list(panels(dashboard))
        self.assertLessEqual(len(shown), 40)
        self.assertEqual(len({panel["id"] for panel in shown}), len(shown), "two panels have one id")
        taken = set()
        for panel in shown:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(taken & cells, f"{panel['title']} lies over another panel")
            taken |= cells
            if panel["type"] == "row":
                continue
            self.assertTrue(panel["targets"] and panel["description"] and panel["fieldConfig"]["defaults"]["unit"])
            for target in panel["targets"]:
                self.assertIn('instance=~"$instance"', target["expr"], panel["title"])
                self.assertEqual(target["datasource"]["uid"], "${datasource}")

    def test_promtool_reads_each_query_of_the_dashboard(self):
        dashboard = json.loads(dashboard_path.read_text())
        queries = [target["expr"] for panel in panels(dashboard) for target in panel.get("targets", [])]
        for variable, value in {"$instance": ".*", "$pool": ".*", "$__rate_interval": "5m"}.items():
            queries = [query.replace(variable, value) for query in queries]
        self.assertFalse([query for query in queries if "$" in query], "a variable that there isn't")
        recorded = [{"record": f"query:{number}".replace(":", "_"), "expr": query}
                    for number, query in enumerate(queries)]
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "queries.yml"
            # JSON is YAML.
            path.write_text(json.dumps({"groups": [{"name": "queries", "rules": recorded}]}))
            result = run("check", "rules", path)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    program = unittest.main(argv=[sys.argv[0]], exit=False)
    failed = len(program.result.failures) + len(program.result.errors)
    print(f"{program.result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
