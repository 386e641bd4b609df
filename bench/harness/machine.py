"""What a number was measured on."""
import os
import platform
import subprocess

from harness import places

TOLD_FLAGS = ("avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_vpopcntdq",
              "avx512vbmi", "avx_vnni", "amx_int8", "asimd", "asimddp", "i8mm", "bf16", "sve")


def cpu():
    facts = {}
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            name, _, value = line.partition(":")
            facts.setdefault(name.strip(), value.strip())
    flags = set(facts.get("flags", facts.get("Features", "")).split())
    return {"cpu": facts.get("model name", platform.machine()), "family": facts.get("cpu family"), "model": facts.get("model"),
            "cpus": os.cpu_count(), "flags": [flag for flag in TOLD_FLAGS if flag in flags]}


def output_of(*command):
    try:
        return subprocess.run(command, cwd=places.ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def commit():
    name = output_of("git", "rev-parse", "--short=12", "HEAD")
    return name + ("+" if output_of("git", "status", "--porcelain", "--untracked-files=no", "src", "include") else "")


def describe():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return cpu() | {"memory_bytes": memory, "kernel": platform.release(), "compiler": output_of("c++", "--version").split("\n")[0],
                    "python": platform.python_version(), "commit": commit()}


def load():
    return round(os.getloadavg()[0], 2)
