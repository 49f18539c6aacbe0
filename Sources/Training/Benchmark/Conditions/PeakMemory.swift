import Foundation
import TensorCore

/// The most memory that this process holds from a point in time on, beyond what it held there already.
struct PeakMemory {
    private let heldAlready: Int

    /// Begins now. `counting` is what of the memory held now counts all the same, such as the program itself.
    init(counting base: Int) {
        let held = Self.bytesNow
        // Lets the kernel forget the highest value so far (proc(5)); where that is refused, the highest of all times is reported.
        if let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") {
            try? file.write(contentsOf: Data("5".utf8))
        }
        heldAlready = max(0, held - base)
    }

    /// Bytes, the base included.
    var bytes: Int {
        max(0, Self.field("VmHWM:") - heldAlready)
    }

    /// What the process holds now, in bytes, without what it has freed.
    static var bytesNow: Int {
        // The allocator keeps what earlier models have freed.
        AlignedMemory.releaseFree()
        return field("VmRSS:")
    }

    private static func field(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }.flatMap { Int($0) }.map {
            $0 << 10
        } ?? 0
    }
}
