public import Reports

/// One line of `metrics.jsonl`.
public enum RunEvent: Equatable, Sendable {
    /// A start, or a resumption.
    case start(StartRecord)
    /// A step, every few.
    case step(StepRecord)
    /// An epoch with its validation.
    case epoch(EpochRecord)
    /// A checkpoint is on disk.
    case checkpoint(CheckpointRecord)
    /// A step that was not finite.
    case nonFinite(NonFiniteRecord)
    /// The end, also by an error.
    case end(EndRecord)

    /// The event as one JSON object, `"event"` first, then the record's fields in their declared order; no newline.
    var json: String {
        var line = JSONLine()
        switch self {
        case .start(let record): line.add(record)
        case .step(let record): line.add(record)
        case .epoch(let record): line.add(record)
        case .checkpoint(let record): line.add(record)
        case .nonFinite(let record): line.add(record)
        case .end(let record): line.add(record)
        }
        return line.text
    }
}

extension JSONLine {
    fileprivate mutating func add(_ record: StartRecord) {
        add("event", "start")
        add("worldSize", record.worldSize)
        add("threads", record.threads)
        add("globalBatchSize", record.globalBatchSize)
        add("requestedLearningRate", record.requestedLearningRate)
        add("learningRate", record.learningRate)
        add("parameterCount", record.parameterCount)
        add("dataset", record.dataset)
        add("seed", record.seed)
        add("precision", record.precision)
        add("sharedMemory", record.sharedMemory)
        add("versions") {
            $0.add("apus", record.versions.apus)
            $0.add("oneDNN", record.versions.oneDNN)
            $0.add("mpi", record.versions.mpi)
            $0.add("cLibrary", record.versions.cLibrary)
            $0.add("swift", record.versions.swift)
        }
    }

    fileprivate mutating func add(_ record: StepRecord) {
        add("event", "step")
        add("step", record.step)
        add("epoch", record.epoch)
        add("loss", record.loss)
        add("learningRate", record.learningRate)
        add("imagesPerSecond", record.imagesPerSecond)
        add("seconds") {
            $0.add("data", record.seconds.data)
            $0.add("forward", record.seconds.forward)
            $0.add("backward", record.seconds.backward)
            $0.add("communication", record.seconds.communication)
            $0.add("waiting", record.seconds.waiting)
            $0.add("optimizer", record.seconds.optimizer)
        }
    }

    fileprivate mutating func add(_ record: EpochRecord) {
        add("event", "epoch")
        add("epoch", record.epoch)
        add("step", record.step)
        add("trainLoss", record.trainLoss)
        add("trainAccuracy", record.trainAccuracy)
        add("validationLoss", record.validationLoss)
        add("validationAccuracy", record.validationAccuracy)
        add("seconds", record.seconds)
        add("imagesPerSecond", record.imagesPerSecond)
    }

    fileprivate mutating func add(_ record: CheckpointRecord) {
        add("event", "checkpoint")
        add("step", record.step)
        add("file", record.file)
    }

    fileprivate mutating func add(_ record: NonFiniteRecord) {
        add("event", "nonFinite")
        add("step", record.step)
        add("place", record.place)
        add("ranks", record.ranks)
        add("samples", record.samples)
        add("skipped", record.isSkipped)
    }

    fileprivate mutating func add(_ record: EndRecord) {
        add("event", "end")
        add("status", record.status.rawValue)
        add("step", record.step)
        if record.skippedSteps > 0 { add("skippedSteps", record.skippedSteps) }
        add("validationLoss", record.validationLoss)
        add("validationAccuracy", record.validationAccuracy)
        add("parametersDigest", record.parametersDigest)
        add("seconds", record.seconds)
        if !record.arrivalSeconds.isEmpty { add("arrivalSeconds", record.arrivalSeconds) }
    }
}
