# A rank that is late in every step is named at the end. That nobody is named who is not late depends on the machine, and is left to
# the unit tests, but for a process alone.

# expect_straggler NAME RANK RANKS OPTIONS…: that rank of so many is 30 ms late from step 5 on, in 60 steps.
expect_straggler() {
    local name=$1 rank=$2 sentences
    fresh_run
    train_ranks "$3" "$scratch/small.yaml" --set training.epochs=6 --fault "slow:data:$rank:5" "${@:4}"
    observe "${command[@]}"
    sentences=$(grep -cE "^warning: Rank $rank was the slowest: for [0-9]+ % of the time all others waited for it .*\.$" \
        "$scratch/stderr" || true)
    if (( code == 0 && sentences == 1 )) && grep -qE '"event":"end".*"arrivalSeconds":\[[0-9.,]+\]' "$run_directory/metrics.jsonl"
    then pass "$name"
    else fail "$name" "expected code 0, one warning that names rank $rank, and seconds in metrics.jsonl; found $code and $sentences"
    fi
}

expect_straggler "straggler_secondOfTwoRanks_isNamed" 1 2
expect_straggler "straggler_firstOfTwoRanks_isNamed" 0 2
expect_straggler "straggler_lastOfThreeRanksInReproducibleMode_isNamed" 2 3 --set dataParallel.reproducible=true

fresh_run
train "$scratch/small.yaml" --set training.epochs=6 --fault slow:data:0:5
observe "${command[@]}"
if (( code == 0 )) && ! grep -q 'slowest' "$scratch/stdout" "$scratch/stderr"
then pass "straggler_oneProcessAlone_isNobody"
else fail "straggler_oneProcessAlone_isNobody" "expected code 0 and nobody named, found $code"
fi
