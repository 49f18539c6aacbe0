# What `apus inspect` says about configurations and checkpoints, and about what is neither.

expect_success "inspect_configuration_succeeds" "$apus" inspect "$root/configs/mlp.yaml" || true
expect_equal "inspect_configuration_endsWithTheTotals" "total 203 530 406 528" \
    "$(grep '^total' "$scratch/stdout" | tr -s ' ')"
expect_success "inspect_configurationAsJSON_succeeds" "$apus" inspect "$root/configs/mlp.yaml" --json || true
expect_equal "inspect_configurationAsJSON_hasTheFLOPs" 406528 "$(json_field flops <"$scratch/stdout")"

fresh_run
train "$scratch/small.yaml" --set training.steps=4
expect_success "inspect_aRunToLookAt_trains" "${command[@]}" || true
checkpoint="$run_directory/checkpoints/step-00000004.safetensors"
expect_success "inspect_checkpoint_succeeds" "$apus" inspect "$checkpoint" --json || true
expect_equal "inspect_checkpoint_hasTheDigestOfTheRun" \
    "$(event "$run_directory" end parametersDigest)" "$(json_field parametersDigest <"$scratch/stdout")"

head -c 20000 "$checkpoint" >"$scratch/cut.safetensors"
fresh_run
expect_error "inspect_checkpointTruncated_namesFile" 3 "$scratch/cut.safetensors" "$apus" inspect "$scratch/cut.safetensors"
expect_error "inspect_fileMissing_namesFile" 2 "$scratch/nowhere.yaml" "$apus" inspect "$scratch/nowhere.yaml"
expect_error "inspect_onThreeRanks_saidOnce" 3 "$scratch/nowhere.safetensors" \
    "${mpirun[@]}" -n 3 "$apus" inspect "$scratch/nowhere.safetensors"

cat >"$scratch/layers.yaml" <<YAML
name: layers
model: {layers: [relu, {linear: 10}]}
YAML
expect_error "inspect_layersThatDoNotFit_namesTheLayer" 2 "Layer '1' \(linear\)" "$apus" inspect "$scratch/layers.yaml"
