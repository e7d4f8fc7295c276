#!/bin/sh
# For rdd.pipe of Spark, where the executors have another Java than 25: does the parts of a plan whose numbers come on
# standard input, one a line: shard.sh UNITS RESULTS SHARDS
# Needs pt2st with its own Java on each machine. What a part has come to is printed, also if files are to be tried again;
# the task fails only if results cannot be read or written.
set -u
while read -r shard; do
  said=$("${PT2ST:-pt2st}" run "$1" --shard "$shard/$3" --results "$2" --jobs "${JOBS:-1}") || [ -n "$said" ] || exit 1
  echo "$shard/$3: $said"
done
