# What the scripts beside this file share. They set -euo pipefail and then source it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
jar=$root/bench/target/benchmarks.jar
# shellcheck disable=SC2034 # for the scripts
launcher=${PT2ST:-$root/cli/bin/pt2st}
export LC_NUMERIC=C # a decimal point, not a comma

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

say() {
  printf '%s\n' "$*" >&2
}

# Sets JAVA_HOME to a JDK that is new enough: for the generator, for Maven and for JMH.
find_jdk() {
  local home on_path
  on_path=$(readlink -f "$(command -v javac)" 2>/dev/null || true)
  for home in "${PT2ST_JAVA_HOME:-}" "${JAVA_HOME:-}" "${on_path%/bin/javac}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    ~/.sdkman/candidates/java/* ~/.jdks/*; do
    if [[ -x $home/bin/javac && -r $home/release ]] &&
      [[ $(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release") -ge 25 ]]; then
      export JAVA_HOME=$home
      return
    fi
  done
  fail 'needs a JDK 25 or newer: install one, or point JAVA_HOME at it'
}

build() {
  [[ -f $jar ]] && return
  say 'Building the benchmarks ...'
  mvn -q -B -ntp -f "$root/pom.xml" -pl bench -am package -DskipTests >&2 || fail 'the build failed'
}

generate() {
  "$JAVA_HOME/bin/java" -cp "$jar" dev.pt2st.bench.CheckpointGenerator "$@" >&2
}

# A folder for all files, gone at the end however that comes about; and with it a process that runs beside the script.
work='' child=''
make_work() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/pt2st-bench.XXXXXX")
  trap 'clean_up' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

clean_up() {
  if [[ -n $child ]] && kill "$child" 2>/dev/null; then
    wait "$child" 2>/dev/null || true
  fi
  rm -rf "$work"
}

# bytes_of SIZE: 2.5GB as a plain number.
bytes_of() {
  numfmt --from=auto "${1%B}" 2>/dev/null || fail "$1 is no amount of bytes, such as 2.5GB or 64MiB"
}

# need_room BYTES: ends here rather than in the middle.
need_room() {
  local free
  free=$(($(df -Pk "$work" | awk 'NR == 2 { print $4 }') * 1024))
  ((free >= $1)) ||
    fail "needs $(($1 / 1000000)) MB in ${TMPDIR:-/tmp}, where $((free / 1000000)) MB are free:" \
      'choose a smaller size, or another place with TMPDIR'
}

# What the figures depend on, as a list in Markdown.
describe_machine() {
  local cpu memory filesystem revision
  cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  memory=$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)
  filesystem=$(df -P -T "$work" | awk 'NR == 2 { print $2 }')
  revision=$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)
  echo "- $(nproc) × ${cpu:-unknown processor}, $memory GiB memory, $filesystem, Linux $(uname -r)"
  echo "- pt2st at $revision, Java $(sed -n 's/^IMPLEMENTOR_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release")"
  echo "- $(cp --version | head -n 1)"
  if [[ -n ${PT2ST_PYTHON:-} ]]; then
    "$PT2ST_PYTHON" -c 'import platform, safetensors, torch
print(f"- Python {platform.python_version()}, torch {torch.__version__}, safetensors {safetensors.__version__}")'
  else
    echo '- Python left out: PT2ST_PYTHON does not name one that has torch and safetensors'
  fi
  echo "- load average when it began: $(cut -d ' ' -f 1-3 /proc/loadavg)"
}
