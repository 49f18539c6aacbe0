# Where the results of a benchmark go; how fast anything is, is never a condition here.

benchmark=("$apus" benchmark throughput "$scratch/small.yaml" --repeats 1 --seconds 0.01 --json)

expect_success "benchmark_resultFile_isWritten" "${benchmark[@]}" "$scratch/results.json" || true
expect_equal "benchmark_resultFile_holdsResults" 1 "$(grep -c '"imagesPerSecond"' "$scratch/results.json" || true)"

# A pipe stands for all that must be written to and not be replaced: run by root, a benchmark could take a device's place.
mkfifo "$scratch/pipe"
timeout 60 cat "$scratch/pipe" >"$scratch/piped.json" &
expect_success "benchmark_resultsToAPipe_areWritten" "${benchmark[@]}" "$scratch/pipe" || true
wait $! || true
expect_equal "benchmark_resultsToAPipe_arrive" 1 "$(grep -c '"imagesPerSecond"' "$scratch/piped.json" || true)"
if [[ -p $scratch/pipe ]]; then
    pass "benchmark_resultsToAPipe_leaveThePipe"
else
    fail "benchmark_resultsToAPipe_leaveThePipe" "something else has taken its place"
fi

fresh_run
expect_error "benchmark_resultsToNoFolder_namesIt" 2 "$scratch/nowhere/results.json" \
    "${benchmark[@]}" "$scratch/nowhere/results.json"
expect_error "benchmark_resultsToAFolder_namesIt" 2 "$scratch: Is a directory" "${benchmark[@]}" "$scratch"
expect_error "benchmark_resultsToNoName_isSaidBeforeMeasuring" 2 '^--json: .*nothing' "${benchmark[@]}" ""
expect_error "benchmark_resultsToAFullDisk_namesIt" 1 "/dev/full: No space left" "${benchmark[@]}" /dev/full
expect_error "benchmark_ofRanksWithoutThreads_isWrongUsage" 2 "threads takes a number from 1" \
    bash -c '"$@" 2>&1 | grep ^Error >&2; exit "${PIPESTATUS[0]}"' benchmark "$apus" benchmark ranks "$scratch/small.yaml" --threads 0
expect_error "benchmark_outputFull_saysSo" 1 'standard output' bash -c '"$@" >/dev/full' benchmark "${benchmark[@]}" -

expect_success "benchmark_severalThreads_measuresEach" "${benchmark[@]}" "$scratch/results.json" --threads 1,2 || true
expect_equal "benchmark_severalThreads_givesAResultForEach" 2 "$(grep -c '"imagesPerSecond"' "$scratch/results.json" || true)"
observe "${benchmark[@]}" - --threads 1,1
expect_equal "benchmark_threadsTwice_isWrongUsage" 2 "$code"
