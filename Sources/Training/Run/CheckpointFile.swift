/// A checkpoint in a run directory.
public struct CheckpointFile: Equatable, Sendable {
    /// The optimizer updates it holds.
    public let step: Int
    private let runDirectory: String

    init(step: Int, runDirectory: String) {
        self.step = step
        self.runDirectory = runDirectory
    }

    /// The file, below the run directory as that was named.
    public var path: String { runDirectory + "/" + relativePath }

    /// The path within the run directory, as the log names it.
    public var relativePath: String { Self.folder + "/" + Self.name(step: step) }

    static let folder = "checkpoints"

    /// `step-00000470.safetensors`: eight digits, more only where eight do not suffice.
    static func name(step: Int) -> String {
        let digits = String(step)
        return "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".safetensors"
    }

    /// The step of a file of exactly that form; nil for any other name.
    static func step(ofName name: String) -> Int? {
        guard let digits = name.wholeMatch(of: /step-([0-9]{8,})\.safetensors/)?.1, let step = Int(digits),
            Self.name(step: step) == name
        else { return nil }
        return step
    }
}
