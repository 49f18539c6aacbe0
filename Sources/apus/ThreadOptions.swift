import ArgumentParser

/// How much of the machine a rank uses.
struct ThreadOptions: ParsableArguments {
    @Option(help: "Threads per rank; without it the cores are divided among the ranks of a host.")
    var threads: Int?

    func validate() throws {
        guard let threads, !(1...1024).contains(threads) else { return }
        throw ValidationError("--threads takes a number from 1 to 1024, not \(threads).")
    }
}
