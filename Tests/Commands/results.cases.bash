# Good runs on the real images: what the same experiment gives on other numbers of ranks, and what can be read from its files.

config="$root/configs/mlp.yaml"
options=(--set training.globalBatchSize=240 --set training.epochs=1 --set dataset.limit=12000)

fresh_run
train "$config" "${options[@]}"
expect_success "mlp_oneProcess_trains" "${command[@]}" || true
alone=$run_directory
digest=$(event "$alone" end parametersDigest)
loss=$(event "$alone" epoch trainLoss)

for ranks in 1 2 3 4; do
    fresh_run
    train_ranks $ranks "$config" "${options[@]}"
    expect_success "mlp_on${ranks}Ranks_trains" "${command[@]}" || true
    expect_close "mlp_on${ranks}Ranks_hasTheLossOfOneProcess" "$loss" "$(event "$run_directory" epoch trainLoss)" 1e-5
    (( ranks > 1 )) ||
        expect_equal "mlp_on1Rank_hasTheBitsOfOneProcess" "$digest" "$(event "$run_directory" end parametersDigest)"
done

# A short last batch (12 000 = 46 × 256 + 224) and an odd number of ranks: uneven slices.
fresh_run
train "$config" "${options[@]}" --set training.globalBatchSize=256
expect_success "mlp_shortLastBatch_trains" "${command[@]}" || true
loss=$(event "$run_directory" epoch trainLoss)
fresh_run
train_ranks 3 "$config" "${options[@]}" --set training.globalBatchSize=256
expect_success "mlp_shortLastBatchOn3Ranks_trains" "${command[@]}" || true
expect_close "mlp_shortLastBatchOn3Ranks_hasTheLossOfOneProcess" "$loss" "$(event "$run_directory" epoch trainLoss)" 1e-5

# What a run leaves.
for file in config.yaml manifest.json metrics.jsonl; do
    if [[ -s $alone/$file ]]; then pass "run_leaves_$file"; else fail "run_leaves_$file" "$alone/$file is missing"; fi
done
expect_equal "run_leavesNoTemporaryFile" none "$(find "$alone" -name '*.tmp*' -o -name '*.partial*' | grep . || echo none)"
expect_equal "run_finished_saysSo" finished "$(event "$alone" end status)"
fresh_run
train "$alone/config.yaml"
expect_success "run_resolvedConfiguration_trainsAgain" "${command[@]}" || true
expect_equal "run_resolvedConfiguration_givesTheSameBits" "$digest" "$(event "$run_directory" end parametersDigest)"

# Checkpoints.
checkpoint=$(find "$alone/checkpoints" -name '*.safetensors' 2>/dev/null | sort | tail -n 1 || true)
if [[ -z $checkpoint ]]; then
    fail "run_leavesACheckpoint" "there is none in $alone/checkpoints"
    return 0
fi
expect_success "evaluate_lastCheckpoint_succeeds" "$apus" evaluate "$checkpoint" --json || true
expect_equal "evaluate_lastCheckpoint_givesTheRunsAccuracy" \
    "$(event "$alone" end validationAccuracy)" "$(json_field accuracy <"$scratch/stdout")"

# damaged NAME FILE: evaluate names the file and exits with 3.
damaged() {
    fresh_run
    expect_error "$1" 3 "$2" "$apus" evaluate "$2"
}

damaged "evaluate_checkpointMissing_namesFile" "$scratch/nowhere.safetensors"
: >"$scratch/empty.safetensors"
damaged "evaluate_checkpointEmpty_namesFile" "$scratch/empty.safetensors"
echo "not a checkpoint" >"$scratch/text.safetensors"
damaged "evaluate_textForCheckpoint_namesFile" "$scratch/text.safetensors"
head -c 100000 "$checkpoint" >"$scratch/short.safetensors"
damaged "evaluate_checkpointTruncated_namesFile" "$scratch/short.safetensors"
cp "$checkpoint" "$scratch/flipped.safetensors"
middle=$(( $(stat -c %s "$checkpoint") / 2 ))
byte=$(od -An -tu1 -j $middle -N 1 "$checkpoint")
# shellcheck disable=SC2059  # the format is the byte
printf "\\x$(printf '%02x' $(( byte ^ 1 )))" | dd of="$scratch/flipped.safetensors" bs=1 seek=$middle conv=notrunc status=none
damaged "evaluate_oneBitFlipped_namesFile" "$scratch/flipped.safetensors"

# Results that do not arrive are a failure, alone and under mpirun.
fresh_run
expect_error "evaluate_outputFull_saysSo" 1 'standard output' \
    bash -c '"$@" >/dev/full' evaluate "$apus" evaluate "$checkpoint"
expect_error "inspect_outputClosed_saysSo" 1 'standard output' bash -c '"$@" >&-' inspect "$apus" inspect "$checkpoint"
expect_error "evaluate_outputFullOnTwoRanks_saysSoOnce" 1 'standard output' \
    mpirun --oversubscribe --bind-to none -n 2 bash -c '"$@" >/dev/full' evaluate "$apus" evaluate "$checkpoint" --json
expect_error "help_outputFull_saysSo" 1 'standard output' bash -c '"$@" >/dev/full' help "$apus" --help
