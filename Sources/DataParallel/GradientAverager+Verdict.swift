import Communication
import NeuralNetwork
import TensorCore

// The verdict of a step, before anybody takes it.
extension GradientAverager {
    /// Whether loss, summed gradients and batch statistics of the step are finite. All ranks hold the same sums, so they come to the same
    /// verdict without another message.
    public var isFinite: Bool {
        loss.isFinite && finiteCheck.passes(averaged) && gatheredStatistics.areFinite
    }

    /// Finds what is not finite, and where it came from. Collective: all ranks must reach this.
    /// - Parameter samples: the samples of this rank in the step, as indices into the dataset.
    /// - Throws: what the communicator reports.
    public func findNonFinite(samples: UnsafeBufferPointer<Int32>) throws -> NonFinite {
        let own = samples.isEmpty ? Self.nowhere : firstOwnNotFinite()
        let reports = try communicator.allGather([Int64(own)] + samples.map(Int64.init))
        let ranks = reports.indices.filter { reports[$0][0] != Int64(Self.nowhere) }
        let told = ranks.first.map { [reports[$0]] } ?? reports
        let place =
            ranks.first.map { Int(reports[$0][0]) }
            ?? firstNotFinite(loss: loss, statistics: gatheredStatistics, gradients: [averaged])
        return NonFinite(
            place: self.place(place), ranks: ranks, samples: told.flatMap { $0.dropFirst().map { Int($0) } })
    }

    // Places as numbers: -1 none, 0 loss, 1 statistics, from 2 on the parameters.
    private static let nowhere = -1

    private func firstOwnNotFinite() -> Int {
        let filled = filledTargets
        guard let first = filled.first else { return Self.nowhere }
        return firstNotFinite(
            loss: Double(gatheredControl[communicator.rank].loss), statistics: first.statistics,
            gradients: filled.map(\.gradients))
    }

    private func firstNotFinite(loss: Double, statistics: BatchStatistics, gradients: [FlatStorage]) -> Int {
        if !loss.isFinite { return 0 }
        if !statistics.areFinite { return 1 }
        let first = model.parameters.first { parameter in
            gradients.contains { !Kernels.areFinite($0[parameter.range]) }
        }
        return first.map { $0.index + 2 } ?? Self.nowhere
    }

    private func place(_ number: Int) -> NonFinite.Place {
        switch number {
        case 1: .statistics
        case 2...: .gradient(model.parameters[number - 2].name)
        default: .loss
        }
    }
}
