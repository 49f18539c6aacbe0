import ArgumentParser

/// How bfloat16 is computed, for tests and experiments.
struct PrecisionOptions: ParsableArguments {
    @Flag(
        name: .customLong("emulate-bfloat16"),
        help: ArgumentHelp(
            "Compute bfloat16 by float32 kernels on rounded numbers, on any processor; no faster than float32.",
            visibility: .hidden))
    var emulatesBFloat16 = false
}
