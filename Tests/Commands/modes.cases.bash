# The ways in which gradients and statistics travel in fast mode, over MPI: each ends like the plain way, and like itself.

# run_mode RANKS OPTIONS…: a training of two epochs on one thread a rank; its directory is in $run_directory.
run_mode() {
    fresh_run
    train_ranks "$1" "$scratch/small.yaml" --threads 1 --set training.epochs=2 --set optimizer.learningRate=0.02 \
        --set logging.everySteps=1 "${@:2}"
    expect_success "mode_on${1}Ranks_trains (${*:2})" "${command[@]}" || true
}

# losses_of DIRECTORY: of all steps and validations, one a line.
losses_of() { grep -oE '"(loss|validationLoss)":[-+.0-9eE]+' "$1/metrics.jsonl" | sed 's/.*://'; }

# expect_close_losses NAME DIRECTORY OTHER TOLERANCE: the same number of losses, each as close as that, relative.
expect_close_losses() {
    local worst
    worst=$(paste <(losses_of "$2") <(losses_of "$3") |
        awk 'NF != 2 { odd = 1; exit } { d = ($1 - $2) / $1; d = d < 0 ? -d : d; if (d > worst) worst = d } END { print odd || NR < 22 ? "" : worst + 0 }')
    if [[ -n $worst ]] && awk -v w="$worst" -v t="$4" 'BEGIN { exit !(w <= t) }'; then pass "$1"
    else fail "$1" "expected 22 losses that differ by at most $4, relative, found ${worst:-another number of them}"; fi
}

# expect_repeatable NAME RANKS OPTIONS…: the training twice, bit for bit; leaves $run_directory.
expect_repeatable() {
    local first
    run_mode "${@:2}"
    first=$run_directory
    run_mode "${@:2}"
    expect_equal "$1" "$(event "$first" end parametersDigest) $(losses_of "$first" | xargs)" \
        "$(event "$run_directory" end parametersDigest) $(losses_of "$run_directory" | xargs)"
}

mlp='model={name: mlp}'
for ranks in 2 3; do
    run_mode "$ranks" --set "$mlp" --set dataParallel.overlap=false
    plain=$run_directory

    buckets=(--set "$mlp" --set dataParallel.overlap=true --set dataParallel.bucketByteLimit=4096)
    expect_repeatable "overlap_on${ranks}Ranks_isTheSameWhenRepeated" "$ranks" "${buckets[@]}"
    expect_close_losses "overlap_on${ranks}Ranks_isTheMessageAtOnce" "$plain" "$run_directory" 1e-5

    # Gradients of 8 significant bits: about the same descent.
    expect_repeatable "bfloat16Wire_on${ranks}Ranks_isTheSameWhenRepeated" "$ranks" --set "$mlp" --set dataParallel.wire=bfloat16
    expect_close_losses "bfloat16Wire_on${ranks}Ranks_isAboutFloat32" "$plain" "$run_directory" 1e-2
done

# Statistics of all ranks make the ranks one.
normalised='model={layers: [flatten, {linear: 16}, batchNorm, relu, {linear: 10}]}'
run_mode 1 --set "$normalised"
joined=$run_directory
run_mode 2 --set "$normalised" --set dataParallel.batchNorm=global
expect_close_losses "batchNormGlobal_on2Ranks_isTheJoinedBatch" "$joined" "$run_directory" 1e-4

# Threads on pieces of their own leave nothing to overlap: said once, by rank 0.
fresh_run
train_ranks 2 "$scratch/small.yaml" --threads 2 --set "model={name: lenet}" --set dataParallel.overlap=true --set training.steps=2
expect_success "overlap_ofThreadsOnPieces_trains" "${command[@]}" || true
expect_equal "overlap_ofThreadsOnPieces_isWarnedOfOnce" 1 \
    "$(cat "$scratch/stdout" "$scratch/stderr" | grep -c 'dataParallel\.overlap: true lets no gradients travel' || true)"
