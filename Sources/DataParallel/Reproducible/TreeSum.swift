import TensorCore

/// The additions that make one node of a ``ReductionTree`` out of given nodes below it, element by element.
struct TreeSum {
    /// One addition: operands from 0 on are given nodes, negative ones are `~slot` of intermediate results.
    private struct Addition {
        let first, second, slot: Int
    }

    private let additions: [Addition]
    /// What the node is if nothing has to be added; nil if it is empty.
    private let only: Int?

    /// Elements that are brought through all additions before the next ones: with some intermediate results they fit the cache.
    static let blockLength = 2048

    /// The number of given nodes.
    let operandCount: Int

    /// The sum at `node` of `given`, the present nodes below it.
    init(of node: ReductionTree.Node, from given: [ReductionTree.Node], in tree: ReductionTree) {
        let operands = Dictionary(uniqueKeysWithValues: given.enumerated().map { ($1, $0) })
        var additions: [Addition] = []
        func build(_ node: ReductionTree.Node, slot: Int) -> Int? {
            if let operand = operands[node] { return operand }
            guard node.level > 0, !tree.shards(of: node).isEmpty else { return nil }
            guard let first = build(node.left, slot: slot) else { return build(node.right, slot: slot) }
            guard let second = build(node.right, slot: slot + 1) else { return first }
            additions.append(Addition(first: first, second: second, slot: slot))
            return ~slot
        }
        only = build(node, slot: 0)
        self.additions = additions
        operandCount = given.count
    }

    /// Adds `count` elements of each of `sources`, the given nodes in their order.
    /// - Parameter scratch: room for a block of intermediate results for each level of the node.
    func run(
        _ sources: UnsafePointer<UnsafePointer<Float>>, count: Int, scratch: UnsafeMutablePointer<Float>,
        into result: UnsafeMutablePointer<Float>
    ) {
        guard let last = additions.indices.last else {
            return copy(sources, count: count, into: result)
        }
        for start in stride(from: 0, to: count, by: Self.blockLength) {
            let length = min(Self.blockLength, count - start)
            func operand(_ number: Int) -> UnsafePointer<Float> {
                number >= 0 ? sources[number] + start : UnsafePointer(scratch + ~number * Self.blockLength)
            }
            for (index, addition) in additions.enumerated() {
                let slot = scratch + addition.slot * Self.blockLength
                let target = index == last ? result + start : slot
                let (first, second) = (operand(addition.first), operand(addition.second))
                if first == UnsafePointer(target) {
                    Kernels.add(target, second, length)
                } else {
                    Kernels.add(first, second, into: target, count: length)
                }
            }
        }
    }

    private func copy(
        _ sources: UnsafePointer<UnsafePointer<Float>>, count: Int, into result: UnsafeMutablePointer<Float>
    ) {
        if let only {
            result.update(from: sources[only], count: count)
        } else {
            result.update(repeating: 0, count: count)
        }
    }
}
