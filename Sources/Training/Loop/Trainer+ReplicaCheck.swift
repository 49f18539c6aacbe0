import Communication
import DataParallel

// Replicas that took the same steps hold the same bits; anything else is a fault that must not pass for a result.
extension Trainer {
    /// What this rank's slot of the control block says of its parameters and buffers, in a step that is due to compare them.
    func replicaHash() -> UInt64? {
        let interval = experiment.dataParallel.replicaCheckEverySteps
        guard interval > 0, position.step > 0, position.step.isMultiple(of: interval) else { return nil }
        return replicaCheck.hash
    }

    /// Ends the training on all ranks alike if the hashes in `block`, taken before this step, differ.
    func requireEqualReplicas(_ block: ControlBlock) throws {
        guard !block.replicasAreEqual else {
            if block[communicator.rank].replicaHash != nil { replicasEqualAtStep = position.step }
            return
        }
        try nameDifference()
    }

    /// Ends the training on all ranks alike if they hold different parameters or buffers now. What rank 0 writes into a checkpoint is then
    /// what all hold: else a later run would go on from one rank's error, with replicas that are the same again.
    func requireEqualReplicas() throws {
        // Collective: all ranks must reach this.
        let hashes = try communicator.allGather([Int64(bitPattern: replicaCheck.hash)])
        if hashes.contains(where: { $0[0] != hashes[0][0] }) { try nameDifference() }
        replicasEqualAtStep = position.step
    }

    /// SHA-256, in hex, of all parameters and buffers, the same on all ranks.
    func agreedDigest() throws -> String {
        let digest = replica.model.digest(of: replica.values, buffers: replica.buffers)
        // Collective: all ranks must reach this.
        let all = try communicator.allGather(digest)
        if all.contains(where: { $0 != all[0] }) { try nameDifference() }
        return digest
    }

    private var replicaCheck: ReplicaCheck {
        ReplicaCheck(replica.model, values: replica.values, buffers: replica.buffers)
    }

    /// Ends the training with what differs and on whom, for ranks that all know that something does.
    private func nameDifference() throws {
        // Collective: all ranks must reach this.
        guard let difference = try replicaCheck.findDifference(over: communicator) else { return }
        throw TrainingError.replicasDiffer(
            difference, step: position.step, equalAtStep: replicasEqualAtStep,
            checkpoint: checkpoints.newest(notAfter: replicasEqualAtStep))
    }
}
