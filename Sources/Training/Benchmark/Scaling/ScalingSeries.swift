/// The repeats of one job.
struct ScalingSeries {
    private(set) var measurements: [ScalingMeasurement] = []
    private(set) var rates = RepeatedFigure()

    mutating func append(_ measurement: ScalingMeasurement) {
        measurements.append(measurement)
        rates.append(measurement.imagesPerSecond)
    }

    /// The repeat whose speed is the median.
    var middle: ScalingMeasurement? {
        rates.indexOfMedian.map { measurements[$0] }
    }

    var digestsAgree: Bool {
        measurements.allSatisfy { $0.parametersDigest == measurements[0].parametersDigest }
    }
}
