# Sourced by the scripts beside it: goes to the root of the checkout and installs what is missing.
# Made for Debian 12; elsewhere it says what to install. Nothing here starts or stops a service of the
# system: PostgreSQL and Redis run from `.local`, as processes of this checkout.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "This needs root, and there is no sudo. As root: $*"
    fi
}

need_rust() {
    local needed found
    needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    found=$(rustc --version 2>/dev/null | cut -d' ' -f2 || true)
    if [ "$(printf '%s\n' "$needed" "${found:-0}" | sort -V | head -n 1)" != "$needed" ]; then
        fail "Rust $needed or later is needed; found: ${found:-none}. To get it:
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y
(see https://rustup.rs), or the packages rustc and cargo of a distribution that has them this new."
    fi
}

# rustup's minimal profile comes without these two.
need_rust_components() {
    local component
    for component in rustfmt clippy; do
        cargo "${component/rust/}" --version >/dev/null 2>&1 && continue
        command -v rustup >/dev/null || fail "cargo ${component/rust/} is missing; install $component."
        rustup component add "$component"
    done
}

have_postgresql() {
    local initdb version
    for initdb in /usr/lib/postgresql/*/bin/initdb; do
        version=${initdb#/usr/lib/postgresql/}
        if [ -x "$initdb" ] && [ "${version%%/*}" -ge 15 ]; then return 0; fi
    done
    return 1
}

need_packages() {
    local missing=()
    command -v cc >/dev/null || missing+=(gcc libc6-dev)
    have_postgresql || missing+=(postgresql-15)
    # The package redis-server would start a service; redis-tools has the same binary and does not.
    command -v redis-server redis-check-rdb >/dev/null || missing+=(redis-tools)
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    # What the rulebook is printed with.
    ldconfig -p | grep -q libpangoft2-1.0 || missing+=(libpangoft2-1.0-0)
    [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing+=(fonts-noto-cjk)
    [ ${#missing[@]} -eq 0 ] && return

    say "Installing ${missing[*]} …"
    command -v apt-get >/dev/null ||
        fail "There is no apt-get here. Install what these Debian packages have, then call again."
    # Without this the package would make and start a cluster of the system.
    local hint=/etc/postgresql-common/createcluster.d/workinjury.conf
    as_root mkdir -p "${hint%/*}"
    echo 'create_main_cluster = false' | as_root tee "$hint" >/dev/null
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
    { as_root "${apt[@]}" update && as_root "${apt[@]}" install --no-install-recommends "${missing[@]}"; } \
        >&2 </dev/null || fail "The installation failed; see above."
    as_root rm "$hint"
    as_root rmdir --ignore-fail-on-non-empty "${hint%/*}"
}

# A tool of the crate `$1` called `$2`, into `.local`, unless the machine has it.
need_tool() {
    PATH="$PWD/.local/tools/bin:$PATH"
    command -v "$2" >/dev/null && return
    say "Building $2, once, which takes some minutes …"
    cargo install --quiet --locked --profile dev --root .local/tools "$1"
}

# The Python that the programs run on which are not ours: the tax bureau's, the hospital's and the bank's.
need_python() {
    export CLIENT_PYTHON=$PWD/.local/python/bin/python
    need_venv .local/python integration-tests/{tax_bureau,clients/hospital,bank}/requirements.txt
}

# What prints documents, and a font that has Chinese.
need_print() {
    need_venv .local/print scripts/print/requirements.txt
}

# A virtual environment in the folder `$1` with what the files after it require.
need_venv() {
    local folder=$1 wanted=("${@:2}")
    cat "${wanted[@]}" | cmp -s - "$folder/installed" && return
    python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${wanted[@]/#/--requirement=}"
    cat "${wanted[@]}" >"$folder/installed"
}

# The tasks, built as part of the whole workspace: built alone they would get other features of the
# same crates, and those would be compiled twice.
need_tasks() {
    cargo build --quiet --locked --workspace --bins "$@"
}

tasks() {
    "${CARGO_TARGET_DIR:-target}/debug/xtask" "$@"
}
