# Sourced by `run`: small datasets, configurations and the ways to start the program.

run_directory="$scratch/run"        # of the current case; fresh_run makes a new one
runs=0

fresh_run() { runs=$(( runs + 1 )); run_directory="$scratch/run-$runs"; }

# train CONFIG OPTIONS…: the words of a run in one process, in $command.
train() { command=("$apus" train "$1" --run-directory "$run_directory" "${@:2}"); }

# train_ranks N CONFIG OPTIONS…: the same under mpirun.
train_ranks() { train "${@:2}"; command=("${mpirun[@]}" -n "$1" "${command[@]}"); }

mpirun=(mpirun --oversubscribe --bind-to none)

# big_endian NUMBER: four bytes, as IDX files write their sizes.
big_endian() {
    local hex
    hex=$(printf '%08x' "$1")
    # shellcheck disable=SC2059  # the format is the four bytes
    printf "\\x${hex:0:2}\\x${hex:2:2}\\x${hex:4:2}\\x${hex:6:2}"
}

# idx_images COUNT: an IDX file of COUNT images of 28 × 28 in a pattern that repeats every 251 bytes.
idx_images() {
    printf '\x00\x00\x08\x03'
    big_endian "$1"; big_endian 28; big_endian 28
    cycle 251 $(( $1 * 784 ))
}

# idx_labels COUNT [CLASSES]: labels 0, 1, … CLASSES - 1, 0, ….
idx_labels() {
    printf '\x00\x00\x08\x01'
    big_endian "$1"
    cycle "${2:-10}" "$1"
}

# cycle PERIOD BYTES: the byte values 0 … PERIOD - 1 again and again, BYTES in all.
cycle() { head -c "$2" < <(endless_cycle "$1"); }

endless_cycle() {
    local format value
    format=$(for (( value = 0; value < $1; value++ )); do printf '\\x%02x' "$value"; done)
    # shellcheck disable=SC2059  # the format is the bytes
    while printf "$format" 2>/dev/null; do :; done
}

# dataset FOLDER [SAMPLES]: a valid small set, the training images gzipped and the rest plain.
dataset() {
    local samples=${2:-600}
    mkdir -p "$1"
    idx_images "$samples" | gzip >"$1/train-images-idx3-ubyte.gz"
    idx_labels "$samples" >"$1/train-labels-idx1-ubyte"
    idx_images 100 >"$1/t10k-images-idx3-ubyte"
    idx_labels 100 >"$1/t10k-labels-idx1-ubyte"
}

# safetensors_place FILE TENSOR [end]: where its bytes begin, or end, in the file.
safetensors_place() {
    local length offsets
    length=$(od -An -t u8 -N 8 "$1" | tr -d ' ')
    offsets=$(head -c $(( 8 + length )) "$1" | tail -c "$length" | grep -oE "\"$2\":\{[^}]*\}" | grep -oE '[0-9]+,[0-9]+\]\}')
    offsets=${offsets%]\}}
    if [[ ${3-} == end ]]; then echo $(( 8 + length + ${offsets#*,} )); else echo $(( 8 + length + ${offsets%,*} )); fi
}

# safetensors_bytes FILE TENSOR: its bytes.
safetensors_bytes() {
    local begin end
    begin=$(safetensors_place "$1" "$2") end=$(safetensors_place "$1" "$2" end)
    tail -c +$(( begin + 1 )) "$1" | head -c $(( end - begin ))
}

# small_config FILE: an experiment of one linear layer on the small set; more keys may be appended with >>.
small_config() {
    cat >"$1" <<YAML
name: small
dataset: {name: fashion-mnist, path: $scratch/data}
model: {name: softmax-regression}
training: {epochs: 1, globalBatchSize: 60}
YAML
}

dataset "$scratch/data"
small_config "$scratch/small.yaml"
