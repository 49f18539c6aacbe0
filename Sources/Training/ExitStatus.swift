import DataParallel
import Datasets
import NeuralNetwork
import SafeTensors

/// What the process says to whoever started it.
public enum ExitStatus: Int32, Sendable {
    /// Everything that has no code of its own, the run directory included.
    case failure = 1

    /// Wrong usage or configuration, or ranks that disagree.
    case usage = 2

    /// A bad dataset, or bad content of a checkpoint.
    case badContent = 3

    /// Checkpointed and stopped on request: run me again.
    case stoppedOnRequest = 75

    /// The code for an error.
    public static func of(_ error: any Error) -> Int32 {
        switch error {
        case let failure as SettledFailure: failure.exitCode
        case let failure as FailureInStep: of(failure.underlying)
        case is ConfigurationError, is DisagreementError, is FaultError, is ModelError: usage.rawValue
        case is DatasetError, is SafeTensorsError, is CheckpointError: badContent.rawValue
        // What the ranks found fault with is what this process was given.
        case MPIRunError.failed(let code, _, _) where [usage, badContent].map(\.rawValue).contains(code): code
        default: failure.rawValue
        }
    }
}
