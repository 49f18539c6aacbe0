import NeuralNetwork

/// MPI counts the elements of a message, and where ranks' parts of it begin, as `int`. What it cannot count is refused before the first
/// step, not found out in the midst of it.
enum MessageSize {
    /// - Parameter elements: of the largest buffer that a step's message comes from or goes to.
    /// - Throws: ``ModelError``.
    static func require(_ elements: Int, for model: NeuralNetwork.Model, rankCount: Int) throws {
        // Parameters are sent to all ranks once, in one message.
        let largest = rankCount == 1 ? 0 : max(elements, model.storageCount)
        guard largest > Int(Int32.max) else { return }
        throw ModelError(
            "model: with \(model.parameterCount) parameters \(rankCount) ranks would exchange messages of \(largest) numbers, "
                + "but MPI counts no further than \(Int32.max): make the model smaller.")
    }
}
