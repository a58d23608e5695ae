"""What a built package is."""

import io
import json
import posixpath
import shutil
import struct
import subprocess
import xml.etree.ElementTree as xml
import zipfile
import zlib

from support import EXTENSION, Missing, World, case, equal

TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
VSX = "{http://schemas.microsoft.com/developer/vsx-schema/2011}"
DESIGN = "{http://schemas.microsoft.com/developer/vsx-schema-design/2011}"
MADE = {"[Content_Types].xml", "extension.vsixmanifest", "extension.vsomanifest"}


def opened(data):
    return zipfile.ZipFile(io.BytesIO(data))


@case("package: every part is the source's bytes, and its checksum holds")
def _():
    with World() as world, opened(world.package()) as archive:
        equal(archive.testzip(), None)
        names = archive.namelist()
        equal(names[0], "[Content_Types].xml")
        equal(len(names), len(set(names)))
        expected = {"LICENSE", "overview.md", "images/icon.png"}
        for task in ("SlipwayAgent", "SlipwayGate"):
            expected |= {
                f"{task}/{name}"
                for name in (
                    "task.json",
                    "task.loc.json",
                    "icon.png",
                    "Strings/resources.resjson/en-US/resources.resjson",
                )
            }
        equal(set(names) - MADE, expected)
        for name in expected:
            equal(archive.read(name), (world.root / name).read_bytes())


@case("package: a zip file of deflated parts, without times, owners or anything of this machine")
def _():
    with World() as world, opened(world.package()) as archive:
        for part in archive.infolist():
            kept = (
                part.compress_type,
                part.date_time,
                part.external_attr >> 16,
                part.extra,
                part.comment,
                part.flag_bits,
                part.create_system,
            )
            equal(kept, (zipfile.ZIP_DEFLATED, (1980, 1, 1, 0, 0, 0), 0o100644, b"", b"", 0, 3))


@case("package: unzip reads it too")
def _():
    if not shutil.which("unzip"):
        raise Missing("unzip is not on this machine")
    with World() as world:
        world.package()
        tested = subprocess.run(
            ["unzip", "-tq", world.output / "slipway.slipway-0.1.0.vsix"], capture_output=True, text=True
        )
        equal((tested.returncode, tested.stderr), (0, ""))


@case("package: every part has a content type, and none is told twice")
def _():
    with World() as world, opened(world.package()) as archive:
        root = xml.fromstring(archive.read("[Content_Types].xml"))
        equal(root.tag, TYPES + "Types")
        equal({child.tag for child in root}, {TYPES + "Default", TYPES + "Override"})
        defaults = [(child.get("Extension"), child.get("ContentType")) for child in root.iter(TYPES + "Default")]
        overrides = [(child.get("PartName"), child.get("ContentType")) for child in root.iter(TYPES + "Override")]
        equal(len(dict(defaults)), len(defaults))
        equal(overrides, [("/LICENSE", "text/plain")])
        equal(
            dict(defaults),
            {
                ".json": "application/json",
                ".md": "text/markdown",
                ".png": "image/png",
                ".resjson": "application/json",
                ".vsixmanifest": "text/xml",
                ".vsomanifest": "application/json",
            },
        )
        for name in set(archive.namelist()) - {"[Content_Types].xml"}:
            assert posixpath.splitext(name)[1] in dict(defaults) or f"/{name}" in dict(overrides), name


@case("package: extension.vsixmanifest has the namespaces, the identity, and assets that are there")
def _():
    with World() as world, opened(world.package()) as archive:
        text = archive.read("extension.vsixmanifest").decode()
        root = xml.fromstring(text)
        equal((root.tag, root.get("Version")), (VSX + "PackageManifest", "2.0.0"))
        equal([child.tag.removeprefix(VSX) for child in root], ["Metadata", "Installation", "Dependencies", "Assets"])
        metadata = root.find(VSX + "Metadata")
        equal(
            metadata.find(VSX + "Identity").attrib,
            {"Language": "en-US", "Id": "slipway", "Version": "0.1.0", "Publisher": "slipway"},
        )
        manifest = json.loads((EXTENSION / "vss-extension.json").read_text())
        for tag, expected in (
            ("DisplayName", manifest["name"]),
            ("Description", manifest["description"]),
            ("Tags", ",".join(manifest["tags"])),
            ("Categories", "Azure Pipelines"),
            ("GalleryFlags", "Preview"),
            ("Icon", "images/icon.png"),
            ("License", "LICENSE"),
        ):
            equal(metadata.find(VSX + tag).text, expected)
        equal(metadata.find(VSX + "Description").get("{http://www.w3.org/XML/1998/namespace}space"), "preserve")
        properties = {item.get("Id"): item.get("Value") for item in metadata.iter(VSX + "Property")}
        equal(properties["Microsoft.VisualStudio.Services.Branding.Color"], "#0f4c5c")
        equal(
            [item.attrib for item in root.iter(VSX + "InstallationTarget")], [{"Id": "Microsoft.VisualStudio.Services"}]
        )
        assets = {item.get("Type"): item for item in root.iter(VSX + "Asset")}
        services = "Microsoft.VisualStudio.Services."
        equal(
            {kind.removeprefix(services): item.get("Path") for kind, item in assets.items()},
            {
                "Manifest": "extension.vsomanifest",
                "Icons.Default": "images/icon.png",
                "Content.Details": "overview.md",
                "Content.License": "LICENSE",
            },
        )
        for item in assets.values():
            equal((item.get(DESIGN + "Source"), item.get("Addressable")), ("File", "true"))
            assert item.get("Path") in archive.namelist(), item.get("Path")


