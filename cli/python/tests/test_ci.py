"""What other projects run in their continuous integration: the scripts, as their runners run them."""

import base64
import gzip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import unittest
from pathlib import Path

from samples import CHECKPOINTS, HOSTILE, ROOT, InFolder

CI = ROOT / "cli" / "ci"
HAS_PRE_COMMIT = importlib.util.find_spec("pre_commit") is not None


def commands():
    """The folder with the command pt2st: that of this environment, or beside the package."""
    import pt2st

    for folder in (sysconfig.get_path("scripts"), Path(pt2st.__file__).parents[1] / "bin"):
        if (Path(folder) / "pt2st").is_file():
            return str(folder)
    raise AssertionError("there is no command pt2st")


@unittest.skipIf(os.name == "nt", "the scripts are bash")
class JobTest(InFolder):
    def setUp(self):
        super().setUp()
        self.models = self.folder / "models"
        self.models.mkdir()
        shutil.copyfile(CHECKPOINTS / "zip_basic.pt", self.models / "safe.pt")
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        self.environment = {
            "PATH": os.pathsep.join([str(self.tools), commands(), os.environ["PATH"]]),
            "HOME": str(self.folder),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_WORKSPACE": str(self.folder),
            "GITHUB_REPOSITORY": "someone/models",
            "GITHUB_SHA": "c0ffee",
            "GITHUB_REF": "refs/heads/main",
        }
        for name in ("GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            self.environment[name] = str(self.folder / name.lower())

    def run_script(self, script, *arguments, **environment):
        return subprocess.run(
            [str(script), *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
        )

    def tool(self, name, script):
        (self.tools / name).write_text("#!/bin/bash\n" + script)
        (self.tools / name).chmod(0o755)


class ScanTest(JobTest):
    def outputs(self):
        text = (self.folder / "github_output").read_text()
        return dict(line.split("=", 1) for line in text.splitlines())

    def test_gives_reports_and_the_exit_code(self):
        shutil.copyfile(HOSTILE / "zip_os_system.pt", self.models / "bad.pt")
        ended = self.run_script(CI / "scan", PT2ST_PATHS="models\n", PT2ST_OPTIONS="--full\n--jobs=1")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        outputs = self.outputs()
        self.assertEqual(outputs["exit-code"], "3")
        results = json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"]
        where = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        self.assertEqual(where, "models/bad.pt")
        summary = (self.folder / "github_step_summary").read_text()
        self.assertIn("| dangerous | 1 |", summary)
        self.assertIn("dangerous     models/bad.pt", ended.stdout)

    def test_fails_from_the_verdict_on_that_was_asked_for(self):
        shutil.copyfile(HOSTILE / "unknown_class.pt", self.models / "odd.pt")
        self.run_script(CI / "scan", PT2ST_FAIL_ON="dangerous")
        self.assertEqual(self.outputs()["exit-code"], "0")

    def test_wrong_options_fail(self):
        self.run_script(CI / "scan", PT2ST_OPTIONS="--no-such-option")
        self.assertEqual(self.outputs(), {"exit-code": "2"})

    def test_names_are_no_commands_of_the_runner(self):
        shutil.copyfile(HOSTILE / "zip_os_system.pt", self.models / "::error::x ##[add-path]y")
        lines = self.run_script(CI / "scan").stdout.splitlines()
        token = re.fullmatch("::stop-commands::([0-9a-f]{32})", lines[0])[1]
        self.assertEqual(lines[-1], f"::{token}::")
        self.assertEqual(sum("::error::" in line for line in lines[1:-1]), 1)

    def test_paths_are_no_options(self):
        shutil.copyfile(CHECKPOINTS / "zip_basic.pt", self.folder / "--help")
        self.run_script(CI / "scan", PT2ST_PATHS="--help\nmodels/*.pt")
        self.assertEqual(self.outputs()["exit-code"], "0")
        self.assertIn("| safe | 2 |", (self.folder / "github_step_summary").read_text())


class InstallTest(JobTest):
    """With an archive that looks like one of a release."""

    def setUp(self):
        super().setUp()
        image = self.folder / "made" / "pt2st-1.2.3-linux-x86_64"
        (image / "bin").mkdir(parents=True)
        (image / "bin" / "pt2st").write_text("#!/bin/sh\necho pt2st 1.2.3\n")
        (image / "bin" / "pt2st").chmod(0o755)
        self.archive = self.folder / "made" / "it.tar.gz"
        subprocess.run(["tar", "-czf", self.archive, "-C", image.parent, image.name], check=True)
        self.digest = hashlib.sha256(self.archive.read_bytes()).hexdigest()

    def test_takes_the_archive_of_a_release(self):
        self.tool("gh", 'echo "$*" >"$HOME/asked"; while [[ $1 != --output ]]; do shift; done; cp "$HOME/made/it.tar.gz" "$2"')
        self.tool("uname", "case $1 in -s) echo Linux ;; -m) echo aarch64 ;; esac")
        ended = self.run_script(
            CI / "install",
            PT2ST_SHA256=self.digest,
            PT2ST_VERSION="1.2.3",
            PT2ST_REPOSITORY="owner/pt2st",
        )
        self.assertEqual((ended.stdout, ended.stderr), ("pt2st 1.2.3\n", ""))
        asked = (self.folder / "asked").read_text()
        self.assertIn("release download v1.2.3 --repo owner/pt2st", asked)
        self.assertIn("--pattern pt2st-1.2.3-linux-aarch64.tar.gz ", asked)
        self.assertEqual(
            (self.folder / "github_path").read_text(), f"{self.folder / 'pt2st' / 'bin'}\n"
        )

    def test_another_digest_is_refused(self):
        ended = self.run_script(
            CI / "install", PT2ST_SHA256="0" * 64, PT2ST_ARCHIVE=str(self.archive)
        )
        self.assertEqual(ended.returncode, 1)
        self.assertIn(f"has the SHA-256 {self.digest}, and not the expected 000", ended.stderr)
        self.assertEqual(list((self.folder / "pt2st").iterdir()), [])
        self.assertFalse((self.folder / "github_path").exists())

    def test_nothing_is_taken_without_a_digest_or_by_an_odd_version(self):
        for settings in ({}, {"PT2ST_SHA256": "x"}, {"PT2ST_SHA256": "0" * 64, "PT2ST_VERSION": "-x"}):
            with self.subTest(settings=settings):
                self.assertEqual(self.run_script(CI / "install", **settings).returncode, 1)


class UploadTest(JobTest):
    def test_code_scanning_gets_the_file(self):
        self.tool("gh", 'printf "%s\\n" "$@" >"$HOME/asked"; cp "${10#sarif=@}" "$HOME/packed"')
        (self.folder / "a.sarif").write_text("{}" * 100_000)
        ended = self.run_script(CI / "upload-sarif", "a.sarif")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        asked = (self.folder / "asked").read_text().splitlines()
        self.assertEqual(asked[:4], ["api", "--method", "POST", "repos/someone/models/code-scanning/sarifs"])
        self.assertIn("commit_sha=c0ffee", asked)
        self.assertIn("ref=refs/heads/main", asked)
        packed = (self.folder / "packed").read_bytes()
        self.assertEqual(gzip.decompress(base64.b64decode(packed)), b"{}" * 100_000)


class GitLabTest(JobTest):
    def script(self):
        text = (CI / "gitlab.yml").read_text()
        block = re.search(r"^  script:\n    - \|\n((?:      .*\n)+)", text, re.MULTILINE)[1]
        return re.sub("^      ", "", block, flags=re.MULTILINE)

    def test_its_script(self):
        image = self.folder / "made" / "pt2st"
        (image / "bin").mkdir(parents=True)
        (image / "bin" / "pt2st").symlink_to(Path(commands()) / "pt2st")
        archive = self.folder / "a b.tar.gz"
        subprocess.run(["tar", "-czf", archive, "-C", image.parent, image.name], check=True)
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        self.tool("curl", f'[[ $* == *" the url" ]] && cp "{archive}" pt2st.tar.gz')
        settings = {"PT2ST_URL": "the url", "PT2ST_PATHS": "models", "PT2ST_FAIL_ON": "unknown"}
        for name, digest_, code in (
            ("zip_basic.pt", digest, 0),
            ("zip_os_system.pt", "0" * 64, 1),
            ("zip_os_system.pt", digest, 3),
        ):
            folder = HOSTILE if "system" in name else CHECKPOINTS
            shutil.copyfile(folder / name, self.models / "m.pt")
            with self.subTest(name=name, digest=digest_):
                ended = self.run_script("/bin/sh", "-c", self.script(), PT2ST_SHA256=digest_, **settings)
                self.assertEqual(ended.returncode, code, ended.stderr)
        self.assertIn("dangerous", (self.folder / "pt2st.html").read_text())
        (self.folder / "more files").mkdir()
        shutil.copyfile(CHECKPOINTS / "zip_basic.pt", self.folder / "more files" / "safe.pt")
        settings["PT2ST_PATHS"] = "models\n\nmore files/*.pt\n"
        ended = self.run_script("/bin/sh", "-c", self.script(), PT2ST_SHA256=digest, **settings)
        self.assertEqual(ended.returncode, 3, ended.stderr)
        self.assertIn("3 files: 1 dangerous, 2 safe", ended.stdout)


@unittest.skipUnless(HAS_PRE_COMMIT, "pre-commit is not installed here")
class PreCommitTest(JobTest):
    def git(self, *arguments, cwd):
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
            cwd=cwd,
            check=True,
            capture_output=True,
        )

    def test_the_hook_scans_what_has_changed(self):
        hooks = self.folder / "hooks"
        hooks.mkdir()
        shutil.copyfile(ROOT / ".pre-commit-hooks.yaml", hooks / ".pre-commit-hooks.yaml")
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "hooks"], ["tag", "v1"]):
            self.git(*command, cwd=hooks)
        project = self.folder / "project"
        project.mkdir()
        (project / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: '{hooks}'\n  rev: v1\n  hooks:\n  - id: pt2st-scan\n"
        )
        (project / "code.py").write_text("print(1)\n")
        shutil.copyfile(CHECKPOINTS / "zip_basic.pt", project / "-x.pt")
        self.git("init", "-q", cwd=project)
        self.git("add", ".", cwd=project)
        run = [sys.executable, "-m", "pre_commit", "run"]
        environment = {**self.environment, "PRE_COMMIT_HOME": str(self.folder / "pre-commit")}
        good = subprocess.run(run, cwd=project, env=environment, capture_output=True, text=True)
        self.assertEqual(good.returncode, 0, good.stdout + good.stderr)
        self.assertIn("scan model files", good.stdout)
        shutil.copyfile(HOSTILE / "zip_os_system.pt", project / "weights")
        self.git("add", ".", cwd=project)
        bad = subprocess.run(run, cwd=project, env=environment, capture_output=True, text=True)
        self.assertEqual(bad.returncode, 1, bad.stdout + bad.stderr)
        self.assertIn("os.system('echo pwned')", bad.stdout)


if __name__ == "__main__":
    unittest.main()
