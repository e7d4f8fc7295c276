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
  "$JAVA_HOME/bin/java" -cp "$jar" dev.pt2st.bench.checkpoint.CheckpointGenerator "$@" >&2
}

# A Python that lacks what is compared is as good as none.
if [[ -n ${PT2ST_PYTHON:-} ]] && ! "$PT2ST_PYTHON" -c 'import safetensors, torch' 2>/dev/null; then
  say "PT2ST_PYTHON is $PT2ST_PYTHON, which is not a Python with torch and safetensors: left out."
  PT2ST_PYTHON=''
fi

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
  numfmt --from=auto "${1%B}" 2>/dev/null || fail "$1 is not an amount of bytes, such as 2.5GB or 64MiB"
}

# How many bytes are free where the files go.
free_bytes() {
  echo $(($(df -Pk "$work" | awk 'NR == 2 { print $4 }') * 1024))
}

# need_room BYTES: ends here rather than in the middle.
need_room() {
  local free
  free=$(free_bytes)
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

# Sets gnu_time to the program that tells peak memory, if it is there.
gnu_time=''
find_gnu_time() {
  if [[ $(/usr/bin/time --version 2>&1) == *GNU* ]]; then
    gnu_time=/usr/bin/time
  else
    say 'No GNU time at /usr/bin/time: peak resident memory is left out.'
  fi
}

# The launcher's first start builds the jar, and a second process the cache that makes it start fast.
warm_launcher() {
  local second
  generate --bytes 1MB --tensors 10 "$work/warm.pt"
  "$launcher" convert "$work/warm.pt" "$work/warm.safetensors" >/dev/null
  rm -f "$work/warm.pt" "$work/warm.safetensors"
  sleep 1
  for ((second = 0; second < 60; second++)); do
    compgen -G "$root/cli/target/*.making" >/dev/null || break
    sleep 1
  done
}

# The functions below need of a script: `tools`, the names of programs, the first of them the floor; a function
# `command_of TOOL` that sets `command`; `output`, what a run writes, and `inputs`, what it reads.
tools=() inputs=() output=''

# What the last run wrote is gone and the disk is idle; the inputs are in the page cache.
prepare() {
  rm -rf "$output"
  sync
  ((${#inputs[@]} == 0)) || cat "${inputs[@]}" >/dev/null
}

# time_once TOOL: appends "TOOL <tab> wall user sys kilobytes" to the figures.
time_once() {
  local command figures rss=0
  command_of "$1"
  [[ -z $gnu_time ]] || command=("$gnu_time" -q -f %M -o "$work/rss" "${command[@]}")
  prepare
  TIMEFORMAT='%R %U %S'
  { time "${command[@]}" >"$work/said" 2>&1; } 2>"$work/times" || {
    tail -n 20 "$work/said" >&2
    fail "$1 failed"
  }
  figures=$(<"$work/times")
  [[ -z $gnu_time ]] || rss=$(tail -n 1 "$work/rss")
  printf '%s\t%s %s\n' "$1" "$figures" "$rss" >>"$work/figures"
}

# What `watch` needs; called once, after make_work.
need_memory_of_processes() {
  [[ -r /proc/self/status ]] || fail 'needs Linux: it reads memory from /proc'
  # A pipe that never says anything: to wait on it is to sleep without starting a process each time.
  mkfifo "$work/never"
  exec {never}<>"$work/never"
}

# watch COMMAND...: runs it and sets `most_anonymous` to the most memory that was resident and no page cache, and
# `most_resident` to the most in all, in kilobytes.
watch() {
  local name value rest status=0
  most_anonymous=0 most_resident=0
  "$@" >/dev/null 2>&1 &
  child=$!
  while [[ -r /proc/$child/status ]] && kill -0 "$child" 2>/dev/null; do
    while read -r name value rest; do
      case $name in
        VmHWM:) most_resident=$value ;;
        RssAnon:) most_anonymous=$((value > most_anonymous ? value : most_anonymous)) ;;
      esac
    done 2>/dev/null </proc/"$child"/status || true
    read -r -t 0.005 -u "$never" || true
  done
  wait "$child" || status=$?
  child=''
  return "$status"
}

# time_all TITLE: every tool once a round, in turn, so that what disturbs the machine disturbs all of them.
time_all() {
  local round tool
  rm -f "$work/figures" "$work/anonymous"
  for ((round = 1; round <= rounds; round++)); do
    say "$1: round $round of $rounds"
    for tool in "${tools[@]}"; do
      time_once "$tool"
    done
  done
}

# table: medians of the figures; and anonymous memory, where a script has noted it.
table() {
  awk -F '\t' -v anonymous="$work/anonymous" '
    function median(values, count,    i, j, swap) {
      for (i = 2; i <= count; i++)
        for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
          swap = values[j]; values[j] = values[j - 1]; values[j - 1] = swap
        }
      return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
    }
    BEGIN {
      while ((getline line < anonymous) > 0) { split(line, part, "\t"); most[part[1]] = part[2]; noted = 1 }
    }
    !($1 in runs) { order[++tools] = $1 }
    {
      split($2, figure, " ")
      n = ++runs[$1]
      wall[$1, n] = figure[1]
      cpu[$1, n] = figure[2] + figure[3]
      if (figure[4] > peak[$1]) peak[$1] = figure[4]
    }
    END {
      floor = order[1]
      printf "| program | wall s, median | (fastest to slowest) | wall / %s, median of rounds | CPU s, median | peak RSS MB |%s\n",
        floor, noted ? " anonymous MB |" : ""
      print "|---|---:|---:|---:|---:|---:|" (noted ? "---:|" : "")
      for (t = 1; t <= tools; t++) {
        tool = order[t]; n = runs[tool]
        for (i = 1; i <= n; i++) {
          w[i] = wall[tool, i]; c[i] = cpu[tool, i]; r[i] = wall[tool, i] / (wall[floor, i] > 0 ? wall[floor, i] : 0.001)
        }
        m = median(w, n)
        printf "| %s | %.3f | (%.3f to %.3f) | %.2f | %.2f | %s |", tool, m, w[1], w[n], median(r, n), median(c, n),
          peak[tool] ? sprintf("%.0f", peak[tool] * 1024 / 1e6) : "?"
        print noted ? (tool in most ? sprintf(" %.0f |", most[tool] * 1024 / 1e6) : "  |") : ""
      }
    }' "$work/figures"
}
