# Faults made on purpose, on real ranks: what the screen says of them, and how the job ends.

# expect_fault NAME CODE PATTERNS RANKS FAULT OPTIONS…: a training that meets FAULT ends with CODE and one sentence that matches.
# Unlike expect_error it may have written into its run directory before.
expect_fault() {
    local name=$1 expected=$2 patterns=$3 ranks=$4 fault=$5 problems=()
    fresh_run
    train_ranks "$ranks" "$scratch/small.yaml" --fault "$fault" "${@:6}"
    observe "${command[@]}"
    (( code == expected )) || problems+=("expected exit code $expected, found $code")
    [[ -z $(crash_signs) ]] || problems+=("crashed: $(crash_signs | head -n 1)")
    (( $(matching_lines "$patterns" | grep -c '\.$' || true) == 1 )) ||
        problems+=("expected one sentence that matches: ${patterns//$'\n'/ and }")
    if (( ${#problems[@]} == 0 )); then pass "$name"; else fail "$name" "${problems[@]}"; fi
}

# Replicas that differ by one bit: found by the comparison that is due, before a checkpoint is written, and at the end.
expect_fault "replicaCheck_oneBitOnOneOfThreeRanks_namesIt" 1 \
    "^After step 6 rank 1 holds another '1\.weight' than all other ranks"$'\n'"after step 4; the checkpoint to go on from is .*step-0*4\.safetensors" \
    3 flip:optimizer:1:5 --set dataParallel.replicaCheckEverySteps=3 --set checkpoint.everySteps=4
expect_fault "replicaCheck_beforeACheckpoint_namesTheLastGoodOne" 1 \
    "^After step 8 rank 0 holds another '1\.weight' than all other ranks"$'\n'"after step 4; the checkpoint to go on from is .*step-0*4\.safetensors" \
    3 flip:optimizer:0:5 --set checkpoint.everySteps=4
expect_fault "replicaCheck_atTheEnd_findsIt" 1 "^After step 10 '1\.weight' differs, rank 0 against rank 1.*at the start" \
    2 flip:optimizer:0:10
expect_equal "replicaCheck_atTheEnd_leavesNoCheckpoint" none "$(find "$run_directory/checkpoints" -name '*.safetensors' 2>/dev/null | grep . || echo none)"
expect_fault "replicaCheck_oneBitOfTwoRanks_namesBoth" 1 "^After step 4 '1\.weight' differs, rank 0 against rank 1" \
    2 flip:optimizer:0:4 --set dataParallel.replicaCheckEverySteps=2

# A rank whose loader hangs: the ranks that wait name it, and it says itself where it is.
stall=(--set dataParallel.stallWarningSeconds=1 --set dataParallel.stallAbortSeconds=3)
expect_fault "stall_loaderOfOneRankHangs_theOthersNameIt" 1 \
    "^Rank [02] has waited [3-9]\.[0-9] s in step 3, waiting .*Rank 1 does not answer: it was last met in step 2, .* gives up" \
    3 hang:data:1:3 "${stall[@]}"
if grep -qE '^\[rank 1\] warning: Rank 1 has been in step 3, data, for [1-9]\.[0-9] s\.$' "$scratch/stderr"
then pass "stall_loaderOfOneRankHangs_itSaysSoItself"
else fail "stall_loaderOfOneRankHangs_itSaysSoItself" "expected a warning of rank 1 that names step and phase"
fi

# One process alone has nobody who waits for it: its watch ends it, a while after the deadline.
fresh_run
train "$scratch/small.yaml" --fault hang:data:0:3 "${stall[@]}"
observe "${command[@]}"
if (( code == 1 )) && grep -qE '^warning: Rank 0 has been in step 3, data, for [89]\.[0-9] s and gives up\.$' "$scratch/stderr"
then pass "stall_loaderOfOneProcessHangs_itEndsItself"
else fail "stall_loaderOfOneProcessHangs_itEndsItself" "expected exit code 1 and a sentence, found code $code"
fi
