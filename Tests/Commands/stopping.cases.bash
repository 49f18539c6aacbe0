# SIGUSR1: checkpoint, exit 75, and go on later as if nothing had happened, also on another number of ranks.

config="$root/configs/mlp.yaml"
long=(--set training.epochs=20 --set dataset.limit=24000 --set checkpoint.everyEpochs=20 --set logging.everySteps=10)

# stop_midway NAME COMMAND…: starts the run, asks it to stop once it has logged a step, and expects exit code 75.
stop_midway() {
    local name=$1 process
    shift
    "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
    process=$!
    wait_for 30 has_event "$run_directory" step || true
    kill -USR1 $process 2>/dev/null || true
    code=0
    wait $process || code=$?
    if (( code == 75 )); then pass "$name"; else fail "$name" "expected exit code 75, found $code"; fi
}

# epoch_loss DIRECTORY EPOCH: the training loss that metrics.jsonl has for that epoch of 94 steps.
epoch_loss() { { grep -E "\"event\":\"epoch\",\"epoch\":$2," "$1/metrics.jsonl" || true; } | json_field trainLoss; }

fresh_run
train "$config" "${long[@]}"
expect_success "stopping_uninterruptedRun_finishes" "${command[@]}" || true
uninterrupted=$run_directory

fresh_run
train "$config" "${long[@]}"
stop_midway "stopping_USR1ToOneProcess_exitsWith75" "${command[@]}"
expect_success "resuming_oneProcess_finishes" "${command[@]}" --resume auto || true
expect_equal "resuming_oneProcess_endsOnTheSameBits" \
    "$(event "$uninterrupted" end parametersDigest)" "$(event "$run_directory" end parametersDigest)"
expect_equal "resuming_oneProcess_reportsTheSameLoss" \
    "$(event "$uninterrupted" epoch trainLoss)" "$(event "$run_directory" epoch trainLoss)"

fresh_run
train_ranks 2 "$config" "${long[@]}"
stop_midway "stopping_USR1ToMpirun_exitsWith75" "${command[@]}"
stopped_at=$(event "$run_directory" checkpoint step)
train_ranks 3 "$config" "${long[@]}" --resume auto
expect_success "resuming_onThreeRanksAfterTwo_finishes" "${command[@]}" || true
expect_equal "resuming_onThreeRanksAfterTwo_endsAtTheSameStep" \
    "$(event "$uninterrupted" end step)" "$(event "$run_directory" end step)"
# The epoch that was broken off: sums in another order leave its loss the same to 6e-5 in the first five epochs, and more the longer
# the training; one step repeated or left out would change it by a thousandth.
broken_off=$(( ${stopped_at:-0} / 94 + 1 ))
expect_close "resuming_onThreeRanksAfterTwo_hasTheSameLoss" \
    "$(epoch_loss "$uninterrupted" $broken_off)" "$(epoch_loss "$run_directory" $broken_off)" 1e-4
last_step=$(event "$uninterrupted" end step)
if (( ${stopped_at:-0} > 0 && ${stopped_at:-0} < ${last_step:-0} )); then
    pass "stopping_USR1ToMpirun_stopsInTheMiddle"
else
    fail "stopping_USR1ToMpirun_stopsInTheMiddle" "the checkpoint was written at step '$stopped_at'"
fi

# goes_on DIRECTORY: whether a step was logged behind the newest checkpoint.
goes_on() { (( $(event "$1" step step) > $(event "$1" checkpoint step) )); }

# prompt_midway NAME OPTIONS…: SIGCONT asks for a checkpoint, and the training goes on. No other is due.
prompt_midway() {
    local name=$1 process
    fresh_run
    train "$scratch/small.yaml" --set training.epochs=1000000 --set checkpoint.everyEpochs=null --set logging.everySteps=1 "${@:2}"
    "${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
    process=$!
    wait_for 30 has_event "$run_directory" step || true
    kill -CONT $process 2>/dev/null || true
    if wait_for 30 has_event "$run_directory" checkpoint && wait_for 30 goes_on "$run_directory"; then
        pass "$name"
    else
        fail "$name" "found no checkpoint, or no training that goes on"
    fi
    kill -USR1 $process 2>/dev/null || true
    code=0
    wait $process || code=$?
    expect_equal "${name}_untilItIsStopped" 75 "$code"
}

prompt_midway "stopping_CONT_writesACheckpointAndGoesOn"
# Every step is the last of its epoch, which writes a checkpoint behind its validation.
prompt_midway "stopping_CONTInTheLastStepOfAnEpoch_writesACheckpointAndGoesOn" --set training.globalBatchSize=600

# A finished run, resumed on other ranks: nothing is left to do, and all of them know it.
fresh_run
train "$scratch/small.yaml"
expect_success "resuming_first_finishes" "${command[@]}" || true
finished=$(event "$run_directory" end parametersDigest)
train_ranks 2 "$scratch/small.yaml" --resume auto
expect_success "resuming_aFinishedRunOnTwoRanks_finishesAgain" "${command[@]}" || true
expect_equal "resuming_aFinishedRunOnTwoRanks_changesNoBit" "$finished" "$(event "$run_directory" end parametersDigest)"

fresh_run
train "$scratch/small.yaml" --resume "$scratch/data/train-labels-idx1-ubyte"
expect_error "resuming_fromAFileThatIsNoCheckpoint_leavesNothingBehind" 3 'train-labels-idx1-ubyte' "${command[@]}"
[[ ! -e $run_directory ]] || fail "resuming_fromAFileThatIsNoCheckpoint_makesNoDirectory" "found $run_directory"

