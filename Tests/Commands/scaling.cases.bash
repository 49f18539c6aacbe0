# The scaling benchmark, which starts mpirun itself; how fast anything is, is never a condition here.

scaling=("$apus" benchmark scaling "$scratch/small.yaml" --repeats 2 --seconds 0.01)

# points FIELD: the values of that field of all points of the last JSON on standard output, one after the other.
points() { { grep -oE "\"$1\" : (\"[^\"]*\"|[-+.0-9eE]+|true|false)" "$scratch/points.json" || true; } | sed -E 's/^"[^"]*" : //; s/"//g' | xargs; }

more=$(( $(nproc) + 1 ))
fresh_run
expect_success "scaling_bothModesWithMoreRanksThanCores_finishes" \
    "${scaling[@]}" --ranks "1,$more" --mode both --json "$scratch/points.json" || true
expect_equal "scaling_points_areOneForEachModeAndRanks" "1 $more 1 $more" "$(points ranks)"
expect_equal "scaling_points_areInOrderOfModes" "weak weak strong strong" "$(points mode)"
expect_equal "scaling_moreRanksThanCores_isMarked" "false true false true" "$(points oversubscribed)"
expect_equal "scaling_weak_keepsTheSamplesOfARank" "60 $(( 60 * more )) 60 60" "$(points globalBatchSize)"
expect_equal "scaling_repeats_endOnTheSameParameters" "true true true true" "$(points digestsAgree)"
expect_equal "scaling_table_keepsMoreRanksThanCoresOutOfTheSummary" 0 "$(grep -c "$more ranks do" "$scratch/stdout" || true)"

fresh_run
expect_success "scaling_resultsToStandardOutput_areWritten" "${scaling[@]}" --ranks 1 --repeats 1 --json - || true
expect_equal "scaling_resultsToStandardOutput_areAlone" '{' "$(head -c 1 "$scratch/stdout")"

# What is wrong is said once, with the code that the ranks would have.
expect_error "scaling_configurationBad_namesKey" 2 'training\.epochs' "${scaling[@]}" --set training.epochs=0
expect_error "scaling_dataMissing_saysWhatTheRanksSaid" 3 "mpirun ended with exit code 3"$'\n'"$scratch/nowhere" \
    "${scaling[@]}" --set "dataset.path=$scratch/nowhere"
expect_error "scaling_underMpirun_isRefused" 2 'starts mpirun itself' "${mpirun[@]}" -n 2 "${scaling[@]}"

observe "${scaling[@]}" --ranks 1,none
expect_equal "scaling_ranksNotNumbers_isWrongUsage" 2 "$code"

# Other programs by the name of mpirun: one that fails, one that hangs, none.
mkdir -p "$scratch/failing" "$scratch/hanging" "$scratch/empty"
printf '#!/bin/bash\necho "The network is down" >&2\nexit 9\n' >"$scratch/failing/mpirun"
printf '#!/bin/bash\ntrap "" TERM\necho $$ >%s/hanging/pid\nwhile :; do sleep 0.1; done\n' "$scratch" >"$scratch/hanging/mpirun"
chmod +x "$scratch"/*/mpirun
expect_error "scaling_mpirunFails_saysWhatItSaidAndItsCode" 1 'exit code 9'$'\n''The network is down' \
    env PATH="$scratch/failing:$PATH" "${scaling[@]}"
expect_error "scaling_noMpirun_saysWhatToInstall" 1 'no mpirun on PATH' env PATH="$scratch/empty" "${scaling[@]}"
expect_error "scaling_mpirunHangs_isEndedAtTheDeadline" 1 'had not ended after 1 s' \
    env PATH="$scratch/hanging:$PATH" "${scaling[@]}" --deadline 1
expect_equal "scaling_mpirunThatHung_isGone" gone "$(kill -0 "$(<"$scratch/hanging/pid")" 2>/dev/null && echo there || echo gone)"

# An interrupt ends the job first, and then the benchmark as the signal says.
"${scaling[@]}" --ranks 2 --seconds 600 >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
process=$!
wait_for 30 pgrep -f "[b]enchmark ranks $scratch/small.yaml" >/dev/null || true
sleep 0.5
kill -TERM $process
code=0
wait $process || code=$?
expect_equal "scaling_TERM_endsAsTheSignalSays" 143 "$code"
if wait_for 5 bash -c "! pgrep -f '[b]enchmark ranks $scratch/small.yaml' >/dev/null"; then
    pass "scaling_TERM_endsTheRanks"
else
    fail "scaling_TERM_endsTheRanks" "still there: $(pgrep -af "[b]enchmark ranks $scratch/small.yaml" | head -n 3)"
fi

# As under nohup: the end of the terminal is none of the benchmark's.
(trap '' HUP && exec "${scaling[@]}" --ranks 1 --repeats 1 --seconds 1 >"$scratch/stdout" 2>"$scratch/stderr" </dev/null) &
process=$!
wait_for 30 pgrep -f "[b]enchmark ranks $scratch/small.yaml" >/dev/null || true
kill -HUP $process
code=0
wait $process || code=$?
expect_equal "scaling_HUPIgnored_goesOn" 0 "$code"
