# Sourced by `run`: the assertions. A case that fails is printed with what it saw, counted, and the next one runs.

passed=0 failed=0
readonly limit_seconds=120

pass() { passed=$(( passed + 1 )); printf 'ok      %s\n' "$1"; }

# fail NAME SENTENCES…, followed by what the last command wrote.
fail() {
    failed=$(( failed + 1 ))
    printf 'FAILED  %s\n' "$1"
    shift
    printf '        %s\n' "$@"
    [[ ! -s $scratch/stderr ]] || tail -n 12 "$scratch/stderr" | sed 's/^/        stderr: /'
}

report() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    (( failed == 0 ))
}

# observe COMMAND…: runs it under the time limit, into $scratch/stdout, $scratch/stderr and $code.
observe() {
    code=0
    timeout --kill-after=5 "$limit_seconds" "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || code=$?
}

# Prints what must never be on a user's screen: a trap, a stack trace, MPI's crash report.
crash_signs() {
    grep -nE 'Fatal error|fatalError|Illegal instruction|[Bb]acktrace|Thread [0-9]+.* crashed|Process received signal|Segmentation' \
        "$scratch/stdout" "$scratch/stderr" || true
}

files_below() { if [[ -e $1 ]]; then find "$1" -type f; fi; }

# expect_success NAME COMMAND…
expect_success() {
    local name=$1
    shift
    observe "$@"
    if (( code == 0 )); then pass "$name"; else fail "$name" "expected exit code 0, found $code"; return 1; fi
}

# expect_error NAME CODE PATTERNS COMMAND…: the exit code, and exactly one line on standard error that is a full sentence
# and matches every one of PATTERNS (extended regular expressions, one a line). Under mpirun, which adds lines of its own,
# exactly one line that matches. Nothing may have been written into $run_directory, nor any temporary file left.
expect_error() {
    local name=$1 expected=$2 patterns=$3 problems=()
    shift 3
    observe "$@"
    (( code == expected )) || problems+=("expected exit code $expected, found $code")
    [[ -z $(crash_signs) ]] || problems+=("crashed: $(crash_signs | head -n 1)")
    [[ $1 == mpirun ]] || (( $(grep -c . "$scratch/stderr" || true) == 1 )) ||
        problems+=("expected one line on standard error, found $(grep -c . "$scratch/stderr" || true)")
    (( $(matching_lines "$patterns" | grep -c '\.$' || true) == 1 )) ||
        problems+=("expected one sentence that matches: ${patterns//$'\n'/ and }")
    [[ -z $(files_below "$run_directory") ]] || problems+=("left behind: $(files_below "$run_directory" | head -n 3 | xargs)")
    if (( ${#problems[@]} == 0 )); then pass "$name"; else fail "$name" "${problems[@]}"; fi
}

# Lines of standard error that match each of the patterns.
matching_lines() {
    local lines pattern
    lines=$(<"$scratch/stderr")
    while IFS= read -r pattern; do
        lines=$(grep -E -- "$pattern" <<<"$lines" || true)
    done <<<"$1"
    printf '%s\n' "$lines"
}

# expect_equal NAME ONE OTHER: the same text, and not nothing.
expect_equal() {
    if [[ -n $2 && $2 == "$3" ]]; then pass "$1"; else fail "$1" "expected the same twice, found '$2' and '$3'"; fi
}

# expect_close NAME ONE OTHER TOLERANCE: relative to ONE.
expect_close() {
    if awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { d = a - b; s = a < 0 ? -a : a; exit !(a != "" && b != "" && (d < 0 ? -d : d) <= t * s) }'
    then pass "$1"
    else fail "$1" "expected '$3' to differ from '$2' by at most $4, relative"
    fi
}

# event DIRECTORY KIND FIELD: that field of the last event of that kind in a run's metrics.jsonl; empty if there is none.
event() {
    { grep -E "\"event\" *: *\"$2\"" "$1/metrics.jsonl" 2>/dev/null || true; } | tail -n 1 | json_field "$3"
}

# json_field NAME: the number or string of that name in flat JSON on standard input.
json_field() { { grep -oE "\"$1\" *: *(\"[^\"]*\"|[-+.0-9eE]+)" || true; } | head -n 1 | sed -E 's/^"[^"]*" *: *//; s/"//g'; }

# wait_for SECONDS COMMAND…: until the command succeeds; fails if it never does.
wait_for() {
    local deadline=$(( SECONDS + $1 ))
    shift
    until "$@" 2>/dev/null; do
        (( SECONDS < deadline )) || return 1
        sleep 0.05
    done
}

has_event() { grep -qE "\"event\" *: *\"$2\"" "$1/metrics.jsonl"; }
