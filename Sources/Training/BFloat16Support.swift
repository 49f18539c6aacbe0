import Communication
import TensorCore

/// What a job's processors can do with bfloat16: all ranks compute alike, so the least of them counts.
struct BFloat16Support {
    /// The first rank whose processor does not multiply bfloat16 itself, and that processor; nil if all do.
    let lacking: (rank: Int, cpuModel: String)?

    /// The number of ranks.
    let worldSize: Int

    /// Whether bfloat16 is to be emulated wherever it is asked for.
    var emulated = false

    /// Collective: all ranks must reach this.
    init(emulated: Bool = false, over communicator: any Communicator) throws {
        let models = try communicator.allGather(OneDNN.multipliesBFloat16 ? "" : Machine.cpuModel)
        self.init(cpuModelsWithout: models, emulated: emulated)
    }

    /// - Parameter models: of each rank the processor; empty for one that multiplies bfloat16.
    init(cpuModelsWithout models: [String], emulated: Bool = false) {
        lacking = models.firstIndex { !$0.isEmpty }.map { ($0, models[$0]) }
        worldSize = models.count
        self.emulated = emulated
    }

    /// What to compute in.
    /// - Parameter origin: who wants it, for an error.
    /// - Throws: ``ConfigurationError`` if a processor lacks what is wanted.
    func choose(_ wanted: Experiment.Precision, origin: String) throws(ConfigurationError) -> ComputePrecision {
        switch wanted {
        case .float32: return .float32
        case .bfloat16 where emulated: return .emulatedBFloat16
        case .auto: return lacking == nil ? .bfloat16 : .float32
        case .bfloat16:
            guard let lack else { return .bfloat16 }
            throw ConfigurationError(
                origin, key: "precision",
                "bfloat16 needs processors that multiply it themselves (AVX512-BF16 or AMX), and \(lack) does not; "
                    + "use float32, or auto to take bfloat16 only where it is fast")
        }
    }

    /// What to tell about a choice that was left to the processors.
    func notice(_ wanted: Experiment.Precision) -> String? {
        guard wanted == .auto, let lack else { return nil }
        return "precision: auto is float32 here, because \(lack) does not multiply bfloat16 itself."
    }

    private var lack: String? {
        lacking.map { (worldSize == 1 ? "this processor" : "that of rank \($0.rank)") + " (\($0.cpuModel))" }
    }
}
