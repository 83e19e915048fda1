"""The container image: a layout whose digests and sizes agree, with the program, its loader and all
that it loads, below 40 MB, the same bytes twice.

  COLDPATH_BUILD=build/release python3 tests/aws/image_test.py
"""
import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("COLDPATH_BUILD", ROOT / "build/release")) / "coldpath"


def build(folder):
    done = subprocess.run([str(ROOT / "deploy/aws/image.sh"), str(PROGRAM), str(folder)],
                          capture_output=True, text=True, check=True)
    return done.stdout.strip()


@unittest.skipUnless(PROGRAM.exists(), f"{PROGRAM} is not built")
class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.layout = Path(cls.temporary.name) / "image"
        cls.digest = build(cls.layout)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def blob(self, descriptor):
        name = descriptor["digest"].removeprefix("sha256:")
        data = (self.layout / "blobs/sha256" / name).read_bytes()
        self.assertEqual(hashlib.sha256(data).hexdigest(), name)
        self.assertEqual(len(data), descriptor["size"])
        return data

    def open(self):
        index = json.loads((self.layout / "index.json").read_text())
        descriptor, = index["manifests"]
        self.assertEqual(descriptor["digest"], self.digest)
        manifest = json.loads(self.blob(descriptor))
        config = json.loads(self.blob(manifest["config"]))
        layer, = manifest["layers"]
        return config, gzip.decompress(self.blob(layer))

    def test_layout(self):
        self.assertEqual(json.loads((self.layout / "oci-layout").read_text()),
                         {"imageLayoutVersion": "1.0.0"})
        config, layer = self.open()
        self.assertEqual(config["config"]["Entrypoint"], ["/coldpath"])
        self.assertEqual(config["config"]["User"], "65532")
        self.assertEqual(config["rootfs"]["diff_ids"],
                         ["sha256:" + hashlib.sha256(layer).hexdigest()])

    def test_it_holds_the_program_and_what_it_loads_and_no_shell(self):
        _, layer = self.open()
        names = {m.name.removeprefix("./"): m for m in tarfile.open(fileobj=io.BytesIO(layer))}
        self.assertEqual(names["coldpath"].mode & 0o777, 0o755)
        needed = subprocess.run(["ldd", str(PROGRAM)], capture_output=True, text=True, check=True)
        for line in needed.stdout.splitlines():
            path = next((word for word in line.split() if word.startswith("/")), None)
            if path:
                self.assertIn(path.lstrip("/"), names)
        self.assertIn("etc/ssl/certs/ca-certificates.crt", names)
        self.assertIn("usr/share/zoneinfo/Europe/Berlin", names)
        self.assertFalse([n for n in names if n.endswith(("/sh", "/bash", "/busybox"))])
        self.assertEqual({m.uid for m in names.values()} | {m.mtime for m in names.values()}, {0})

    def test_it_is_below_forty_megabytes(self):
        _, layer = self.open()
        files = sum(m.size for m in tarfile.open(fileobj=io.BytesIO(layer)) if m.isfile())
        self.assertLess(files, 40_000_000)

    def test_the_same_program_gives_the_same_image(self):
        self.assertEqual(build(Path(self.temporary.name) / "again"), self.digest)

    def test_the_containerfile_says_the_same(self):
        text = (ROOT / "deploy/aws/Containerfile").read_text()
        config, _ = self.open()
        self.assertIn(f'ENTRYPOINT {json.dumps(config["config"]["Entrypoint"])}', text)
        self.assertIn(f'USER {config["config"]["User"]}', text)
        self.assertIn("FROM scratch", text)


if __name__ == "__main__":
    unittest.main(verbosity=1)
