# What one rank alone meets ends the job of all, soon, with one sentence that says whose it was and where.

# expect_sentence NAME CODE PATTERN: what was just run ended with CODE and said one sentence that matches.
expect_sentence() {
    local sentences
    sentences=$(grep -cE "$3" "$scratch/stderr" || true)
    if (( code == $2 && sentences == 1 ))
    then pass "$1"
    else fail "$1" "expected code $2 and one sentence, found $code and $sentences"
    fi
}

checkpoints=(--set checkpoint.everySteps=2 --set checkpoint.keep=9)

# expect_rank_failure NAME RANKS PHASE RANK STEP CHECKPOINT: the RANK fails in PHASE of STEP; the checkpoint of the step CHECKPOINT
# stays, and is whole.
expect_rank_failure() {
    local name=$1 ranks=$2 phase=$3 rank=$4 step=$5 began=$SECONDS kept problems=()
    fresh_run
    train_ranks "$ranks" "$scratch/small.yaml" "${checkpoints[@]}" --fault "fail:$phase:$rank:$step"
    observe "${command[@]}"
    kept=$run_directory/checkpoints/step-$(printf '%08d' "$6").safetensors
    (( code == 1 )) || problems+=("expected exit code 1, found $code")
    (( SECONDS - began < 30 )) || problems+=("it took $(( SECONDS - began )) s")
    [[ -z $(crash_signs) ]] || problems+=("crashed: $(crash_signs | head -n 1)")
    [[ $(grep 'on purpose' "$scratch/stderr") == "Rank $rank: step $step, $phase: this rank fails on purpose." ]] ||
        problems+=("expected the sentence once, found $(grep -c 'on purpose' "$scratch/stderr" || true)")
    "$apus" evaluate "$kept" >"$scratch/evaluation" 2>&1 || problems+=("the checkpoint before: $(head -n 1 "$scratch/evaluation")")
    if (( ${#problems[@]} == 0 )); then pass "$name"; else fail "$name" "${problems[@]}"; fi
}

for ranks in 2 3; do
    for phase in data forward backward optimizer; do
        expect_rank_failure "failure_${phase}OfRank1Of$ranks" $ranks $phase 1 5 4
    done
    expect_rank_failure "failure_validationOfRank1Of$ranks" $ranks validation 1 10 8
    expect_rank_failure "failure_checkpointOfTheWriterOf$ranks" $ranks checkpoint 0 6 4
    expect_rank_failure "failure_checkpointOfRank1Of$ranks" $ranks checkpoint 1 6 4
done

# A folder that becomes a file under way: even root can write no checkpoint there. Rank 0 knows why, all leave with it.
fresh_run
train_ranks 3 "$scratch/small.yaml" --set training.epochs=100000 --set checkpoint.everySteps=10
"${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
job=$!
wait_for 60 has_event "$run_directory" checkpoint || true
mv "$run_directory/checkpoints" "$run_directory/before" && : >"$run_directory/checkpoints"
code=0
wait_for 60 bash -c "! kill -0 $job" || kill -KILL "$job"
wait "$job" || code=$?
expect_sentence "failure_checkpointCannotBeWrittenOnThreeRanks_isSaidOnce" 1 "^Cannot .*$run_directory/checkpoints.*\.$"
expect_equal "failure_checkpointCannotBeWrittenOnThreeRanks_isInTheLog" failed "$(event "$run_directory" end status)"
kept=$(find "$run_directory/before" -name '*.safetensors' | sort | tail -n 1)
expect_success "failure_checkpointCannotBeWritten_leavesTheOneBefore" "$apus" evaluate "$kept" || true

# A log on a full disk: rank 0 alone knows of it, and ends the job.
fresh_run
train "$scratch/small.yaml"
expect_success "failure_firstRun_finishes" "${command[@]}" || true
ln -sf /dev/full "$run_directory/metrics.jsonl"
train_ranks 2 "$scratch/small.yaml" --set training.epochs=2 --resume auto
observe "${command[@]}"
expect_sentence "failure_logCannotBeWrittenOnTwoRanks_isSaidOnce" 1 \
    "^Rank 0: .*$run_directory/metrics\.jsonl.*No space left on device.*\.$"

# A file that may not grow as large as a checkpoint: an error like a full disk, not the signal's end.
fresh_run
train "$scratch/small.yaml"
observe bash -c 'ulimit -f 10; exec "$@"' limited "${command[@]}"
expect_sentence "failure_checkpointBeyondTheFileSizeLimit_isSaid" 1 "^Cannot .*$run_directory/checkpoints.*File too large.*\.$"
expect_equal "failure_checkpointBeyondTheFileSizeLimit_leavesNoPart" none \
    "$(find "$run_directory/checkpoints" -type f 2>/dev/null | grep . || echo none)"

# Faults that nothing would ever meet.
fresh_run
for fault in fail:waiting:1:5 slow:checkpoint:1:5 nan:data:1:5; do
    train "$scratch/small.yaml" --fault $fault
    observe "${command[@]}"
    expect_sentence "fault_neverMet_isRefused ($fault)" 2 \
        "'$fault'.*A fault of the kind '${fault%%:*}' can only be met in [a-z, ]+\.$"
done
fresh_run
train_ranks 2 "$scratch/small.yaml" --fault fail:data:2:5
observe "${command[@]}"
expect_sentence "fault_ofARankBeyondTheJob_isRefused" 2 "^The fault is to meet rank 2, but the job has 2 ranks\.$"
