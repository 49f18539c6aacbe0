import Foundation

/// Records as lines for people: parts two spaces apart, aligned from line to line.
public enum ConsoleLine {
    /// One line of a step; `steps` and `epochs` are those of the whole training.
    public static func step(_ record: StepRecord, steps: Int, epochs: Int) -> String {
        [
            "epoch " + Readable.count(record.epoch, of: epochs),
            "step " + Readable.count(record.step, of: steps),
            "loss " + Readable.loss(record.loss),
            "rate " + String(format: "%.4g", record.learningRate),
            Readable.imagesPerSecond(record.imagesPerSecond),
        ].joined(separator: "  ")
    }

    /// The sentence at the end of a training that has done all its steps.
    public static func finished(_ record: EndRecord) -> String {
        let accuracy = record.validationAccuracy.map { ", validation accuracy " + Readable.percent($0) } ?? ""
        let parameters = record.parametersDigest.map { "; parameters \($0.prefix(12))" } ?? ""
        return "Finished after \(counted(record.step, "step"))\(accuracy)\(parameters)."
    }

    /// One line of an epoch; what was not measured is left out.
    public static func epoch(_ record: EpochRecord, epochs: Int) -> String {
        [
            "epoch " + Readable.count(record.epoch, of: epochs),
            "train loss " + Readable.loss(record.trainLoss),
            record.trainAccuracy.map { "accuracy " + Readable.percent($0) },
            record.validationLoss.map { "validation loss " + Readable.loss($0) },
            record.validationAccuracy.map { "accuracy " + Readable.percent($0) },
            Readable.imagesPerSecond(record.imagesPerSecond),
            Readable.duration(record.seconds),
        ].compactMap(\.self).joined(separator: "  ")
    }
}
