#!/usr/bin/env bash
# Not run here: there is no Slurm where pt2st is built. Only its syntax was checked.
#
# An array of 64 tasks on a file system that all nodes share. Before: pt2st plan --output units.jsonl MODELS
# After: pt2st report --units units.jsonl results
#SBATCH --job-name=pt2st-scan
#SBATCH --array=0-63
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue
set -euo pipefail
cd "${SLURM_SUBMIT_DIR:?}"

# A task that was requeued goes on where it was. The ending 1 says that files are to be tried again.
srun pt2st run units.jsonl --shard "${SLURM_ARRAY_TASK_ID:?}/64" --jobs "${SLURM_CPUS_PER_TASK:?}" --results results
