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

fresh_run
train "$scratch/small.yaml" --set model.weights="$scratch/nowhere"
expect_error "weights_notThere_namesFile" 3 "$scratch/nowhere" "${command[@]}"

fresh_run
train_ranks 3 "$root/configs/mlp.yaml" --set "dataset.path=$scratch/data" --set "model.weights=$checkpoint"
expect_error "weights_ofAnotherModelOn3Ranks_areRefusedOnce" 3 "$checkpoint"$'\n'"'3.weight'" "${command[@]}"