# Nobody reads the output any more.
fresh_run
train "$scratch/small.yaml" --set logging.everySteps=1
code=0
{ "${command[@]}" 2>"$scratch/stderr" || code=$?; echo "$code" >"$scratch/code"; } | head -n 1 >/dev/null
expect_equal "train_outputClosed_finishes" 0 "$(<"$scratch/code")"

# Only a training answers signals with a checkpoint; everything else just ends.
"$apus" benchmark throughput "$scratch/small.yaml" --seconds 60 >/dev/null 2>&1 </dev/null &
process=$!
sleep 1
kill -TERM $process
code=0
wait_for 10 bash -c "! kill -0 $process" || kill -KILL $process
wait $process || code=$?
expect_equal "benchmark_TERM_ends" 143 "$code"

# A request that comes before the command line is even read waits for the first step. So many options take seconds to parse.
fresh_run
train "$scratch/small.yaml"
for (( option = 0; option < 6000; option++ )); do command+=(--set training.epochs=1); done
"${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
process=$!
sleep 1
kill -USR1 $process || true
code=0
wait $process || code=$?
expect_equal "stopping_USR1BeforeTheCommandLineIsRead_exitsWith75" 75 "$code"
expect_equal "stopping_USR1BeforeTheCommandLineIsRead_leavesACheckpoint" 1 "$(event "$run_directory" checkpoint step)"

# A checkpoint of a larger model is none of this one, although all of this one's tensors are in it.
fresh_run
train "$scratch/small.yaml" --set training.steps=2 --set 'model={name: null, layers: [flatten, {linear: 10}, relu, {linear: 10}]}'
expect_success "resuming_ofALargerModel_isPrepared" "${command[@]}" || true
larger="$run_directory/checkpoints/step-00000002.safetensors"
fresh_run
train "$scratch/small.yaml" --set training.steps=4 --set 'model={name: null, layers: [flatten, {linear: 10}]}' --resume "$larger"
expect_error "resuming_ofALargerModel_isRefused" 3 "$larger"$'\n'"no place for tensor '3\.(weight|bias)'" "${command[@]}"

# A link to a disk that is not there looks like no checkpoint at all.
fresh_run
mkdir -p "$run_directory/checkpoints"
ln -s /nowhere/at/all "$run_directory/checkpoints/step-00000002.safetensors"
train "$scratch/small.yaml" --set training.steps=4 --resume auto
observe "${command[@]}"
expect_equal "resuming_aLinkToNothing_isNoNewBeginning" 3 "$code"

# Asked while it validates, which mpirun would not wait for: the epoch stays open, and whoever goes on closes it.
short=(--threads 1 --set dataset.limit=256 --set training.epochs=2 --set logging.everySteps=1)
fresh_run
train "$root/configs/cnn.yaml" "${short[@]}"
expect_success "stopping_neverAsked_finishes" "${command[@]}" || true
uninterrupted=$run_directory

fresh_run
train "$root/configs/cnn.yaml" "${short[@]}"
stop_midway "stopping_USR1WhileItValidates_exitsWith75" "${command[@]}"
expect_equal "stopping_USR1WhileItValidates_leavesTheEpochOpen" "1 and none" \
    "$(event "$run_directory" checkpoint step) and $(has_event "$run_directory" epoch && echo some || echo none)"
expect_success "resuming_inValidation_finishes" "${command[@]}" --resume auto || true
expect_equal "resuming_inValidation_endsOnTheSameBits" \
    "$(event "$uninterrupted" end parametersDigest)" "$(event "$run_directory" end parametersDigest)"
expect_equal "resuming_inValidation_closesBothEpochs" 2 "$(grep -c '"event":"epoch"' "$run_directory/metrics.jsonl")"

# In the last validation: not finished, and found again by the experiment's name.
fresh_run
train "$root/configs/cnn.yaml" "${short[@]}" --set training.epochs=1
stop_midway "stopping_USR1InTheLastValidation_exitsWith75" "${command[@]}"
mkdir -p "$scratch/here/runs/cnn"
mv "$run_directory" "$scratch/here/runs/cnn/20260101T000000Z"
run_directory=$scratch/here/runs/cnn/20260101T000000Z
goes_on() { cd "$scratch/here" && "$apus" train "$root/configs/cnn.yaml" "${short[@]}" --set training.epochs=1 --resume auto; }
for _ in once again; do (goes_on) >>"$scratch/going-on" 2>&1; done
expect_equal "resuming_inTheLastValidation_closesTheEpochOnce" "1 epoch, 1 after step 1" \
    "$(grep -c '"event":"epoch"' "$run_directory/metrics.jsonl") epoch, $(grep -c '^Going on after step 1' "$scratch/going-on") after step 1"
expect_equal "resuming_inTheLastValidation_thenBeginsAnew" 1 "$(grep -c 'begins anew' "$scratch/going-on")"

# Nothing to go on from: said, not silently begun anew.
fresh_run
train "$scratch/small.yaml"
expect_success "resuming_withoutACheckpoint_finishes" "${command[@]}" --resume auto || true
expect_equal "resuming_withoutACheckpoint_saysSo" 1 \
    "$(grep -c 'There is no checkpoint to go on from, so the training begins anew' "$scratch/stdout")"
