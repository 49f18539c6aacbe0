# Reproducible mode: whatever the number of ranks and threads, a training ends on the same bits, and logs the same losses.

# Two epochs of 100 samples in batches of 48, so that the last has 4, fewer than there are shards; momentum, warm-up, clipping and
# validation in each epoch.
reproducible=(
    --set dataParallel.reproducible=true --set dataset.limit=100 --set training.globalBatchSize=48 --set training.epochs=2
    --set optimizer.momentum=0.9 --set optimizer.learningRate=0.05 --set schedule.warmupEpochs=1 --set training.clipNorm=1
    --set logging.everySteps=1 --set checkpoint.everyEpochs=null
)

# What a run computed: the digest, and the losses of all steps and validations.
trace_of() {
    event "$1" end parametersDigest
    grep -oE '"(loss|trainLoss|validationLoss)":[-+.0-9eE]+' "$1/metrics.jsonl"
}

# expect_same_bits NAME MODEL RANKS:THREADS[:messages]… [-- OPTIONS…]: each launch against the first. With `messages` as between hosts,
# else in memory that the ranks share.
expect_same_bits() {
    local name=$1 model=$2 launches=() launch ranks threads way first='' found
    shift 2
    while (( $# > 0 )) && [[ $1 != -- ]]; do launches+=("$1"); shift; done
    shift || true
    for launch in "${launches[@]}"; do
        fresh_run
        IFS=: read -r ranks threads way <<<"$launch"
        train_ranks "$ranks" "$scratch/small.yaml" "${reproducible[@]}" --set "$model" --threads "$threads" \
            --set "dataParallel.sharedMemory=$([[ $way == messages ]] && echo false || echo true)" "$@"
        observe "${command[@]}"
        found=$(trace_of "$run_directory")
        first=${first:-$found}
        if (( code != 0 )) || [[ $(wc -l <<<"$found") != 12 || $found != "$first" ]]; then
            fail "$name" "with $launch (ranks:threads) expected code 0 and the trace" "$first" "found code $code and" "$found"
            return
        fi
    done
    pass "$name"
}

dropout='model={layers: [{conv2d: {channels: 32, kernel: 3, padding: 1}}, relu, {maxPool: 2}, {conv2d: {channels: 64, kernel: 3, padding: 1}}, relu, {maxPool: 2}, flatten, {dropout: 0.5}, {linear: 64}, relu, {linear: 10}]}'

expect_same_bits "reproducible_mlp_isTheSameOn1To8Ranks" "model={name: mlp}" 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 1:2 3:2 2:1:messages 5:1:messages 3:2:messages
expect_same_bits "reproducible_lenet_isTheSameOn1To8Ranks" "model={name: lenet}" 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 2:2
expect_same_bits "reproducible_cnnWithDropout_isTheSameOn1To8Ranks" "$dropout" 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 1:2 4:2
expect_same_bits "reproducible_resnet8_isTheSameOn1To8Ranks" "model={name: resnet-8}" 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 1:2 3:2 3:1:messages 8:1:messages
expect_same_bits "reproducible_16Shards_areTheSameOn16Ranks" "model={name: mlp}" 1:1 5:1 16:1 16:1:messages -- --set dataParallel.logicalShards=16

# Rows for 64 shards are 52 MB, which the ranks may not have in a file in memory; a checkpoint is smaller.
shards=(--set "model={name: mlp}" --set training.globalBatchSize=100 --set dataParallel.logicalShards=64)
fresh_run
train_ranks 2 "$scratch/small.yaml" "${reproducible[@]}" "${shards[@]}"
expect_success "reproducible_inSharedMemory_finishes" "${command[@]}" || true
expect_equal "reproducible_inSharedMemory_saysSo" 1 "$(grep -c 'in memory that the ranks share' "$scratch/stdout" || true)"
shared=$run_directory
fresh_run
train "$scratch/small.yaml" "${reproducible[@]}" "${shards[@]}"
# shellcheck disable=SC2016  # the inner shell's words
expect_success "reproducible_noSharedMemoryToBeHad_finishes" \
    "${mpirun[@]}" --mca btl tcp,self -n 2 bash -c 'ulimit -f 8192; exec "$@"' - "${command[@]}" || true
expect_equal "reproducible_noSharedMemoryToBeHad_saysSo" 1 "$(grep -c 'The ranks cannot share memory' "$scratch/stdout" || true)"
expect_equal "reproducible_noSharedMemoryToBeHad_endsOnTheSameBits" \
    "$(event "$shared" end parametersDigest)" "$(event "$run_directory" end parametersDigest)"

# Stopped on three ranks, gone on with on two.
fresh_run
train_ranks 1 "$scratch/small.yaml" "${reproducible[@]}" --set "model={name: resnet-8}"
expect_success "reproducible_withoutAStop_finishes" "${command[@]}" || true
whole=$(event "$run_directory" end parametersDigest)
fresh_run
train_ranks 3 "$scratch/small.yaml" "${reproducible[@]}" --set "model={name: resnet-8}" --set training.steps=4
expect_success "reproducible_toAStopOn3Ranks_finishes" "${command[@]}" || true
train_ranks 2 "$scratch/small.yaml" "${reproducible[@]}" --set "model={name: resnet-8}" --resume auto
expect_success "reproducible_goneOnWithOn2Ranks_finishes" "${command[@]}" || true
expect_equal "reproducible_resumedOnOtherRanks_endsOnTheSameBits" "$whole" "$(event "$run_directory" end parametersDigest)"

fresh_run
train_ranks 3 "$scratch/small.yaml" --set dataParallel.reproducible=true --set dataParallel.logicalShards=2
expect_error "reproducible_moreRanksThanShards_isRefused" 2 'dataParallel\.logicalShards'$'\n''2 logical shards'$'\n''3 ranks' "${command[@]}"

for contradiction in 'training.batchSize=8:training\.batchSize' 'training.accumulationSteps=2:training\.accumulationSteps' \
    'dataParallel.wire=bfloat16:dataParallel\.wire' 'dataParallel.batchNorm=global:dataParallel\.batchNorm' \
    'dataParallel.overlap=true:dataParallel\.overlap' 'dataParallel.logicalShards=0:dataParallel\.logicalShards'
do
    fresh_run
    train "$scratch/small.yaml" --set dataParallel.reproducible=true --set "${contradiction%%:*}"
    expect_error "reproducible_${contradiction%%=*}_isRefused" 2 "${contradiction#*:}" "${command[@]}"
done

# One rank was told to go on, the other was not: rank 0 decides, and nobody waits.
fresh_run
train "$scratch/small.yaml" --set training.steps=2
expect_success "resume_aRunToGoOnWith_finishes" "${command[@]}" || true
expect_success "resume_onlyRank0IsToldTo_finishes" \
    "${mpirun[@]}" -n 1 "${command[@]}" --resume auto : -n 1 "${command[@]}" || true
