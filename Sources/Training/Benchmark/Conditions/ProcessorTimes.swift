import Foundation

/// What the kernel has counted, since the machine was started, of the time of some cores.
struct ProcessorTimes {
    /// Seconds in which the cores ran anything, or in which the host gave them to others (steal time).
    let busySeconds: Double

    /// The times of `cores` now; nil where the kernel does not tell.
    init?(of cores: Set<Int>) {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
        self.init(text, of: cores, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))))
    }

    /// The times of `cores` in the text of a `/proc/stat` (proc(5)).
    init?(_ text: String, of cores: Set<Int>, ticksPerSecond: Double) {
        var (busy, found) = (0.0, 0)
        for line in text.split(separator: "\n") where line.hasPrefix("cpu") {
            let words = line.split(separator: " ")
            guard let core = Int(words[0].dropFirst(3)), cores.contains(core), words.count > 8 else { continue }
            let ticks = words.dropFirst().map { Double($0) ?? 0 }
            // user, nice, system, irq, softirq and steal; not idle and iowait, nor the guests' time, which is part of user.
            busy += [0, 1, 2, 5, 6, 7].reduce(0) { $0 + ticks[$1] }
            found += 1
        }
        guard found > 0 else { return nil }
        busySeconds = busy / ticksPerSecond
    }
}
