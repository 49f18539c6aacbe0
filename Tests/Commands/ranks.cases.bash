# Ranks that were not started alike: all end, soon, with exit code 2 and one sentence.

small_config "$scratch/other.yaml"
echo 'seed: 7' >>"$scratch/other.yaml"

fresh_run
expect_error "ranks_differentConfigurations_areRefused" 2 'configuration'$'\n''[Rr]ank' \
    "${mpirun[@]}" -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" \
    : -n 1 "$apus" train "$scratch/other.yaml" --run-directory "$run_directory"

# Rank 0 alone would read the weights, but who names others means another job.
fresh_run
expect_error "ranks_differentWeights_areRefused" 2 'model\.weights: null.*rank 1 has .*nowhere' \
    "${mpirun[@]}" -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" \
    : -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" --set model.weights=nowhere

# Files of the same names and counts, other pixels.
cp -r "$scratch/data" "$scratch/other-data"
{ head -c 16 < <(idx_images 600); cycle 241 $(( 600 * 784 )); } | gzip >"$scratch/other-data/train-images-idx3-ubyte.gz"

fresh_run
expect_error "ranks_differentDatasets_areRefused" 2 '[Dd]ataset'$'\n''[Rr]ank' \
    "${mpirun[@]}" -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" \
    : -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" --set "dataset.path=$scratch/other-data"

# One rank alone has a bad configuration: the other must not wait for it.
fresh_run
expect_error "ranks_oneWithBadConfiguration_endsAll" 2 'training\.epochs' \
    "${mpirun[@]}" -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" \
    : -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" --set training.epochs=0

fresh_run
train "$scratch/small.yaml" --expect-world-size 2
expect_error "worldSize_smallerThanExpected_isRefused" 2 '2'$'\n''1' "${command[@]}"

fresh_run
train_ranks 2 "$scratch/small.yaml" --expect-world-size 3
expect_error "worldSize_ofMpirunNotAsExpected_isRefused" 2 '3'$'\n''2' "${command[@]}"

# A launcher whose MPI is not ours starts processes that each believe to be alone.
fresh_run
train "$scratch/small.yaml"
expect_error "launcher_saysTwoButMPISaysOne_isRefused" 2 '2'$'\n''1' env PMI_RANK=0 PMI_SIZE=2 "${command[@]}"

# More ranks than samples in a step: some have nothing to do, and nobody hangs.
fresh_run
train_ranks 4 "$scratch/small.yaml" --set training.globalBatchSize=3 --set dataset.limit=8
expect_success "ranks_moreThanSamples_finish" "${command[@]}" || true

# A rank that stands still: the others give up after the deadline, and say who waited, where, and for whom.
fresh_run
train_ranks 2 "$scratch/small.yaml" --set training.epochs=100000 --set training.globalBatchSize=600 --set logging.everySteps=1 \
    --set checkpoint.everyEpochs=null --set dataParallel.stallWarningSeconds=1 --set dataParallel.stallAbortSeconds=2
"${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
job=$!
wait_for 30 has_event "$run_directory" step || true
stopped=$(pgrep -P "$job" | tail -n 1)
kill -STOP "$stopped"
code=0
wait_for 20 bash -c "! kill -0 $job" || kill -KILL "$job"
wait "$job" || code=$?
kill -KILL "$stopped" 2>/dev/null || true
silent='Rank 1 does not answer: it was last met in step [0-9]+, [a-z]+ \([a-zA-Z]+\), '
if (( code == 1 )) && grep -qE "^Rank 0 has waited [2-9]\.[0-9] s in step [0-9]+, [a-z]+ \([a-zA-Z]+\)\. $silent" "$scratch/stderr" &&
    grep -qE "^warning: Rank 0 has waited [1-9]\.[0-9] s .*$silent" "$scratch/stderr"
then pass "ranks_oneStandsStill_isReportedAndEndsAll"
else fail "ranks_oneStandsStill_isReportedAndEndsAll" "expected exit code 1 and the rank, step and phase that waited, found code $code"
fi

# What only one rank was told must not keep the others waiting.
fresh_run
expect_success "ranks_oneWithThreadsOption_finish" \
    "${mpirun[@]}" -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" --threads 1 \
    : -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" || true
fresh_run
expect_error "ranks_oneExpectsAnotherWorldSize_endsAll" 2 'expected' \
    "${mpirun[@]}" -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" --expect-world-size 3 \
    : -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory"

# A wrong command line of some ranks: rank 0, which speaks for all, has a good one.
# expect_complaint NAME RANKS: of a job with one good command line and RANKS others.
expect_complaint() {
    local complaints
    fresh_run
    observe "${mpirun[@]}" -n 1 "$apus" train "$scratch/small.yaml" --run-directory "$run_directory" \
        : -n "$2" "$apus" train "$scratch/small.yaml" --no-such-option
    complaints=$(grep -c "Unknown option '--no-such-option'" "$scratch/stderr" || true)
    if (( code == 2 && complaints == 1 )) && grep -q "^Rank 1: Error: Unknown option" "$scratch/stderr"
    then pass "$1"
    else fail "$1" "expected exit code 2 and one complaint of rank 1, found $code and $complaints"
    fi
}
expect_complaint "ranks_oneWithABadCommandLine_saysSo" 1
expect_complaint "ranks_twoWithABadCommandLine_sayItOnce" 2

# Both are wrong: rank 0 says so. Where the cores are busy the other may be as far before it is ended; more than one each is too much.
fresh_run
observe "${mpirun[@]}" -n 1 "$apus" train --no-such-option : -n 1 "$apus" train --neither
complaints=$(grep -c "Error: " "$scratch/stderr" || true)
if (( code == 2 && complaints <= 2 )) && grep -q '^Error: ' "$scratch/stderr"
then pass "ranks_twoBadCommandLines_rank0Complains"
else fail "ranks_twoBadCommandLines_rank0Complains" "expected exit code 2 and a complaint of rank 0, found $code and $complaints in all"
fi

# How long threads spin for each other is bounded, unless the user has a bound of their own.
# expect_spinning NAME EXPECTED [VARIABLE=VALUE…]: what a training that was given these has in its environment, and what it is called.
expect_spinning() {
    local process found name
    fresh_run
    train "$scratch/small.yaml" --set training.epochs=100000
    env "${@:3}" "${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
    process=$!
    wait_for 60 has_event "$run_directory" start || true
    found=$(tr '\0' '\n' <"/proc/$process/environ" | grep -E '^(GOMP_SPINCOUNT|OMP_WAIT_POLICY)=' | xargs || true)
    name=$(<"/proc/$process/comm")
    kill -KILL $process
    wait $process 2>/dev/null || true
    expect_equal "$1" "$2" "$found $name"
}
expect_spinning "spinning_byDefault_isBounded" "GOMP_SPINCOUNT=10000 apus"
expect_spinning "spinning_boundByTheUser_staysSo" "GOMP_SPINCOUNT=77 apus" GOMP_SPINCOUNT=77
expect_spinning "spinning_ofAPolicy_staysSo" "OMP_WAIT_POLICY=passive apus" OMP_WAIT_POLICY=passive
