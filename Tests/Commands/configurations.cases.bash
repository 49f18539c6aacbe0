# Configurations and command lines that cannot be meant: one sentence that names file, key and value, exit code 2.

# refused NAME PATTERNS OPTIONS…: the small experiment with these options.
refused() {
    fresh_run
    train "$scratch/small.yaml" "${@:3}"
    expect_error "$1" 2 "$2" "${command[@]}"
}

# refused_file NAME PATTERNS YAML: the small experiment with these lines added.
refused_file() {
    fresh_run
    small_config "$run_directory.yaml"
    printf '%s\n' "$3" >>"$run_directory.yaml"
    train "$run_directory.yaml"
    expect_error "$1" 2 "$2" "${command[@]}"
}

fresh_run
train "$scratch/nowhere.yaml"
expect_error "configuration_fileMissing_namesFile" 2 "$scratch/nowhere.yaml" "${command[@]}"

refused_file "configuration_notYAML_namesFileAndLine" 'run-[0-9]+\.yaml:[0-9]+' 'seed: [1, 2'
refused_file "configuration_unknownKey_namesIt" 'run-[0-9]+\.yaml.*chekpoint' 'chekpoint: {keep: 2}'
refused_file "configuration_unknownNestedKey_namesItsPath" 'optimizer\.learningrate' 'optimizer: {learningrate: 0.1}'
refused_file "configuration_keyTwice_namesIt" 'seed' $'seed: 1\nseed: 2'
refused_file "configuration_wrongType_namesKeyAndValue" 'optimizer\.learningRate'$'\n''fast' 'optimizer: {learningRate: fast}'
refused_file "configuration_listForMapping_namesKey" 'schedule' 'schedule: [cosine]'

refused "batch_zero_namesKeyAndValue" 'training\.globalBatchSize'$'\n''0' --set training.globalBatchSize=0
refused "batch_negative_namesKeyAndValue" 'training\.globalBatchSize'$'\n''-5' --set training.globalBatchSize=-5
refused "batch_fraction_namesKeyAndValue" 'training\.globalBatchSize'$'\n''1\.5' --set training.globalBatchSize=1.5
refused "rate_notANumber_namesKeyAndValue" 'optimizer\.learningRate'$'\n''[nN]a[nN]' --set optimizer.learningRate=.nan
refused "rate_negative_namesKeyAndValue" 'optimizer\.learningRate'$'\n''-0\.1' --set optimizer.learningRate=-0.1
refused "rate_infinite_namesKeyAndValue" 'optimizer\.learningRate'$'\n''inf' --set optimizer.learningRate=.inf
refused "epochs_zero_namesKeyAndValue" 'training\.epochs'$'\n''0' --set training.epochs=0
refused "word_unknown_listsAllowedOnes" 'optimizer\.scaling'$'\n''squareRoot' --set optimizer.scaling=cubic
refused "feature_notYetAvailable_saidSo" 'not available yet' --set dataset.workers=2

# What the processor multiplies itself it trains in; elsewhere bfloat16 is refused, and auto says that it falls back.
precision() { json_field precision <"$run_directory/manifest.json"; }
fresh_run
train "$scratch/small.yaml" --set precision=bfloat16
if grep -qwE 'avx512_bf16|amx_bf16' /proc/cpuinfo; then
    expect_success "bfloat16_processorHasIt_trains" "${command[@]}" || true
    expect_equal "bfloat16_processorHasIt_isInTheManifest" bfloat16 "$(precision)"
    automatic=bfloat16 notices=0
else
    expect_error "bfloat16_processorLacksIt_isRefused" 2 $'precision: bfloat16\nAVX512-BF16\nfloat32, or auto' "${command[@]}"
    automatic=float32 notices=1
fi
fresh_run
train "$scratch/small.yaml" --set precision=auto
expect_success "auto_anyProcessor_trains" "${command[@]}" || true
expect_equal "auto_anyProcessor_isInTheManifest" "$automatic" "$(precision)"
expect_equal "auto_withoutBFloat16_saysThatItIsFloat32" "$notices" \
    "$(cat "$scratch/stdout" "$scratch/stderr" | grep -c 'auto is float32 here' || true)"
checkpoint=$(find "$run_directory/checkpoints" -name '*.safetensors' | head -n 1)
expect_success "evaluate_inAnotherPrecision_succeeds" \
    "$apus" evaluate "$checkpoint" --precision float32 --json || true
expect_equal "evaluate_inAnotherPrecision_saysWhich" float32 "$(json_field precision <"$scratch/stdout")"
refused "override_withoutEquals_namesIt" 'training\.epochs' --set training.epochs
refused "override_ofUnknownKey_namesIt" 'training\.epoch' --set training.epoch=3

fresh_run
cat >"$run_directory.yaml" <<YAML
name: both
dataset: {path: $scratch/data}
model: {name: softmax-regression}
training: {batchSize: 30, globalBatchSize: 60}
YAML
train "$run_directory.yaml"
expect_error "batch_statedTwice_namesBothKeys" 2 'batchSize'$'\n''globalBatchSize' "${command[@]}"

fresh_run
train "$scratch/small.yaml" --set training.globalBatchSize=0
command=("${mpirun[@]}" -n 3 "${command[@]}")
expect_error "batch_zeroOnThreeRanks_saidOnce" 2 'training\.globalBatchSize' "${command[@]}"

