"""The parts that make files a VSIX package: `[Content_Types].xml`, `extension.vsixmanifest`, `extension.vsomanifest`."""

import json
import posixpath
import re
from xml.sax.saxutils import escape, quoteattr

CONTENT_TYPES_PART = "[Content_Types].xml"
VSIX_MANIFEST_PART = "extension.vsixmanifest"
VSO_MANIFEST_PART = "extension.vsomanifest"
# By the end of a file's name, with its dot, as the format's own tools write it.
CONTENT_TYPES = {
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".resjson": "application/json",
    ".vsixmanifest": "text/xml",
    ".vsomanifest": "application/json",
}
CONTENT_TYPES_BY_NAME = {"LICENSE": "text/plain"}
CONTENT_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
VSX_NAMESPACE = "http://schemas.microsoft.com/developer/vsx-schema/2011"
VSX_DESIGN_NAMESPACE = "http://schemas.microsoft.com/developer/vsx-schema-design/2011"
SERVICES = "Microsoft.VisualStudio.Services"
# What goes into extension.vsomanifest; all else is told in extension.vsixmanifest.
VSO_MEMBERS = ("manifestVersion", "demands", "contributions")
SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+(?<!\.)\Z")


def check_names(problems, names):
    """Part names: their characters, and that no two are the same where case doesn't count."""
    seen = {}
    for name in names:
        if not all(SEGMENT.match(segment) for segment in name.split("/")):
            problems.add(
                name,
                "is no name for a part of a package; use letters, digits, dot, hyphen and underscore, and no dot at the end",
            )
        if name.lower() in seen and seen[name.lower()] != name:
            problems.add(name, f"differs from {seen[name.lower()]} in case alone; a package can't hold both")
        if name in (VSIX_MANIFEST_PART, VSO_MANIFEST_PART):
            problems.add(name, "is made by the build; delete the file")
        seen[name.lower()] = name
        if content_type(name) is None:
            problems.add(name, "has no content type; give its kind one in vsix/opc.py, or leave it out of the package")


def content_type(name):
    suffix = posixpath.splitext(name)[1].lower()
    return CONTENT_TYPES.get(suffix) if suffix else CONTENT_TYPES_BY_NAME.get(posixpath.basename(name))


def content_types(names):
    suffixes = sorted({posixpath.splitext(name)[1].lower() for name in names} - {""})
    plain = sorted(name for name in names if not posixpath.splitext(name)[1])
    defaults = [element("Default", {"Extension": suffix, "ContentType": CONTENT_TYPES[suffix]}) for suffix in suffixes]
    overrides = [element("Override", {"ContentType": content_type(name), "PartName": f"/{name}"}) for name in plain]
    return document(element("Types", {"xmlns": CONTENT_TYPES_NAMESPACE}, defaults + overrides))


def vsix_manifest(manifest):
    identity = {
        "Language": "en-US",
        "Id": manifest["id"],
        "Version": manifest["version"],
        "Publisher": manifest["publisher"],
    }
    flags = [flag for flag in manifest.get("galleryFlags", []) if flag != "Public"] + (
        ["Public"] if manifest.get("public") else []
    )
    metadata = [
        element("Identity", identity),
        element("DisplayName", {}, manifest["name"]),
        element("Description", {"xml:space": "preserve"}, manifest["description"]),
        element("Tags", {}, ",".join(manifest.get("tags", []))),
        element("Categories", {}, ",".join(manifest["categories"])),
        element("GalleryFlags", {}, " ".join(flags)),
        element("Icon", {}, manifest["icons"]["default"]),
    ]
    if "license" in manifest["content"]:
        metadata.append(element("License", {}, manifest["content"]["license"]["path"]))
    metadata.append(
        element(
            "Properties", {}, [element("Property", {"Id": key, "Value": value}) for key, value in _properties(manifest)]
        )
    )
    return document(
        element(
            "PackageManifest",
            {"Version": "2.0.0", "xmlns": VSX_NAMESPACE, "xmlns:d": VSX_DESIGN_NAMESPACE},
            [
                element("Metadata", {}, metadata),
                element(
                    "Installation",
                    {},
                    [element("InstallationTarget", _target(target)) for target in manifest["targets"]],
                ),
                element("Dependencies", {}),
                element("Assets", {}, [_asset(kind, part) for kind, part in assets(manifest)]),
            ],
        )
    )


def assets(manifest):
    """(type, part) of each file that the service is told of. The files of a task's folder are found by its contribution."""
    found = [(f"{SERVICES}.Manifest", VSO_MANIFEST_PART)]
    found += [(f"{SERVICES}.Icons.{_capital(kind)}", path) for kind, path in manifest["icons"].items()]
    found += [(f"{SERVICES}.Content.{_capital(kind)}", item["path"]) for kind, item in manifest["content"].items()]
    return found + [(item["path"], item["path"]) for item in manifest["files"] if item.get("addressable")]


def vso_manifest(manifest):
    value = {"manifestVersion": manifest["manifestVersion"], "scopes": [], "contributionTypes": []}
    value.update({member: manifest[member] for member in VSO_MEMBERS if member in manifest})
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def element(name, attributes, content=()):
    """An XML element. `content` is a text, or elements. Of our own, so that no library's version changes a byte."""
    start = name + "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    if not content:
        return f"<{start}/>"
    if isinstance(content, str):
        return f"<{start}>{escape(content)}</{name}>"
    inner = "".join(f"\n  {line}" for child in content for line in child.split("\n"))
    return f"<{start}>{inner}\n</{name}>"


def document(root):
    return f'<?xml version="1.0" encoding="utf-8"?>\n{root}\n'.encode("utf-8")


def _properties(manifest):
    for kind, link in manifest.get("links", {}).items():
        yield f"{SERVICES}.Links.{_capital(kind)}", link["uri"]
    for kind, value in manifest.get("branding", {}).items():
        yield f"{SERVICES}.Branding.{_capital(kind)}", value


def _target(target):
    return {"Id": target["id"], **({"Version": target["version"]} if "version" in target else {})}


def _asset(kind, part):
    return element("Asset", {"Type": kind, "d:Source": "File", "Path": part, "Addressable": "true"})


def _capital(word):
    return word[:1].upper() + word[1:].lower()
