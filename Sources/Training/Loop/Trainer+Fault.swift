import Communication
import DataParallel
import Glibc
import NeuralNetwork
import TensorCore

extension Trainer {
    /// Where a ``Fault`` meets the step, if one was asked for: every phase calls it, when its work is about to begin or, for what
    /// spoils results, when it is done.
    func meetFault(_ phase: Phase) throws {
        guard let fault, fault.phase == phase, fault.rank == communicator.rank, isDue(fault) else { return }
        faultMetInStep = clock.step
        switch fault.kind {
        case .fail: throw FailureOnPurpose()
        case .hang: sleep(3600)
        case .slow: usleep(30_000)
        case .nan: averager.targets[0].gradients.base[0] = .nan
        case .flip: replica.values.base[0] = Float(bitPattern: replica.values.base[0].bitPattern ^ 1)
        }
    }

    /// Once in a step: a rank that computes its samples in pieces begins as many forward passes.
    private func isDue(_ fault: Fault) -> Bool {
        faultMetInStep != clock.step
            && (fault.kind == .slow ? fault.step <= clock.step : fault.step == clock.step)
    }

    /// The forward pass begins where nothing is known of faults, and is told only if one is to be met there.
    func prepareFault() {
        guard fault?.phase == .forward else { return }
        replica.whenForwardBegins = { [unowned self] in try meetFault(.forward) }
    }
}
