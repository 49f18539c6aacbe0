public import Communication

extension WaitPolicy {
    /// The deadlines of the configuration, by default its own defaults, and names for the phases of a training.
    public init(
        _ settings: Experiment.DataParallelSettings = Experiment.DataParallelSettings(),
        report: @escaping @Sendable (String) -> Void
    ) {
        self.init()
        warningSeconds = settings.stallWarningSeconds
        abortSeconds = settings.stallAbortSeconds
        board = PhaseBoard(phaseNames: Phase.names)
        self.report = report
    }
}
