import Communication
import DataParallel
import Glibc
import NeuralNetwork
import TensorCore

extension Trainer {
    /// Where a ``Fault`` meets the step, if one was asked for: every phase calls it once, when its work is about to begin or, for
    /// what spoils results, when it is done.
    func meetFault(_ phase: Phase) throws {
        guard let fault, fault.phase == phase, fault.rank == communicator.rank, fault.step == clock.step else { return }
        switch fault.kind {
        case .fail: throw FailureOnPurpose()
        case .hang: sleep(3600)
        case .nan: averager.targets[0].gradients.base[0] = .nan
        case .flip: replica.values.base[0] = Float(bitPattern: replica.values.base[0].bitPattern ^ 1)
        }
    }
}
