# Run directories that cannot be used: one sentence that names the folder, exit code 1, and what was there stays.

fresh_run
: >"$run_directory-file"
run_directory="$run_directory-file/run"
train "$scratch/small.yaml"
expect_error "runDirectory_belowAFile_namesIt" 1 "$run_directory" "${command[@]}"

fresh_run
run_directory=/proc/apus-run
train "$scratch/small.yaml"
expect_error "runDirectory_unwritable_namesIt" 1 "$run_directory" "${command[@]}"

fresh_run
run_directory=/proc/apus-run
train_ranks 3 "$scratch/small.yaml"
expect_error "runDirectory_unwritableOnThreeRanks_saidOnceInTheSameWords" 1 '^The run directory' "${command[@]}"

# One run holds the directory; the second must go away without touching a byte of it.
fresh_run
train "$scratch/small.yaml" --set training.epochs=1000000 --set checkpoint.everyEpochs=1000000
"${command[@]}" >"$scratch/first-output" 2>&1 </dev/null &
first=$!
if wait_for 30 has_event "$run_directory" start; then
    used=$run_directory
    train "$scratch/small.yaml"
    run_directory="$scratch/no-run"                         # what the first run writes is not left-over of the second
    expect_error "runDirectory_inUse_namesIt" 1 "$used" "${command[@]}"
    run_directory=$used
    starts=$(grep -cE '"event" *: *"start"' "$run_directory/metrics.jsonl")
    expect_equal "runDirectory_inUse_isLeftAlone" 1 "$starts"
else
    fail "runDirectory_inUse_namesIt" "the first run did not start: $(tail -n 3 "$scratch/first-output")"
fi
kill -KILL $first 2>/dev/null || true
wait $first 2>/dev/null || true

# A killed run leaves no lock that would keep the next one out.
train "$scratch/small.yaml" --resume auto
expect_success "runDirectory_ofAKilledRun_canBeUsedAgain" "${command[@]}" || true
