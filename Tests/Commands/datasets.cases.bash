# Dataset files that are missing or not what they should be: one sentence that names the file, exit code 3.

# spoilt_dataset: a fresh copy of the small set in $data, for one case to spoil; the command reads it.
spoilt_dataset() {
    fresh_run
    data="$run_directory-data"
    mkdir -p "$data"
    cp "$scratch/data/"* "$data/"
    train "$scratch/small.yaml" --set "dataset.path=$data"
}

images=train-images-idx3-ubyte.gz
labels=train-labels-idx1-ubyte
plain_images=t10k-images-idx3-ubyte

spoilt_dataset
rm -r "$data"
expect_error "dataset_folderMissing_namesFolder" 3 "$data" "${command[@]}"

spoilt_dataset
rm "$data/$images"
expect_error "dataset_fileMissing_namesFile" 3 "$data"$'\n'train-images-idx3-ubyte "${command[@]}"

fresh_run
train "$scratch/small.yaml" --set dataset.path=null
expect_error "dataset_emptyDataFolderOfEnvironment_namesVariable" 3 'APUS_DATA' \
    env APUS_DATA="$scratch/nowhere" "${command[@]}"

spoilt_dataset
truncate -s 2000 "$data/$images"
expect_error "dataset_gzipTruncated_namesFile" 3 "$data/$images" "${command[@]}"

spoilt_dataset
truncate -s 300 "$data/$labels"
expect_error "dataset_plainTruncated_namesFile" 3 "$data/$labels" "${command[@]}"

spoilt_dataset
: >"$data/$labels"
expect_error "dataset_fileEmpty_namesFile" 3 "$data/$labels" "${command[@]}"

spoilt_dataset
printf 'surplus' >>"$data/$plain_images"
expect_error "dataset_fileTooLong_namesFile" 3 "$data/$plain_images" "${command[@]}"

spoilt_dataset
printf '\x00\x00\x08\x02' | dd of="$data/$plain_images" conv=notrunc status=none
expect_error "dataset_wrongMagic_namesFile" 3 "$data/$plain_images" "${command[@]}"

spoilt_dataset
echo "<html>not found</html>" >"$data/$labels"
expect_error "dataset_webPageInsteadOfLabels_namesFile" 3 "$data/$labels" "${command[@]}"

spoilt_dataset
{ printf '\x00\x00\x08\x03'; big_endian 600; big_endian 14; big_endian 56; cycle 251 $(( 600 * 784 )); } |
    gzip >"$data/$images"
expect_error "dataset_imagesOfOtherSize_namesFile" 3 "$data/$images"$'\n''28' "${command[@]}"

spoilt_dataset
{ printf '\x00\x00\x08\x01'; big_endian 4294967295; cycle 10 600; } >"$data/$labels"
expect_error "dataset_countBeyondFile_namesFile" 3 "$data/$labels" "${command[@]}"

spoilt_dataset
idx_labels 600 11 >"$data/$labels"
expect_error "dataset_labelOutOfRange_namesFileAndLabel" 3 "$data/$labels"$'\n''10' "${command[@]}"

spoilt_dataset
idx_labels 599 >"$data/$labels"
expect_error "dataset_countsDiffer_namesBoth" 3 '600'$'\n''599' "${command[@]}"

spoilt_dataset
idx_labels 599 >"$data/$labels"
command=("${mpirun[@]}" -n 2 "${command[@]}")
expect_error "dataset_countsDifferOnTwoRanks_saidOnce" 3 '600'$'\n''599' "${command[@]}"
