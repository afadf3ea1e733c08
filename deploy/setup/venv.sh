# Makes the virtual environment with uv in it: venv.sh FOLDER PYTHON
set -euo pipefail
folder=$1 python=$2
say() { echo "… $*" >&2; }
fail() { echo "cannot go on: $*" >&2; exit 1; }

command -v "$python" >/dev/null || fail "$python is not there; install Python 3.11 or newer"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is too old; Python 3.11 or newer is needed"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing python3-venv"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    else
        fail "Python's venv module is not there: apt-get install python3-venv"
    fi
fi
say "making the environment in $folder"
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
