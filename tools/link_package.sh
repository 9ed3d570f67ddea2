#!/bin/sh
# Puts this working copy into a virtual environment: the package (and the tests, for plain `pytest`)
# on its path, the command in its bin.
# Does what an editable install does, but needs neither a build tool nor the network.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
venv=$(cd "$1" && pwd)
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

printf '%s\n' "$root/src" "$root" >"$site/equipoise.pth"
cat >"$venv/bin/equipoise" <<SCRIPT
#!/bin/sh
exec "$venv/bin/python" -P -c 'import sys; sys.argv[0] = "equipoise"; from equipoise.cli import main; sys.exit(main())' "\$@"
SCRIPT
chmod 755 "$venv/bin/equipoise"
