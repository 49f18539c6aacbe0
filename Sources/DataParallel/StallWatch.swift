public import Communication
import Foundation
import TensorCore

/// Watches over a rank from a thread of its own, which makes no MPI calls: so a rank that hangs, in its loader for instance, says
/// so itself, and does not outlive the deadline of those that wait for it.
public enum StallWatch {
    /// Starts to watch the board of `policy`, until the process ends.
    /// - Parameter giveUp: ends the process; called some seconds past the deadline, when those who wait had their say.
    public static func start(rank: Int, _ policy: WaitPolicy, giveUp: @escaping @Sendable () -> Void) {
        guard let warning = policy.warningSeconds, let abort = policy.abortSeconds else { return }
        let pause = min(0.5, max(warning / 8, 0.01))
        Thread.detachNewThread {
            var judge = StallJudge(
                rank: rank, warningSeconds: warning, abortSeconds: abort, from: policy.board.lastSign)
            while true {
                usleep(UInt32(pause * 1e6))
                switch judge.judge(policy.board, at: monotonicSeconds()) {
                case .fine: break
                case .slow(let sentence): policy.report(sentence)
                case .hanging(let sentence):
                    policy.report(sentence)
                    giveUp()
                }
            }
        }
    }
}
