# Whose lines a job of several ranks shows.

# lines_of RANK: how many lines of the log are marked as that rank's.
lines_of() { grep -c "^\[rank $1\] " "$scratch/stdout" || true; }

fresh_run
train_ranks 3 "$scratch/small.yaml"
expect_success "log_ofThreeRanks_finishes" "${command[@]}" || true
expect_equal "log_ofThreeRanks_isRank0sAndUnmarked" "none and once" \
    "$(grep '^\[rank' "$scratch/stdout" >/dev/null || echo none) and $(grep -c '^Finished after 10 steps' "$scratch/stdout" | sed 's/^1$/once/')"

fresh_run
train_ranks 3 "$scratch/small.yaml" --log-all-ranks
expect_success "logAllRanks_ofThreeRanks_finishes" "${command[@]}" || true
for rank in 0 1 2; do
    if (( $(lines_of $rank) > 0 )) && grep -q "^\[rank $rank\] Finished after 10 steps" "$scratch/stdout"
    then pass "logAllRanks_rank${rank}_isMarked"
    else fail "logAllRanks_rank${rank}_isMarked" "expected lines that begin with '[rank $rank]', found $(lines_of $rank)"
    fi
done
expect_equal "logAllRanks_unmarkedLines_areNone" 0 "$(grep -vc '^\[rank [012]\] ' "$scratch/stdout" || true)"

fresh_run
train "$scratch/small.yaml" --log-all-ranks
expect_success "logAllRanks_ofOneProcess_finishes" "${command[@]}" || true
expect_equal "logAllRanks_ofOneProcess_isUnmarked" 0 "$(lines_of 0)"

# Warnings come from every rank, asked for or not: rank 1 hangs, and says so until the job is ended.
for option in "" --log-all-ranks; do
    fresh_run
    # shellcheck disable=SC2086  # one option or none
    train_ranks 2 "$scratch/small.yaml" $option --fault hang:data:1:3 \
        --set dataParallel.stallWarningSeconds=1 --set dataParallel.stallAbortSeconds=3
    observe "${command[@]}"
    if grep -q '^\[rank 1\] warning: Rank 1 has been in step 3, data, ' "$scratch/stderr" &&
        grep -q "^${option:+\\[rank 0\\] }warning: Rank 0 has waited " "$scratch/stderr"
    then pass "log_warnings_comeFromEveryRank ($option)"
    else fail "log_warnings_comeFromEveryRank ($option)" "expected a warning of rank 0 and one of rank 1"
    fi
done
