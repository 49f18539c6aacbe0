public import TensorCore

/// Where a training pass leaves what it finds: a row of gradients, laid out as the model's parameters, and the row of batch
/// statistics that belongs to it.
public struct GradientTarget: Sendable {
    /// As long as a flat storage of the parameters, or longer.
    public let gradients: FlatStorage

    /// What batch normalisations saw, in the row of ``piece``.
    public let statistics: BatchStatistics

    /// The row of ``statistics`` that is written.
    public let piece: Int

    /// A target of these.
    public init(gradients: FlatStorage, statistics: BatchStatistics, piece: Int) {
        self.gradients = gradients
        self.statistics = statistics
        self.piece = piece
    }

    /// A row for `model` with storages of its own.
    public init(_ model: Model) {
        self.init(
            gradients: FlatStorage(count: model.storageCount), statistics: BatchStatistics(model, pieceCount: 1),
            piece: 0)
    }

    /// Sets gradients and statistics to zero: what no sample has found.
    public func clear() {
        gradients.elements.update(repeating: 0)
        statistics.clear(piece: piece)
    }
}
