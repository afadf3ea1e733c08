# Everything that is checked without running the system: check.sh BIN
set -uo pipefail
bin=$1
status=0
step() {
    local name=$1; shift
    if output=$("$@" 2>&1); then echo "ok    $name"; else echo "FAIL  $name"; echo "$output" | tail -60; status=1; fi
}

no_index_hosts() {
    local hosts='pypi\.o''rg|pythonho''sted|registry\.np''mjs|deb\.deb''ian'
    ! git grep -nIE "$hosts" -- . ':!*.png' ':!*.svg' && ! git ls-files | grep -E '(^|/)uv\.lock$'
}
shell_scripts_parse() { for file in $(git ls-files '*.sh' .ci/run); do bash -n "$file" || return 1; done; }

step "no index hosts"        no_index_hosts
step "shell scripts"         shell_scripts_parse
step "format (ruff)"         "$bin/ruff" format -q --check .
step "style (ruff)"          "$bin/ruff" check -q .
step "types (mypy)"          "$bin/mypy"
step "imports (import-linter)" "$bin/lint-imports"
step "contract snapshots"    "$bin/python" -m qiantai.wire.snapshots
step "API snapshots"         "$bin/python" -m qiantai.application.snapshots
step "migrations match models" "$bin/python" -m embedded.check_migrations
step "deployment files"      "$bin/python" deploy/setup/check_deploy.py
step "console (types, style, words)" "$SHELL" deploy/setup/console.sh "$(dirname "$bin")" check
exit $status
