import Communication
import NeuralNetwork
import TensorCore

// The verdict of a step, before anybody takes it.
extension GradientAverager {
    /// Whether loss, summed gradients and batch statistics of the step are finite. All ranks hold the same sums, as MPI asks of a
    /// reduction, so they come to the same verdict without another message.
    public var isFinite: Bool {
        gatheredControl.loss.isFinite && Kernels.areFinite(averaged[0..<model.storageCount])
            && Kernels.areFinite(averaged[statisticsRange])
    }

    /// Finds what is not finite, and where it came from. Collective: all ranks must reach this.
    /// - Parameter samples: the samples of this rank in the step, as indices into the dataset.
    /// - Throws: what the communicator reports.
    public func findNonFinite(samples: UnsafeBufferPointer<Int32>) throws -> NonFinite {
        let own =
            samples.isEmpty
            ? Self.nowhere : firstNotFinite(loss: gatheredControl[communicator.rank].loss, in: gradients)
        let reports = try communicator.allGather([Int64(own)] + samples.map(Int64.init))
        let ranks = reports.indices.filter { reports[$0][0] != Int64(Self.nowhere) }
        let told = ranks.first.map { [reports[$0]] } ?? reports
        let place = ranks.first.map { Int(reports[$0][0]) } ?? firstNotFinite(loss: gatheredControl.loss, in: averaged)
        return NonFinite(
            place: self.place(place), ranks: ranks, samples: told.flatMap { $0.dropFirst().map { Int($0) } })
    }

    private var statisticsRange: Range<Int> {
        averaged.count - communicator.size * model.statisticsCount..<averaged.count
    }

    // Places as numbers: -1 none, 0 loss, 1 statistics, from 2 on the parameters.
    private static let nowhere = -1

    private func firstNotFinite(loss: Float, in storage: FlatStorage) -> Int {
        if !loss.isFinite { return 0 }
        if !Kernels.areFinite(storage[statisticsRange]) { return 1 }
        return model.parameters.first { !Kernels.areFinite(storage[$0.range]) }.map { $0.index + 2 } ?? Self.nowhere
    }

    private func place(_ number: Int) -> NonFinite.Place {
        switch number {
        case 1: .statistics
        case 2...: .gradient(model.parameters[number - 2].name)
        default: .loss
        }
    }
}