@case("package: extension.vsomanifest has the contributions, whose folders are there")
def _():
    with World() as world, opened(world.package()) as archive:
        value = json.loads(archive.read("extension.vsomanifest"))
        equal(set(value), {"manifestVersion", "scopes", "contributionTypes", "demands", "contributions"})
        equal((value["manifestVersion"], value["scopes"]), (1, []))
        for item in value["contributions"]:
            if item["type"] == "ms.vss-distributed-task.task":
                assert f"{item['properties']['name']}/task.json" in archive.namelist(), item


@case("package: what XML treats specially is written so that it is read back")
def _():
    hard = "Agents <of> \"any\" size & 'kind'"
    with World() as world:
        world.change("vss-extension.json", lambda value: value.update(name=hard, description=hard, tags=["a&b"]))
        with opened(world.package()) as archive:
            root = xml.fromstring(archive.read("extension.vsixmanifest"))
            equal(
                (
                    root.find(f".//{VSX}DisplayName").text,
                    root.find(f".//{VSX}Description").text,
                    root.find(f".//{VSX}Tags").text,
                ),
                (hard, hard, "a&b"),
            )


@case("package: a file that is addressable becomes an asset")
def _():
    with World() as world:
        shutil.copy(world.root / "images/icon.png", world.root / "images/extra.png")
        world.change(
            "vss-extension.json", lambda value: value["files"].append({"path": "images/extra.png", "addressable": True})
        )
        with opened(world.package()) as archive:
            root = xml.fromstring(archive.read("extension.vsixmanifest"))
            equal(
                [item.get("Path") for item in root.iter(VSX + "Asset") if item.get("Type") == "images/extra.png"],
                ["images/extra.png"],
            )


@case("package: the same bytes in another folder, time zone, umask, locale and hash seed, from files of another age")
def _():
    with World() as one, World() as other:
        for path in other.root.rglob("*"):
            path.chmod(0o700)
        shutil.copystat(EXTENSION, other.root)
        first = one.package(umask=0o022, TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
        second = other.package(
            umask=0o077, TZ="Pacific/Auckland", LC_ALL="C", PYTHONHASHSEED="2", SOURCE_DATE_EPOCH="1700000000"
        )
        assert first == second, "two builds differ"


@case("package: parts of more than one block are whole, at each length around a block's end")
def _():
    import sys

    sys.path.insert(0, str(EXTENSION))
    from vsix.zip_file import BLOCK, stored_deflate, zip_bytes

    for length in (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 7):
        data = bytes(index * 7 % 251 for index in range(length))
        equal(zlib.decompress(stored_deflate(data), -15), data)
        with opened(zip_bytes([("a", data), ("b/c", data)])) as archive:
            equal((archive.read("a"), archive.read("b/c"), archive.testzip()), (data, data, None))


@case("package: under another publisher's name, the page's address follows everywhere")
def _():
    with World() as world:
        made = world.build("--publisher", "fabrikam")
        equal((made.returncode, made.stderr), (0, ""))
        target = world.output / "fabrikam.slipway-0.1.0.vsix"
        equal(made.stdout.strip(), str(target))
        with opened(target.read_bytes()) as archive:
            text = b"".join(archive.read(name) for name in archive.namelist())
            assert b"itemName=slipway.slipway" not in text
            assert text.count(b"itemName=fabrikam.slipway") >= 8
            root = xml.fromstring(archive.read("extension.vsixmanifest"))
            equal(root.find(f".//{VSX}Identity").get("Publisher"), "fabrikam")


@case("package: a publisher that can't be one is refused")
def _():
    with World() as world:
        made = world.build("--publisher", "fabrikam inc")
        equal(made.returncode, 1)
        assert "vss-extension.json: publisher: is 'fabrikam inc', but must match" in made.stderr, made.stderr


@case("package: nothing is left beside it, and a package of before is replaced")
def _():
    with World() as world:
        world.output.mkdir()
        (world.output / "slipway.slipway-0.1.0.vsix").write_bytes(b"old")
        assert world.package().startswith(b"PK\x03\x04")
        equal([path.name for path in world.output.iterdir()], ["slipway.slipway-0.1.0.vsix"])


@case("package: a folder that can't be made is told")
def _():
    with World() as world:
        world.output.write_bytes(b"")
        made = world.build()
        equal(made.returncode, 1)
        equal(len(made.stderr.splitlines()), 1)
        assert "can't be written" in made.stderr, made.stderr


@case("pictures: icons have the sizes that the service shows")
def _():
    for name, pixels in (("images/icon.png", 128), ("SlipwayAgent/icon.png", 32), ("SlipwayGate/icon.png", 32)):
        data = (EXTENSION / name).read_bytes()
        equal((data[:8], struct.unpack(">II", data[16:24])), (b"\x89PNG\r\n\x1a\n", (pixels, pixels)))


@case("pictures: they are what images/draw draws")
def _():
    with World() as world:
        drawn = subprocess.run([world.root / "images/draw", world.folder / "drawn"], capture_output=True, text=True)
        equal((drawn.returncode, drawn.stderr), (0, ""))
        for name in ("images/icon.png", "SlipwayAgent/icon.png", "SlipwayGate/icon.png"):
            # The pixels: zlib may compress them otherwise on another machine.
            equal(pixels(EXTENSION / name), pixels(world.folder / "drawn" / name))


def pixels(path):
    data, place, stream = path.read_bytes(), 8, b""
    while place < len(data):
        length = struct.unpack(">I", data[place : place + 4])[0]
        if data[place + 4 : place + 8] == b"IDAT":
            stream += data[place + 8 : place + 8 + length]
        place += 12 + length
    return data[8:33], zlib.decompress(stream)
