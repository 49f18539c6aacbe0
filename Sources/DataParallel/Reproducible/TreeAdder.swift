import TensorCore

/// Runs ``TreeSum``s on a team of threads, each on its part of the elements; how many threads there are changes no bit.
final class TreeAdder {
    /// The operands of the next sum.
    let operands: UnsafeMutablePointer<UnsafePointer<Float>>

    private let team: ThreadTeam
    private let operandCount: Int
    private let memberOperands: UnsafeMutablePointer<UnsafePointer<Float>>
    private let scratch: FlatStorage
    private let scratchOfMember: Int

    /// An adder for sums in `tree`.
    init(for tree: ReductionTree, team: ThreadTeam) {
        (self.team, operandCount) = (team, tree.shardCount)
        scratchOfMember = tree.root.level * TreeSum.blockLength
        scratch = FlatStorage(count: team.count * scratchOfMember)
        operands = .allocate(capacity: operandCount)
        operands.initialize(repeating: UnsafePointer(scratch.base), count: operandCount)
        memberOperands = .allocate(capacity: team.count * operandCount)
        memberOperands.initialize(repeating: UnsafePointer(scratch.base), count: team.count * operandCount)
    }

    deinit {
        operands.deallocate()
        memberOperands.deallocate()
    }

    /// Adds `count` elements of the operands, a multiple of ``FlatStorage/lineCount``.
    func run(_ sum: TreeSum, count: Int, into result: UnsafeMutablePointer<Float>) throws {
        guard team.count > 1 && count >= Self.fewestForThreads else {
            return run(sum, 0..<count, into: result, member: 0)
        }
        try team.run { member in
            run(sum, ElementParts.part(member, of: team.count, in: count), into: result, member: member)
        }
    }

    /// Below so many elements, waking the others takes longer than adding.
    static let fewestForThreads = 1 << 15

    private func run(_ sum: TreeSum, _ range: Range<Int>, into result: UnsafeMutablePointer<Float>, member: Int) {
        let own = memberOperands + member * operandCount
        for index in 0..<sum.operandCount { own[index] = operands[index] + range.lowerBound }
        sum.run(
            own, count: range.count, scratch: scratch.base + member * scratchOfMember,
            into: result + range.lowerBound)
    }
}
