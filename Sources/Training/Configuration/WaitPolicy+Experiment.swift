public import Communication
public import Logging

extension WaitPolicy {
    /// The deadlines of the configuration; warnings go to `logger`.
    public init(_ settings: Experiment.DataParallelSettings, _ logger: Logger) {
        self.init()
        warningSeconds = settings.stallWarningSeconds
        abortSeconds = settings.stallAbortSeconds
        board = PhaseBoard(phaseNames: Phase.names)
        report = { logger.warning("\($0)") }
    }
}
