#!/usr/bin/env bash
# Shares the work on a folder between processes of one machine: local.sh FOLDER RESULTS [SHARDS]
# Needs GNU parallel. Run it again after an interruption: what has a result is not done again.
set -euo pipefail
folder=$1 results=$2 shards=${3:-4}
pt2st=${PT2ST:-pt2st}
mkdir -p "$results"

# Once: another plan would see files that have changed, and nothing of it would be done already.
[[ -s $results/units ]] || "$pt2st" plan --output "$results/units" "$folder"

seq 0 $((shards - 1)) |
  parallel --halt soon,fail=20% --jobs "$shards" \
    "$pt2st" run "$results/units" --jobs 1 --shard "{}/$shards" --results "$results" || true

"$pt2st" report --units "$results/units" "$results"
