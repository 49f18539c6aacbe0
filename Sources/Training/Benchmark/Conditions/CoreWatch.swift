import Foundation
import TensorCore

/// Watches the cores in this process's affinity mask from its making on: what of their time did not go to this process and the
/// children it has waited for?
struct CoreWatch {
    private let cores: Set<Int>
    private let start = monotonicSeconds()
    private let ownAtStart = Self.ownSeconds
    private let timesAtStart: ProcessorTimes?

    init() {
        cores = Set(ThreadBudget.affinity())
        timesAtStart = ProcessorTimes(of: cores)
    }

    /// The use of the cores since the making; nothing where the kernel does not tell.
    var use: CoreUse {
        let own = Self.ownSeconds - ownAtStart
        let wall = monotonicSeconds() - start
        guard let before = timesAtStart, let now = ProcessorTimes(of: cores) else { return CoreUse() }
        return CoreUse(
            wall: wall, coreCount: cores.count, busy: now.busySeconds - before.busySeconds, own: own,
            resolution: 1 / Double(sysconf(Int32(_SC_CLK_TCK))))
    }

    /// Seconds of processor time of this process, its children that have ended, and theirs.
    private static var ownSeconds: Double {
        seconds(RUSAGE_SELF.rawValue) + seconds(RUSAGE_CHILDREN.rawValue)
    }

    private static func seconds(_ who: Int32) -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(who), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) * 1e-6 }
    }
}
