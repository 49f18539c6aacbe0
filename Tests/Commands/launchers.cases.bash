# launch/local: what it says to wrong words, from where it works, and that codes and signals pass through it.

# It runs the program that it builds itself. Where another one is under test, such as one built against another oneDNN, there is
# nothing to see here.
[[ $apus == "$(realpath -m "$root/.build/release/apus")" ]] || { echo "left out: launch/local runs another program"; return 0; }

local_run="$root/launch/local"

# wrong_use NAME PATTERN WORDS…: exit code 2, a sentence and the usage line.
wrong_use() {
    observe "$local_run" "${@:3}"
    if (( code == 2 )) && grep -qE -- "$2" "$scratch/stderr" && grep -q '^usage: launch/local' "$scratch/stderr"; then
        pass "$1"
    else
        fail "$1" "expected exit code 2, a sentence with '$2' and the usage; found exit code $code"
    fi
}

wrong_use "launchLocal_noConfiguration_saysSo" 'CONFIG is missing'
wrong_use "launchLocal_zeroRanks_namesIt" "'0'" -n 0 "$scratch/small.yaml"
wrong_use "launchLocal_ranksNotANumber_namesIt" "'two'" -n two "$scratch/small.yaml"
wrong_use "launchLocal_unknownOption_namesIt" "'--fast'" --fast "$scratch/small.yaml"
wrong_use "launchLocal_configurationMissing_namesIt" 'nowhere.yaml' -n 2 nowhere.yaml

fresh_run
expect_success "launchLocal_relativeConfigurationMoreRanksThanCores_trains" \
    "$local_run" -n $(( $(nproc) + 1 )) --no-install small.yaml --run-directory "$run_directory" || true
expect_equal "launchLocal_ranks_areAsAskedFor" $(( $(nproc) + 1 )) "$(event "$run_directory" start worldSize)"

fresh_run
observe "$local_run" -n 2 --no-install small.yaml --set training.epochs=0 --run-directory "$run_directory"
expect_equal "launchLocal_exitCode_passesThrough" 2 "$code"

fresh_run
"$local_run" -n 2 --no-install small.yaml --set training.epochs=1000000 --set checkpoint.everyEpochs=1000000 \
    --run-directory "$run_directory" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
process=$!
wait_for 60 has_event "$run_directory" start || true
kill -USR1 $process 2>/dev/null || true
code=0
wait $process || code=$?
expect_equal "launchLocal_USR1_reachesTheRanks" 75 "$code"