fresh_run
train "$scratch/small.yaml" --set "$(printf 'x%.0s' {1..20000})=1"
expect_error "override_ofAnyLength_isQuotedInShort" 2 '^.{20,300}$' "${command[@]}"

# Aliases of aliases that stand for 2^40 words: nobody may go through them.
bomb=$'a0: &a0 [x, x]\n'
for (( level = 1; level <= 40; level++ )); do bomb+="a$level: &a$level [*a$(( level - 1 )), *a$(( level - 1 ))]"$'\n'; done
refused_file "configuration_aliasesOfAliasesInAKey_areRefusedAtOnce" 'run-[0-9]+\.yaml:46: .*alias' "$bomb"$'? *a40\n: 1'

# The argument parser adds its usage lines to its sentence.
fresh_run
for arguments in "train" "train --no-such-option" "trian" "train $scratch/small.yaml --threads many"; do
    # shellcheck disable=SC2086  # several words
    observe "$apus" $arguments
    if (( code == 2 )) && [[ -s $scratch/stderr && -z $(crash_signs) ]]; then
        pass "usage_wrong_exitsWith2 (apus ${arguments//$scratch\//})"
    else
        fail "usage_wrong_exitsWith2 (apus ${arguments//$scratch\//})" "expected exit code 2, found $code"
    fi
done

fresh_run
observe "${mpirun[@]}" -n 3 "$apus" train "$scratch/small.yaml" --no-such-option
mentions=$(grep -c "Unknown option '--no-such-option'" "$scratch/stderr" || true)
if (( code == 2 && mentions == 1 )); then
    pass "usage_wrongOnThreeRanks_saidOnce"
else
    fail "usage_wrongOnThreeRanks_saidOnce" "expected exit code 2 and one complaint, found $code and $mentions"
fi

# Layers that cannot be, or do not fit what stands before them; `inspect` says the same as `train`.

# refused_layers NAME PATTERNS LAYERS
refused_layers() {
    fresh_run
    printf 'name: layers\ndataset: {path: %s}\nmodel: {layers: %s}\n' "$scratch/data" "$3" >"$run_directory.yaml"
    train "$run_directory.yaml"
    expect_error "$1" 2 "$2" "${command[@]}"
    expect_error "$1 (inspect)" 2 "$2" "$apus" inspect "$run_directory.yaml"
}

refused_layers "layer_unknown_isNamed" "model\.layers\[1\]"$'\n'"'reluu'.*'relu'" '[flatten, reluu, {linear: 10}]'
refused_layers "layer_withControlCharacters_isEscaped" 'a\\nb' '[flatten, "a\nb", {linear: 10}]'
refused_layers "layers_none_areRefused" 'model\.layers' '[]'
refused_layers "conv2d_zeroChannels_namesTheKey" 'conv2d\.channels'$'\n''found 0' '[{conv2d: {channels: 0, kernel: 3}}, flatten, {linear: 10}]'
refused_layers "conv2d_kernelLargerThanTheImage_namesTheLayer" "Layer '0' \(conv2d\)"$'\n''29 × 29' '[{conv2d: {channels: 2, kernel: 29}}, flatten, {linear: 10}]'
refused_layers "maxPool_largerThanTheImage_namesTheLayer" "Layer '1' \(maxPool\)"$'\n''27 × 27' '[{conv2d: {channels: 2, kernel: 3}}, {maxPool: 27}, flatten, {linear: 10}]'
refused_layers "averagePool_largerThanTheImage_namesTheLayer" "Layer '0' \(averagePool\)" '[{averagePool: 29}, flatten, {linear: 10}]'
refused_layers "conv2d_onFeatures_namesTheLayer" "Layer '1' \(conv2d\)" '[flatten, {conv2d: {channels: 2, kernel: 3}}]'
refused_layers "layers_ofTheWrongOutputs_sayBoth" '\[11\]'$'\n''10 classes' '[flatten, {linear: 11}]'
refused_layers "layers_endingInImages_sayBoth" '\[26, 26, 10\]'$'\n''10 classes' '[{conv2d: {channels: 10, kernel: 3}}]'
refused_layers "linear_beyond64Bits_namesTheKey" 'linear' '[flatten, {linear: 99999999999999999999}, {linear: 10}]'
refused_layers "conv2d_workBeyond64Bits_namesTheLayer" "Layer '1' \(conv2d\)" \
    '[{conv2d: {channels: 100000, kernel: 1}}, {conv2d: {channels: 100000, kernel: 255, padding: 180}}, globalAveragePool, {linear: 10}]'

# More memory than there is: refused before anything is allocated where it can be foreseen, one sentence where it cannot.
refused "memory_forParameters_isRefused" '^model: .*GiB' \
    --set model.name=mlp --set 'model.widths=[1000000, 1000000]'
refused "memory_forActivations_namesTheBatch" '60000 samples'$'\n''training\.globalBatchSize' --set dataset.path=null \
    --set training.globalBatchSize=60000 --set model.name=mlp --set 'model.widths=[1000000]'
fresh_run
train "$scratch/small.yaml" --set model.name=mlp --set 'model.widths=[300000]'
expect_error "memory_refusedByTheSystem_saysSo" 1 'no memory for another [0-9]+ MiB' \
    bash -c 'ulimit -v 1200000; exec "$@"' limited "${command[@]}"
