"""valid.test.py PIPEC FOLDER COUNT: builds COUNT random programs; fails where one ends in an internal error."""

import pathlib
import subprocess
import sys

pipec, folder, count = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
fine = refused = 0
for seed in range(count):
    if seed % 6 == 0:
        subprocess.run([sys.executable, folder / "random_pipes.py", "ci.pipe", "60", str(seed)], check=True)
    else:
        subprocess.run([sys.executable, folder / "random_shapes.py", "ci.pipe", str(seed)], check=True)
    done = subprocess.run([pipec, "build", "--out", "out", "ci.pipe"], capture_output=True, text=True, timeout=60)
    if done.returncode not in (0, 1):
        print(f"seed {seed}: exit {done.returncode}\n{done.stderr}")
        sys.exit(1)
    fine += done.returncode == 0
    refused += done.returncode == 1
    if done.returncode == 1 and refused <= 3:
        print(f"seed {seed}:\n{done.stderr}")
print(f"{fine} fine, {refused} refused")
sys.exit(0 if fine > count / 3 else 1)
