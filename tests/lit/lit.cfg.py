"""How the lit suites run. One folder a behaviour, one `.test` file a case; its first line says what it shows.

`%pipec`, `%piperun`: the programs just built; `%python`: the system's Python; `%root`: the project's own
files; `%sample`: examples/sprint-reports; `%faketime`: the library that shows a program another time. Every run has an empty HOME and no colours. A case that needs
what a machine may lack says `REQUIRES:` with a name from below; the summary counts it as skipped. In a build
with sanitizers the feature `sanitized` is there, and PIPELANG_SANITIZED says which: what measures time or memory
takes wider bounds then (docs/limits.md).
"""

import os
import pathlib
import shutil
import subprocess

import lit.formats
import lit.util

root = pathlib.Path(config.pipelang_source)
build = pathlib.Path(config.pipelang_build)
PYTHON = "/usr/bin/python3"

config.name = "pipelang"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".test"]
config.excludes = ["Inputs"]
config.test_source_root = str(root / "tests" / "lit")
config.test_exec_root = str(build / "tests" / "lit")


def has(*command):
    """Whether this command works here."""
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def podman_works():
    """Whether podman can run an image here at all: one of busybox alone, in a store of its own."""
    if not all(shutil.which(tool) for tool in ["podman", "runc", "busybox"]) or os.geteuid() != 0:
        return False
    folder = build / "tests" / "podman"
    answer = folder / "answer"  # asked once in a build folder for each podman: it takes a second
    version = str(os.stat(shutil.which("podman")).st_mtime_ns)
    if answer.exists() and answer.read_text().startswith(version):
        return answer.read_text().endswith("yes")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "image" / "bin").mkdir(parents=True)
    shutil.copy(shutil.which("busybox"), folder / "image" / "bin" / "busybox")
    (folder / "containers.conf").write_text(
        '[containers]\nnetns = "host"\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n'
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
    )
    (folder / "storage.conf").write_text(f'[storage]\ndriver = "vfs"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/graph"\n')
    works = has(
        "env", f"CONTAINERS_CONF={folder}/containers.conf", f"CONTAINERS_STORAGE_CONF={folder}/storage.conf", "sh", "-ec",
        f"cd {folder} && tar -C image -cf image.tar . && podman import -q image.tar localhost/box:1"
        " && podman run --rm --network host localhost/box:1 busybox true",
    )
    answer.write_text(f"{version} {'yes' if works else 'no'}")
    return works


faketime = next(map(str, pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "")


def features():
    """What of this machine a case may ask for."""
    if any(pathlib.Path("/usr/lib/postgresql").glob("15/bin/initdb")) and shutil.which("redis-server"):
        yield "postgres"
    if has(PYTHON, "-c", "import fastapi, sqlalchemy, asyncpg, redis, uvicorn, pytest_cov, prometheus_client"):
        yield "sample"  # what examples/sprint-reports imports
    if shutil.which("node") and (root / "tests" / "conformance" / "node_modules").is_dir():
        yield "conformance"  # the official parsers, by tests/conformance/install
    for tool in ["git", "npm", "node", "promtool", "shellcheck", "bash", "chromium", "clang-format-14", "ctags", "openssl", "curl", "make"]:
        if shutil.which(tool):
            yield tool
    if os.geteuid() == 0:
        yield "root"
    if faketime:
        yield "faketime"
    if has("bwrap", "--ro-bind", "/", "/", "--tmpfs", "/tmp", "true"):
        yield "bubblewrap"  # and a kernel that lets it
    if podman_works():
        yield "podman"
    if config.pipelang_sanitize:
        yield "sanitized"


config.available_features.update(features())

# Limits: one case, unless `--timeout` says otherwise. Needs psutil, which Debian has.
if not lit_config.maxIndividualTestTime:
    try:
        import psutil  # noqa: F401

        lit_config.maxIndividualTestTime = 1800 if config.pipelang_sanitize else 600
    except ImportError:
        lit_config.note("python3-psutil is not installed: tests run without a time limit")

# lit would make a TMPDIR that nobody else can pass; services run as another user.
os.environ["LIT_PRESERVES_TMP"] = "1"

home = build / "tests" / "home"
shutil.rmtree(home, ignore_errors=True)
home.mkdir(parents=True)
config.environment = {
    "PATH": os.pathsep.join([str(build / "bin"), config.llvm_tools, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]),
    "HOME": str(home),
    "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A Person",
    "GIT_AUTHOR_EMAIL": "person@example.com",
    "GIT_AUTHOR_DATE": "2024-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "A Person",
    "GIT_COMMITTER_EMAIL": "person@example.com",
    "GIT_COMMITTER_DATE": "2024-01-02T03:04:05Z",
}
# What finds programs, and nothing else, comes from the caller.
for name in ["ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]

config.substitutions += [
    ("%pipec", str(build / "bin" / "pipec")),
    ("%piperun", str(build / "bin" / "piperun")),
    ("%python", PYTHON),
    ("%sample", str(root / "examples" / "sprint-reports")),
    ("%root", str(root)),
    ("%build", str(build)),
    ("%faketime", faketime),
]

if config.pipelang_sanitize:
    config.environment["PIPELANG_SANITIZED"] = config.pipelang_sanitize
    config.substitutions.append((r"\btimeout ([0-9]+) ", r"timeout \g<1>0 "))  # ten times as long

# Cases that load the whole machine run one at a time.
lit_config.parallelism_groups["machine"] = 1
