# First weights from a file: a checkpoint serves, and what does not fit is said once, on any number of ranks.

fresh_run
train "$scratch/small.yaml" --set training.steps=4
expect_success "weights_ofARun_areThere" "${command[@]}" || true
first=$run_directory
checkpoint="$first/checkpoints/step-00000004.safetensors"

# Rate 0 moves nothing: the run must end with the numbers it began with.
options=(--set training.steps=1 --set optimizer.learningRate=0 --set "model.weights=$checkpoint")
fresh_run
train "$scratch/small.yaml" "${options[@]}" --set seed=9
expect_success "weights_fromACheckpoint_train" "${command[@]}" || true
expect_equal "weights_fromACheckpoint_areWhatTrainingStartsWith" \
    "$(event "$first" end parametersDigest)" "$(event "$run_directory" end parametersDigest)"

fresh_run
train_ranks 3 "$scratch/small.yaml" "${options[@]}" --set seed=9
expect_success "weights_fromACheckpointOn3Ranks_train" "${command[@]}" || true
expect_equal "weights_fromACheckpointOn3Ranks_areOnAll" \
    "$(event "$first" end parametersDigest)" "$(event "$run_directory" end parametersDigest)"

mkfifo "$scratch/weights-pipe"
fresh_run
train "$scratch/small.yaml" --set model.weights="$scratch/weights-pipe"
expect_error "weights_inAPipe_areRefused" 3 "$scratch/weights-pipe: it is no regular file" "${command[@]}"

fresh_run
train "$scratch/small.yaml" --set model.weights="$scratch/nowhere"
expect_error "weights_notThere_namesFile" 3 "$scratch/nowhere" "${command[@]}"

fresh_run
train_ranks 3 "$root/configs/mlp.yaml" --set "dataset.path=$scratch/data" --set "model.weights=$checkpoint"
expect_error "weights_ofAnotherModelOn3Ranks_areRefusedOnce" 3 "$checkpoint"$'\n'"'3.weight'" "${command[@]}"

# A network as PyTorch saves it, whole and damaged. Rate 0 moves nothing, so the file's numbers must come back out.
small_network="$root/Tests/Golden/small_network.safetensors"
cat >"$scratch/network.yaml" <<YAML
name: network
dataset: {path: $scratch/data}
model: {layers: [{conv2d: {channels: 4, kernel: 3, padding: 1}}, batchNorm, relu, {maxPool: 4}, flatten, {linear: 10}]}
training: {steps: 1, globalBatchSize: 60}
optimizer: {learningRate: 0}
YAML

fresh_run
train "$scratch/network.yaml" --set model.weights="$small_network"
expect_success "weights_ofPyTorch_train" "${command[@]}" || true
first=$run_directory
fresh_run
train "$scratch/network.yaml" --set "model.weights=$first/checkpoints/step-00000001.safetensors"
expect_success "weights_exported_train" "${command[@]}" || true
# The last tensor of a file is the linear layer's weight in PyTorch's order: 1960 numbers.
expect_equal "weights_ofPyTorch_comeOutAsTheyWere" \
    "$(tail -c 7840 "$small_network" | sha256sum)" "$(safetensors_bytes "$first"/checkpoints/*.safetensors 5.weight | sha256sum)"

# damaged NAME PATTERNS COMMAND…: the network with weights that the command has made of its file, at $scratch/damaged.
damaged() {
    fresh_run
    cp "$small_network" "$scratch/damaged"
    "${@:3}"
    train "$scratch/network.yaml" --set model.weights="$scratch/damaged"
    expect_error "$1" 3 "$scratch/damaged"$'\n'"$2" "${command[@]}"
}

replace_text() { sed -i "s/$1/$2/" "$scratch/damaged"; }
cut_to() { truncate -s "$1" "$scratch/damaged"; }
append_byte() { printf x >>"$scratch/damaged"; }
# write_at TENSOR BYTES: over the first bytes of the tensor.
write_at() {
    # shellcheck disable=SC2059  # the format is the bytes
    printf "$2" | dd of="$scratch/damaged" bs=1 conv=notrunc status=none seek="$(safetensors_place "$scratch/damaged" "$1")"
}

damaged "weights_empty_areRefused" '0 bytes' cut_to 0
damaged "weights_truncatedInTheHeader_areRefused" 'header claims' cut_to 100
damaged "weights_truncated_areRefused" 'its header describes' cut_to 8000
damaged "weights_withABehind_areRefused" 'its header describes' append_byte
damaged "weights_garbage_areRefused" 'header claims' dd if=/dev/urandom of="$scratch/damaged" bs=1 count=8 conv=notrunc status=none
damaged "weights_ofAnotherName_nameBoth" "'5\.bias'"$'\n'"'5\.bios'" replace_text '5\.bias' '5.bios'
damaged "weights_ofAnotherShape_nameBoth" '\[196, 10\]'$'\n''\[10, 196\]' replace_text '\[10,196\]' '[196,10]'
damaged "weights_ofAnotherType_nameBoth" 'I32'$'\n''F32' replace_text '"5.weight":{"dtype":"F32"' '"5.weight":{"dtype":"I32"'
damaged "weights_notANumber_nameTheTensor" "'5\.weight'" write_at 5.weight '\x00\x00\xc0\x7f'
damaged "weights_infinite_nameTheTensor" "'1\.running_mean'" write_at 1.running_mean '\x00\x00\x80\x7f'
damaged "weights_withNegativeVariance_nameTheTensor" "'1\.running_var'"$'\n''below zero' write_at 1.running_var '\x00\x00\x80\xbf'
# A name may hold anything, but a message is one line.
damaged "weights_nameWithControlCharacters_isEscaped" '\\n' replace_text '"0.bias"' '"0\\nbis"'

fresh_run
train "$scratch/network.yaml" --set model.weights="$scratch"
expect_error "weights_folder_isRefused" 3 "$scratch" "${command[@]}"
fresh_run
for arguments in "evaluate" "inspect"; do
    expect_error "${arguments}_ofWeightsAlone_saysSo" 3 'no checkpoint' "$apus" "$arguments" "$small_network"
    cp "$small_network" "$scratch/cut.safetensors"; truncate -s 8000 "$scratch/cut.safetensors"
    expect_error "${arguments}_truncated_isRefused" 3 "$scratch/cut.safetensors" "$apus" "$arguments" "$scratch/cut.safetensors"
    mkdir -p "$scratch/folder.safetensors"
    expect_error "${arguments}_ofAFolder_isRefused" 3 "$scratch/folder" "$apus" "$arguments" "$scratch/folder.safetensors"
done
