import Foundation

@testable import TensorCore

/// What the tests of bfloat16 have in common.
enum ReducedPrecision {
    /// Whether oneDNN has primitives for bfloat16 on this processor, be they fast or emulated.
    static let isNative = (try? ExecutionContext(precision: .bfloat16)) != nil

    /// The forms that can be computed here: everywhere the one in software, which must give what the native one gives.
    static let forms: [ComputePrecision] = isNative ? [.emulatedBFloat16, .bfloat16] : [.emulatedBFloat16]

    static func tape(_ precision: ComputePrecision) throws -> Tape {
        Tape(context: try ExecutionContext(precision: precision))
    }

    /// The elements as products see them.
    static func rounded(_ values: [Float]) -> [Double] {
        values.map { Double(Float(bitPattern: UInt32(nearest($0)) << 16)) }
    }

    /// Whether Linux counts instructions for bfloat16 among the processor's.
    static var processorHasIt: Bool {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let flags = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        return flags.split(separator: " ").contains { $0 == "avx512_bf16" || $0 == "amx_bf16" }
    }
}
