import TensorCore

/// Runs ``TreeSum``s on a team of threads, each on its part of the elements; how many threads there are changes no bit.
final class TreeAdder {
    /// The operands of the next sum.
    let operands: UnsafeMutablePointer<UnsafePointer<Float>>

    private let team: ThreadTeam
    private let operandCount: Int
    private let memberOperands: UnsafeMutablePointer<UnsafePointer<Float>>
    private let scratch: FlatStorage

    /// An adder for sums of at most `operandCount` operands.
    init(operandCount: Int, team: ThreadTeam) {
        (self.team, self.operandCount) = (team, operandCount)
        scratch = FlatStorage(count: team.count * operandCount * TreeSum.blockLength)
        operands = .allocate(capacity: operandCount)
        operands.initialize(repeating: UnsafePointer(scratch.base), count: operandCount)
        memberOperands = .allocate(capacity: team.count * operandCount)
        memberOperands.initialize(repeating: UnsafePointer(scratch.base), count: team.count * operandCount)
    }

    deinit {
        operands.deallocate()
        memberOperands.deallocate()
    }

    /// Adds `count` elements of the operands, a multiple of ``line``.
    func run(_ sum: TreeSum, count: Int, into result: UnsafeMutablePointer<Float>) throws {
        guard team.count > 1 && count >= Self.fewestForThreads else {
            return run(sum, 0..<count, into: result, member: 0)
        }
        try team.run { member in
            let lines = (0..<count / Self.line).slice(member, of: team.count)
            run(sum, lines.lowerBound * Self.line..<lines.upperBound * Self.line, into: result, member: member)
        }
    }

    /// A cache line of float32: what parts of a storage are multiples of.
    static let line = 16

    /// `count`, or what is missing to whole cache lines more.
    static func lines(_ count: Int) -> Int {
        (count + line - 1) / line * line
    }

    /// Below so many elements, waking the others takes longer than adding.
    private static let fewestForThreads = 1 << 15

    private func run(_ sum: TreeSum, _ range: Range<Int>, into result: UnsafeMutablePointer<Float>, member: Int) {
        let own = memberOperands + member * operandCount
        for index in 0..<operandCount { own[index] = operands[index] + range.lowerBound }
        sum.run(
            own, count: range.count, scratch: scratch.base + member * operandCount * TreeSum.blockLength,
            into: result + range.lowerBound)
    }
}
